"""What is read in all axes at once, against sets of points that are pushed tap by tap, and published networks."""

from __future__ import annotations

import json
import random
from itertools import product

import pytest
from oracle.joint import points
from oracle.masked import drawn

import rfcli
from rfcli.engine.joint import Points, single, slab
from rfcli.engine.locate import Locator
from rfcli.engine.support import Samples

PIXELCNN = {
    "format": 1,
    "name": "pixelcnn",
    "input": {"size": [41, 41], "channels": 1},
    "layers": [
        {"name": "a", "type": "conv", "kernel": 7, "padding": 3, "mask": "strictly_causal", "filters": 4},
        {"name": "b", "type": "conv", "kernel": 3, "padding": 1, "mask": "causal", "filters": 4, "repeat": 5},
        {"name": "out", "type": "conv", "kernel": 1, "filters": 256},
    ],
}
"""Conv 7x7 with mask A, five 3x3 with mask B, conv 1x1 (kundan2510/pixelCNN#1)."""
GATED = """
format: 1
input: {size: [41, 41], channels: 1}
layers:
  - {name: v1, type: conv, kernel: [4, 7], padding: [[3, 0], [3, 3]], filters: 4}
  - {name: v1_down, type: pad, padding: [[1, -1], 0]}
  - {name: h1, type: conv, kernel: [1, 3], padding: [0, [3, -1]], filters: 4, inputs: [input]}
  - {name: h1_sum, type: add, inputs: [h1, v1_down]}
  - {name: v2, type: conv, kernel: [2, 3], padding: [[1, 0], [1, 1]], filters: 4, inputs: [v1]}
  - {name: v2_down, type: pad, padding: [[1, -1], 0]}
  - {name: h2, type: conv, kernel: [1, 2], padding: [0, [1, 0]], filters: 4, inputs: [h1_sum]}
  - {name: h2_sum, type: add, inputs: [h2, v2_down]}
  - {name: out, type: conv, kernel: 1, filters: 256}
"""
"""Vertical and horizontal stack (van den Oord et al. 2016, "Conditional image generation with PixelCNN decoders")."""


def computed(document: object, **options: object) -> rfcli.Report:
    text = document if isinstance(document, str) else json.dumps(document)
    return rfcli.compute(rfcli.loads(text, name="net.yaml"), **options)  # type: ignore[arg-type]


def test_the_blind_spot_of_pixelcnn() -> None:
    """Autograd's: rows -8..0 and columns -8..8, of which a triangle on the right is not read; not the pixel itself."""
    report = computed(PIXELCNN)
    field = report.layer("out").receptive_field
    assert field is not None
    assert (field.size, field.padding, field.center) == ((9, 17), (8, 8), (-4, 0))
    locator = Locator(report, "out")
    found = locator.points((20, 20))
    assert found is not None
    assert (found.count, found.box, found.hull) == (129, (9, 17), ((12, 20), (12, 28)))
    rows = [(12, 28)] * 3 + [(12, 27 - row) for row in range(5)] + [(12, 19)]
    assert list(found.runs()) == [((12 + row,), [run]) for row, run in enumerate(rows)]
    assert (20, 20) not in found and (20, 19) in found and (19, 24) not in found


def test_no_output_in_the_blind_spot_sees_a_pixel() -> None:
    locator = Locator(computed(PIXELCNN), "out")
    seen = locator.seeing((20, 20))
    assert seen is not None and seen.count == 129
    assert locator.covering((20, 20)) == ((20, 28), (12, 28))
    for o in seen:
        assert (20, 20) in (locator.points(o) or ())
    assert (21, 16) not in seen and (20, 20) not in seen and (28, 20) in seen


def test_gated_pixelcnn_has_no_blind_spot() -> None:
    """Two stacks read all above, and all that is left in the row."""
    locator = Locator(computed(GATED), "out")
    found = locator.points((20, 20))
    assert found is not None
    assert set(found) == {(h, w) for h in range(15, 20) for w in range(16, 25)} | {(20, w) for w in range(16, 20)}
    field = locator.report.layer("out").receptive_field
    assert field is not None and (field.size, field.padding) == ((6, 9), (5, 4))


def test_borders_of_a_mask() -> None:
    """The first pixel sees nothing; a row sees what any of its outputs sees."""
    locator = Locator(computed(PIXELCNN), "out")
    assert locator.at((0, 0)).clipped == (None, None)
    assert locator.at((0, 3)).clipped == ((0, 0), (0, 2))
    assert locator.regions(0)[:2] == [(0, 0), (0, 1)]
    assert locator.regions(1)[-1] == (32, 40)
    narrow = Locator(computed({**PIXELCNN, "input": {"size": [5, 1]}}), "a")
    assert narrow.regions(0) == [None, (0, 0), (0, 1), (0, 2), (1, 3)]


