"""Effective fields: what is drawn is what is computed."""

import pytest
from plot.pictures import AUDIO, CHAIN, VAST, VOLUME, net, picture

import rfcli
from rfcli.plot.kinds import erf

TWO = net(
    [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "b", "type": "conv", "kernel": 3, "padding": 1},
    ],
    9,
)


def test_the_map_of_two_layers() -> None:
    """Two boxes of three: 1, 2, 3, 2, 1 ninths along an axis, and their product."""
    found = erf.data(rfcli.compute(TWO))
    assert found.map is not None
    expected = [1 / 9, 2 / 9, 3 / 9, 2 / 9, 1 / 9]
    assert found.profiles[0].values == pytest.approx(expected)
    assert [value for row in found.map.rows for value in row] == pytest.approx(
        [a * b for a in expected for b in expected]
    )
    assert (found.region(0), found.held(0), found.weights) == ((2, 6), (2, 6), "untrained, independent weights")


def test_the_run_that_holds_most_is_as_long_as_told() -> None:
    for name in ("vgg_16", "resnet18", "unet_small", "wavenet"):
        report = rfcli.compute(name)
        found = erf.data(report, {"vgg_16": "pool3", "resnet18": "layer2"}.get(name))
        for axis, profile in enumerate(found.profiles):
            first, last = found.held(axis)
            assert last - first + 1 == profile.effective_size
            assert sum(profile.values[first - profile.first : last + 1 - profile.first]) >= 0.9545 - 1e-9


def test_what_is_drawn() -> None:
    with picture(erf, erf.data(rfcli.compute(TWO))) as figure:
        (ax,) = figure.axes
        below, above, beside = ax.child_axes
        (image,) = below.get_images()
        assert image.get_array().shape == (5, 5)
        assert image.get_extent() == [1.5, 6.5, 6.5, 1.5]
        said = ax.texts[0].get_text()
        assert said.startswith("untrained, independent weights\n5x5 of 5x5 samples hold 95 %")
        keys = [text.get_text() for text in ax.get_legend().get_texts()]
        assert keys == ["theoretical region", "95 % of the energy", "11.1 % of the energy in one sample"]
        assert above.get_ylabel() and beside.get_xlabel()


@pytest.mark.parametrize(("network", "panels"), [(AUDIO, 1), (VOLUME, 3)])
def test_profiles_alone(network: dict[str, object], panels: int) -> None:
    found = erf.data(rfcli.compute(network))
    assert found.map is None
    with picture(erf, found) as figure:
        assert len(figure.axes[0].child_axes) == panels


def test_a_region_that_is_too_large() -> None:
    with pytest.raises(rfcli.CallError, match="too large"):
        erf.data(rfcli.compute(VAST))


def test_layers_over_each_other() -> None:
    found = erf.data(rfcli.compute(TWO), ["b", "a"])
    assert isinstance(found, erf.Energies)
    with picture(erf, found) as figure:
        (ax,) = figure.axes
        (b, a) = (one.get_data() for one in ax.patches)
        assert b.values == pytest.approx([1 / 9, 2 / 9, 3 / 9, 2 / 9, 1 / 9]) and a.values == pytest.approx([1 / 3] * 3)
        assert (list(b.edges), list(a.edges)) == ([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], [-1.5, -0.5, 0.5, 1.5])
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [
            "b: 5 samples of 5 samples", "a: 3 samples of 3 samples",
        ]  # fmt: skip


def test_what_the_weights_are() -> None:
    assert (
        erf._said(50, "relu", "normal", None)
        == "untrained: mean of 50 networks with independent normal weights, with ReLU"
    )
    assert erf._said(1, "none", "uniform", "/a/net.pt") == "weights of net.pt, mean of 1 input"


def test_a_larger_map_keeps_its_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise rfcli.CallError("too large")

    monkeypatch.setattr("rfcli.api.answers.erf_map", refused)
    found = erf.data(rfcli.compute(CHAIN))
    assert found.map is None
    with picture(erf, found) as figure:
        assert "the region is too large for a map" in figure.axes[0].texts[0].get_text()
