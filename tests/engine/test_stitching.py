"""Which outputs of a tile are right: against comparing every output's taps, and torch's own maps of tiles."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import rfcli
from engine import conv, report
from rfcli.engine.reading import Reading
from rfcli.engine.report import NoAnswer
from rfcli.engine.stitching import Cut
from rfcli.graph.sizes import sizes_at

UP = {"type": "conv_transpose", "kernel": 4, "stride": 2, "padding": 1, "filters": 1}
BORDER = {"type": "pad", "padding": [[2, 1]], "padding_mode": "reflect"}


def cut(*layers: dict[str, object], size: int, tile: int) -> Cut:
    net = report(*layers, size=[size])
    sizes = sizes_at(net.graph, 0, tile)
    assert sizes is not None
    whole = Reading(net.graph, net.graph.axes[0], 0)
    return Cut(whole, sizes, net.sight.axes[0].fields, range(len(net.graph.layers)))


@pytest.mark.parametrize(
    ("layers", "first", "within", "last"),
    [
        # Kernel 3: one output beside each end that is cut.
        ([conv(3, padding=1)], (0, 15), (1, 15), (1, 16)),
        ([conv(3)], (0, 14), (0, 14), (0, 14)),
        ([conv(3, dilation=2, padding=2), conv(3, padding=1)], (0, 13), (3, 13), (3, 16)),
        # Outputs o of the pool read 2o and 2o + 1 of what is right.
        ([conv(3, padding=1), {"type": "max_pool", "kernel": 2}], (0, 7), (1, 7), (1, 8)),
        # Output o of 2 reads inputs (o - 1) // 2 and the next.
        ([UP], (0, 31), (1, 31), (1, 32)),
        ([conv(3, padding=1), UP], (0, 29), (3, 29), (3, 32)),
        # What stands before the map are samples 2 and 1, and after it the last but one.
        ([BORDER], (0, 18), (2, 18), (2, 19)),
    ],
)
def test_outputs_that_are_right(
    layers: list[dict[str, object]], first: tuple[int, int], within: tuple[int, int], last: tuple[int, int]
) -> None:
    """Tiles of 16 out of 64."""
    one = cut(*layers, size=64, tile=16)
    assert one.right(0, ends=False) == first
    assert one.right(24, ends=False) == within
    assert one.right(48, ends=True) == last


def test_where_a_layer_of_a_tile_begins() -> None:
    one = cut(conv(3, padding=1), {"type": "max_pool", "kernel": 2}, UP, UP, size=64, tile=16)
    assert [one.offset(at, 12) for at in range(5)] == [12, 12, 6, 12, 24]


def test_a_circular_border_is_never_right() -> None:
    one = cut(conv(3, padding=1, padding_mode="circular"), size=64, tile=16)
    assert one.right(0, ends=False) == (1, 15)
    assert one.right(48, ends=True) == (1, 15)


def test_what_depends_on_the_size_of_the_map_is_named() -> None:
    one = cut(conv(1), {"type": "resize", "size": 64}, size=64, tile=16)
    with pytest.raises(NoAnswer, match="what 'resize_1' reads depends on the size"):
        one.right(0, ends=False)


class Net:
    """A random network as a description, and as a function of torch; small integers, so that doubles are exact."""

    def __init__(self, chance: Random, dims: int) -> None:
        self.chance, self.dims = chance, dims
        self.layers: list[dict[str, Any]] = []
        self.functions: list[Any] = []
        for _ in range(chance.randrange(1, 6)):
            layer, function = getattr(self, chance.choice(["conv", "conv", "pool", "border", "up", "back", "skip"]))()
            self.layers.append(layer)
            self.functions.append(function)

    def __call__(self, x: Any) -> Any:
        for function in self.functions:
            x = function(x)
        return x

    def op(self, name: str) -> Any:
        from torch.nn import functional

        return getattr(functional, f"{name}{self.dims}d")

    def weights(self, kernel: int) -> Any:
        import torch

        drawn = [self.chance.choice([-3, -2, -1, 1, 2, 3]) for _ in range(kernel**self.dims)]
        return torch.tensor(drawn, dtype=torch.float64).reshape(1, 1, *[kernel] * self.dims)

    def padding(self, sides: list[list[int]], mode: str) -> Any:
        from torch.nn import functional

        flat = [end for pair in reversed(sides) for end in pair]
        return lambda x: functional.pad(x, flat, mode="constant" if mode == "zeros" else mode)

    def mode(self) -> str:
        return self.chance.choice(["zeros", "reflect", "replicate"])

    def conv(self, same: bool = False) -> tuple[dict[str, Any], Any]:
        chance = self.chance
        kernel, dilation, mode = chance.randrange(1, 6), chance.choice([1, 1, 2, 3]), self.mode()
        reach, stride = dilation * (kernel - 1), 1 if same else chance.choice([1, 1, 1, 2, 3])
        sides = [[reach // 2, reach - reach // 2]] * self.dims
        if not same and chance.random() < 0.6:
            sides = [[chance.randrange(reach + 1), chance.randrange(reach + 1)] for _ in range(self.dims)]
        weights, pad, op = self.weights(kernel), self.padding(sides, mode), self.op("conv")
        layer = {"type": "conv", "kernel": kernel, "stride": stride, "dilation": dilation, "padding": sides}
        return {**layer, "padding_mode": mode, "filters": 1}, lambda x: op(pad(x), weights, None, stride, 0, dilation)

    def pool(self) -> tuple[dict[str, Any], Any]:
        kernel, stride, op = self.chance.randrange(2, 4), self.chance.randrange(1, 4), self.op("max_pool")
        return {"type": "max_pool", "kernel": kernel, "stride": stride}, lambda x: op(x, kernel, stride)

    def border(self) -> tuple[dict[str, Any], Any]:
        mode, sides = self.mode(), [[self.chance.randrange(4), self.chance.randrange(4)]] * self.dims
        return {"type": "pad", "padding": sides, "padding_mode": mode}, self.padding(sides, mode)

    def up(self) -> tuple[dict[str, Any], Any]:
        from torch.nn import functional

        scale = self.chance.randrange(2, 4)
        return {"type": "upsample", "scale": scale}, lambda x: functional.interpolate(x, scale_factor=scale)

    def back(self) -> tuple[dict[str, Any], Any]:
        kernel, stride, padding = self.chance.randrange(1, 6), self.chance.randrange(1, 5), self.chance.randrange(3)
        more, weights, op = self.chance.randrange(stride), self.weights(kernel), self.op("conv_transpose")
        layer = {"type": "conv_transpose", "kernel": kernel, "stride": stride, "padding": padding}
        made = {**layer, "output_padding": more, "filters": 1}
        return made, lambda x: op(x, weights, None, stride, padding, more)

    def skip(self) -> tuple[dict[str, Any], Any]:
        """A decoder of one level, with its skip."""
        (a, make), (b, inner), scale = self.conv(same=True), self.conv(same=True), self.chance.randrange(2, 4)
        pool, op, weights = self.op("max_pool"), self.op("conv_transpose"), self.weights(scale)
        down = {"type": "max_pool", "kernel": scale}
        up = {"type": "conv_transpose", "kernel": scale, "stride": scale, "filters": 1}
        layer = {"type": "residual", "layers": [a, down, b, up]}
        return layer, lambda x: x + op(inner(pool(make(x), scale)), weights, None, scale)


MOST = 20_000
"""Samples of the largest map that is run."""


SIZES = {1: ((60, 140), (20, 60)), 2: ((24, 48), (12, 30)), 3: ((14, 24), (8, 16))}
"""Axes -> sizes of images and of tiles."""


def stitched(net: Any, x: Any, whole: Any, axes: list[Any]) -> Any:
    """What the tiles give where they are valid."""
    found = whole.new_full(whole.shape, float("nan"))
    for tile in itertools.product(*(axis.tiles for axis in axes)):
        part, kept, place = x, [slice(None)] * 2, [slice(None)] * 2
        for dim, (axis, ((start, end), (first, last))) in enumerate(zip(axes, tile, strict=True), 2):
            part, offset = part.narrow(dim, start, end - start), Fraction(start) / axis.stride
            assert offset.denominator == 1 and offset <= first < last
            kept.append(slice(first - int(offset), last - int(offset)))
            place.append(slice(first, last))
        found[tuple(place)] = net(part)[tuple(kept)]
    return found


@pytest.mark.torch
@pytest.mark.parametrize("seed", range(3))
def test_stitched_equals_one_pass_of_torch(seed: int) -> None:
    import torch

    chance, count = Random(seed), 0
    while count < 30:
        dims = chance.choice([1, 1, 1, 2, 3])
        net, (sizes, tiles) = Net(chance, dims), SIZES[dims]
        document = {"format": 1, "input": {"size": [chance.randrange(*sizes) for _ in range(dims)], "channels": 1}}
        step = [chance.randrange(1, 5)] * dims if chance.random() < 0.3 else None
        try:
            told = rfcli.compute(rfcli.loads(json.dumps({**document, "layers": net.layers}), "net.json"))
            longest = [chance.randrange(*tiles) for _ in range(dims)]
            axes = rfcli.tiles(told, told.outputs[0], longest, step=step, fixed=chance.random() < 0.3)
            largest = max(math.prod(n for n in one.output_size if isinstance(n, int)) for one in told.layers)
            if largest > MOST or math.prod(len(axis.tiles) for axis in axes) > 40:
                continue
            x = torch.randint(-5, 6, (1, 1, *document["input"]["size"])).double()  # type: ignore[index]
            whole = net(x)
        except (rfcli.DescriptionError, rfcli.CallError, RuntimeError):
            continue
        assert torch.equal(stitched(net, x, whole, axes), whole), (document, net.layers, longest, step)
        ends = [last for axis in axes for _, (_, last) in list(axis.tiles)[:-1]]
        assert step is None or all(last % step[0] == 0 for last in ends)
        count += 1
