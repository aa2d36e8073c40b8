"""Regions: what is read, sample by sample, and the light of every pixel."""

import io
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from plot.pictures import AUDIO, CHAIN, GRID, VOLUME, net, picture, texts

import rfcli
from rfcli.plot import canvas
from rfcli.plot.kinds import region


def samples(rows: region.Rows) -> set[tuple[int, int]]:
    return {
        cell for top, bottom, left, right in rows.boxes() for cell in product(range(top, bottom), range(left, right))
    }


def test_a_grid() -> None:
    """Output 16 reads 16 - 4, 16 and 16 + 4."""
    found = region.data(rfcli.compute(GRID))
    (unit,) = found.units
    assert (unit.at, unit.region, unit.clipped, unit.center) == (
        (16, 16),
        ((12, 20),) * 2,
        ((12, 20),) * 2,
        (16.0, 16.0),
    )
    assert samples(unit.slices[0]) == set(product((12, 16, 20), repeat=2))
    assert unit.holes and not region.data(rfcli.compute(CHAIN)).units[0].holes


def test_at_the_border() -> None:
    found = region.data(rfcli.compute(GRID), at=(0, 32))
    (unit,) = found.units
    assert (unit.region, unit.clipped) == (((-4, 4), (28, 36)), ((0, 4), (28, 32)))
    assert samples(unit.slices[0]) == set(product((0, 4), (28, 32)))


def test_a_sample_that_is_covered() -> None:
    """b sees 2o - 2 .. 2o + 2: sample 7 is seen by outputs 3 and 4, which together see 4 .. 10."""
    found = region.data(rfcli.compute(CHAIN), "b", covers=(7, 0))
    assert found.covers == region.Covers((7, 0), ((3, 4), (0, 1)), ((4, 10), (0, 4)))
    assert found.units[0].at == (3, 0)


def test_nested_layers_lie_round_one_place() -> None:
    """c's output 3 has its center at sample 6, where b's output 3 and a's output 6 have theirs."""
    found = region.data(rfcli.compute(CHAIN), ["c", "b", "a"], at=(3, 3))
    assert [unit.at for unit in found.units] == [(3, 3), (3, 3), (6, 6)]
    assert [unit.center for unit in found.units] == [(6.0, 6.0)] * 3
    assert [unit.size for unit in found.units] == [(13, 13), (5, 5), (3, 3)]


def test_time() -> None:
    """b reads o and 16 before and after of a, which reads 4 before and after."""
    found = region.data(rfcli.compute(AUDIO), at=[8])
    assert found.units[0].runs == (tuple((i, i) for i in (4, 8, 12, 20, 24, 28)),)
    with picture(region, found) as figure:
        (ax,) = figure.axes
        assert ax.get_xlabel() == "time (ms)"
        keys = [text.get_text() for text in ax.get_legend().get_texts()]
        assert keys == ["b, output 8: 41 samples, 5.12 ms", "center", "in the padding"]
        low, high = ax.get_xlim()
        assert low < -12 / 8 < high


def test_three_slices() -> None:
    found = region.data(rfcli.compute(VOLUME))
    (unit,) = found.units
    assert (unit.at, unit.size, found.cut) == ((5, 15, 20), (5, 7, 7), (5, 15, 20))
    assert [samples(rows) for rows in unit.slices] == [
        set(product(range(12, 19), range(17, 24))),
        set(product(range(3, 8), range(17, 24))),
        set(product(range(3, 8), range(12, 19))),
    ]
    with picture(region, found) as figure:
        panels = figure.axes[0].child_axes
        assert [panel.get_xlabel() for panel in panels] == [
            "width (mm)\nat depth 5", "width (mm)\nat height 15", "height (mm)\nat width 20",
        ]  # fmt: skip


def test_a_mask_leaves_no_box() -> None:
    masked = net([{"name": "a", "type": "conv", "kernel": 3, "padding": 1, "mask": "causal"}], 9)
    (unit,) = region.data(rfcli.compute(masked)).units
    assert samples(unit.slices[0]) == {(3, 3), (3, 4), (3, 5), (4, 3), (4, 4)}


def test_a_map_of_unknown_size() -> None:
    found = region.data(rfcli.compute(CHAIN, input_size=None), "b")
    assert (found.sizes, found.units[0].region) == ((None, None), ((-2, 2), (-2, 2)))
    with picture(region, found) as figure:
        assert "the size of the map is not known" in figure.axes[0].texts[0].get_text()


def test_a_layer_that_sees_the_whole_map() -> None:
    pooled = net([{"type": "conv", "kernel": 3, "name": "a"}, {"type": "global_avg_pool", "name": "g"}], 9)
    (unit,) = region.data(rfcli.compute(pooled), "g").units
    assert (set(unit.unbounded), unit.clipped, unit.center) == ({"both"}, ((0, 8), (0, 8)), (None, None))
    assert samples(unit.slices[0]) == set(product(range(9), repeat=2))


