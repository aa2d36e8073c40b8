"""Networks side by side."""

import pytest
from matplotlib.figure import Figure
from plot.pictures import AUDIO, CHAIN, SKIP, net, picture

import rfcli
from rfcli.plot.kinds import compare


def test_layers_that_change_nothing_are_not_counted() -> None:
    named = net([{"name": "a", "type": "conv", "kernel": 3, "padding": 1}, {"type": "relu"}, {"type": "conv", "kernel": 1},
                 {"name": "p", "type": "max_pool", "kernel": 2}])  # fmt: skip
    (climb,) = compare.data([rfcli.compute(named)]).networks
    assert climb.sizes == (1, 3, 4)
    assert compare.data([rfcli.compute(CHAIN)], "b").networks[0].sizes == (1, 3, 5)


def test_the_widest_path_and_the_largest_axis() -> None:
    wide = net([{"type": "conv", "kernel": [3, 9]}, {"type": "conv", "kernel": [1, 3]}])
    found = compare.data([rfcli.compute(SKIP), rfcli.compute(wide)])
    assert [(one.letters, one.sizes) for one in found.networks] == [("hw", (1, 3, 5, 7)), ("w", (1, 9, 11))]
    assert found.unlike


def test_what_is_drawn() -> None:
    found = compare.data([rfcli.compute(name) for name in ("vgg_16", "resnet50")])
    with picture(compare, found) as figure:
        (ax,) = figure.axes
        assert [list(line.get_ydata())[-1] for line in ax.get_lines()[:2]] == [212, 427]
        keys = [text.get_text() for text in ax.get_legend().get_texts()]
        assert keys == ["vgg_16, pool5: 212 samples", "resnet50, layer4/2/relu: 427 samples", "input: 224 samples"]


def test_units_where_all_have_one() -> None:
    assert compare.data([rfcli.compute(AUDIO)]).spacing is not None
    assert compare.data([rfcli.compute(AUDIO), rfcli.compute(CHAIN)]).spacing is None


def test_wrong_calls() -> None:
    ax = Figure().add_subplot()
    with pytest.raises(rfcli.CallError, match="nothing to compare"):
        rfcli.plot.compare([], ax=ax)
    with pytest.raises(TypeError, match="a sequence of reports or networks"):
        rfcli.plot.compare("vgg_16", ax=ax)  # type: ignore[arg-type]
    assert rfcli.plot.compare(["vgg_16", CHAIN], ax=ax) is ax
