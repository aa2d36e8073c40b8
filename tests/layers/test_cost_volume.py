"""Maps that are compared at displacements: what is read by the definition, and by autograd of one's own writing."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pytest

import rfcli

LEFT_RIGHT = ("left", "right")


def volume(
    sizes: list[int], channels: int = 4, more: list[dict[str, Any]] | None = None, **given: Any
) -> rfcli.Network:
    inputs = {name: {"size": sizes, "channels": channels} for name in LEFT_RIGHT}
    layers = [{"name": "v", "type": "cost_volume", "inputs": ["left", "right"], **given}, *(more or [])]
    return rfcli.loads(json.dumps({"format": 1, "name": "net", "inputs": inputs, "layers": layers}), "net.json")


def of_axis(value: Any, axis: int, default: Any) -> Any:
    value = default if value is None else value
    return value[axis] if isinstance(value, list) else value


def both(value: Any) -> tuple[int, int]:
    return (value[0], value[1]) if isinstance(value, list) else (value, value)


class Defined:
    """One axis of a cost volume, by its definition: positions of patches, and displacements."""

    def __init__(self, given: dict[str, Any], axis: int, n: int) -> None:
        self.n = n
        self.before, self.after = both(of_axis(given["max_displacement"], axis, 0))
        apart = of_axis(given.get("displacement_stride"), axis, 1)
        self.radius = of_axis(given.get("kernel"), axis, 1) // 2
        self.stride = of_axis(given.get("stride"), axis, 1)
        padding = given.get("padding", "same")
        words = {"same": (self.before + self.radius, self.after + self.radius), "valid": (0, 0)}
        self.first, self.last = words[padding] if isinstance(padding, str) else both(of_axis(padding, axis, 0))
        self.moves = [d for d in range(-self.before, self.after + 1) if d % apart == 0]
        reach = 2 * self.radius + 1 + self.before + self.after
        self.outputs = (n + self.first + self.last - reach) // self.stride + 1

    def read(self, o: int, clipped: bool) -> tuple[set[int], set[int]]:
        """Samples of either map that output `o` reads: a sample beside one of them makes a product 0."""
        x = o * self.stride - self.first + self.radius + self.before
        left, right = set(), set()
        for t, d in itertools.product(range(-self.radius, self.radius + 1), self.moves):
            one, other = x + t, x + t + d
            if not clipped or (0 <= one < self.n and 0 <= other < self.n):
                left.add(one)
                right.add(other)
        return left, right


FORMS: list[tuple[list[int], dict[str, Any]]] = [
    ([9, 12], {"max_displacement": 4}),
    ([9, 12], {"max_displacement": [0, [5, 0]], "compare": "concat"}),
    ([9, 12], {"max_displacement": [0, [3, 2]], "compare": "difference", "stride": 2}),
    ([11, 10], {"max_displacement": 4, "displacement_stride": 2, "kernel": 3, "padding": 4}),
    ([11, 10], {"max_displacement": [5, 3], "displacement_stride": [2, 3], "kernel": [3, 1], "stride": [1, 2]}),
    ([16], {"max_displacement": 3, "padding": "valid", "groups": 2}),
    ([16], {"max_displacement": [[2, 7]], "displacement_stride": 3, "kernel": 5, "padding": [[9, 1]]}),
    ([5, 6, 4], {"max_displacement": [1, 0, [0, 2]], "kernel": [1, 3, 1]}),
    ([4], {"max_displacement": 6}),
]


def drawn(rng: random.Random) -> tuple[list[int], dict[str, Any]]:
    axes = rng.choice([1, 1, 2, 3])
    given: dict[str, Any] = {
        "max_displacement": [[rng.randrange(5), rng.randrange(5)] for _ in range(axes)],
        "displacement_stride": [rng.randint(1, 3) for _ in range(axes)],
        "stride": [rng.randint(1, 3) for _ in range(axes)],
        "compare": rng.choice(["product", "product", "difference", "concat"]),
        "padding": rng.choice(["same", "valid", [[rng.randrange(7), rng.randrange(7)] for _ in range(axes)]]),
    }
    if given["compare"] == "product":
        given |= {"kernel": [rng.choice([1, 1, 3, 5]) for _ in range(axes)], "groups": rng.choice([1, 2])}
    return [rng.randint(3, 14) for _ in range(axes)], given


ROWS = FORMS + [drawn(random.Random(seed)) for seed in range(60)]


def test_by_definition() -> None:
    """Regions, holes, sizes, channels and products; unbounded, and clipped at either map's ends."""
    fitting = 0
    for sizes, given in ROWS:
        defined = [Defined(given, axis, n) for axis, n in enumerate(sizes)]
        if min(one.outputs for one in defined) < 1:
            with pytest.raises(rfcli.DescriptionError, match="patches and displacements reach over"):
                rfcli.compute(volume(sizes, **given))
            continue
        fitting += 1
        for which, origin in enumerate(LEFT_RIGHT):
            report = rfcli.compute(volume(sizes, **given), origin=origin)
            found = report.layer("v")
            assert found.output_size == tuple(one.outputs for one in defined), given
            places = rfcli.located(report, "v")
            for o in range(max(found.output_size)):
                at = tuple(min(o, n - 1) for n in found.output_size)
                place = places.at(at)
                reads = [one.read(at[axis], clipped=True)[which] for axis, one in enumerate(defined)]
                for axis, one in enumerate(defined):
                    whole = one.read(at[axis], clipped=False)[which]
                    assert place.region[axis] == (min(whole), max(whole)), (given, origin, at)
                    # What reads nothing along one axis reads nothing.
                    read = reads[axis] if all(reads) else set()
                    runs = {i for first, last in place.runs[axis] for i in range(first, last + 1)}
                    assert runs == read, (given, origin, at)
                    for i in read:
                        sample = tuple(i if axis == a else min(reads[a]) for a in range(len(sizes)))
                        covering = places.covering(sample)[axis]
                        assert covering is not None and covering[0] <= at[axis] <= covering[1]
            count, patch = 1, 1
            for one in defined:
                count, patch = count * len(one.moves), patch * (2 * one.radius + 1)
            kinds = {"product": given.get("groups", 1), "difference": 4, "concat": 8}
            compare = given.get("compare", "product")
            assert (found.channels, found.cost.params) == (count * kinds[compare], 0), given
            positions = 1
            for one in defined:
                positions *= one.outputs
            assert found.cost.macs == (4 * patch * count * positions if compare == "product" else 0)
    assert fitting > 40


