"""What stands in a node: its name, what it does, what it gives, and what it sees."""

from __future__ import annotations

from rfcli.diagnostics import counted
from rfcli.geometry.axes import times
from rfcli.render.columns import cell
from rfcli.render.grid import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.report import LayerReport
    from rfcli.layers._layer import Layer
    from rfcli.render.diagram.outline import Box, Node, Outline

UNKNOWN = "?"
LONGEST = 40
"""Characters of a name or line; longer ones are cut in the middle."""


def _cut(text: str) -> str:
    return cut(text, LONGEST, "…")


def title(item: Node | Box) -> str:
    """The name, and how often it stands there."""
    return _cut(item.label) + (f"  × {item.times}" if item.times > 1 else "")


def lines(outline: Outline, node: Node) -> list[str]:
    """What stands below a node's name."""
    layers = [layer for outputs in outline.outputs(node) for layer in outputs]
    graph = outline.report.graph
    if not layers:
        number = node.copies[0][0]
        return [_map([(graph.channels[number], graph.sizes[number])])]
    maps = [(layer.channels, layer.output_size) for layer in layers]
    return [_cut(does(outline, node)), _map(maps), sees(layers)]


def does(outline: Outline, node: Node) -> str:
    """The operations of a node, as `conv 3x3, stride 2 + relu`."""
    graph = outline.report.graph
    if node.scope:
        outputs = len(outline.outputs(node)[0])
        return counted(len(node.copies[0]), "layer") + (f", {outputs} outputs" if outputs > 1 else "")
    said = []
    for copies in zip(*node.copies, strict=True):
        layers = [layer for layer in (graph.layers[number] for number in copies) if layer is not None]
        if not layers:
            return "input"
        said.append(operation(layers))
    return " + ".join(said)


def operation(layers: Sequence[Layer]) -> str:
    """What a layer does, or its copies: `conv 3x3 /2 dilation 2`."""
    words = [layers[0].type, _sizes(layers[0], "kernel")]
    if _sizes(layers[0], "stride").strip("1x"):
        words.append(f"/{cell(layers[0].stride, True)}")  # type: ignore[attr-defined]
    spread = [_sizes(layer, "dilation") for layer in layers]
    if any(one.strip("1x") for one in spread):
        words.append(f"dilation {between([cell(layer.dilation, True) for layer in layers])}")  # type: ignore[attr-defined]
    return " ".join(word for word in words if word)


def _sizes(layer: Layer, name: str) -> str:
    """A parameter of a layer with an entry per axis, as `3x3`."""
    value = getattr(layer, name, None)
    return "x".join(map(str, value)) if isinstance(value, tuple) else ""


def sees(layers: Sequence[LayerReport | None]) -> str:
    """The receptive field, from the first output's, or copy's, to the last's."""
    fields = [None if layer is None else layer.receptive_field for layer in layers]
    known = [field for field in fields if field is not None]
    if not known:
        return "reads no input"
    if all(set(field.size) == {None} for field in known):
        return "sees all of a map" if known[-1].globally else "reads no input"
    size = between([cell(field.size, True) for field in known])
    stride = between([cell(field.stride, True) for field in known])
    everything = sum(field.globally for field in known)
    if 0 < everything < len(known):
        return f"sees {size}, stride {stride} + all in {everything} of {len(known)}"
    return f"sees {size}, stride {stride}" + (" + all" if everything else "")


def between(texts: Sequence[str]) -> str:
    """One text where all are alike, else the first and the last."""
    first, last = texts[0] or UNKNOWN, texts[-1] or UNKNOWN
    return first if len(set(texts)) == 1 else f"{first}…{last}"


def _map(maps: Sequence[tuple[object, tuple[object, ...]]]) -> str:
    """Channels and sizes, as `64 x 56x56`."""
    channels = between([cell(channels, True) for channels, _ in maps])
    sizes = between([times(sizes) for _, sizes in maps])
    return f"{channels} × {sizes}"
