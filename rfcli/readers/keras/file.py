"""Keras models: the JSON of `model.to_json()`, and `config.json` inside a `.keras` archive; of Keras 2 and 3.

Names are Keras's: layer `block1_conv1` is `block1_conv1`, and what lies in a model that is used as a layer is in a
scope of its name, `encoder/conv1`. A layer that is called again is `conv1_2`, and has no parameters then: its weights
are counted once. An activation inside another layer changes no number and is no layer of its own, unless it mixes
positions (a softmax over a spatial axis), halves channels (glu) or is not known.

Parameters are the trainable ones: what `count_params()` gives less the moving statistics of normalisations, whether or
not layers are frozen.

Code in the file (of `Lambda` layers) is never run: such a layer is an unknown operation, as is every class that
`_keras_layers` and `_keras_operations` have no row for.
"""

from __future__ import annotations

import heapq
import re
import zlib
from struct import error as StructError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from rfcli.description import json_
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import decode, read_bytes, too_large
from rfcli.layers._parameters import shown
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.keras.calls import Call, Config, Reference, arguments, is_reference, references_in, substituted
from rfcli.readers.keras.functions import OPERATIONS, function_of
from rfcli.readers.keras.layers import LAYERS, Program
from rfcli.readers.keras.maps import KerasTracer
from rfcli.readers.refused import refused_archive
from rfcli.readers.tracing.maps import Layout, Map, Roles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, BinaryIO

    from rfcli.description.limits import Limits
    from rfcli.readers.keras.calls import Traced
    from rfcli.readers.tracing.maps import Size

ENTRY = "config.json"
MOST_AT_ONCE = 1 << 20
"""Bytes that are read at once of an archive: more than the list of entries of any that Keras writes."""
ID_DIGITS = 20
"""Digits of integers: objects that are shared are told by their address in memory."""
MAX_PROBLEMS = 100
"""Problems after which nothing more is read."""
MODELS = ("Functional", "Model", "Sequential")
OWN = ("keras.", "tf_keras.", "tensorflow.keras.", "tensorflow.python.keras.")
"""Beginnings of the modules of Keras's own classes."""
PUBLISHED = ("CustomScaleLayer", "FixedDropout", "LayerScale", "StochasticDepth", "DropPath")
"""Classes of published models, which belong to no module of layers."""
_AXES = re.compile(r"([123])D")


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> Draft | None:
    """The description of a Keras model, or None with its problems added. Raises `ForeignError`."""
    head = stream.read(4)
    stream.seek(0)
    if head == b"PK\x03\x04":
        size = stream.seek(0, 2)
        if size > limits.model_bytes:
            raise ForeignError(f"larger than {limits.model_bytes} bytes", limits.exceeded("model_bytes"))
        data, path = entry_of(stream, limits), f"{file.path}/{ENTRY}"
    else:
        data, path = read_bytes(stream, limits.bytes + 1), file.path
    if len(data) > limits.bytes:
        too_large(path, limits, problems)
        return None
    text = decode(data, path, problems)
    if text is None:
        return None
    if not text.lstrip(" \t\r\n").startswith("{"):
        raise ForeignError("not a Keras model: neither an archive nor JSON", "save it with model.save('net.keras')")
    wide = limits.replaced(digits=max(limits.digits, ID_DIGITS))
    root = json_.read(File(path, text), wide, problems)
    return None if root is None else drafted(root, file, limits, problems)