def test_a_box_is_told_axis_by_axis() -> None:
    rows = {
        "format": 1,
        "input": {"size": 9},
        "layers": [{"name": "c", "type": "conv", "kernel": 3, "mask": [[1, 0, 1], [0] * 3, [0] * 3]}],
    }
    locator = Locator(computed(rows), "c")
    assert (locator.masked, locator.points((0, 0))) == (False, None)
    assert list(locator.samples(1, 0)) == [0, 2]


MANY = [pytest.param(dims, count, marks=pytest.mark.random) for dims, count in ((2, 60), (3, 25))]
"""Each begins with the networks of every day."""


@pytest.mark.parametrize(("dims", "count"), [(1, 60), (2, 5), (3, 2), *MANY])
def test_against_brute_force(dims: int, count: int) -> None:
    generator, checked = random.Random(dims), 0
    while checked < count:
        document = drawn(generator, dims)
        try:
            report = computed(document)
        except rfcli.DescriptionError as error:
            codes = {problem.code for problem in error.diagnostics}
            assert codes <= {"RF305", "RF308", "RF309"}, error
            continue
        checked += 1
        against_brute_force(document, report, generator)


def against_brute_force(document: dict, report: rfcli.Report, generator: random.Random) -> None:  # type: ignore[type-arg]
    layers = {layer["name"]: layer for layer in document["layers"]}
    sizes = {"input": document["input"]["size"]} | {one.name: list(one.output_size) for one in report.layers}
    for name in layers:
        field = report.layer(name).receptive_field
        if field is not None and any("see nothing" in note for note in field.notes):
            continue
        locator = Locator(report, name)
        place = [generator.randrange(n) for n in sizes[name]]
        wanted = points(layers, sizes, name, place, True)
        unbounded = points(layers, sizes, name, place, False)
        hull = [(min(along), max(along)) for along in zip(*unbounded, strict=True)] or [None] * len(place)
        if unbounded:
            assert [locator.region(axis, o) for axis, o in enumerate(place)] == hull, document
        if not locator.masked:
            continue
        found = locator.points(place)
        assert found is not None and set(found) == wanted, (document, name, place)
        circular = any(layer.get("padding_mode") == "circular" for layer in layers.values())
        if found and not circular:
            assert locator.at(place).clipped == tuple((min(along), max(along)) for along in zip(*wanted, strict=True))
        pixel = [generator.randrange(n) for n in sizes["input"]]
        outputs = list(product(*map(range, sizes[name])))
        if len(outputs) <= 200:
            reading = {o: points(layers, sizes, name, o, True) for o in outputs}
            seen = locator.seeing(pixel)
            assert seen is not None and set(seen) == {o for o in outputs if tuple(pixel) in reading[o]}, document
            for axis in locator.axes if not circular else ():
                union = {
                    index: {point[axis] for o in outputs if o[axis] == index for point in reading[o]}
                    for index in range(sizes[name][axis])
                }
                assert locator.regions(axis) == [(min(one), max(one)) if one else None for one in union.values()]


def test_points() -> None:
    corner = Points({(0,): Samples(2, 0b101), (2,): Samples(0, 1)})
    assert list(corner) == [(0, 2), (0, 4), (2, 0)]
    assert (corner.count, corner.hull, corner.box) == (3, ((0, 2), (0, 4)), (3, 5))
    assert list(corner.samples(0)) == [0, 2] and list(corner.samples(1)) == [0, 2, 4]
    assert list(corner.runs()) == [((0,), [(2, 2), (4, 4)]), ((2,), [(0, 0)])]
    assert not Points({}) and Points({}).hull == () and single((1, 2)).hull == ((1, 1), (2, 2))
    assert set(slab([2, 3], 0, 1)) == {(1, 0), (1, 1), (1, 2)} and set(slab([2, 3], 1, 1)) == {(0, 1), (1, 1)}


def test_large_regions_are_refused() -> None:
    layer = {"name": "w", "type": "conv", "kernel": [17, 33], "dilation": [1, 60_000], "mask": "causal"}
    wide = {"format": 1, "input": {"size": [100, 3_000_000]}, "layers": [layer]}
    with pytest.raises(rfcli.CallError, match="more than"):
        Locator(computed(wide), "w").at((50, 500_000))


def test_a_mask_behind_outputs_that_read_nothing_is_unknown() -> None:
    """A tap that meets such an output along one axis adds nothing along the other: the axes are not apart."""
    up = {"name": "up", "type": "conv_transpose", "kernel": 1, "stride": 2, "filters": 1}
    layers = [up, {"name": "m", "type": "conv", "kernel": 3, "mask": "causal", "filters": 1}]
    field = computed({"format": 1, "input": {"size": 9, "channels": 1}, "layers": layers}).layer("m").receptive_field
    assert field is not None and "a mask reads a map of which some samples see nothing" in field.notes[0]
