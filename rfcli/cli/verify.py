"""`rf verify`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Shared
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.diagnostics import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli import Verified


def run(
    networks: tuple[str, ...],
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Builds networks and measures what the engine says of them."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    from rfcli.api import compute, verify
    from rfcli.geometry.axes import axis_names

    wrong = 0
    for report in computed(session, networks, input_size=sizes):
        with session.kept(report.source):
            inputs, letters = report.graph.architecture.inputs, axis_names(len(report.graph.axes))
            several = [compute(report.graph.architecture, origin=one.name) for one in inputs[1:]]
            for origin in [report, *several]:
                found = verify(origin)
                bad = [one for one in found if not one.agrees]
                wrong += len(bad)
                name = f"{report.name}, from '{origin.origin}'" if several else report.name
                write((f"{name}: '{one.layer}' along {letters[one.axis]}: {_said(one)}\n" for one in bad), None)
                total = sum(len(one.outputs) for one in found)
                measured = f"{counted(len(found), 'layer')}, {counted(total, 'output')}"
                state = counted(len(bad), "layer differs", "layers differ") if bad else "all agree"
                write([f"{name}: {measured} measured: {state}\n"], None)
    return session.ended() or (1 if wrong else 0)


def _said(one: Verified) -> str:
    """What is wrong with one layer."""
    if one.broken:
        return one.broken
    if one.measured != one.expected:
        return f"outputs {one.outputs} read {one.measured}, the engine says {one.expected}"
    if one.differing:
        o, measured, expected = one.differing[0]
        return f"output {o} reads {measured}, the engine says {expected}"
    return f"its inputs' centers agree: {one.aligned}, the engine says {one.expected_aligned}"


COMMAND = Command(
    "verify",
    """Verify what rf says: build networks with torch and measure their receptive fields by autograd.

\b
  rf verify net.yaml
  rf verify resnet50 unet

Each layer's region is measured at its first, central and last outputs, borders included, along each axis that differs,
with positive weights, linear activations and narrowed channels, and compared with the engine, and its size with what
the description promises in expect. A network of several inputs is measured from each of them. Needs torch.
""",
    run,
    options.NETWORKS,
    (options.INPUT_SIZE, *options.READING, *options.SPEAKING),
)