def said(found: region.Region) -> str:
    """All texts of a picture."""
    with picture(region, found) as figure:
        return "; ".join(text.replace("\n", " ") for text, _, _ in texts(figure))


def test_the_other_side_of_the_map() -> None:
    circular = net([{"name": "a", "type": "conv", "kernel": 5, "padding": 2, "padding_mode": "circular"}], 9)
    found = region.data(rfcli.compute(circular), at=(0, 4))
    assert samples(found.units[0].slices[0]) == set(product((0, 1, 2, 7, 8), range(2, 7)))
    assert "circular padding reads the other side of the map" in said(found) and "holes" not in said(found)


def test_all_the_past() -> None:
    found = region.data(rfcli.compute(net([{"name": "l", "type": "lstm", "units": 2}], [20])))
    assert "l also sees everything before its region along global paths" in said(found)


def test_an_output_that_reads_nothing() -> None:
    sparse = net([{"name": "t", "type": "conv_transpose", "kernel": 1, "stride": 2}], 8)
    found = region.data(rfcli.compute(sparse), at=(1, 0))
    assert samples(found.units[0].slices[0]) == set()
    assert "t, output 1,0: reads nothing" in said(found)


def pixels(data: region.Region, points: list[tuple[float, float]]) -> list[tuple[int, ...]]:
    """The colours of a picture at samples, y and x."""
    with picture(region, data, 160) as figure:
        stream = io.BytesIO()
        figure.savefig(stream, dpi=canvas.DOTS)
        figure.set_dpi(canvas.DOTS)
        places = [figure.axes[0].transData.transform((x, y)) for y, x in points]
    image = Image.open(stream).convert("RGB")
    return [image.getpixel((int(x), image.height - 1 - int(y))) for x, y in places]  # type: ignore[misc]


def test_all_else_is_dimmed_by_80_percent() -> None:
    """On a white photograph of 66x33: bars above and below, holes as dark as what lies outside."""
    data = region.data(rfcli.compute(GRID), image=Image.new("RGB", (66, 33), "white"))
    assert data.fitted is not None and (data.fitted.top, data.fitted.height, data.fitted.scale) == (8.25, 16.5, 0.5)
    read, hole, outside, bar = pixels(data, [(12, 12), (14, 12), (16, 30), (2, 2)])
    assert (read, hole, outside) == ((255,) * 3, (51,) * 3, (51,) * 3)
    assert bar == pytest.approx((128 * 0.2,) * 3, abs=1)


def test_a_blank_map_keeps_a_fifth_of_the_colour() -> None:
    read, outside, paper = pixels(region.data(rfcli.compute(GRID)), [(12, 16), (30, 30), (-0.9, 15)])
    assert paper == (255, 255, 255)
    for light, strong in zip(outside, read, strict=True):
        assert 255 - light == pytest.approx((255 - strong) * 0.2, abs=2)


def test_a_photograph_is_told_of(tmp_path: Path) -> None:
    Image.new("RGB", (640, 480)).save(tmp_path / "cat.jpg")
    with picture(region, region.data(rfcli.compute("resnet18"), "layer2", image=tmp_path / "cat.jpg")) as figure:
        said = figure.axes[0].texts[0].get_text().replace("\n", " ")
        assert (
            said == "cat.jpg, 640 pixels wide and 480 high, is scaled by 0.35 and letterboxed to the input of 224x224"
        )


def test_the_size_of_the_photograph_where_there_is_none() -> None:
    data = region.data(rfcli.compute(CHAIN, input_size=None), image=Image.new("RGB", (40, 30)))
    assert (data.sizes, data.fitted and data.fitted.scale) == ((30, 40), 1.0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at": (3,)}, "at takes a sequence of 2 integers"),
        ({"at": (3, 99)}, "there is no output 99 of 'c' along w: it has 16"),
        ({"covers": (3, 32)}, "there is no sample 32 along w: the map has 32"),
        ({"at": (1, 1), "covers": (1, 1)}, "one of at and covers"),
        ({"layer": "nope"}, "no layer 'nope'"),
        ({"image": "nope.png"}, "nope.png cannot be read"),
    ],
)
def test_wrong_calls(options: dict[str, Any], said: str) -> None:
    with pytest.raises(rfcli.CallError, match=said):
        region.data(rfcli.compute(CHAIN), **options)


def test_what_nobody_sees_and_where_no_photograph_lies() -> None:
    strided = net([{"type": "conv", "kernel": 1, "stride": 2, "name": "a"}], 9)
    with pytest.raises(rfcli.CallError, match="no output of 'a' sees sample 1,1"):
        region.data(rfcli.compute(strided), covers=(1, 1))
    with pytest.raises(rfcli.CallError, match="for networks of two axes, this one has 1"):
        region.data(rfcli.compute(AUDIO), image=Image.new("RGB", (4, 4)))
