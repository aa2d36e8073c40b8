"""A network as a format-1 description that computes the same: flat, or in scopes and blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rfcli.graph.graph import Graph
from rfcli.layers._layer import Layer, attribute
from rfcli.writers.description.folding import in_blocks
from rfcli.writers.description.items import Item, given, shared_values, usual_values
from rfcli.writers.description.scopes import items
from rfcli.writers.description.yaml import broken, entry, escaped, flow, line, scalar

TOLD = ("family", "year", "reference", "accuracy")
"""What is carried over beside the layers."""


def flat(graph: Graph) -> Iterator[str]:
    """A line for each layer, with its full name, its inputs and its parameters."""
    yield from _head(graph, line)
    start = len(graph.inputs)
    yield "layers:\n" if len(graph.layers) > start else "layers: []\n"
    for number in range(start, len(graph.layers)):
        layer = graph.layers[number]
        assert layer is not None
        like = graph.likes[number]
        item = Item(number, number, name=graph.labels[number], type=layer.type, given=given(layer, {}),
                    inputs=[graph.labels[source] for source in graph.sources[number]],
                    like=None if like is None else graph.labels[like])  # fmt: skip
        yield f"  - {flow(item.keys)}\n"
    if graph.architecture.outputs is not None:
        yield f"outputs: {flow([graph.labels[number] for number in graph.outputs])}\n"


def folded(graph: Graph) -> Iterator[str]:
    """Scopes as scopes, what is repeated as blocks, what most layers state as defaults."""
    shared = shared_values(graph)
    defaults = usual_values()
    defaults.update({(type, key): value for type, values in shared.items() for key, value in values.items()})
    layers, blocks = in_blocks(items(graph, defaults), graph, defaults)
    yield from _head(graph, entry)
    if shared:
        yield from entry("defaults: ", shared)
    if blocks:
        yield "blocks:\n"
    for block in blocks:
        yield f"  {scalar(block.name)}:\n"
        if block.parameters:
            said = [
                f"{scalar(one.name)}: {'' if one.default is None else flow(one.default)}" for one in block.parameters
            ]
            yield from broken("    parameters: {", said, "}")
        yield "    layers:\n"
        for item in block.layers:
            yield from _lines(item, "      ")
    yield "layers:\n" if layers else "layers: []\n"
    for item in layers:
        yield from _lines(item, "  ")
    if graph.architecture.outputs is not None:
        yield from entry("outputs: ", [graph.labels[number] for number in graph.outputs])


def alike(one: Graph, other: Graph) -> bool:
    """Whether two networks have the same layers, by the same names, that take the same: so they compute the same."""
    names = ("labels", "sources", "likes", "outputs")
    given = [[(x.name, x.size, x.channels) for x in graph.architecture.inputs] for graph in (one, other)]
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


def _lines(item: Item, margin: str) -> Iterator[str]:
    if item.layers is None:
        yield from entry(f"{margin}- ", item.keys)
        return
    yield f"{margin}- name: {scalar(item.name)}\n{margin}  type: sequence\n{margin}  layers:\n"
    for one in item.layers:
        yield from _lines(one, margin + "    ")


def _head(graph: Graph, written: Callable[[str, object], Iterator[str]]) -> Iterator[str]:
    architecture = graph.architecture
    yield f"format: 1\nname: {scalar(architecture.name)}\n"
    for key in TOLD:
        if key in architecture.about:
            yield from written(f"{key}: ", escaped(architecture.about[key]))
    inputs = {
        one.name: {"size": list(one.size), **({"channels": one.channels} if one.channels else {})}
        for one in architecture.inputs
    }
    if len(inputs) == 1:
        ((name, given),) = inputs.items()
        yield from written("input: ", {**({"name": name} if name != "input" else {}), **given})
    else:
        yield from written("inputs: ", inputs)
