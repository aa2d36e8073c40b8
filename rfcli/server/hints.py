"""What stands at the end of a line: the field of what leaves it."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.render.columns import cell
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.report import LayerReport
    from rfcli.server.reading import Read

UNITS = {1: "samples", 2: "px", 3: "voxels"}
"""What samples of an input are called, by the number of its axes."""


class Hint(Value):
    """A text for the end of a line, from 1."""

    line: int
    text: str
    layers: tuple[str, ...]


def hints(read: Read, first: int = 1, last: int | None = None) -> list[Hint]:
    """The hints of some lines: for each the field of the layer of it that is computed last."""
    if read.rows is None:
        return []
    last_of: dict[int, list[int]] = {}
    for node, numbers in read.items:
        line = node.line or node.span.line
        if line < first or (last is not None and line > last):
            continue
        if line not in last_of or max(numbers) > max(last_of[line]):
            last_of[line] = numbers
    axes = read.rows.graph.architecture.axes
    found = []
    for line, numbers in sorted(last_of.items()):
        layers = list(map(read.layer, numbers))
        found.append(Hint(line, said(layers, axes), tuple(layer.name for layer in layers)))
    return found


def said(layers: Sequence[LayerReport], axes: int) -> str:
    """The field of a layer, or of several that one item stands for: `35 px, stride 8, 28x28`."""
    fields = [layer.receptive_field for layer in layers]
    parts = []
    if all(field is None for field in fields):
        parts.append("not of the input")
    else:
        known = [field for field in fields if field is not None]
        sizes = _ranged([field.size for field in known])
        if all(field.globally and not sizes for field in known):
            parts.append("the whole map")
        else:
            parts.append(f"{sizes or '?'} {UNITS[axes]}" + (" and the whole map" if known[-1].globally else ""))
            strides = _ranged([field.stride for field in known])
            parts += [f"stride {strides}"] if strides else []
    sizes = _ranged([layer.output_size for layer in layers], alike=False)
    return ", ".join([*parts, *([sizes] if sizes else [])])


def _ranged(values: Sequence[tuple[object, ...]], alike: bool = True) -> str:
    """Values per axis, the first and the last of several that differ; "" where none is known. Axes that are `alike`
    stand once."""
    known = [value for value in values if any(one is not None and not isinstance(one, Unknown) for one in value)]
    if not known:
        return ""
    ordered = sorted(known, key=lambda value: [one if isinstance(one, int) else -1 for one in value])
    ends = [ordered[0]] if ordered[0] == ordered[-1] else [ordered[0], ordered[-1]]
    if alike:
        return "\N{EN DASH}".join(cell(one, True) for one in ends)
    return "\N{EN DASH}".join("x".join(cell(n, True) or "?" for n in one) for one in ends)
