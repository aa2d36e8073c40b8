"""`Lambda` layers: the code of their function, which the file holds, is read, and never run."""

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.binding import layer_class
from rfcli.readers.keras.calls import MAX_RANK, Call, Config, Found
from rfcli.readers.tracing.maps import Layout, Map, Size

RAW = (None, "raw")
"""What `output_shape_type` is where the shape itself is stated."""


@layer_class("Lambda")
def code(call: Call) -> list[Found]:
    """The layers that its function is."""
    from rfcli.readers.keras.lambdas.drawing import drawn

    made = drawn(call)
    shape = stated_shape(call.config)
    if shape is not None and len(made) == 1 and isinstance(made[0], Map):
        _agree(made[0], shape)
    return made


def at_every_step(call: Call) -> Map:
    """A function that works on each entry by itself, and so on every step of a sequence. Raises `Layout`."""
    from rfcli.readers.keras.lambdas.drawing import drawn

    (made,) = drawn(call, apart=True)
    assert isinstance(made, Map), "it is made of one map"
    return made


def stated_shape(config: Config) -> list[Size] | None:
    """The shape that a `Lambda` says it makes, of which the batch is no part; None where it says none."""
    found = config.find("output_shape")
    if found is None or config.plain("output_shape_type") not in RAW or type(found.value) is not list:
        return None
    sizes = [one.value for one in found.value]
    known = all(size is None or (type(size) is int and 0 < size <= MAX_INTEGER) for size in sizes)
    return [None, *sizes] if known and len(sizes) < MAX_RANK else None


def _agree(made: Map, shape: list[Size]) -> None:
    """Raises `Layout` where what was read is not of the shape that is stated."""
    pairs = zip(made.shape[1:], shape[1:], strict=False)
    if len(made.dims) != len(shape) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
        raise Layout("its output_shape is another one than that of its code")


def with_shape(call: Call) -> Call:
    """A call with the shape that a `Lambda` states, where nothing else does."""
    shape = stated_shape(call.config) if call.kind == "Lambda" else None
    return call if shape is None or call.stated.get(0) else call.replaced(stated={**call.stated, 0: shape})
