"""A Keras model run on maps, which draws up its description: layer after layer, by what the families know of each.

Names are Keras's: layer `block1_conv1` is `block1_conv1`, and what lies in a model that is used as a layer is in a
scope of its name, `encoder/conv1`. A layer that is called again is `conv1_2`, and has no parameters then: its weights
are counted once. An activation inside another layer changes no number and is no layer of its own, unless it mixes
positions (a softmax over a spatial axis), halves channels (glu) or is not known.

Parameters are the trainable ones: what `count_params()` gives less the moving statistics of normalisations, whether or
not layers are frozen.

Code in the file (of `Lambda` layers) is never run; where it is read as an expression of known functions, the layer is
what they are. Otherwise it is an unknown operation, as is every class and function that no family has.
"""

import re
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from functools import partial

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.keras import (
    attention,
    code,
    images,
    layout,
    merges,
    orders,
    parts,
    pointwise,
    removed,
    resizing,
    sequences,
    spectra,
    tcn,
    weights,
    whole_map,
    windows,
)
from rfcli.readers.keras.binding import Makes, applied, function, layer_class
from rfcli.readers.keras.calls import Call, Config, Constant, Found, Reference, Traced
from rfcli.readers.keras.functions import WRAPPERS, function_of
from rfcli.readers.keras.joins import apart, in_parts, joined_by
from rfcli.readers.keras.maps import KerasTracer
from rfcli.readers.keras.model import MAX_PROBLEMS, Model, Part, counted, every, parsed
from rfcli.readers.tracing.joined import Joined, unbundled
from rfcli.readers.tracing.maps import Layout, Map, Origin, Role, Roles, Size, axes_of
from rfcli.readers.tracing.settling import again, as_result, settled
from rfcli.words.keras import MERGES

FAMILIES = (
    attention, code, images, layout, merges, orders, parts, pointwise, removed, resizing, sequences, spectra, tcn,
    weights, whole_map, windows,
)  # fmt: skip
"""Importing them fills the tables of layer classes and functions."""
OWN = ("keras.", "tf_keras.", "tensorflow.keras.", "tensorflow.python.keras.")
"""Beginnings of the modules of Keras's own classes."""
PUBLISHED = ("CustomScaleLayer", "FixedDropout", "LayerScale", "StochasticDepth", "DropPath", "TCN")
"""Classes of published models, which belong to no module of layers."""
MAX_NAME = 80
"""Characters of an unknown operation's name that are kept."""
MAX_OUTPUTS = 1000
"""Outputs of an unknown operation that are layers."""
_AXES = re.compile(r"([123])D")


def drafted(
    root: Node, file: File, limits: Limits, problems: Problems, sizes: Mapping[str, Mapping[int, int]] = {}
) -> Draft | None:
    """The description of a model, for inputs of these sizes; where inputs turn out to have other roles, it is drawn up
    anew."""
    model = parsed(root, problems)
    if problems:
        return None
    parts = list(every(model))
    dims = max((int(digit) for part in parts for digit in _AXES.findall(part.kind[:40])), default=1)
    first = any(part.config.word("data_format", "") == "channels_first" for part in parts)
    shapes = _input_shapes(model, dims)
    for name, given in sizes.items():
        for at, n in given.items():
            shapes[name][at] = n
    for count, limit, what in zip(counted(model), ("layers", "nodes"), ("calls", "inputs"), strict=True):
        if count > getattr(limits, limit):
            message = f"more than {getattr(limits, limit)} {what} of layers"
            raise ForeignError(message, limits.exceeded(limit, count), model.node)
    roles: dict[Origin, Role] = {}
    for _ in range(4 + len(shapes)):
        axes = max(dims, *(len(shape) - 2 for shape in shapes.values()), axes_of(roles.values()))
        if axes > 3:
            raise ForeignError(f"an input has {axes} axes beside batch and channels: rf knows 1 to 3", at=model.node)
        draft, met = Draft(file, model.name), Problems()
        try:
            tracer = KerasTracer(draft, axes, roles, first)
            Program(tracer, met).whole(model, shapes)
        except Roles as other:
            roles |= other.roles
            continue
        if tracer.gates:
            roles |= tracer.gates
            continue
        problems.extend(met)
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


