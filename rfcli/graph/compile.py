"""Compiles an architecture: resolves references, orders the layers, works out sizes and channels."""

from __future__ import annotations

from rfcli.graph.channels import channels_of
from rfcli.graph.graph import Graph
from rfcli.graph.names import Names
from rfcli.graph.sizes import NOT_WORKED_OUT, AxisSizes, sizes_of
from rfcli.graph.wiring import check_scopes, outputs_of, wired

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Problems
    from rfcli.diagnostics import Span
    from rfcli.geometry.unknown import Unknown
    from rfcli.graph.wiring import Wiring


def compiled(architecture: Architecture, problems: Problems) -> Graph | None:
    """The graph of an architecture, or None with its problems added.

    A wrong layer does not hide the problems of others: in place of a layer that is missing, or cannot be worked out,
    stands a `WRONG` one, of which nothing is known and nothing more is said. `problems` already holds those that were
    found when the description was read.
    """
    laid = laid_out(architecture, problems)
    if laid is None:
        return None
    names, wiring, outputs, order = laid
    if problems:
        from rfcli.graph.circles import opened

        wiring, order = opened(wiring, order)
    sized = [] if architecture.unsized else sizes_of(architecture, wiring, wiring.sound(order) if problems else order)
    axes = tuple([axis for axis in sized if isinstance(axis, AxisSizes)])
    offered: Collection[Span] = ()
    if len(axes) < len(sized):
        from rfcli.graph.misfits import report

        offered = report(architecture, wiring, order, sized, problems)
    sizes: list[tuple[int | Unknown, ...]] = list(zip(*(axis.known for axis in sized), strict=True))
    if architecture.unsized:
        sizes = [(NOT_WORKED_OUT,) * architecture.axes] * len(wiring.layers)
    channels = channels_of(architecture, wiring, order, sizes, problems, offered)
    if problems:
        return None
    return Graph(
        architecture, names, wiring.labels, wiring.layers, wiring.sources, wiring.likes,
        order, outputs, axes, sizes, channels,
    )  # fmt: skip


def laid_out(architecture: Architecture, problems: Problems) -> tuple[Names, Wiring, tuple[int, ...], list[int]] | None:
    """The names of an architecture, its layers by number, its outputs and the order of its layers, whatever their
    sizes; what is wrong is added to `problems`. None for one of too many references."""
    names = Names(architecture)
    wiring = wired(architecture, names, problems)
    if wiring is None:
        return None
    outputs = outputs_of(architecture, names, wiring, problems)
    check_scopes(architecture, names, problems)
    order = list(range(len(wiring.layers)))
    if not wiring.sorted:
        from rfcli.graph.circles import order_of

        order = order_of(architecture, wiring, problems)
    return names, wiring, outputs, order
