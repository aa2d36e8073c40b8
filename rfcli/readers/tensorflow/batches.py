"""Space that is put into the batch, as convolutions with a dilation are written: every n-th position is an image of its
own there, so what a kernel reads side by side lies n apart in the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rfcli.readers.tensorflow.calls import Call, Traced, integers
from rfcli.readers.tensorflow.graph import Node
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, size_of, with_ones, without
from rfcli.values import Value
from rfcli.words.tensorflow import MERGES, POINTWISE

Sides = tuple[tuple[int, int], ...]
WINDOWS = frozenset(("Conv2D", "DepthwiseConv2dNative", "Conv3D", "MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D"))
MOST_STEPS = 16
"""Operations between space that is put into the batch, and its way back."""
ENDS = "BatchToSpaceND"


class Batched(Value):
    """A map of which each dimension is taken apart into so many images; entries that are still to be added before and
    after, None once a window had them; those that the way back takes away, where they are known, and whether a window
    had them, too."""

    map: Map
    factors: tuple[int, ...]
    pads: Sides | None
    crops: Sides | None
    cropped: bool = False


def crops_behind(node: Node, users: Mapping[str, Sequence[Node]], value: Callable[[str], object]) -> list[int] | None:
    """What the way back takes away, where nothing but it takes what is made; None where that is not known."""
    key = node.outputs[0]
    for _ in range(MOST_STEPS):
        if len(users.get(key, ())) != 1:
            return None
        (user,) = users[key]
        if user.operation == ENDS and len(user.inputs) == 3:
            return integers(given, "crops") if isinstance(given := value(user.inputs[2]), Constant) else None
        key = user.outputs[0] if user.outputs else ""
    return None


def begun(call: Call, crops: list[int] | None) -> Batched:
    """Space put into the batch. Raises `Layout`."""
    x, *given = (*call.inputs, None, None, None)[:3]
    block, pads = (integers(one, "block or paddings") or [] for one in given)
    if not isinstance(x, Map) or len(block) >= len(x.dims) or len(pads) != 2 * len(block) or min(block, default=1) < 1:
        raise Layout("its block is none of its input's")
    rest = len(x.dims) - 1 - len(block)
    return Batched(
        x, (1, *block, *[1] * rest), _sides(pads, rest),
        _sides(crops, rest) if crops is not None and len(crops) == len(pads) else None,
    )  # fmt: skip


def _sides(numbers: Sequence[int], rest: int) -> Sides:
    pairs = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return ((0, 0), *pairs, *[(0, 0)] * rest)


def apart(call: Call, inputs: Sequence[object], made: Callable[[Call], Sequence[Traced]]) -> Sequence[Traced | Batched]:
    """What an operation makes of a map whose space is in the batch. Raises `Layout`."""
    x, *others = inputs
    if not isinstance(x, Batched) or any(isinstance(one, Map | Batched) for one in others):
        raise Layout("space is in the batch")
    given = tuple([one if isinstance(one, Constant) else None for one in others])
    inner = call.replaced(inputs=(x.map, *given))
    if call.operation == ENDS:
        return [_ended(call, x)]
    if call.operation in WINDOWS:
        return _window(inner, x, made)
    if call.operation in ("ExpandDims", "Squeeze"):
        return _reranked(inner, x, made)
    if call.operation == "Reshape":
        return _reshaped(inner, x)
    if call.operation in POINTWISE or call.operation in (*MERGES, "BiasAdd", "Prelu"):
        (one, *_) = made(inner)
        if isinstance(one, Map) and len(one.dims) == len(x.factors):
            return [x.replaced(map=one)]
    raise Layout("space is in the batch")


def _window(call: Call, x: Batched, made: Callable[[Call], Sequence[Traced]]) -> Sequence[Batched]:
    """A window with the dilation that its image has in the map."""
    strides, dilations = (call.attributes.get(key, [1] * len(x.factors)) for key in ("strides", "dilations"))
    if not isinstance(strides, list) or not isinstance(dilations, list) or len(dilations) != len(x.factors):
        raise Layout("space is in the batch")
    if any(step != 1 and factor != 1 for step, factor in zip(strides, x.factors, strict=True)):
        raise Layout("space is in the batch, and taken in steps")
    if call.attributes.get("padding") != "VALID":
        raise Layout("space is in the batch, and padded there")
    own = [step * factor for step, factor in zip(dilations, x.factors, strict=True)]
    pads = x.pads or ((0, 0),) * len(own)
    crops = x.crops or ((0, 0),) * len(own)
    sides = [(a - c, b - d) for (a, b), (c, d) in zip(pads, crops, strict=True)]
    folded = x.pads is not None and x.crops is not None and all(min(both) >= 0 for both in sides)
    listed = [one for both in (sides if folded else pads) for one in both]
    attributes = {**call.attributes, "dilations": own, "padding": "EXPLICIT", "explicit_paddings": listed}
    (one, *_) = made(call.replaced(attributes=attributes))
    if not isinstance(one, Map):
        raise Layout("space is in the batch")
    return [x.replaced(map=one, pads=None, cropped=folded or x.cropped)]


def _reranked(call: Call, x: Batched, made: Callable[[Call], Sequence[Traced]]) -> Sequence[Batched]:
    """A dimension of one entry more, or less."""
    (one, *_) = made(call)
    if not isinstance(one, Map):
        raise Layout("space is in the batch")
    if call.operation == "ExpandDims":
        at = axis_at((integers(call.inputs[1], "axis") or [0])[0], len(x.factors) + 1)
        return [x.replaced(map=one, **{key: _with(value, at) for key, value in _rows(x).items()})]
    gone = call.attributes.get("squeeze_dims")
    if not isinstance(gone, list) or len(gone) != 1 or type(gone[0]) is not int:
        raise Layout("space is in the batch")
    at = axis_at(gone[0], len(x.factors))
    if x.factors[at] != 1:
        raise Layout("space is in the batch")
    return [x.replaced(map=one, **{key: row and (*row[:at], *row[at + 1 :]) for key, row in _rows(x).items()})]


def _reshaped(call: Call, x: Batched) -> Sequence[Batched]:
    """The same, written as a change of shape. Raises `Layout`."""
    target = (integers(call.inputs[1], "shape") if len(call.inputs) > 1 else None) or []
    pads = x.pads or ((0, 0),) * len(x.factors)
    sizes = [
        None if n is None else (n + sum(both)) // factor
        for n, factor, both in zip(x.map.shape, x.factors, pads, strict=True)
    ]
    for at in range(1, max(len(target), len(sizes))):
        shorter, longer = (target, sizes) if len(target) < len(sizes) else (sizes, target)
        if len(shorter) + 1 != len(longer) or longer[at] != 1:
            continue
        pairs = zip(shorter[1:], [*longer[1:at], *longer[at + 1 :]], strict=True)
        if not all(None in pair or -1 in pair or pair[0] == pair[1] for pair in pairs):
            continue
        if len(target) > len(sizes):
            dims = with_ones(x.map.dims, [at])
            rows = {key: _with(row, at) for key, row in _rows(x).items()}
        elif x.factors[at] == 1 and pads[at] == (0, 0) and (not x.map.dims[at] or size_of(x.map.dims[at]) == 1):
            dims = without(x.map.dims, [at])
            rows = {key: row and (*row[:at], *row[at + 1 :]) for key, row in _rows(x).items()}
        else:
            continue
        return [x.replaced(map=call.tracer.passed(call.name, x.map, dims), **rows)]
    raise Layout("space is in the batch, and laid out anew")


def _rows(x: Batched) -> dict[str, tuple[object, ...] | None]:
    return {"factors": x.factors, "pads": x.pads, "crops": x.crops}


def _with(row: tuple[object, ...] | None, at: int) -> tuple[object, ...] | None:
    new = 1 if row is not None and isinstance(row[0], int) else (0, 0)
    return None if row is None else (*row[:at], new, *row[at:])


def _ended(call: Call, x: Batched) -> Map:
    """Space back in its place. Raises `Layout`."""
    block, crops = (integers(one, "block or crops") or [] for one in (*call.inputs, None, None)[:2])
    rest = len(x.factors) - 1 - len(block)
    if (1, *block, *[1] * max(rest, 0)) != x.factors or len(crops) != 2 * len(block):
        raise Layout("space comes back otherwise than it went into the batch")
    sides, made = _sides(crops, rest), x.map
    if x.pads is not None:
        return call.tracer.padded(
            call.name, made, [(a - c, b - d) for (a, b), (c, d) in zip(x.pads, sides, strict=True)]
        )
    if x.cropped or not any(map(any, sides)):
        return call.tracer.passed(call.name, made)
    return call.tracer.padded(call.name, made, [(-a, -b) for a, b in sides])
