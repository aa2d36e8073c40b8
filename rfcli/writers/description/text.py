"""A network as a format-1 description that computes the same: flat, or in scopes and blocks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from rfcli.description.doubts import channels_in
from rfcli.geometry.units import Spacing
from rfcli.graph.graph import Graph
from rfcli.layers._layer import Layer, attribute
from rfcli.writers.description.blocks import Block
from rfcli.writers.description.folding import in_blocks
from rfcli.writers.description.items import Item, layer_item, shared_values, usual_values
from rfcli.writers.description.scopes import items
from rfcli.writers.description.yaml import broken, entry, escaped, flow, line, scalar

TOLD = ("family", "year", "reference", "accuracy", "unused_params")
"""What is carried over beside the layers."""

Written = Callable[[str, object], Iterator[str]]
"""Writes a value behind a key or a dash, in a line or in several."""


def flat(graph: Graph) -> Iterator[str]:
    """A line for each layer, with its full name, its inputs and its parameters."""
    labels = graph.labels
    numbers = range(len(graph.inputs), len(labels))
    return _document(graph, line, (layer_item(graph, at, labels[at], {}, labels.__getitem__) for at in numbers))


def folded(graph: Graph) -> Iterator[str]:
    """Scopes as scopes, what is repeated as blocks, what most layers state as defaults."""
    shared = shared_values(graph)
    defaults = usual_values()
    defaults.update({(type, key): value for type, values in shared.items() for key, value in values.items()})
    return _document(graph, entry, *in_blocks(items(graph, defaults), graph, defaults), shared)


def _document(
    graph: Graph, written: Written, layers: Iterable[Item], blocks: Sequence[Block] = (), defaults: object = None
) -> Iterator[str]:
    yield from _head(graph, written)
    if defaults:
        yield from written("defaults: ", defaults)
    if blocks:
        yield "blocks:\n"
    for block in blocks:
        yield f"  {scalar(block.name)}:\n"
        if block.parameters:
            said = [f"{scalar(x.name)}: {'' if x.default is None else flow(x.default)}" for x in block.parameters]
            yield from broken("    parameters: {", said, "}")
        yield "    layers:\n"
        yield from _lines(block.layers, "      ", written)
    yield "layers:\n" if len(graph.layers) > len(graph.inputs) else "layers: []\n"
    yield from _lines(layers, "  ", written)
    if graph.architecture.outputs is not None:
        yield from written("outputs: ", [graph.labels[number] for number in graph.outputs])


def alike(one: Graph, other: Graph) -> bool:
    """Whether two networks have the same layers, by the same names, that take the same: so they compute the same."""
    names = ("labels", "sources", "likes", "outputs")
    given = [[(x.name, x.size, x.channels, x.spacing) for x in graph.architecture.inputs] for graph in (one, other)]
    return (
        given[0] == given[1]
        and all(getattr(one, name) == getattr(other, name) for name in names)
        and all(a is b or _same_layer(a, b) for a, b in zip(one.layers, other.layers, strict=True))
    )


def _same_layer(one: Layer | None, other: Layer | None) -> bool:
    if one is None or other is None or one.type != other.type:
        return False
    names = [attribute(name) for name in one.parameters if name != "like"]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _lines(items: Iterable[Item], margin: str, written: Written) -> Iterator[str]:
    for item in items:
        if item.layers is None:
            yield from written(f"{margin}- ", item.keys)
        else:
            yield f"{margin}- name: {scalar(item.name)}\n{margin}  type: sequence\n{margin}  layers:\n"
            yield from _lines(item.layers, margin + "    ", written)


def _apart(spacing: Spacing) -> dict[str, object]:
    """How far apart samples are: a rate where it is one."""
    if spacing.unit == "s" and len(set(spacing.steps)) == 1:
        return {"rate": _plain(1 / spacing.steps[0])}
    unit = {"unit": spacing.unit} if spacing.unit else {}
    return {"spacing": [_plain(step) for step in spacing.steps], **unit}


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)


def _head(graph: Graph, written: Written) -> Iterator[str]:
    architecture = graph.architecture
    yield f"format: 1\nname: {scalar(architecture.name)}\n"
    for key in TOLD:
        if key in architecture.about:
            yield from written(f"{key}: ", escaped(architecture.about[key]))
    inputs = {
        one.name: {
            "size": list(one.size),
            **({"channels": one.channels} if one.channels else {}),
            **({} if channels_in(one.size, one.channels) is None else {"dims": len(one.size)}),
            **({} if one.spacing is None else _apart(one.spacing)),
        }
        for one in architecture.inputs
    }
    if len(inputs) == 1:
        ((name, given),) = inputs.items()
        yield from written("input: ", {**({"name": name} if name != "input" else {}), **given})
    else:
        yield from written("inputs: ", inputs)
