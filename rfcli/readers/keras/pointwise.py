"""Activations, and all else that works on each entry by itself."""

from collections.abc import Callable

from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import argument, dimensions, function, layer_class, number, optional
from rfcli.readers.keras.calls import Argument, Call, Config, few
from rfcli.readers.keras.functions import dimension_of, dimensions_of
from rfcli.readers.keras.whole_map import UNTRAINED, over
from rfcli.readers.tracing.maps import Layout, Map, axes_in, is_batch, is_channels, size_of
from rfcli.values import Value
from rfcli.words.keras import ACTIVATIONS, FUNCTIONS, OVER_FEATURES, POINTWISE, SOFTMAXES


@layer_class(*POINTWISE)
def pointwise(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type=POINTWISE.read(call.kind))


@layer_class(
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "AlphaDropout",
    "GaussianNoise", "StochasticDepth", "DropPath", "FixedDropout",
)  # fmt: skip
def dropping(call: Call, x: Map, *, rate: float | None = number()) -> Map:
    return call.tracer.passed(call.name, x, type="dropout", rate=rate if rate and 0 <= rate <= 1 else None)


@function(*FUNCTIONS)
def pointwise_function(call: Call, x: Map) -> Map:
    type = FUNCTIONS.read(call.kind)
    if type == "identity" and len(call.maps) > 1:
        raise Layout("it takes several maps")
    return call.tracer.passed(call.name, x, type=type)


@function("Glu")
def gated(call: Call, x: Map, *, axis: Argument = argument(1, -1)) -> Map:
    """Half of the channels, each times what the other half says."""
    at = dimension_of(axis, x)
    if not is_channels(x.dims[at]):
        raise Layout("its halves are no channels")
    return call.tracer.halved(call.name, x, at)


# Activations


class Chosen(Value):
    """The activation of a layer: its name, and its configuration where it is a layer of its own."""

    name: str
    config: Config | None = None


def chosen(config: Config) -> Chosen:
    """The activation that a configuration names. Raises `ForeignError`."""
    node = config.find("activation")
    if node is None:
        return Chosen("linear")
    if type(node.value) is str:
        return Chosen(node.value.rpartition(">")[2])
    if type(node.value) is not dict:
        raise ForeignError("activation must be a name or a mapping", at=node)
    stated = Config(node)
    kind, inside = stated.text("class_name"), stated.inside("config")
    if kind in ("function", "__lambda__"):
        return Chosen((stated.text("config") or kind).rpartition(">")[2])
    if kind is None or inside is None:
        return Chosen("?" if kind is None else kind.lower())
    return Chosen(kind, inside)


def activated(call: Call, drawn: Callable[[Call], Map]) -> Map:
    """A layer with an activation inside. Where that is more than a function of each entry, it is a layer of its own,
    and both are in a scope of the name, which stands for the last of them."""
    inside = chosen(call.config)
    mixing = call.first or call.kind == "EinsumDense"
    apart = call.kind.startswith("Depthwise") or call.config.plain("groups") not in (None, 1)
    if inside.name in ACTIVATIONS or (inside.name in OVER_FEATURES and not apart and not mixing):
        return drawn(call)
    made = drawn(call.replaced(name=f"{call.name}/linear"))
    if inside.name in OVER_FEATURES and not axes_in(made.dims[-1]) and not apart:
        return made
    inner = call.replaced(name=f"{call.name}/activation")
    try:
        return active(inner, made, inside)
    except Layout as why:
        return strange(inner, made, f"{inside.name}: {why}")


def active(call: Call, x: Map, inside: Chosen) -> Map:
    """A layer that is an activation."""
    if inside.config is not None:
        inner = call.replaced(kind=inside.name, config=inside.config, args=(x,), kwargs={},
                              key=f"{call.key}/activation", stated={})  # fmt: skip
        made = call.program.applied(inner, "")[0]
        return made if isinstance(made, Map) else x
    if inside.name in ACTIVATIONS:
        return call.tracer.passed(call.name, x, type=ACTIVATIONS.read(inside.name))
    if inside.name in OVER_FEATURES:
        return shared_out(call, x, [len(x.dims) - 1], OVER_FEATURES.read(inside.name))
    if inside.name == "glu":
        count = size_of(x.dims[-1]) if x.dims else None
        if count is None or not is_channels(x.dims[-1]) or count % 2 or x.channels is None:
            raise Layout("its halves are no channels")
        return call.tracer.halved(call.name, x, len(x.dims) - 1)
    return strange(call, x, inside.name)


def strange(call: Call, x: Map, name: str) -> Map:
    """An activation that is not known."""
    stated = call.replaced(args=(x,), kwargs={}, key=f"{call.key}/activation")
    made = call.program.unknown(stated, f"activation {name}")[0]
    assert isinstance(made, Map), "it is called with a map"
    return made


@layer_class("Activation")
def activation(call: Call, x: Map) -> Map:
    return active(call, x, chosen(call.config))


@layer_class("ReLU")
def relu(
    call: Call, x: Map, *, negative_slope: float | None = number(), max_value: float | None = number()
) -> Map:  # fmt: skip
    type = "leaky_relu" if negative_slope else "relu6" if max_value == 6 else "relu"
    return call.tracer.passed(call.name, x, type=type)


@layer_class("PReLU")
def prelu(call: Call, x: Map, *, shared_axes: list[int] | None = optional(dimensions())) -> Map:
    """A slope for each entry, but along the axes that share theirs."""
    shared = set(shared_axes or [])
    count = size_of(tuple(atom for at, dim in enumerate(x.dims) if at > 0 and at not in shared for atom in dim))
    if count is None:
        raise Layout("it has a slope for each position of a map of unknown size")
    given = call.shared()
    apart = all(is_channels(dim) or at in shared for at, dim in enumerate(x.dims[1:], 1))
    if not apart or count not in (1, x.channels):
        given = {"params": few(count), **given}
    elif count > 1:
        given["per_channel"] = True
    return call.tracer.passed(call.name, x, type="prelu", **given)


# Softmaxes


@layer_class("Softmax")
def softmax(call: Call, x: Map, *, axis: list[int] = dimensions()) -> Map:
    if len(call.maps) > 1:
        raise Layout("a mask")
    return shared_out(call, x, axis, "softmax")


@function(*SOFTMAXES)
def softmax_function(call: Call, x: Map, *, axis: Argument = argument(1, -1)) -> Map:
    if call.config.find("axis") is None and "axis" in call.config.node.value:
        raise Layout("over all entries")
    at = dimensions_of(-1 if axis is None else axis, len(x.dims))
    return shared_out(call, x, at, SOFTMAXES.read(call.kind))


def shared_out(call: Call, x: Map, at: list[int], type: str) -> Map:
    """A softmax over some dimensions."""
    if any(axes_in(x.dims[one]) or (x.dims[one] and is_batch(x.dims[one])) for one in at):
        return over(call, x, at, UNTRAINED)
    dims = [x.dims[one] for one in at]
    if call.tracer.in_groups(x, dims):
        return call.tracer.within_groups(call.name, x, dims)
    return call.tracer.passed(call.name, x, type=type)
