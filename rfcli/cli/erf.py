"""`rf erf`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Question, UsageError
from rfcli.cli.networks import answered, beside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli import Report
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

NONLINEARITIES = ("none", "relu", "tanh")
INITS = ("normal", "uniform")
MOST_NETWORKS = 10_000
"""Networks that are sampled: more tell nothing new, and take days."""


def run(
    question: Question,
    map: bool,
    sample: int | None,
    nonlinearity: str,
    init: str,
    weights: str | None,
    seed: int | None,
) -> int:
    """Prints how much each sample of a region counts."""
    if sample is None and weights is None:
        refuse_sampling(nonlinearity, init, seed)
    if weights is not None and init != INITS[0]:
        raise UsageError("--init is for random weights, --weights gives them: give one of them")
    if map and (sample is not None or weights is not None):
        raise UsageError("--map is computed, not sampled")
    from rfcli.api.answers import erf, erf_map, sampled_erf
    from rfcli.geometry.axes import axis_names
    from rfcli.render.erf import of_the_central, render, render_map

    def energies(report: Report, layer: str, format: str, style: Style) -> Answer:
        if map:
            return render_map(report.name, layer, erf_map(report, layer), format, style)
        bands = None
        if sample is None and weights is None:
            profiles = erf(report, layer)
        else:
            profiles, bands = sampled_erf(report, layer, sample or 1, nonlinearity, init, seed or 0, weights)
        axes = list(zip(axis_names(len(profiles)), profiles, strict=True))
        field = report.layer(layer).receptive_field
        notes = [] if field is None else of_the_central(field.size, axes)
        return render(report.name, layer, axes, bands, format, style, notes)

    return answered(question, energies, beside, titled=map)


def refuse_sampling(nonlinearity: str, init: str, seed: int | None) -> None:
    """Raises `UsageError` for what only sampled networks have."""
    given = {
        "--nonlinearity": nonlinearity != NONLINEARITIES[0],
        "--init": init != INITS[0],
        "--seed": seed is not None,
    }
    for flag, asked in given.items():
        if asked:
            raise UsageError(f"{flag} is for sampled networks: add --sample N")


COMMAND = Command(
    "erf",
    """Effective receptive field: how much each sample of the region counts for the central output (Luo et al. 2016).

\b
  rf erf vgg_16 --layer pool5
  rf erf net.yaml --layer head -f csv
  rf erf net.yaml --map                            in two dimensions
  rf erf net.yaml --sample 50 --nonlinearity relu  on random networks

std is the deviation of the gradient energy in input samples, effective_size the shortest run of samples that holds
95.45 % of it, ratio its share of the size. Without --sample the energy is computed for independent weights of mean 0;
with it networks of one input are built with random weights and their gradients measured, which needs torch.
""",
    run,
    options.NETWORK,
    (
        *options.QUESTION,
        Option("map", ("--map",), "The distribution in two dimensions.", False),
        Option(
            "sample",
            ("--sample",),
            "Measure the gradients of N random networks.",
            None,
            (),
            "N",
            True,
            least=1,
            most=MOST_NETWORKS,
        ),
        Option("nonlinearity", ("--nonlinearity",), "What activations become when sampled.", "none", NONLINEARITIES),
        Option("init", ("--init",), "Distribution of the sampled weights.", "normal", INITS),
        Option(
            "weights",
            ("--weights",),
            "A state dict with the network's weights, instead of random ones.",
            metavar="FILE",
        ),
        Option("seed", ("--seed",), "Seed of the sampled weights.", metavar="N", integer=True, least=0),
        *options.ANSWER,
    ),
)
