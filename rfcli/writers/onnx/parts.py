"""Layers that take parts of a map, or add to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rfcli.words.onnx import PAD_MODES
from rfcli.writers.onnx.model import END, Model, node
from rfcli.writers.places import Inexpressible, Place, certain_sizes, check_border

if TYPE_CHECKING:
    from rfcli.writers.places import Sides


def pads(sides: Sides) -> list[int]:
    """Padding as ONNX has it: all before, then all after."""
    return [before for before, _ in sides] + [after for _, after in sides]


def padded(model: Model, x: str, sides: Sides, mode: str = "zeros", value: float = 0.0, ending: str = "pad") -> str:
    """A map with samples added, or taken off where negative. It has pads of all dimensions: where axes are named,
    onnxruntime looks for those all the same once it has moved a Transpose past the Pad."""
    if mode != "zeros":
        check_border(model.place, sides, mode)
    every = model.integers(pads(((0, 0), (0, 0), *sides)))
    inputs = [x, every, model.scalar(value)] if value else [x, every]
    return model.add("Pad", inputs, ending, mode=PAD_MODES.written(mode))


@node("pad")
def pad(model: Model, place: Place, x: list[str]) -> None:
    sides, mode = place.layer.padding.sides, place.layer.padding_mode
    read = x[0]
    if mode != "zeros" and min(map(min, sides)) < 0:
        read = padded(model, read, tuple((min(a, 0), min(b, 0)) for a, b in sides), ending="crop")
        sides = tuple((max(a, 0), max(b, 0)) for a, b in sides)
    padded(model, read, sides, mode, ending="")


@node("crop")
def crop(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    if layer.cropping is not None:
        padded(model, x[0], tuple((-before, -after) for before, after in layer.cropping.sides), ending="")
        return
    why = "it crops like a layer of unknown size"
    n, m = certain_sizes(place.n, why), certain_sizes(place.size, why)
    starts = [(have - want) // 2 for have, want in zip(n, m, strict=True)]
    ends = [start + want for start, want in zip(starts, m, strict=True)]
    _cut(model, x[0], starts, ends, range(2, 2 + rank))


@node("channel_slice")
def channel_slice(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    if layer.indices is not None:
        model.add("Gather", [x[0], model.integers(layer.indices)], axis=1)
        return
    steps = [layer.step] if layer.step > 1 else []
    _cut(model, x[0], [layer.start], [END if layer.end is None else layer.end], [1], steps=steps)


def _cut(model: Model, x: str, starts: Sequence[int], ends: Sequence[int], axes: Sequence[int], ending: str = "",
         steps: Sequence[int] = ()) -> str:  # fmt: skip
    rows = [starts, ends, axes, *([steps] if steps else [])]
    return model.add("Slice", [x, *map(model.integers, rows)], ending)


@node("subsample")
def subsample(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    wide = layer.filters is not None and layer.filters != place.c
    axes = range(2, 2 + rank)
    made = _cut(model, x[0], [0] * rank, [END] * rank, axes, "subsample" if wide else "", layer.stride)
    if wide:
        identity(model, place, [made])


@node("zeros")
def zeros(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("ONNX has no operation of zeros that reads nothing")


@node("identity")
def identity(model: Model, place: Place, x: list[str]) -> None:
    """Zeros for channels that are added, or nothing."""
    filters = place.layer.filters
    if filters is None or filters == place.c:
        model.add("Identity", x)
    else:
        model.add("Pad", [x[0], model.integers(pads(((0, 0), (0, filters - place.c), *[(0, 0)] * place.axes)))])
