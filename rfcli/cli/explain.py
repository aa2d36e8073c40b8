"""`rf explain`."""

from __future__ import annotations

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
    """Prints how the field of a layer comes about."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    from rfcli.api import explained, main_layer
    from rfcli.geometry.axes import axis_names
    from rfcli.render.derivation import render

    for report in computed(session, [network], origin=origin, input_size=sizes):
        with session.kept(report.source):
            name = layer if layer is not None else main_layer(report)
            found = explained(report, name)
            write(render(report.name, name, axis_names(len(found)), found, format, session.style(output)), output)
    return session.ended()


COMMAND = Command(
    "explain",
    """Explain a layer's receptive field: the recurrences with their numbers, step by step, and the closed form.

\b
  rf explain alexnet_v2 --layer conv5
  rf explain resnet50 --layer layer4
  rf explain net.yaml --layer head -f json

Each row is a layer of the path that decides the size: its own k, s and p, what it adds, (k - 1) x the stride before it,
and size, stride and padding up to it (Araujo et al. 2019). k is the extent of a dilated kernel, d(k - 1) + 1.
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
