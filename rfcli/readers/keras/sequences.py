"""Recurrent layers, and layers that hold another one."""

from math import prod

from rfcli.description.nodes import Node
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import flag, integer, layer_class, per_axis, word
from rfcli.readers.keras.calls import Call, Config, Found, few
from rfcli.readers.keras.code import at_every_step
from rfcli.readers.keras.maps import raised, width_of
from rfcli.readers.keras.merges import concatenate
from rfcli.readers.keras.model import is_model, parsed, shared_key
from rfcli.readers.keras.pointwise import softmax
from rfcli.readers.keras.whole_map import batch_norm, layer_norm
from rfcli.readers.tracing.maps import Layout, Map, channels
from rfcli.readers.tracing.recurrent import Cell, carried, gates_of, last_state
from rfcli.readers.tracing.turned import turn, turned_along, turned_axes
from rfcli.words.keras import RECURRENT


@layer_class(*RECURRENT)
def recurrent(
    call: Call, x: Map, *, return_state: bool = flag(False), return_sequences: bool = flag(False),
    go_backwards: bool = flag(False),
) -> Map | list[Found]:  # fmt: skip
    """Step o has read those before it, the last one all of them; going backwards, the steps come in reverse."""
    sequence, begun = _sequence(call)
    cell, turned = _cell(call, width_of(sequence)), go_backwards and return_sequences
    if not return_state and not turned:
        return _steps(call, call.name, sequence, cell, begun, not return_sequences)
    cell = cell.replaced(reverse=go_backwards)
    states = _steps(call, call.name if return_sequences else f"{call.name}/steps", sequence, cell, begun)
    if not return_state:
        return _turned(states)
    last = _last(call, f"{call.name}/state" if return_sequences else call.name, states, cell)
    given = _turned(states) if turned else states if return_sequences else last
    return [given, last, *([last] if cell.type == "lstm" else [])]


@layer_class("RNN")
def cells(call: Call, x: Map) -> Found | list[Found]:
    """A cell of one of the kinds that have a layer, or several on top of one another."""
    held = _inside(call, call.config, "cell")
    listed = held.config.find("cells") if held.kind == "StackedRNNCells" else None
    each = [held] if listed is None else [_entry(call, one) for one in (listed.value if _is_list(listed) else [])]
    kinds = [one.kind.removesuffix("Cell") for one in each]
    if not each or not all(one.kind.endswith("Cell") for one in each) or not {*kinds} <= {*RECURRENT}:
        raise Layout(f"of {held.kind[:40]}")
    if call.config.flag("return_state", False) or call.config.flag("go_backwards", False) or len(call.maps) > 1:
        raise Layout("cells with states")
    sequence, _ = _sequence(call)
    for number, (one, kind) in enumerate(zip(each, kinds, strict=True), 1):
        name = call.name if number == len(each) else f"{call.name}/{number}"
        last = number == len(each) and not call.config.flag("return_sequences", False)
        inner = call.replaced(kind=kind, config=one.config, key=f"{call.key} {number}")
        sequence = _carried(inner, name, sequence, _cell(inner, width_of(sequence)), last)
    return sequence


