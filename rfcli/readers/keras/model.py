"""A Keras model as the file has it: a Sequential or Functional graph of layers, each with its calls, in an order in
which they can be made."""

from __future__ import annotations

from rfcli.description.nodes import Node
from rfcli.layers._parameters import shown
from rfcli.ordering import ordered
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.calls import Arguments, Config, Reference, arguments, is_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.description.nodes import Problems
    from rfcli.readers.tracing.maps import Size

MODELS = ("Functional", "Model", "Sequential")
MAX_PROBLEMS = 100
"""Problems after which nothing more is read."""


class Part:
    """A layer of a model: its class, its configuration, its calls, and what it holds where it is a model itself."""

    __slots__ = ("calls", "config", "key", "kind", "model", "module", "name", "node")

    def __init__(self, node: Node, name: str, kind: str, module: str, config: Config, model: Model | None) -> None:
        self.node, self.name, self.kind, self.module, self.config, self.model = node, name, kind, module, config, model
        self.calls: list[Arguments] = []
        shared = node.value.get("shared_object_id")
        known = shared is not None and type(shared.value) is int
        self.key: object = (kind, shared.value) if known else id(node)


class Model:
    """A Sequential or Functional model: its layers in order, and the tensors that go in and out."""

    __slots__ = ("inputs", "name", "node", "order", "outputs", "parts", "stated")

    def __init__(self, node: Node, name: str) -> None:
        self.node, self.name = node, name
        self.parts: dict[str, Part] = {}
        self.inputs: list[Reference] = []
        self.outputs: list[Reference] = []
        self.order: list[tuple[Part, int]] = []
        self.stated: dict[tuple[str, int], dict[int, list[Size]]] = {}
        """Shapes that the file states of what a call makes, by the number of the output."""


def _mapping(node: Node | None, what: str, at: Node) -> dict[str, Node]:
    if node is None or type(node.value) is not dict:
        raise ForeignError(f"{what} must be a mapping", at=at if node is None else node)
    return node.value


def _text(node: Node | None) -> str | None:
    return node.value if node is not None and type(node.value) is str and node.value else None


def is_model(kind: str, config: Node | None) -> bool:
    """Whether a class of this name and configuration is a model whose layers are stated."""
    if kind in MODELS:
        return True
    found = config.value if config is not None and type(config.value) is dict else {}
    return all(type(found[key].value) is list if key in found else False for key in ("layers", "input_layers")) and (
        "output_layers" in found
    )


def parsed(node: Node, problems: Problems) -> Model:
    """A model, of what `to_json` writes. Raises `ForeignError`."""
    entry = _mapping(node, "a Keras model", node)
    kind = _text(entry.get("class_name"))
    if kind is None:
        raise ForeignError("not a Keras model: it has no class_name", "save it with model.to_json()", node)
    config = entry.get("config")
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


def _part(node: Node, problems: Problems, fallback: str = "") -> Part:
    entry = _mapping(node, "a layer", node)
    kind = _text(entry.get("class_name"))
    if kind is None:
        raise ForeignError("a layer without a class_name", at=node)
    config = entry.get("config", Node({}, node.file, node.line, node.column))
    inside = config.value if type(config.value) is dict else {}
    name = _text(entry.get("name")) or _text(inside.get("name")) or fallback or kind.lower()
    model = parsed(node, problems) if is_model(kind, config) else None
    if model is None:
        _mapping(config, f"config of '{name[:60]}'", node)
    return Part(node, name, kind, _text(entry.get("module")) or "", Config(config), model)


def _sequential(node: Node, config: Node, problems: Problems) -> Model:
    """A chain; in old files the configuration is the list of layers itself."""
    inside = config.value if type(config.value) is dict else {}
    layers = config if type(config.value) is list else inside.get("layers")
    if layers is None or type(layers.value) is not list:
        raise ForeignError("a Sequential model without a list of layers", at=config)
    made = Model(node, _text(inside.get("name")) or "sequential")
    before: Reference | None = None
    for number, one in enumerate(layers.value):
        part = _part(one, problems, f"layer_{number + 1}")
        if part.name in made.parts:
            problems.add(one, "RF012", f"two layers are called '{part.name[:60]}'", "layers of a model have own names")
            part.name = f"{part.name}_{number + 1}"
        if part.kind == "InputLayer" and before is not None:
            raise ForeignError("an InputLayer inside a Sequential model", "it stands first", one)
        if number == 0 and part.kind != "InputLayer":
            shape = Config(Node(inside, config.file, config.line, config.column)).find("build_input_shape")
            part_input = Part(one, "input", "InputLayer", "", _input_config(part, shape, one), None)
            part_input.calls.append(Arguments([], {}))
            made.parts[_fresh("input", part.name)] = part_input
            before = Reference(next(iter(made.parts)), 0, 0, one)
            made.order.append((part_input, 0))
        if before is not None:
            _state(made, before, part.config.beside(one, "build_config", "input_shape"))
        made.parts[part.name] = part
        part.calls.append(Arguments([] if before is None else [before], {}))
        made.order.append((part, 0))
        before = Reference(part.name, 0, 0, one)
    if before is None:
        raise ForeignError("a Sequential model without layers", at=config)
    made.inputs, made.outputs = [Reference(next(iter(made.parts)), 0, 0, node)], [before]
    return made