class Program:
    """Runs models on maps."""

    def __init__(self, tracer: KerasTracer, problems: Problems) -> None:
        self.tracer, self.problems = tracer, problems

    def whole(self, model: Model, shapes: dict[str, list[Size]]) -> None:
        """The model of the file, whose inputs are the network's."""
        given: list[Traced] = []
        for name, shape in shapes.items():
            self.tracer.draft.at = model.parts[name].node
            given.append(self.tracer.input(name, shape))
        results = [_apart(self.tracer, one, given) for one in self.run(model, "", given)]
        made = [part for one in results for part in (one.parts if isinstance(one, Joined) else (one,))]
        made = [as_result(self.tracer, one, "Roll: it is rolled") for one in made]
        inputs = {one.layer for one in given if isinstance(one, Map)}
        layers = [self.tracer.output(one) for one in made if isinstance(one, Map) and one.layer not in inputs]
        if layers:
            self.tracer.draft.outputs(layers)

    def run(self, model: Model, prefix: str, given: Sequence[Found], in_time: bool = False) -> list[Found]:
        """What a model makes of tensors; `in_time` of every step of a sequence by itself."""
        inputs = dict(zip((reference.name for reference in model.inputs), given, strict=False))
        made: dict[tuple[str, int], list[Found]] = {}

        def value(reference: Reference) -> Found:
            tensors = made[reference.name, reference.index]
            if reference.tensor < len(tensors):
                return tensors[reference.tensor]
            told = f"'{reference.name[:60]}' has no output {reference.tensor}, it has {len(tensors)}"
            raise ForeignError(told, at=reference.node)

        for part, number in model.order:
            if part.kind != "InputLayer":
                call = part.calls[number].substituted(value)
                name = prefix + (part.name if number == 0 else _again(part.name, number + 1, model.parts))
                stated = model.stated.get((part.name, number), {})
                called = Call(self, name, part.kind, part.config, tuple(call.args), call.kwargs, part.key, stated)
                made[part.name, number] = self._called(part, called, in_time)
            elif part.name in inputs:
                made[part.name, number] = [inputs[part.name]]
            else:
                raise ForeignError(f"the InputLayer '{part.name[:60]}' is no input of its model", at=part.node)
        return [value(reference) for reference in model.outputs]

    def _called(self, part: Part, call: Call, in_time: bool) -> list[Found]:
        self.tracer.draft.at = part.node
        if part.model is None and in_time:
            held = Config(Node({"layer": part.node}, part.node.file, part.node.line, part.node.column))
            return self.applied(call.replaced(kind="TimeDistributed", config=held), "keras.layers")
        if part.model is None:
            return self.applied(call, part.module)
        made = self.run(part.model, f"{call.name}/", call.given(part.model.keys), in_time)
        self.tracer.draft.at = part.node
        return made

    def applied(self, call: Call, module: str) -> list[Found]:
        """What a layer makes; an unknown operation where it has no layers that read the same."""
        table, module = layer_class, f"{module}." if module else ""
        if call.kind in WRAPPERS:
            call, table = call.replaced(kind=function_of(call)), function
        elif ".ops." in module or (not module and _is_operation(call)):
            table = function
        name = call.kind
        makes = table.get(name)
        bare = name.rpartition(">")[2]
        if bare in PUBLISHED:
            makes, call = layer_class[bare], call.replaced(kind=bare)
        own = bool(module) and not module.startswith(OWN)
        if bare not in PUBLISHED and (own or (not module and table is layer_class and _is_other(call, makes))):
            makes = None  # A class of the model's authors that is called as one of Keras's.
        why, together = "", any(isinstance(one, Joined) for one in call.tensors)
        try:
            with self.tracer.attempt():
                if makes is not None and together:
                    return [*apart(call, partial(applied, makes))]
                if makes is not None:
                    return _unbundled(call) or [*applied(makes, call)]
        except Layout as reason:
            why = str(reason)
            with suppress(Layout):
                return [joined_by(call)]
            if makes is not None and (found := self._settled(call, makes)) is not None:
                return found
        except ForeignError as error:
            if len(self.problems) < MAX_PROBLEMS:
                at = error.at or call.config.node
                self.problems.add(at, "RF012", f"'{call.name[:80]}': {error.message}", error.help)
            why = "wrong"
        weightless = table is function or makes in WEIGHTLESS or (makes is None and name in UNREAD and not own)
        call = code.with_shape(in_parts(call) if together else call)
        return [*self.unknown(call, name, why, 0 if weightless and why != "wrong" else None)]

    def _settled(self, call: Call, makes: Makes) -> list[Found] | None:
        """What a layer makes of maps that are joined, or rolled, once layers have put them in place; None where that
        does not help."""
        return again(
            self.tracer, call.name, (call.args, call.kwargs),
            lambda given: applied(makes, call.replaced(args=given[0], kwargs=given[1])),
        )  # fmt: skip

    def unknown(self, call: Call, operation: str, why: str = "", params: int | None = None) -> list[Traced]:
        """An operation that is not known: what it makes are layers of which nothing is known but what is stated."""
        outputs = range(min(max(call.stated, default=0) + 1, MAX_OUTPUTS))
        if not call.maps:
            return [Constant(None) for _ in outputs]
        told = f"{operation}: {why}" if why else operation
        told = "".join(c if c.isprintable() else "?" for c in told)[:MAX_NAME] or "?"
        shapes = (call.stated.get(number) for number in outputs)
        return [*self.tracer.unknown_outputs(call.name, told, call.maps, shapes, call.weights(params))]


