"""Recurrent layers, and layers that hold another one."""

from rfcli.layers._registry import layer_of
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import flag, layer_class, word
from rfcli.readers.keras.calls import Call, Traced, few
from rfcli.readers.keras.maps import width_of
from rfcli.readers.keras.whole_map import batch_norm
from rfcli.readers.tracing.maps import Layout, Map, channels
from rfcli.readers.tracing.recurrent import Cell, carried, gates_of, last_state
from rfcli.words.keras import RECURRENT


@layer_class(*RECURRENT)
def recurrent(
    call: Call, x: Map, *, return_state: bool = flag(False), return_sequences: bool = flag(False),
    go_backwards: bool = flag(False),
) -> Map | list[Traced]:  # fmt: skip
    """Step o has read those before it, the last one all of them; going backwards, the steps come in reverse."""
    sequence = _sequence(call)
    cell = _cell(call, call, False)
    if go_backwards and return_sequences and not return_state:
        return _turned(call, sequence, cell)
    if not return_state:
        return _carried(call, sequence, cell, not return_sequences)
    states = _carried(call, sequence, cell, False)
    last = last_state(call.tracer, f"{call.name}/state", states, 1, cell, cell.units)
    last = last.replaced(dims=last.dims[1:])
    return [states if return_sequences else last, last, *([last] if cell.type == "lstm" else [])]


@layer_class("Bidirectional")
def bidirectional(call: Call, x: Map, *, merge_mode: str = word("concat", "concat", "sum", "mul", "ave")) -> Map:
    """Two recurrent layers, which together have read every step at each of them."""
    inner, _ = _held(call)
    if inner.kind not in RECURRENT or inner.config.flag("return_state", False):
        raise Layout(f"of {inner.kind}")
    sequence = _sequence(call)
    if call.config.find("merge_mode") is None and "merge_mode" in call.config.node.value:
        raise Layout("it returns both directions")
    cell = _cell(call, inner, True)
    made = _carried(call, sequence, cell, not inner.config.flag("return_sequences", False))
    if merge_mode == "concat":
        return made
    dims = (*made.dims[:-1], channels(cell.units))
    return call.tracer.rechannelled(f"{call.name}/merged", made, cell.units, dims)


def _carried(call: Call, sequence: Map, cell: Cell, last: bool) -> Map:
    """The states of all steps, or of the last one as features."""
    made = carried(call.tracer, call.name, sequence, 1, cell, call.shared(), last)
    return made.replaced(dims=(made.dims[0], made.dims[2])) if last else made


def _turned(call: Call, sequence: Map, cell: Cell) -> Map:
    """States in reverse order: what they read is not known, their number and their parameters are."""
    c, size = width_of(sequence), sequence.shape[1]
    params = layer_of(cell.type, 1, cell.parameters).params(c, (1,))
    assert isinstance(params, int), "channels are known"
    told = f"{call.kind}: it turns the map round"
    return call.tracer.unknown(call.name, told, [call.x], [None, size, cell.made], call.weights(params))


def _sequence(call: Call) -> Map:
    """The map as batch, steps and channels."""
    x = call.tracer.canonical(call.name, call.tracer.arranged(call.x, 1, False))
    if len(call.maps) > 1 or len(x.dims) != 3:
        raise Layout("it has states or a mask")
    return x.replaced(dims=(x.dims[0], x.dims[2], x.dims[1]))


def _cell(call: Call, inner: Call, both: bool) -> Cell:
    """A recurrent layer in one direction or both; of the kinds for graphics cards each gate has two biases."""
    type, cuda = RECURRENT.read(inner.kind), inner.kind.startswith("CuDNN")
    two = cuda or (type == "gru" and inner.config.flag("reset_after", False))
    units, biased = inner.config.integer("units"), cuda or inner.config.flag("use_bias", True)
    cell = Cell(type, units, 1, both, False, biased, biased and not two)
    few(gates_of(type) * units * (width_of(call.x) + units))
    return cell


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
