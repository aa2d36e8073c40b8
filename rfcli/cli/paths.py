"""`rf paths`."""

from __future__ import annotations

import sys

from rfcli.cli import options
from rfcli.cli.declarations import Command, Shared
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session


def run(
    network: str,
    layer: str | None,
    format: str,
    output: str | None,
    origin: str | None,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Prints the numbers of paths by field size."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    from rfcli.api import main_layer, paths
    from rfcli.geometry.axes import axis_names
    from rfcli.render.paths import render

    for report in computed(session, [network], origin=origin, input_size=sizes):
        with session.kept(report.source):
            name = layer if layer is not None else main_layer(report)
            found = paths(report, name)
            axes = list(zip(axis_names(len(found)), found, strict=True))
            sys.set_int_max_str_digits(0)  # counts are exact however many digits they have
            write(render(report.name, name, axes, format, session.style(output)), output)
    return session.ended()


COMMAND = Command(
    "paths",
    """Count the paths from the input to a layer by field size, exactly.

\b
  rf paths highres3dnet
  rf paths resnet152 --layer layer4 -f json
  rf paths net.yaml --layer head --from stem -f csv

Every residual adds a choice, so that a layer is reached along many paths of different fields: the table shows how many
see how much. Paths through global layers only are not counted; a network that ends in one is looked at before it,
unless --layer says otherwise.
""",
    run,
    options.NETWORK,
    (
        options.LAYER,
        options.FORMAT,
        options.OUTPUT,
        options.FROM,
        options.INPUT_SIZE,
        *options.READING,
        *options.SPEAKING,
    ),
)
