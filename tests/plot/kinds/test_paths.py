"""Histograms of paths: Li et al. (2017), and by hand."""

from fractions import Fraction

import pytest
from plot.pictures import CHAIN, SKIP, net, picture

import rfcli
from rfcli.plot.kinds import paths


def test_highres3dnet() -> None:
    """Nine residual blocks: 2^9 paths, of 3 to 87 samples; the first convolution has a kernel of 3."""
    (axis,) = paths.data(rfcli.compute("highres3dnet")).axes
    assert (axis.letters, sum(axis.counts.values()), min(axis.counts), max(axis.counts), len(axis.counts)) == (
        "dhw",
        512,
        3,
        87,
        22,
    )
    assert axis.statistics.mean == Fraction(45)
    assert axis.bars()[:2] == [(3, 4, 1), (7, 4, 3)]
    assert sum(many for _, _, many in axis.bars()) == 512


def test_one_path_and_two() -> None:
    assert paths.data(rfcli.compute(CHAIN)).axes[0].counts == {13: 1}
    assert paths.data(rfcli.compute(SKIP)).axes[0].counts == {3: 1, 7: 1}


def test_many_sizes_share_bars() -> None:
    counts = dict.fromkeys(range(1, 1001), 1)
    one = paths.Histogram("w", counts, paths.data(rfcli.compute(CHAIN)).axes[0].statistics)
    bars = one.bars(10)
    assert (len(bars), {width for _, width, _ in bars}, sum(many for *_, many in bars)) == (10, {100}, 1000)


def test_bars_are_as_high_as_there_are_paths() -> None:
    with picture(paths, paths.data(rfcli.compute("highres3dnet"))) as figure:
        (ax,) = figure.axes
        bars = [bar for bar in ax.patches if bar.get_height()]
        assert [bar.get_height() for bar in bars][:3] == [1, 3, 6]
        assert sum(bar.get_height() for bar in bars) == 512
        assert [bar.get_x() + bar.get_width() / 2 for bar in bars][:3] == pytest.approx([3, 7, 11])
        said = [text.get_text() for text in ax.texts]
        assert said == ["512 paths, 22 different sizes from 3 to 87 samples"]
        assert (ax.get_ylabel(), ax.get_xlabel()) == ("number of paths", "receptive field of a path (samples)")


def test_more_paths_than_numbers_of_a_float() -> None:
    deep = net(
        [{"type": "residual", "repeat": 1200, "layers": [{"type": "conv", "kernel": 3, "padding": "same"}]}], [64]
    )
    found = paths.data(rfcli.compute(deep))
    with picture(paths, found) as figure:
        (ax,) = figure.axes
        assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(1)
        assert ax.texts[0].get_text().startswith("1.72e+361 paths")


def test_nothing_to_count() -> None:
    pooled = net([{"type": "global_avg_pool", "name": "g"}])
    with pytest.raises(rfcli.CallError, match="no local path leads to 'g'"):
        paths.data(rfcli.compute(pooled), "g")