@layer_class("ConvLSTM1D", "ConvLSTM2D")
def conv_lstm(
    call: Call, x: Map, *, filters: int = integer(), kernel_size: list[int] = per_axis(),
    strides: list[int] = per_axis(1), dilation_rate: list[int] = per_axis(1),
    padding: str = word("valid", "valid", "same"), use_bias: bool = flag(True), return_sequences: bool = flag(False),
) -> list[Found]:  # fmt: skip
    """What it sees widens with each step, which no layer does; its weights and sizes are known."""
    if len(x.dims) != call.rank + 3:
        raise Layout(f"it takes {call.rank + 3} dimensions, its input has {len(x.dims)}")
    batch, steps, *sizes = x.shape
    count = sizes.pop(0 if call.first else -1)
    if count is None or call.config.flag("return_state", False) or len(call.maps) > 1:
        raise Layout("channels of unknown number, or its state")
    space: list[int | None] = [
        n and (-(-n // s) if padding == "same" else (n - d * (k - 1) - 1) // s + 1)
        for n, k, s, d in zip(sizes, kernel_size, strides, dilation_rate, strict=True)
    ]
    shape = [batch, *([steps] if return_sequences else []), *([filters, *space] if call.first else [*space, filters])]
    params = few(4 * filters * (prod(kernel_size) * (count + filters) + use_bias))
    stated = call.replaced(stated={0: shape}) if all(n is None or n > 0 for n in space) else call
    return [*call.program.unknown(stated, f"{call.kind}: it widens with each step", params=params)]


def _is_list(node: Node) -> bool:
    return type(node.value) is list


@layer_class("Bidirectional")
def bidirectional(
    call: Call, x: Map, *, merge_mode: str = word("concat", "concat", "sum", "mul", "ave")
) -> Map | list[Found]:
    """Two recurrent layers, which together have read every step at each of them."""
    inner = _inside(call, call.config, "layer")
    if inner.kind not in RECURRENT:
        raise Layout(f"of {inner.kind}")
    sequence, begun = _sequence(call)
    cell, other = _cell(inner, width_of(sequence)), _backward(call, width_of(sequence))
    if begun:
        raise Layout("it has states")
    if inner.config.flag("go_backwards", False) and inner.config.flag("return_sequences", False):
        raise Layout("it turns the map round")
    last, states = (not inner.config.flag(f"return_{key}", False) for key in ("sequences", "state"))
    apart = call.config.find("merge_mode") is None and "merge_mode" in call.config.node.value
    if apart or not states or (other is not None and other != cell):
        return _two_ways(call, sequence, (cell, other or cell), merge_mode, last, apart, states)
    both = cell.replaced(bidirectional=True)
    if merge_mode == "concat":
        return _carried(call, call.name, sequence, both, last)
    made = _carried(call, f"{call.name}/both", sequence, both, last)
    return call.tracer.rechannelled(call.name, made, cell.units, (*made.dims[:-1], channels(cell.units)))


def _backward(call: Call, width: int) -> Cell | None:
    """The cell of the layer that runs backwards, where it is stated."""
    if call.config.find("backward_layer") is None:
        return None
    inner = _inside(call, call.config, "backward_layer")
    if inner.kind not in RECURRENT:
        raise Layout(f"of {inner.kind}")
    return _cell(inner, width)


def _two_ways(
    call: Call, sequence: Map, cells: tuple[Cell, Cell], merge_mode: str, last: bool, apart: bool, stateless: bool
) -> list[Found]:
    """Both directions as layers of their own; the states with which each ends come behind what they give."""
    made, ends = list[Map](), list[Found]()
    for way, cell in zip(("forward", "backward"), cells, strict=True):
        one = call.replaced(key=f"{call.key} {way}")
        cell = cell.replaced(reverse=way == "backward")
        made.append(_carried(one, f"{call.name}/{way}", sequence, cell, last and stateless))
        if not stateless:
            end = _last(call, f"{call.name}/{way}/state", made[-1], cell)
            ends += [end] * (2 if cell.type == "lstm" else 1)
            made[-1] = end if last else made[-1]
    if apart:
        return [*made, *ends]
    if merge_mode == "concat":
        return [call.tracer.joined(call.name, made, len(made[0].dims) - 1), *ends]
    type = "multiply" if merge_mode == "mul" else "add"
    return [call.tracer.merged(call.name, type, made), *ends]


def _carried(call: Call, name: str, sequence: Map, cell: Cell, last: bool) -> Map:
    """The states of all steps, or of the last one as features."""
    at = len(sequence.dims) - 2
    made = carried(call.tracer, name, sequence, at, cell, call.shared(), last)
    return made.replaced(dims=(*made.dims[:at], made.dims[-1])) if last else made


def _last(call: Call, name: str, states: Map, cell: Cell) -> Map:
    """The state with which a cell ends, as features."""
    if len(states.dims) != 3:
        raise Layout("states of several sequences")
    found = last_state(call.tracer, name, states, 1, cell, cell.units)
    return found.replaced(dims=found.dims[1:])


def _steps(call: Call, name: str, sequence: Map, cell: Cell, begun: list[Map], last: bool = False) -> Map:
    """The states of all steps, or of the last one as features; each depends on those that it begins with, too."""
    if not begun:
        return _carried(call, name, sequence, cell, last)
    if any(one.axes or len(one.dims) != 2 or one.channels != cell.made for one in begun):
        raise Layout("it begins with states of another kind")
    made = _carried(call, f"{name}/steps", sequence, cell, last)
    each = list({one.layer: one for one in begun}.values())
    return call.tracer.merged(name, "add", [made, *(raised(one, len(made.dims)) for one in each)])


def _turned(states: Map) -> Map:
    """States in reverse order."""
    return turned_along(states, len(states.dims) - 2)


def _sequence(call: Call) -> tuple[Map, list[Map]]:
    """The map as batch, others, steps and channels; and the states that it begins with."""
    x, *begun = call.maps
    if begun and any(isinstance(one, Map) for key, one in call.kwargs.items() if key != "initial_state"):
        raise Layout("it has a mask")
    x = call.tracer.arranged(x, 1, False)
    turned = turned_axes(x)
    x = turn(call.tracer.canonical(call.name, turn(x, turned)), turned)
    return x.replaced(dims=(x.dims[0], *x.dims[2:], x.dims[1])), begun


def _cell(inner: Call, width: int) -> Cell:
    """A recurrent layer in one direction; of the kinds for graphics cards each gate has two biases."""
    type, cuda = RECURRENT.read(inner.kind), inner.kind.startswith("CuDNN")
    two = cuda or (type == "gru" and inner.config.flag("reset_after", False))
    units, biased = inner.config.integer("units"), cuda or inner.config.flag("use_bias", True)
    cell = Cell(type, units, 1, False, False, biased, biased and not two)
    few(gates_of(type) * units * (width + units))
    return cell


# Layers that hold another one


def _inside(call: Call, config: Config, key: str) -> Call:
    """The layer that a configuration holds, called with what the call is called with."""
    return _entry(call, config.find(key) or config.node)


def _entry(call: Call, node: Node) -> Call:
    entry = Config(node)
    kind, config = (None, None) if type(node.value) is not dict else (entry.text("class_name"), entry.inside("config"))
    if kind is None or config is None:
        raise ForeignError("layer must be a layer", at=node)
    return call.replaced(kind=kind, config=config, key=shared_key(kind, node) or call.key)


def _held(call: Call) -> tuple[Call, str]:
    """The layer inside another, called with what that is called with, and its module."""
    inner, entry = _inside(call, call.config, "layer"), call.config.inside("layer")
    return inner, (entry and entry.text("module")) or ""


@layer_class("SpectralNormalization")
def wrapper(call: Call) -> list[Found]:
    """Changes how weights are trained, not what is read."""
    return call.program.applied(*_held(call))


@layer_class("Pipeline")
def pipeline(call: Call) -> list[Found]:
    """Layers one behind another, which a file names as those of the whole."""
    listed = call.config.needed("layers")
    if type(listed.value) is not list:
        raise ForeignError("layers must be a list", at=listed)
    made: list[Found] = list(call.tensors)
    for number, node in enumerate(listed.value, 1):
        inner = _entry(call, node).replaced(
            args=tuple(made), kwargs={}, key=shared_key(call.kind, node) or f"{id(node)}"
        )
        name = f"{call.name}/{inner.config.text('name') or number}"
        made = call.program.applied(inner.replaced(name=name), Config(node).text("module") or "")
    return made


IN_TIME = frozenset((
    *(f"{kind}{n}D" for n in (1, 2) for kind in (
        "Conv", "Convolution", "SeparableConv", "SeparableConvolution", "DepthwiseConv", "MaxPooling", "MaxPool",
        "AveragePooling", "AvgPool", "GlobalMaxPooling", "GlobalAveragePooling", "ZeroPadding", "Cropping",
        "UpSampling", "SpatialDropout",
    )),
    "Conv1DTranspose", "Conv2DTranspose", "Convolution1DTranspose", "Convolution2DTranspose", "Deconvolution2D",
    "SpatialDropout3D", "Dense", "ReLU", "LeakyReLU", "ELU", "Activation", "Dropout", "GaussianDropout", "AlphaDropout",
    "GaussianNoise", "Identity", "Rescaling", "Add", "Subtract", "Average", "Multiply", "Maximum", "Minimum",
))  # fmt: skip
"""Classes that work on the last dimensions, and so on every step of a sequence by itself."""


@layer_class("TimeDistributed")
def time_distributed(call: Call) -> Found | list[Found]:
    inner, module = _held(call)
    x, node = call.x, call.config.needed("layer")
    if is_model(inner.kind, inner.config.node):
        model = parsed(node, call.program.problems)
        return call.program.run(model, f"{call.name}/", call.values, in_time=True)
    if inner.kind in IN_TIME:
        need = inner.rank + 3 if any(f"{n}D" in inner.kind for n in (1, 2, 3)) else 3
        if len(x.dims) < need:
            raise Layout(f"it takes {need} dimensions, its input has {len(x.dims)}")
        return call.program.applied(inner, module)
    if inner.kind == "Lambda":
        return at_every_step(inner)
    if inner.kind == "Flatten" and len(x.dims) > 2:
        return call.tracer.shaped(call.name, x, [x.dims[0], x.dims[1], None])
    if inner.kind == "Reshape":
        sizes = inner.config.listed("target_shape", -1)
        return call.tracer.shaped(call.name, x, [*x.dims[:2], *(None if one == -1 else one for one in sizes)])
    if inner.kind in (*RECURRENT, "Bidirectional") and len(x.dims) == 4:
        return call.program.applied(inner, module)
    features = [len(x.dims) - 2]
    by_features = layer_class.get(inner.kind) in (batch_norm, layer_norm, softmax, concatenate)
    if by_features and inner.config.axes("axis", len(x.dims) - 1, -1) == features:
        last = Node(-1, node.file, node.line, node.column)
        held = inner.config.node
        config = Config(Node({**held.value, "axis": last}, held.file, held.line, held.column))
        return call.program.applied(inner.replaced(config=config), module)
    raise Layout(f"of {inner.kind[:40]}")
