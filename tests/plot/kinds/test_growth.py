"""Growth: sizes along paths by hand."""

import pytest
from plot.pictures import CHAIN, DECODER, MANY, SKIP, VAST, net, picture

import rfcli
from rfcli.plot.kinds import growth
from rfcli.plot.kinds.growth import _ticks


def test_a_chain() -> None:
    found = growth.data(rfcli.compute(CHAIN))
    (axis,) = found.axes
    assert (found.names, found.layer, axis.letters, axis.size) == (("a", "b", "c"), "c", "hw", 32)
    assert axis.widest == ((0, 3), (1, 5), (2, 13))
    assert (axis.narrowest, axis.others, axis.band, axis.first, found.globally) == ((), (), (), None, None)


def test_paths_that_differ() -> None:
    """The body of a residual widens, its skip does not."""
    (axis,) = growth.data(rfcli.compute(SKIP)).axes
    assert axis.widest == ((0, 3), (1, 5), (2, 7), (3, 7))
    assert axis.narrowest == ((0, 3), (3, 3))


def test_a_branch_on_neither_path() -> None:
    inception = net([{"type": "branches", "name": "m", "branches": {
        f"k{k}": [{"name": "c", "type": "conv", "kernel": k, "padding": "same"}] for k in (1, 3, 5)}}])  # fmt: skip
    found = growth.data(rfcli.compute(inception))
    (axis,) = found.axes
    assert [(found.names[at], size) for at, size in axis.widest] == [("m/k5/c", 5), ("m/concat", 5)]
    assert [(found.names[at], size) for at, size in axis.narrowest] == [("m/k1/c", 1), ("m/concat", 1)]
    assert [(found.names[at], size) for at, size in axis.others] == [("m/k3/c", 3)]


def test_phases_of_a_decoder() -> None:
    """p: 4 samples; m: 4 + 2 * 2 = 8; u: 8; z reads one or two samples of m, 8 or 10: three of u lie in two of m."""
    found = growth.data(rfcli.compute(DECODER))
    (axis,) = found.axes
    assert axis.widest == ((0, 3), (1, 4), (2, 8), (3, 8), (4, 10))
    assert axis.band == ()
    upsampled = growth.data(rfcli.compute(net([{"type": "upsample", "scale": 2}, {"type": "conv", "kernel": 2}])))
    assert upsampled.axes[0].band == ((1, 1, 2),)


def test_the_first_layer_that_sees_all() -> None:
    deep = net([{"name": f"c{i}", "type": "conv", "kernel": 3, "padding": "same"} for i in range(1, 6)], 9)
    assert growth.data(rfcli.compute(deep)).axes[0].first == 3  # c4 sees 9
    pooled = net([{"type": "squeeze_excite", "name": "se", "units": 1}, {"type": "conv", "kernel": 3}], 9)
    assert growth.data(rfcli.compute(pooled)).globally == 0


def test_axes_that_differ() -> None:
    found = growth.data(rfcli.compute(net([{"type": "conv", "kernel": [3, 5]}])))
    assert [(one.letters, one.widest) for one in found.axes] == [("h", ((0, 3),)), ("w", ((0, 5),))]


def test_up_to_a_layer() -> None:
    found = growth.data(rfcli.compute(CHAIN), "b")
    assert (found.axes[0].widest, found.axes[0].others) == (((0, 3), (1, 5)), ((2, 13),))


@pytest.mark.parametrize(
    ("layers", "apart", "ticks"),
    [
        (["a", "b"], 0.5, [(0, "a"), (1, "b")]),
        ([f"s{i // 10}/c{i}" for i in range(40)], 2, [(0, "s0"), (10, "s1"), (20, "s2"), (30, "s3")]),
        ([f"f/s{i // 10}/c{i}" for i in range(40)], 2, [(0, "f/s0"), (10, "f/s1"), (20, "f/s2"), (30, "f/s3")]),
        ([f"c{i}" for i in range(40)], 21, []),
    ],
)
def test_names_along_the_axis(layers: list[str], apart: float, ticks: list[tuple[int, str]]) -> None:
    assert _ticks(layers, apart) == ticks


def test_what_is_drawn() -> None:
    with picture(growth, growth.data(rfcli.compute(SKIP))) as figure:
        (ax,) = figure.axes
        widest = ax.get_lines()[0]
        assert (list(widest.get_xdata()), list(widest.get_ydata())) == ([0, 1, 2, 3], [3, 5, 7, 7])
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [
            "widest path", "narrowest path", "input: 32 samples",
        ]  # fmt: skip
        assert ax.get_ylabel() == "receptive field (samples)"


def test_an_input_that_dwarfs_the_field() -> None:
    with picture(growth, growth.data(rfcli.compute(net([{"type": "conv", "kernel": 3}], [1000])))) as figure:
        assert figure.axes[0].get_yscale() == "log"
    with picture(growth, growth.data(rfcli.compute(VAST))) as figure:
        assert figure.axes[0].get_yscale() == "linear"


def test_three_thousand_layers() -> None:
    (axis,) = growth.data(rfcli.compute(MANY)).axes
    assert (len(axis.widest), axis.widest[-1], axis.narrowest[-1]) == (3000, (2999, 3001), (2999, 1))


def test_from_python() -> None:
    from matplotlib.figure import Figure

    with pytest.raises(rfcli.CallError, match="no layer 'nope'"):
        rfcli.plot.growth(CHAIN, "nope", ax=Figure().add_subplot())