def field(report: rfcli.Report, layer: str = "v") -> rfcli.ReceptiveField:
    found = report.layer(layer).receptive_field
    assert found is not None
    return found


def test_pwc_net() -> None:
    """Sun et al. (2018), section 3: d = 4 makes 81 channels; level 2 of 1024x436 padded to 448 has 256x112."""
    report = rfcli.compute(volume([112, 256], 32, max_displacement=4), origin="right")
    assert (report.layer("v").channels, report.layer("v").output_size) == (81, (112, 256))
    assert (field(report).size, field(report).padding) == ((9, 9), (4, 4))


def test_flownet_c() -> None:
    """Dosovitskiy et al. (2015), section 3: k = 0, d = 20, s1 = 1, s2 = 2 make w x h x 441."""
    given = {"max_displacement": 20, "displacement_stride": 2, "padding": 20}
    report = rfcli.compute(volume([48, 64], 256, **given), origin="right")
    assert (report.layer("v").channels, report.layer("v").output_size) == (441, (48, 64))
    assert field(report).size == (41, 41)
    assert report.layer("v").cost.macs == 48 * 64 * 441 * 256
    (runs, _) = rfcli.located(report, "v").at((24, 32)).runs
    assert runs == tuple((i, i) for i in range(4, 45, 2))


def test_psmnet() -> None:
    """Chang & Chen (2018), table 1: features of H/4 x W/4 x 32, a volume of D/4 x H/4 x W/4 x 64, D = 192."""
    given = {"max_displacement": [0, [47, 0]], "compare": "concat"}
    report = rfcli.compute(volume([64, 128], 32, **given), origin="right")
    assert (report.layer("v").channels, report.layer("v").output_size) == (64 * 48, (64, 128))
    assert (field(report).size, field(report).padding, field(report).lookahead) == ((1, 48), (0, 47), (0, 0))
    assert rfcli.located(report, "v").at((0, 20)).clipped == ((0, 0), (0, 20))


def test_one_image_for_both_maps() -> None:
    """Both halves of a stacked pair: the field is the union over both, and displacements are no fault."""
    document = {"format": 1, "input": {"size": [20, 40], "channels": 6}, "layers": [
        {"name": "a", "type": "channel_slice", "end": 3, "inputs": ["input"]},
        {"name": "b", "type": "channel_slice", "start": 3, "inputs": ["input"]},
        {"name": "v", "type": "cost_volume", "inputs": ["a", "b"], "max_displacement": [0, [9, 0]]},
        {"name": "c", "type": "conv", "kernel": 3, "padding": 1, "filters": 2},
    ]}  # fmt: skip
    network = rfcli.loads(json.dumps(document), "net.json")
    report = rfcli.compute(network)
    seen = field(report)
    assert (seen.size, seen.padding, seen.aligned, field(report, "c").size) == ((1, 10), (0, 9), False, (3, 12))
    assert "-9 to 0 through 'b'" in " ".join(seen.notes)
    assert [sum(by_size.values()) for by_size in rfcli.paths(report, "v")] == [2, 2]
    assert not [one for one in rfcli.check(network).diagnostics if one.code == "RF501"]
    (tile, *_), along = rfcli.tiles(report, "c", [20, 24])[1].tiles, rfcli.tiles(report, "c", [20, 24])[1]
    assert along.halo == (10, 1) and tile