class _Capped:
    """A stream of which no more than `MOST_AT_ONCE` bytes are read at once: an archive's list of entries is."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, count: int = -1) -> bytes:
        data = self._stream.read(MOST_AT_ONCE + 1 if count < 0 or count > MOST_AT_ONCE else count)
        if len(data) > MOST_AT_ONCE:
            raise ForeignError("an archive with too many entries", "Keras writes three")
        return data


def entry_of(stream: BinaryIO, limits: Limits) -> bytes:
    """The bytes of `config.json` in a `.keras` archive, one more than allowed at most. Raises `ForeignError`."""
    try:
        archive = ZipFile(_Capped(stream))
        names = archive.namelist()
        if ENTRY not in names:
            refused_archive(names)
        if names.count(ENTRY) > 1:
            raise ForeignError(f"the archive has {names.count(ENTRY)} entries '{ENTRY}'")
        entry = archive.getinfo(ENTRY)
        if entry.flag_bits & 0x1:
            raise ForeignError(f"'{ENTRY}' in the archive is encrypted")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise ForeignError(f"'{ENTRY}' in the archive is compressed in a way that Keras does not use")
        with archive.open(entry) as opened:
            return read_bytes(opened, limits.bytes + 1)  # type: ignore[arg-type]
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError, IndexError,
            StructError, zlib.error):  # fmt: skip
        raise ForeignError("a damaged archive", "save the model again: model.save('net.keras')") from None


# The model as the file has it


class Part:
    """A layer of a model: its class, its configuration, its calls, and what it holds where it is a model itself."""

    __slots__ = ("calls", "config", "key", "kind", "model", "module", "name", "node")

    def __init__(self, node: Node, name: str, kind: str, module: str, config: Config, model: Model | None) -> None:
        self.node, self.name, self.kind, self.module, self.config, self.model = node, name, kind, module, config, model
        self.calls: list[tuple[list[Any], dict[str, Any]]] = []
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
            part_input.calls.append(([], {}))
            made.parts[_fresh("input", part.name)] = part_input
            before = Reference(next(iter(made.parts)), 0, 0, one)
            made.order.append((part_input, 0))
        if before is not None:
            _state(made, before, part.config.beside(one, "build_config", "input_shape"))
        made.parts[part.name] = part
        part.calls.append(([] if before is None else [before], {}))
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
            part.calls = [([], {})] if part.kind == "InputLayer" else []
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
    reads = [references_in(part.calls[number]) for part, number in calls]
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
    waiting = [0] * len(reads)
    readers: list[list[int]] = [[] for _ in reads]
    for place, references in enumerate(reads):
        for source in {at[reference.name, reference.index] for reference in references}:
            waiting[place] += 1
            readers[source].append(place)
    ready = [place for place, count in enumerate(waiting) if not count]
    order = []
    while ready:
        place = heapq.heappop(ready)
        order.append(place)
        for reader in readers[place]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heapq.heappush(ready, reader)
    if len(order) < len(reads):
        stuck = next(place for place, count in enumerate(waiting) if count)
        reference = next(one for one in reads[stuck] if waiting[at[one.name, one.index]])
        raise ForeignError(f"layers read each other in a circle, through '{reference.name[:60]}'", at=reference.node)
    return order


def _every(model: Model) -> Iterator[Part]:
    todo = list(model.parts.values())
    while todo:
        part = todo.pop()
        yield part
        if part.model is not None:
            todo.extend(part.model.parts.values())


def _counted(model: Model) -> tuple[int, int]:
    """Calls of layers, and tensors that they read, where models are called as often as they are."""
    calls = read = 0
    for part in model.parts.values():
        inside = (0, 0) if part.model is None or not part.calls else _counted(part.model)
        calls += len(part.calls) * (1 + inside[0])
        read += sum(len(references_in(call)) for call in part.calls) + len(part.calls) * inside[1]
    return calls, read


# The model as layers of a description


def drafted(root: Node, file: File, limits: Limits, problems: Problems) -> Draft | None:
    """The description of a model; where its inputs turn out to have other roles, it is drawn up anew."""
    model = parsed(root, problems)
    if problems:
        return None
    parts = list(_every(model))
    kinds = " ".join(part.kind[:40] for part in parts)
    dims = max((int(digit) for digit in _AXES.findall(kinds)), default=1)
    first = any(part.config.word("data_format", "") == "channels_first" for part in parts)
    shapes = _input_shapes(model, dims)
    for count, limit, what in zip(
        _counted(model), ("layers", "nodes"), ("calls of layers", "inputs of layers"), strict=True
    ):
        if count > getattr(limits, limit):
            raise ForeignError(f"more than {getattr(limits, limit)} {what}", limits.exceeded(limit), model.node)
    roles: dict[tuple[str, int], str | int] = {}
    for _ in range(2 + len(shapes)):
        found_axes = (1 + role for role in roles.values() if isinstance(role, int))
        axes = max(dims, *(len(shape) - 2 for shape in shapes.values()), *found_axes)
        if axes > 3:
            raise ForeignError(f"an input has {axes} axes beside batch and channels: rf knows 1 to 3", at=model.node)
        draft = Draft(file, model.name)
        found = Problems()
        runner = Runner(KerasTracer(draft, axes, roles, first), found)
        try:
            runner.whole(model, shapes)
        except Roles as other:
            roles |= other.roles
            continue
        problems.extend(found)
        return draft
    raise ForeignError("the inputs have no consistent order of dimensions", at=model.node)


def _input_shapes(model: Model, dims: int) -> dict[str, list[Size]]:
    """Shapes of the model's inputs, batch first, by name; one that states none has the rank of what reads it."""
    shapes: dict[str, list[Size]] = {}
    for reference in model.inputs:
        config = model.parts[reference.name].config
        shape = config.shape("batch_shape") or config.shape("batch_input_shape") or config.shape("shape", batch=False)
        if shape is None:
            shape = [None] * (2 + dims)
        if len(shape) > 5:
            raise ForeignError(f"an input of {len(shape)} dimensions: rf knows 1 to 3 axes", at=config.node)
        shapes[reference.name] = shape
    return shapes


