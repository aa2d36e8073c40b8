"""`rf erf`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session

NONLINEARITIES = ("none", "relu", "tanh")
INITS = ("normal", "uniform")


def run(
    network: str,
    layer: str | None,
    format: str,
    output: str | None,
    origin: str | None,
    map: bool,
    sample: int | None,
    nonlinearity: str,
    init: str,
    weights: str | None,
    seed: int | None,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Prints how much each sample of a region counts."""
    if sample == 0:
        raise UsageError("--sample takes a number of networks, at least 1")
    if sample is None and weights is None and (nonlinearity != "none" or seed is not None):
        raise UsageError("--nonlinearity and --seed are for sampled networks: add --sample N")
    if map and (sample is not None or weights is not None):
        raise UsageError("--map is computed, not sampled")
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    from rfcli.api import erf, erf_map, main_layer, sampled_erf
    from rfcli.geometry.axes import axis_names
    from rfcli.render.erf import render, render_map

    for report in computed(session, [network], origin=origin, input_size=sizes):
        with session.kept(report.source):
            name = layer if layer is not None else main_layer(report)
            style = session.style(output)
            if map:
                write(render_map(report.name, name, erf_map(report, name), format, style), output)
                continue
            bands = None
            if sample is None and weights is None:
                found = erf(report, name)
            else:
                found, bands = sampled_erf(report, name, sample or 1, nonlinearity, init, seed or 0, weights)
            axes = list(zip(axis_names(len(found)), found, strict=True))
            write(render(report.name, name, axes, bands, format, style), output)
    return session.ended()


COMMAND = Command(
    "erf",
    """Effective receptive field: how much each sample of the region counts for the central output (Luo et al. 2016).

\b
  rf erf vgg_16 --layer pool5
  rf erf net.yaml --layer head -f csv
  rf erf net.yaml --map                             in two dimensions
  rf erf net.yaml --sample 50 --nonlinearity relu   measured on random networks

std is the deviation of the gradient energy in input samples, effective_size the shortest run of samples that holds
95.45 % of it, ratio its share of the size. Without --sample the energy is computed for independent weights of mean 0;
with it networks are built with random weights and their gradients measured, which needs rfcli[torch].
""",
    run,
    options.NETWORK,
    (
        options.LAYER,
        options.FORMAT,
        options.OUTPUT,
        options.FROM,
        Option("map", ("--map",), "The distribution in two dimensions.", False),
        Option("sample", ("--sample",), "Measure the gradients of N random networks.", metavar="N", integer=True),
        Option("nonlinearity", ("--nonlinearity",), "What activations become when sampled.", "none", NONLINEARITIES),
        Option("init", ("--init",), "Distribution of the sampled weights.", "normal", INITS),
        Option(
            "weights",
            ("--weights",),
            "A state dict with the network's weights, instead of random ones.",
            metavar="FILE",
        ),
        Option("seed", ("--seed",), "Seed of the sampled weights.", metavar="N", integer=True),
        options.INPUT_SIZE,
        *options.READING,
        *options.SPEAKING,
    ),
)
