"""`rf compare`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Shared
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli import Report


def run(
    networks: tuple[str, ...],
    layer: str | None,
    format: str,
    output: str | None,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Prints networks side by side."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    from rfcli.api.answers import compare
    from rfcli.render.summaries import compared

    reports: list[Report] = []
    for report in computed(session, networks, input_size=sizes):
        with session.kept(report.source):
            compare([report], layer)
            reports.append(report)
    summaries, fit = compare(reports, layer)
    if reports or format == "json":
        write(compared(summaries, fit, format, session.style(output), layer is not None), output)
    return session.ended()


COMMAND = Command(
    "compare",
    """Compare networks: field, stride, padding, alignment, parameters, operations, accuracy.

\b
  rf compare resnet_v1_50 vgg_16 mobilenet_v1
  rf compare net.yaml other.yaml --layer block4 --input-size 321
  rf compare architectures/ -f csv

Each network is compared at its last map that is larger than one sample, or at --layer. params and gflops are the whole
network's; of a layer that is named cumulative_params and cumulative_gflops tell what all costs that it depends on.
size_per_gflop is the field's size for each 10^9 operations that the layer needs. Where at least three networks state
their top-1 accuracy, its fit against the logarithm of the size is told (Araujo et al. 2019).
""",
    run,
    options.NETWORKS,
    (
        options.FORMAT,
        options.OUTPUT,
        Option("layer", ("--layer",), "Compare at this layer or scope.", metavar="NAME"),
        options.INPUT_SIZE,
        *options.READING,
        *options.SPEAKING,
    ),
)
