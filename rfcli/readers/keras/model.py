"""A Keras model as the file has it: a Sequential or Functional graph of layers, each with its calls, in an order in
which they can be made."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.description.nodes import Node, Problems
from rfcli.layers._parameters import shown
from rfcli.ordering import ordered
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.calls import Arguments, Config, Reference, arguments, is_reference, referred
from rfcli.readers.tracing.maps import Size

MODELS = ("Functional", "Model", "Sequential")
MAX_PROBLEMS = 100
"""Problems after which nothing more is read."""


def shared_key(kind: str, node: Node) -> str:
    """What tells a layer apart that stands in several places; "" where the file does not say so."""
    shared = node.value.get("shared_object_id")
    return f"{kind} {shared.value}" if shared is not None and type(shared.value) is int else ""


class Part:
    """A layer of a model: its class, its configuration, its calls, and what it holds where it is a model itself."""

    def __init__(self, node: Node, name: str, kind: str, module: str, config: Config, model: Model | None) -> None:
        self.node, self.name, self.kind, self.module, self.config, self.model = node, name, kind, module, config, model
        self.calls: list[Arguments] = []
        self.key = shared_key(kind, node) or f"{id(node)}"


class Model:
    """A Sequential or Functional model: its layers in order, and the tensors that go in and out."""

    def __init__(self, node: Node, name: str) -> None:
        self.node, self.name = node, name
        self.parts: dict[str, Part] = {}
        self.inputs: list[Reference] = []
        self.keys: list[str] = []
        """Names of the inputs, by which a call may give them."""
        self.outputs: list[Reference] = []
        self.order: list[tuple[Part, int]] = []
        self.stated: dict[tuple[str, int], dict[int, list[Size] | None]] = {}
        """Of each output of a call that something reads the shape, where the file states it."""

    def state(self, reference: Reference, shape: list[Size] | None) -> None:
        outputs = self.stated.setdefault((reference.name, reference.index), {})
        outputs[reference.tensor] = outputs.get(reference.tensor) or shape

    def follow(self, part: Part) -> None:
        """Adds a layer that reads what the last one makes."""
        part.calls.append(Arguments([*self.outputs], {}))
        self.parts[part.name] = part
        self.order.append((part, 0))
        self.outputs = [Reference(part.name, 0, 0, part.node)]


def _mapping(node: Node | None, what: str, at: Node) -> dict[str, Node]:
    if node is None or type(node.value) is not dict:
        raise ForeignError(f"{what} must be a mapping", at=at if node is None else node)
    return node.value


def is_model(kind: str, config: Node | None) -> bool:
    """Whether a class of this name and configuration is a model whose layers are stated."""
    inside = config.value if config is not None and type(config.value) is dict else {}
    lists = [key in inside and type(inside[key].value) is list for key in ("layers", "input_layers")]
    return kind in MODELS or (all(lists) and "output_layers" in inside)


def parsed(node: Node, problems: Problems) -> Model:
    """A model, of what `to_json` writes. Raises `ForeignError`."""
    config = _mapping(node, "a Keras model", node).get("config")
    kind = Config(node).text("class_name")
    if not kind:
        raise ForeignError("not a Keras model: it has no class_name", "save it with model.to_json()", node)
    if config is None:
        raise ForeignError(f"the model '{kind[:60]}' has no config", at=node)
    if not is_model(kind, config):
        raise ForeignError(
            f"the model is of the class '{kind[:60]}', which does not state its layers",
            "Sequential and Functional models do: rebuild it as one, or export it to ONNX", node,
        )  # fmt: skip
    if kind == "Sequential":
        return _sequential(node, config, problems)
    return _functional(node, _mapping(config, "config", node), config, problems)


def _parts(layers: Node | None, what: str, config: Node, problems: Problems) -> Iterator[Part]:
    """The layers that a model lists."""
    if layers is None or type(layers.value) is not list:
        raise ForeignError(f"a {what} model without a list of layers", at=config)
    for number, node in enumerate(layers.value, 1):
        entry = Config(node)
        inside = _mapping(node, "a layer", node).get("config", Node({}, node.file, node.line, node.column))
        kind = entry.text("class_name")
        if not kind:
            raise ForeignError("a layer without a class_name", at=node)
        name = entry.text("name") or Config(inside).text("name") or f"layer_{number}"
        model = parsed(node, problems) if is_model(kind, inside) else None
        if model is None:
            _mapping(inside, f"config of '{name[:60]}'", node)
        yield Part(node, name, kind, entry.text("module") or "", Config(inside), model)


def _sequential(node: Node, config: Node, problems: Problems) -> Model:
    """A chain; in old files the configuration is the list of layers itself."""
    inside = Config(config)
    layers = config if type(config.value) is list else inside.find("layers")
    made = Model(node, inside.text("name") or "sequential")
    for number, part in enumerate(_parts(layers, "Sequential", config, problems), 1):
        if part.name in made.parts:
            told = f"two layers are called '{part.name[:60]}'"
            problems.add(part.node, "RF012", told, "layers of a model have own names")
            part.name = f"{part.name}_{number}"
        if part.kind == "InputLayer" and made.parts:
            raise ForeignError("an InputLayer inside a Sequential model", "it stands first", part.node)
        if part.kind != "InputLayer" and not made.parts:
            name = "input_1" if part.name == "input" else "input"
            begin = _input_config(part, inside.find("build_input_shape"))
            made.follow(Part(part.node, name, "InputLayer", "", begin, None))
        built = Config(part.node).inside("build_config")
        if made.outputs and built is not None:
            made.state(made.outputs[0], built.shape("input_shape"))
        made.follow(part)
    if not made.parts:
        raise ForeignError("a Sequential model without layers", at=config)
    made.inputs = [Reference(next(iter(made.parts)), 0, 0, node)]
    return made


def _input_config(part: Part, shape: Node | None) -> Config:
    """The configuration of the input that a Sequential model without an InputLayer has."""
    inner: Part | None = part
    while shape is None and inner is not None:
        shape = inner.config.find("batch_input_shape") or inner.config.find("batch_shape")
        inner = next(iter(inner.model.parts.values()), None) if inner.model is not None else None
    at = part.node
    return Config(Node({} if shape is None else {"batch_shape": shape}, at.file, at.line, at.column))


def _functional(node: Node, inside: dict[str, Node], config: Node, problems: Problems) -> Model:
    made = Model(node, Config(config).text("name") or "model")
    for part in _parts(inside.get("layers"), "Functional", config, problems):
        if part.name in made.parts:
            told = f"two layers are called '{part.name[:60]}'"
            raise ForeignError(told, "layers of a model have own names", part.node)
        made.parts[part.name] = part
    for part in made.parts.values():
        calls = part.node.value.get("inbound_nodes")
        if part.kind == "InputLayer":
            part.calls = [Arguments([], {})]
        elif calls is not None:
            if type(calls.value) is not list:
                raise ForeignError(f"inbound_nodes of '{part.name[:60]}' must be a list", at=calls)
            part.calls = [arguments(call, made.parts) for call in calls.value]
    made.inputs = _ends(inside.get("input_layers"), config, "input_layers")
    named = inside["input_layers"].value
    made.keys = sorted(named) if type(named) is dict else [one.name for one in made.inputs]
    made.outputs = _ends(inside.get("output_layers"), config, "output_layers")
    _resolved(made, problems)
    return made


def _ends(node: Node | None, config: Node, key: str) -> list[Reference]:
    """The tensors that `input_layers` or `output_layers` list, in whatever structure; Keras sorts keys of mappings."""
    if node is None:
        raise ForeignError(f"a Functional model without {key}", at=config)
    found: list[Reference] = []
    todo = [node]
    while todo:
        one = todo.pop()
        if is_reference(one):
            found.append(referred(one))
        elif type(one.value) in (list, dict):
            todo.extend(
                reversed(one.value if type(one.value) is list else [one.value[key] for key in sorted(one.value)])
            )
        else:
            raise ForeignError(f"{key} must hold lists [layer, call, tensor], here is {shown(one.value)}", at=one)
    if not found:
        raise ForeignError(f"{key} is empty", at=node)
    return found


def _resolved(model: Model, problems: Problems) -> None:
    """Finds the call that each reference means, and an order in which all of them can be made."""
    calls = [(part, number) for part in model.parts.values() for number in range(len(part.calls))]
    reads = [part.calls[number].references for part, number in calls]
    every = [reference for references in (*reads, model.inputs, model.outputs) for reference in references]
    used: dict[str, set[int]] = {}
    for reference in every:
        if not reference.own:
            used.setdefault(reference.name, set()).add(reference.index)
    offsets = {name: _offset(model.parts[name], indices) for name, indices in used.items() if name in model.parts}
    at = {(part.name, number): place for place, (part, number) in enumerate(calls)}
    for reference in every:
        offset = 0 if reference.own else offsets.get(reference.name, 0)
        found = model.parts.get(reference.name)
        if found is None:
            problems.add(reference.node, "RF012", f"'{reference.name[:60]}' is no layer of the model")
        elif (reference.name, reference.index - offset) not in at or reference.tensor < 0:
            told = f"'{reference.name[:60]}' has no call {reference.index}, it has {len(found.calls)}"
            problems.add(reference.node, "RF012", told)
        else:
            reference.index -= offset
            model.state(reference, reference.shape)
        if len(problems) > MAX_PROBLEMS:
            break
    if problems:
        return
    for reference in model.inputs:
        if model.parts[reference.name].kind != "InputLayer":
            raise ForeignError(f"the input '{reference.name[:60]}' is no InputLayer", at=reference.node)
    order = ordered([{at[reference.name, reference.index] for reference in references} for references in reads])
    done = set(order)
    if len(order) < len(reads):
        stuck = next(place for place in range(len(reads)) if place not in done)
        reference = next(one for one in reads[stuck] if at[one.name, one.index] not in done)
        raise ForeignError(f"layers read each other in a circle, through '{reference.name[:60]}'", at=reference.node)
    model.order = [calls[place] for place in order]


def _offset(part: Part, used: set[int]) -> int:
    """The number of a layer's first call, in lists of tensors: a model whose own making is call 0 starts with 1. That
    is so for Functional models, and in Keras 2 for Sequential ones that know their input."""
    if part.model is None or not part.calls:
        return 0
    sized = Config(next(iter(part.model.parts.values())).node).text("class_name") == "InputLayer"
    stated = part.node.value.get("inbound_nodes")  # an InputLayer has a call that nothing states
    first = stated.value[:1] if stated is not None and type(stated.value) is list else []
    old = bool(first) and type(first[0].value) is list
    usual = int(part.kind != "Sequential" or (old and sized))
    fits = [offset for offset in (usual, 1 - usual) if all(0 <= one - offset < len(part.calls) for one in used)]
    return fits[0] if fits else usual


def every(model: Model) -> Iterator[Part]:
    """All layers, also those of models inside."""
    for part in model.parts.values():
        yield part
        if part.model is not None:
            yield from every(part.model)


def counted(model: Model) -> tuple[int, int]:
    """Calls of layers, and tensors that they read, where models are called as often as they are."""
    calls = read = 0
    for part in model.parts.values():
        inside = (0, 0) if part.model is None or not part.calls else counted(part.model)
        calls += len(part.calls) * (1 + inside[0])
        read += sum(len(call.references) for call in part.calls) + len(part.calls) * inside[1]
    return calls, read