class Runner(Program):
    """Runs models on maps."""

    def __init__(self, tracer: KerasTracer, problems: Problems) -> None:
        super().__init__(tracer)
        self.problems = problems

    def whole(self, model: Model, shapes: dict[str, list[Size]]) -> None:
        """The model of the file, whose inputs are the network's."""
        given: list[Traced] = []
        for name, shape in shapes.items():
            self.tracer.draft.at = model.parts[name].node
            given.append(self.tracer.input(name, shape))
        made = self.run(model, "", given)
        inputs = {one.layer for one in given if isinstance(one, Map)}
        layers = [self.tracer.output(one) for one in made if isinstance(one, Map) and one.layer not in inputs]
        if layers:
            self.tracer.draft.outputs(layers)

    def run(self, model: Model, prefix: str, given: Sequence[Traced]) -> list[Traced]:
        """What a model makes of tensors."""
        inputs = dict(zip((reference.name for reference in model.inputs), given, strict=False))
        values: dict[tuple[str, int], list[Traced]] = {}
        for part, number in model.order:
            values[part.name, number] = self._call(model, part, number, prefix, inputs, values)
        return [self._value(values, reference) for reference in model.outputs]

    def _value(self, values: dict[tuple[str, int], list[Traced]], reference: Reference) -> Traced:
        made = values[reference.name, reference.index]
        if reference.tensor < len(made):
            return made[reference.tensor]
        raise ForeignError(
            f"'{reference.name[:60]}' has no output {reference.tensor}, it has {len(made)}", at=reference.node
        )

    def _call(
        self, model: Model, part: Part, number: int, prefix: str, inputs: dict[str, Traced],
        values: dict[tuple[str, int], list[Traced]],
    ) -> list[Traced]:  # fmt: skip
        if part.kind == "InputLayer":
            if part.name not in inputs:
                raise ForeignError(f"the InputLayer '{part.name[:60]}' is no input of its model", at=part.node)
            return [inputs[part.name]]
        args, kwargs = substituted(part.calls[number], lambda reference: self._value(values, reference))
        name = prefix + (part.name if number == 0 else _again(part.name, number + 1, model.parts))
        stated = model.stated.get((part.name, number), {})
        call = Call(name, part.kind, part.config, tuple(args), kwargs, part.key, stated)
        self.tracer.draft.at = part.node
        if part.model is not None:
            made = self.run(part.model, f"{name}/", call.values)
            self.tracer.draft.at = part.node
            return made
        return self.applied(call, f"{part.module}." if part.module else "")

    def applied(self, call: Call, module: str) -> list[Traced]:
        """What a layer makes; an unknown operation where it has no layers that read the same."""
        name, table = call.kind, LAYERS
        if name in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"):
            name, table = function_of(call), OPERATIONS
        elif ".ops." in module or module.endswith(".ops."):
            table = OPERATIONS
        make: Callable[[Program, Call], Sequence[Traced]] | None = table.get(name)
        bare = name.rpartition(">")[2]
        if bare in PUBLISHED:
            make, call = LAYERS[bare], call.replaced(kind=bare)
        elif module and not module.startswith(OWN):
            make = None  # A class of the model's authors that is called as one of Keras's.
        why, before, counted = "", self.tracer.draft.count, call.key in self.counted
        try:
            if make is not None:
                return list(make(self, call))
        except Layout as reason:
            why = str(reason)
        except ForeignError as error:
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.add(
                    error.at or call.config.node, "RF012", f"'{call.name[:80]}': {error.message}", error.help
                )
            why = "wrong"
        self.tracer.draft.undo(before)
        if not counted:
            self.counted -= {call.key, (call.key, "activation")}
        return list(self.unknown(call, name, why))


def _again(name: str, number: int, taken: dict[str, Any]) -> str:
    """The name of a layer's later call: one that no other layer of the model has."""
    made = f"{name}_{number}"
    while made in taken:
        made = f"{made}_{number}"
    return made
