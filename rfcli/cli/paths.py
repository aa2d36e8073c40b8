"""`rf paths`."""

from __future__ import annotations

import sys

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, Shared
from rfcli.cli.streams import Session, input_sizes, write
from rfcli.render.records import FORMATS


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
    sizes = input_sizes(input_size)
    from rfcli.api import CallError, main_layer, paths
    from rfcli.geometry.axes import axis_names
    from rfcli.render.paths import render

    for report in session.computed([network], origin=origin, input_size=sizes):
        try:
            name = layer if layer is not None else main_layer(report)
            found = paths(report, name)
        except CallError as error:
            session.mistakes.append(str(error))
            continue
        letters = axis_names(len(found))
        sys.set_int_max_str_digits(0)  # counts are exact however many digits they have
        write(render(report.name, name, list(zip(letters, found, strict=True)), format, session.style(output)), output)
    session.report()
    return session.status


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
    Argument("network", "A description file, a bundled name, or - for standard input.", "NETWORK", single=True),
    (
        Option("layer", ("--layer",), "The layer or scope; the output when left out.", metavar="NAME"),
        Option("format", ("-f", "--format"), "Format of the result.", "table", FORMATS),
        options.OUTPUT,
        options.FROM,
        options.INPUT_SIZE,
        *options.READING,
        *options.SPEAKING,
    ),
)