NEVER = (
    "Pool", "Concat", "Reshape", "Permute", "Flatten", "Crop", "Padding", "UpSampling", "Resizing", "Softmax",
    "UnitNormalization", "Repeat", *MERGES, "Dot", "Lambda",
)  # fmt: skip
WEIGHTLESS = frozenset(one for name, one in layer_class.items() if any(part in name for part in NEVER))
"""Functions of classes that never have weights."""
UNREAD = ("RandomCrop", "Equalization", "CategoryEncoding", "Hashing", "HashedCrossing")
"""Classes of Keras without weights that have no layer here."""
LATE = ("keepdims", "rms_scaling", "use_gate", "sliding_window", "groups", "output_padding")
"""Keys that not all versions of Keras write."""
CALLED = {"window": ("kernel_size",), "rate": ("rate", "stddev")}
"""Keys of what is read that are called otherwise in files."""


def _is_other(call: Call, makes: Makes | None) -> bool:
    """Whether a class without a module, as HDF5 files have them, is one of the model's authors that is called as one of
    Keras's: it is written as a layer, and with no key of those that Keras's own always has."""
    read = [key for key in (makes.__kwdefaults__ or {}) if key not in LATE] if makes is not None else []
    keys = {one for key in read for one in CALLED.get(key, (key,))}
    config = call.config
    return bool(keys) and config.find("trainable") is not None and not any(config.stated(key) for key in keys)


def _unbundled(call: Call) -> list[Found] | None:
    """Maps that were flattened and put behind one another, where a Reshape takes them apart; None for all else."""
    if call.kind != "Reshape" or len(call.maps) != 1 or call.x.layer not in call.tracer.bundled:
        return None
    found = unbundled(call.tracer, call.name, call.x, [None, *call.config.listed("target_shape", -1)])
    return None if found is None else [found]


def _is_operation(call: Call) -> bool:
    """Whether a class without a module, as Keras 3 writes them in HDF5 files, is one of `keras.ops`: all layers state
    whether they are trainable, its name is that of no layer, or it is given what only an operation is."""
    config = call.config
    if call.kind not in function or config.find("name") is None or config.find("trainable") is not None:
        return False
    own = "axis" if call.kind == "Average" else "newshape"
    return call.kind not in layer_class or len(call.args) > 1 or config.stated(own) is not None


def _apart(tracer: KerasTracer, value: Found, inputs: Sequence[Traced]) -> Found:
    """Joined maps as they leave the model: of copies of one, or of inputs as they are, one map."""
    given = {one.layer for one in inputs if isinstance(one, Map)}
    layers = {one.layer for one in value.parts} if isinstance(value, Joined) else set()
    if isinstance(value, Joined) and (len(layers) < len(value.parts) or not layers.isdisjoint(given)):
        with suppress(Layout), tracer.attempt():
            found = settled(tracer, "joined", value)
            return found if isinstance(found, Map) else value
    return value


def _again(name: str, number: int, taken: Container[str]) -> str:
    """The name of a layer's later call: one that no other layer of the model has."""
    made = f"{name}_{number}"
    while made in taken:
        made = f"{made}_{number}"
    return made