def _fresh(name: str, taken: str) -> str:
    return name if name != taken else f"{name}_1"


def _input_config(part: Part, shape: Node | None, at: Node) -> Config:
    """The configuration of the input that a Sequential model without an InputLayer has."""
    found = shape
    inner: Part | None = part
    while found is None and inner is not None:
        for key in ("batch_input_shape", "batch_shape"):
            found = found or inner.config.find(key)
        inner = next(iter(inner.model.parts.values()), None) if inner.model is not None else None
    return Config(Node({} if found is None else {"batch_shape": found}, at.file, at.line, at.column))


def _functional(node: Node, inside: dict[str, Node], config: Node, problems: Problems) -> Model:
    layers = inside.get("layers")
    if layers is None or type(layers.value) is not list:
        raise ForeignError("a Functional model without a list of layers", at=config)
    made = Model(node, _text(inside.get("name")) or "model")
    for number, one in enumerate(layers.value):
        part = _part(one, problems, f"layer_{number + 1}")
        if part.name in made.parts:
            raise ForeignError(f"two layers are called '{part.name[:60]}'", "layers of a model have own names", one)
        made.parts[part.name] = part
    for part in made.parts.values():
        calls = part.node.value.get("inbound_nodes")
        if calls is None or part.kind == "InputLayer":
            part.calls = [Arguments([], {})] if part.kind == "InputLayer" else []
            continue
        if type(calls.value) is not list:
            raise ForeignError(f"inbound_nodes of '{part.name[:60]}' must be a list", at=calls)
        part.calls = [arguments(call, made.parts) for call in calls.value]
    made.inputs = _ends(inside.get("input_layers"), config, "input_layers")
    made.outputs = _ends(inside.get("output_layers"), config, "output_layers")
    _resolved(made, problems)
    return made


def _ends(node: Node | None, config: Node, key: str) -> list[Reference]:
    """The tensors that `input_layers` or `output_layers` list, in whatever structure."""
    if node is None:
        raise ForeignError(f"a Functional model without {key}", at=config)
    found: list[Reference] = []
    todo = [node]
    while todo:
        one = todo.pop()
        if is_reference(one):
            name, index, tensor = (part.value for part in one.value[:3])
            found.append(Reference(name, index, tensor, one))
        elif type(one.value) is list:
            todo.extend(reversed(one.value))
        elif type(one.value) is dict:
            todo.extend(reversed(one.value.values()))
        else:
            raise ForeignError(f"{key} must hold lists [layer, call, tensor], here is {shown(one.value)}", at=one)
    if not found:
        raise ForeignError(f"{key} is empty", at=node)
    return found


def _state(model: Model, reference: Reference, shape: list[Size] | None) -> None:
    if shape is not None:
        model.stated.setdefault((reference.name, reference.index), {}).setdefault(reference.tensor, shape)


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
            _state(model, reference, reference.shape)
        if len(problems) > MAX_PROBLEMS:
            break
    if problems:
        return
    for reference in model.inputs:
        if model.parts[reference.name].kind != "InputLayer":
            raise ForeignError(f"the input '{reference.name[:60]}' is no InputLayer", at=reference.node)
    model.order = [calls[place] for place in _ordered(reads, at, model)]


def _offset(part: Part, used: set[int]) -> int:
    """The number of a layer's first call, in lists of tensors: a model whose own making is call 0 starts with 1. That
    is so for Functional models, and in Keras 2 for Sequential ones that know their input."""
    if part.model is None or not part.calls:
        return 0
    begins = next(iter(part.model.parts.values())).node.value
    sized = "InputLayer" in (one.value for one in [begins.get("class_name")] if one is not None)
    old = type(part.node.value["inbound_nodes"].value[0].value) is list
    usual = int(part.kind != "Sequential" or (old and sized))
    fits = [offset for offset in (usual, 1 - usual) if all(0 <= one - offset < len(part.calls) for one in used)]
    return fits[0] if fits else usual


def _ordered(reads: Sequence[list[Reference]], at: dict[tuple[str, int], int], model: Model) -> list[int]:
    """Calls in the order of the file, each after those that it reads. Raises `ForeignError` for a circle."""
    needs = [{at[reference.name, reference.index] for reference in references} for references in reads]
    order = ordered(needs)
    if len(order) < len(reads):
        done = set(order)
        stuck = next(place for place in range(len(reads)) if place not in done)
        reference = next(one for one in reads[stuck] if at[one.name, one.index] not in done)
        raise ForeignError(f"layers read each other in a circle, through '{reference.name[:60]}'", at=reference.node)
    return order


def every(model: Model) -> Iterator[Part]:
    todo = list(model.parts.values())
    while todo:
        part = todo.pop()
        yield part
        if part.model is not None:
            todo.extend(part.model.parts.values())


def counted(model: Model) -> tuple[int, int]:
    """Calls of layers, and tensors that they read, where models are called as often as they are."""
    calls = read = 0
    for part in model.parts.values():
        inside = (0, 0) if part.model is None or not part.calls else counted(part.model)
        calls += len(part.calls) * (1 + inside[0])
        read += sum(len(call.references) for call in part.calls) + len(part.calls) * inside[1]
    return calls, read
