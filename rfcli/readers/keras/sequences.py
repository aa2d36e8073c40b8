"""Recurrent layers, and layers that hold another one."""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import flag, layer_class, word
from rfcli.readers.keras.calls import Call, Traced, few
from rfcli.readers.keras.maps import width_of
from rfcli.readers.keras.whole_map import batch_norm
from rfcli.readers.tracing.maps import Layout, Map, Size, channels, size_of
from rfcli.values import Value

GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
"""Recurrent layer -> the projections of a step."""


class Cell(Value):
    """Features of a recurrent layer, its parameters, and its multiply-accumulates for each step."""

    units: int
    params: int
    macs: int


@layer_class(*GATES)
def recurrent(
    call: Call, x: Map, *, return_state: bool = flag(False), return_sequences: bool = flag(False)
) -> Map:  # fmt: skip
    """The last step has read all of them; step o has read the ones before it, which no layer of rf does."""
    sequence, steps = _sequence(call)
    cell = _cell(call, width_of(x))
    params, macs = call.weights(cell.params), None if steps is None else cell.macs * steps
    if return_state:
        raise Layout("it returns states")
    if not return_sequences:
        return _whole(call, sequence, cell.units, params, macs)
    shape = [None, cell.units, steps] if call.tracer.first else [None, steps, cell.units]
    told = f"{call.kind}: a step reads all before it"
    made = call.tracer.unknown(call.name, told, [x], shape, params, macs)
    return made.replaced(dims=(made.dims[0], sequence.dims[2], channels(cell.units)))


@layer_class("Bidirectional")
def bidirectional(call: Call, x: Map, *, merge_mode: str = word("concat", "concat", "sum", "mul", "ave")) -> Map:
    """Two recurrent layers, which together have read every step at each of them."""
    inner, _ = _held(call)
    if inner.kind not in GATES or inner.config.flag("return_state", False):
        raise Layout(f"of {inner.kind}")
    sequence, steps = _sequence(call)
    cell = _cell(inner, width_of(x))
    if call.config.find("merge_mode") is None and "merge_mode" in call.config.node.value:
        raise Layout("it returns both directions")
    units = 2 * cell.units if merge_mode == "concat" else cell.units
    params, macs = call.weights(2 * cell.params), None if steps is None else 2 * cell.macs * steps
    if not inner.config.flag("return_sequences", False):
        return _whole(call, sequence, units, params, macs)
    dims = (sequence.dims[0], sequence.dims[2], channels(units))
    costs = {"params": params, "macs": macs}
    made = call.tracer.passed(call.name, sequence, dims, "custom", filters=units, **costs, global_=True)
    return made.replaced(local=False)


def _sequence(call: Call) -> tuple[Map, Size]:
    """The map as batch, channels and steps, and how many those are."""
    x = call.tracer.canonical(call.name, call.tracer.arranged(call.x, 1, False))
    if len(call.maps) > 1 or len(x.dims) != 3:
        raise Layout("it has states or a mask")
    return x, size_of(x.dims[2])


def _cell(call: Call, width: int) -> Cell:
    units, gates = call.config.integer("units"), GATES[call.kind]
    weights = gates * units * (width + units)
    biases = 2 if call.kind == "GRU" and call.config.flag("reset_after", False) else 1
    return Cell(units, few(weights + (gates * units * biases if call.config.flag("use_bias", True) else 0)), weights)


def _whole(call: Call, x: Map, units: int, params: int | None, macs: int | None) -> Map:
    """Features of a whole sequence."""
    flat = call.tracer.draft.add(f"{call.name}/steps", "flatten", [x.layer])
    layer = call.tracer.draft.add(call.name, "custom", [flat], filters=units, params=params, macs=macs)
    return Map(layer, (x.dims[0], channels(units)), False)


# Layers that hold another one


def _held(call: Call) -> tuple[Call, str]:
    """The layer inside another, called with what that is called with, and its module."""
    entry = call.config.inside("layer")
    kind, config = (None, None) if entry is None else (entry.text("class_name"), entry.inside("config"))
    if entry is None or kind is None or config is None:
        raise ForeignError("layer must be a layer", at=call.config.find("layer") or call.config.node)
    return call.replaced(kind=kind, config=config), entry.text("module") or ""


@layer_class("SpectralNormalization")
def wrapper(call: Call) -> list[Traced]:
    """Changes how weights are trained, not what is read."""
    return call.program.applied(*_held(call))


IN_TIME = frozenset((
    *(f"{kind}{n}D" for n in (1, 2) for kind in (
        "Conv", "Convolution", "SeparableConv", "SeparableConvolution", "DepthwiseConv", "MaxPooling", "MaxPool",
        "AveragePooling", "AvgPool", "GlobalMaxPooling", "GlobalAveragePooling", "ZeroPadding", "Cropping",
        "UpSampling", "SpatialDropout",
    )),
    "Conv1DTranspose", "Conv2DTranspose", "Convolution1DTranspose", "Convolution2DTranspose", "Deconvolution2D",
    "SpatialDropout3D", "Dense", "ReLU", "LeakyReLU", "ELU", "Activation", "Dropout", "GaussianDropout", "AlphaDropout",
    "GaussianNoise", "Identity", "Rescaling",
))  # fmt: skip
"""Classes that work on the last dimensions, and so on every step of a sequence by itself."""


@layer_class("TimeDistributed")
def time_distributed(call: Call) -> Traced | list[Traced]:
    inner, module = _held(call)
    x = call.x
    if inner.kind in IN_TIME:
        need = inner.rank + 3 if any(f"{n}D" in inner.kind for n in (1, 2, 3)) else 3
        if len(x.dims) < need:
            raise Layout(f"it takes {need} dimensions, its input has {len(x.dims)}")
        return call.program.applied(inner, module)
    if inner.kind == "Flatten" and len(x.dims) > 2:
        return call.tracer.shaped(call.name, x, [x.dims[0], x.dims[1], None])
    features = [len(x.dims) - 2]
    if layer_class.get(inner.kind) is batch_norm and inner.config.axes("axis", len(x.dims) - 1, -1) == features:
        return call.program.applied(inner, module)
    raise Layout(f"of {inner.kind[:40]}")