def test_single_displacements() -> None:
    """A slice of the channels is told as the union that it is."""
    report = rfcli.compute(
        volume([9, 9], max_displacement=2, more=[{"name": "s", "type": "channel_slice", "end": 3}]), origin="right"
    )
    assert "single displacements of a cost volume are not followed" in " ".join(field(report, "s").notes)


def test_written_as_a_description() -> None:
    for sizes, given in FORMS:
        network = volume(sizes, **given)
        for flat in (True, False):
            again = rfcli.loads(rfcli.described(network, flat=flat), "again.yaml")
            assert rfcli.compute(again).as_json()["layers"] == rfcli.compute(network).as_json()["layers"]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "cost_volume needs 'max_displacement'"),
    ({"max_displacement": -1}, "must be at least 0, is -1"),
    ({"max_displacement": "same"}, "must be an integer, a list per axis, [before, after] pairs per axis; is 'same'"),
    ({"max_displacement": 2, "kernel": 4}, "the kernel of a cost volume is odd"),
    ({"max_displacement": 2, "groups": 3}, "4 input channels cannot be split into 3 groups"),
    ({"max_displacement": 2, "groups": 2, "compare": "concat"}, "groups and kernel are for compare: product"),
    ({"max_displacement": 2, "compare": "sum"}, "must be one of product, difference, concat"),
    ({"max_displacement": 20, "padding": "valid"}, "reach over 41 samples, the padded map has 9"),
    ({"max_displacement": 2, "inputs": ["left"]}, "takes two names here: [left, right]"),
    ({"max_displacement": 2, "inputs": ["left", "right", "left"]}, "takes two names here, has 3"),
    ({"max_displacement": 9_999_999_999, "compare": "concat"}, "more than 2^63 channels"),
]


@pytest.mark.parametrize(("given", "told"), WRONG, ids=str)
def test_what_does_not_fit(given: dict[str, Any], told: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as caught:
        rfcli.compute(volume([9, 9], **given))
    assert told in str(caught.value)


def test_maps_that_differ() -> None:
    layers = [
        {"name": "small", "type": "max_pool", "kernel": 2, "inputs": ["left"]},
        {"name": "wide", "type": "conv", "kernel": 1, "filters": 5, "inputs": ["left"]},
    ]
    inputs = {name: {"size": [8, 8], "channels": 4} for name in LEFT_RIGHT}
    for left, told in (("small", "4 samples to the left, 8 to the right"), ("wide", "5 to the left, 4 to the right")):
        rows = [*layers, {"name": "v", "type": "cost_volume", "inputs": [left, "right"], "max_displacement": 1}]
        with pytest.raises(rfcli.DescriptionError) as caught:
            rfcli.compute(rfcli.loads(json.dumps({"format": 1, "inputs": inputs, "layers": rows}), "net.json"))
        assert told in str(caught.value)


def test_without_sizes() -> None:
    """No size decides what is read."""
    inputs = {name: {"channels": 4, "dims": 1} for name in LEFT_RIGHT}
    rows = [{"name": "v", "type": "cost_volume", "inputs": ["left", "right"], "max_displacement": [[6, 1]]}]
    network = rfcli.loads(json.dumps({"format": 1, "inputs": inputs, "layers": rows}), "net.json")
    seen = field(rfcli.compute(network, origin="right"))
    assert (seen.size, seen.padding, seen.stride) == ((8,), (6,), (1,))


@pytest.mark.torch
def test_written_to_torch() -> None:
    """The module that is written, by autograd: shapes, and what outputs read of either map."""
    import torch

    for sizes, given in ROWS[:30]:
        network = volume(sizes, **given)
        try:
            report = rfcli.compute(network)
        except rfcli.DescriptionError:
            continue
        names: dict[str, Any] = {}
        exec(str(rfcli.exported(network, "torch")), names)
        maps = [torch.rand(2, 4, *sizes, dtype=torch.float64, requires_grad=True) for _ in LEFT_RIGHT]
        made = names["Net"]()(*maps)
        assert tuple(made.shape) == (2, report.layers[0].channels, *report.layers[0].output_size), given
        for at in ((0,) * len(sizes), tuple(n // 2 for n in report.layers[0].output_size)):
            gradients = torch.autograd.grad(made[(1, slice(None), *at)].sum(), maps, retain_graph=True)
            for name, gradient in zip(LEFT_RIGHT, gradients, strict=True):
                assert not gradient[0].any()
                seen = gradient[1].abs().sum(0)
                place = rfcli.located(rfcli.compute(network, origin=name), "v").at(at)
                if () in place.runs:
                    assert not seen.any(), (given, name, at)
                    continue
                for axis, places in enumerate(seen.nonzero().T):
                    along = sorted(set(places.tolist()))
                    runs = [i for first, last in place.runs[axis] for i in range(first, last + 1)]
                    assert along == runs, (given, name, at)
