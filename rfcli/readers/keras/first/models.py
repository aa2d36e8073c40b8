"""Models of Keras 1, in the words of Keras 2."""

from rfcli.description.nodes import Node
from rfcli.readers.keras.first import configurations
from rfcli.readers.keras.first.layers import as_layer, at, text_in
from rfcli.readers.keras.first.oldest import as_first


def as_second(root: Node) -> Node:
    """What Keras 2 would have written of a model of Keras 1; values keep their places."""
    root = as_first(root)
    stated = {text_in(one, "dim_ordering") for one in configurations(root)} - {""}
    return _entry(root, stated.pop() if len(stated) == 1 else None if stated else "tf")


def _entry(node: Node, ordering: str | None) -> Node:
    """A layer or model. What is none stays as it is, to be told."""
    stated = node.value
    if type(stated) is not dict or "config" not in stated or not text_in(stated, "class_name"):
        return node
    kind, config = text_in(stated, "class_name"), stated["config"]
    if type(config.value) is list and config.value and _branches(config.value[0]):
        return _joined(node, config, ordering)
    if type(config.value) is list:
        made = at(config, [_entry(one, ordering) for one in config.value])
    elif type(config.value) is not dict:
        return node
    elif "layers" in config.value and type(config.value["layers"].value) is list and kind != "Merge":
        listed = config.value["layers"]
        made = at(config, {**config.value, "layers": at(listed, [_entry(one, ordering) for one in listed.value])})
    else:
        inside = config.value
        if "layer" in inside:
            inside = {**inside, "layer": _entry(inside["layer"], ordering)}
        kind, made = as_layer(kind, at(config, inside), ordering)
    return at(node, {**stated, "class_name": at(stated["class_name"], kind), "config": made})


def _branches(first: Node) -> list[Node]:
    """The models that the first layer of a Sequential one merges; of any other layer none."""
    stated = first.value if type(first.value) is dict else {}
    config = stated["config"].value if "config" in stated else None
    layers = config["layers"].value if type(config) is dict and "layers" in config else None
    return layers if text_in(stated, "class_name") == "Merge" and type(layers) is list else []


def _joined(node: Node, config: Node, ordering: str | None) -> Node:
    """A Sequential model that begins with others merged, as a Functional one."""
    merge, *rest = config.value
    taken = {_name(one) for one in config.value}
    layers, inputs, ends = list[Node](), list[Node](), list[Node]()
    for number, branch in enumerate(_branches(merge), 1):
        made, name = _entry(branch, ordering), _free(_name(branch) or f"sequential_{number}", taken)
        given = []
        for shape in _shapes(made):
            given.append(_reference(branch, _free(f"input_{len(inputs) + 1}", taken)))
            layers.append(_input(given[-1], shape))
            inputs.append(given[-1])
        layers.append(_called(made, name, given))
        ends.append(_reference(branch, name))
    for number, layer in enumerate((merge, *rest), 1):
        name = _name(layer) or _free(f"layer_{number}", taken)
        layers.append(_called(_entry(layer, ordering), name, ends))
        ends = [_reference(layer, name)]
    inside = {"layers": layers, "input_layers": inputs, "output_layers": ends}
    made = at(config, {key: at(config, one) for key, one in inside.items()})
    return at(node, {**node.value, "class_name": at(node, "Model"), "config": made})


def _name(entry: Node) -> str:
    """The name of a layer or model that states it."""
    stated = entry.value if type(entry.value) is dict else {}
    config = stated["config"].value if "config" in stated else None
    return text_in(stated, "name") or (text_in(config, "name") if type(config) is dict else "")


def _free(name: str, taken: set[str]) -> str:
    """The name, or one like it that is not taken; it is taken then."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found


def _shapes(entry: Node) -> list[Node | None]:
    """The shapes of a model's inputs, one for each."""
    config = entry.value["config"] if type(entry.value) is dict and "config" in entry.value else entry
    inside = config.value if type(config.value) is dict else {}
    if type(config.value) is list and config.value:
        return _shapes(config.value[0])
    if "input_layers" not in inside or type(inside["input_layers"].value) is not list:
        return [inside.get("batch_input_shape")]
    layers = inside["layers"].value if "layers" in inside and type(inside["layers"].value) is list else []
    named = {_name(one): one for one in layers}
    ends = [one.value[0].value for one in inside["input_layers"].value if type(one.value) is list and one.value]
    return [shape for end in ends if type(end) is str and end in named for shape in _shapes(named[end])]


def _input(reference: Node, shape: Node | None) -> Node:
    """The entry of an input."""
    stated = {} if shape is None else {"batch_input_shape": shape}
    entry = {"class_name": at(reference, "InputLayer"), "config": at(reference, stated)}
    return _called(at(reference, entry), reference.value[0].value, None)


def _called(entry: Node, name: str, given: list[Node] | None) -> Node:
    """An entry with its name, and what it is called with."""
    calls = [] if given is None else [at(entry, given)]
    stated = entry.value if type(entry.value) is dict else {}
    return at(entry, {**stated, "name": at(entry, name), "inbound_nodes": at(entry, calls)})


def _reference(place: Node, name: str) -> Node:
    """The first output of a layer's first call."""
    return at(place, [at(place, name), at(place, 0), at(place, 0)])
