"""`rf verify`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Shared
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.diagnostics import counted
from rfcli.render.formats import RECORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfcli import Report
    from rfcli.pipeline import InputSizes
    from rfcli.render.verified import Measured

TEXT = "text"


def run(
    networks: tuple[str, ...],
    layer: tuple[str, ...],
    format: str,
    output: str | None,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Builds networks and measures what the engine says of them."""
    session = Session(shared)
    found = _measured(session, networks, layer, options.input_sizes(input_size))
    done: list[Measured] = []
    if format == TEXT and output is None:
        for one in found:  # as soon as each is known
            write(_text(one), None)
            done.append(one)
    else:
        done = list(found)
        if format == TEXT:
            write((line for one in done for line in _text(one)), output)
        else:
            from rfcli.render.verified import render

            write(render(done, format, session.style(output)), output)
    wrong = any(not layer.agrees for one in done for layer in one.layers)
    return session.ended() or (1 if wrong else 0)


def _measured(
    session: Session, networks: Iterable[str], patterns: tuple[str, ...], sizes: InputSizes
) -> Iterator[Measured]:
    """All networks, each with respect to every one of its inputs; problems are kept."""
    from rfcli.api.answers import verify
    from rfcli.api.networks import compute
    from rfcli.render.verified import Measured

    for report in computed(session, networks, input_size=sizes):
        wanted = _wanted(session, report, patterns)
        if wanted is not None and not wanted:
            continue
        for origin in (one.name for one in report.graph.architecture.inputs):
            with session.kept(report.source):
                at = report if origin == report.origin else compute(report.graph.architecture, origin=origin)
                layers = [one for one in verify(at) if wanted is None or one.layer in wanted]
                yield Measured(at, layers)


def _wanted(session: Session, report: Report, patterns: tuple[str, ...]) -> set[str] | None:
    """The layers that are asked for, None where all are."""
    if not patterns:
        return None
    names, labels = report.graph.names, report.graph.labels
    found: set[str] = set()
    for pattern in patterns:
        numbers = names.layers(pattern)
        if not numbers:
            session.misfit(report.source, names.missing(pattern))
        found.update(labels[number] for number in numbers)
    return found


def _text(one: Measured) -> Iterator[str]:
    """What is wrong, and how much was measured."""
    from rfcli.render.verified import said

    report, bad = one.report, [layer for layer in one.layers if not layer.agrees]
    several = len(report.graph.architecture.inputs) > 1
    name = f"{report.name}, from '{report.origin}'" if several else report.name
    for layer in bad:
        yield f"{name}: '{layer.layer}' along {one.letters[layer.axis]}: {said(layer)}\n"
    measured = (
        f"{counted(len(one.layers), 'layer')}, {counted(sum(len(layer.outputs) for layer in one.layers), 'output')}"
    )
    state = counted(len(bad), "layer differs", "layers differ") if bad else "all agree"
    yield f"{name}: {measured} measured: {state}\n"


COMMAND = Command(
    "verify",
    """Verify what rf says: build networks with torch and measure their receptive fields by autograd.

\b
  rf verify net.yaml
  rf verify resnet50 unet
  rf verify net.yaml --layer 'stage3/**' -f json

Each layer's region is measured at its first, central and last outputs, borders included, along each axis that differs,
with positive weights, linear activations and narrowed channels, and compared with the engine, and its size with what
the description promises in expect. A network of several inputs is measured from each of them. Needs torch.
""",
    run,
    options.NETWORKS,
    (
        Option("format", ("-f", "--format"), "Format of the result.", TEXT, (TEXT, *RECORDS)),
        options.OUTPUT,
        Option("layer", ("--layer",), "Only this layer or scope, by name or glob.", (), metavar="NAME"),
        options.INPUT_SIZE,
        *options.READING,
        *options.SPEAKING,
    ),
)
