"""Models of Keras 0.3, which name their classes otherwise, and its Graph, in the words of Keras 1."""

from rfcli.description.nodes import Node
from rfcli.readers.keras.first.layers import at, text_in

Entry = dict[str, Node]


def as_first(entry: Node) -> Node:
    """What Keras 1 would have written of a layer or model of Keras 0.3."""
    stated = entry.value
    if type(stated) is not dict:
        return entry
    if text_in(stated, "class_name") == "Graph" and "config" in stated and type(stated["config"].value) is dict:
        return _graph(stated["config"])  # Keras 1.0 has it still.
    if "class_name" in stated or not text_in(stated, "name"):
        return entry
    kind = text_in(stated, "name")
    if kind == "Graph":
        return _graph(entry)
    if kind == "Sequential":
        listed = stated.get("layers", at(entry, []))
        config = at(listed, _named(listed.value) if type(listed.value) is list else listed.value)
        return at(entry, {"class_name": stated["name"], "config": config})
    inside = {key: node for key, node in stated.items() if key not in ("name", "custom_name", "input_shape")}
    if "custom_name" in stated:
        inside["name"] = stated["custom_name"]
    if kind == "Embedding" and "input_length" in stated:  # Its input_shape is the number of words.
        inside["batch_input_shape"] = at(entry, [at(entry, None), stated["input_length"]])
    elif "input_shape" in stated:
        inside["batch_input_shape"] = _batched(stated["input_shape"])
    if "dims" in stated and kind == "Reshape":
        inside["target_shape"] = stated["dims"]
    if "layer" in stated:
        inside["layer"] = as_first(stated["layer"])
    if "layers" in stated and type(stated["layers"].value) is list:
        inside["layers"] = at(stated["layers"], [as_first(one) for one in stated["layers"].value])
    return at(entry, {"class_name": stated["name"], "config": at(entry, inside)})


def _named(layers: list[Node]) -> list[Node]:
    """Layers with names of their own, by number where several have one name: Keras 0.3 calls all of a class alike."""
    entries = [as_first(one) for one in layers]
    names = [_stated_name(one) for one in entries]
    made: list[Node] = []
    for number, (one, name) in enumerate(zip(entries, names, strict=True)):
        if name and names.count(name) > 1:
            config = one.value["config"]
            own = at(config, f"{name}_{names[: number + 1].count(name)}")
            one = at(one, {**one.value, "config": at(config, {**config.value, "name": own})})
        made.append(one)
    return made


def _stated_name(entry: Node) -> str:
    config = entry.value["config"].value if type(entry.value) is dict and "config" in entry.value else None
    return text_in(config, "name") if type(config) is dict else ""


def _batched(shape: Node) -> Node:
    """A shape with the batch before it."""
    return at(shape, [at(shape, None), *shape.value] if type(shape.value) is list else shape.value)


# Graphs


def _graph(entry: Node) -> Node:
    """Layers that name what they read, as a Functional model."""
    stated = entry.value
    inputs = [_input(one) for one in _rows(stated, "input_config")]
    layers = [*inputs]
    nodes = stated["nodes"].value if "nodes" in stated and type(stated["nodes"].value) is dict else {}
    for row in _rows(stated, "node_config"):
        name = text_in(row.value, "name")
        held = as_first(nodes[name]) if name in nodes else at(row, {"class_name": at(row, "?"), "config": at(row, {})})
        layers += _called(held if type(held.value) is dict else at(row, {}), row, name)
    ends: list[Node] = []
    for row in _rows(stated, "output_config"):
        layers += _called(None, row, text_in(row.value, "name"))
        ends.append(_reference(row, _read(row) or text_in(row.value, "name")))
    inside = {
        "layers": at(entry, layers), "input_layers": at(entry, [_reference(one, _name(one)) for one in inputs]),
        "output_layers": at(entry, ends),
    }  # fmt: skip
    return at(entry, {"class_name": at(entry, "Model"), "config": at(entry, inside)})


def _rows(stated: Entry, key: str) -> list[Node]:
    listed = stated[key].value if key in stated and type(stated[key].value) is list else []
    return [one for one in listed if type(one.value) is dict and text_in(one.value, "name")]


def _name(entry: Node) -> str:
    return text_in(entry.value, "name")


def _read(row: Node) -> str:
    """The one layer that a row reads; "" where it reads several."""
    return text_in(row.value, "input")


def _input(row: Node) -> Node:
    config = {key: node for key, node in row.value.items() if key == "batch_input_shape"}
    if "input_shape" in row.value:
        config["batch_input_shape"] = _batched(row.value["input_shape"])
    return _entry(at(row, {"class_name": at(row, "InputLayer"), "config": at(row, config)}), _name(row), [])


def _entry(held: Node, name: str, given: list[Node]) -> Node:
    """A layer with a name, called with tensors."""
    calls = at(held, [at(held, given)] if given else [])
    return at(held, {**held.value, "name": at(held, name), "inbound_nodes": calls})


def _called(held: Node | None, row: Node, name: str) -> list[Node]:
    """A layer with what it reads, merged where that is several; without a layer, what is merged alone."""
    several = row.value["inputs"].value if "inputs" in row.value and type(row.value["inputs"].value) is list else []
    given = [_reference(one, one.value) for one in several if type(one.value) is str]
    made: list[Node] = []
    if _read(row):
        given = [_reference(row, _read(row))]
    elif given:
        merged = {key: node for key, node in row.value.items() if key in ("concat_axis", "dot_axes")}
        merged["mode"] = row.value.get("merge_mode", at(row, "concat"))
        called = name if held is None else f"{name}_inputs"
        merge = at(row, {"class_name": at(row, "Merge"), "config": at(row, merged)})
        made.append(_entry(merge, called, given))
        given = [_reference(row, called)]
    return made if held is None else [*made, _entry(held, name, given)]


def _reference(place: Node, name: str) -> Node:
    """The first output of a layer's first call."""
    return at(place, [at(place, name), at(place, 0), at(place, 0)])
