"""Bubbles of Araujo, Norris & Sim (2019), and tables of other people's networks."""

from math import log
from pathlib import Path

import pytest
from plot.pictures import CHAIN, net, picture, wrong

import rfcli
from rfcli import resources
from rfcli.plot.kinds import accuracy

SLIM = ["mobilenet_v1_075", "mobilenet_v1", "vgg_16", "inception_v2", "resnet_v1_50", "resnet_v1_101", "resnet_v1_152",
        "inception_v3", "inception_v4", "inception_resnet_v2"]  # fmt: skip


def test_the_bubbles_of_the_survey() -> None:
    """Sizes of the published table at the networks' last maps, accuracies of TF-Slim's."""
    found = accuracy.data([rfcli.compute(name) for name in SLIM])
    sizes = {one.name: (one.size, one.top1) for one in found.bubbles}
    assert sizes["resnet_v1_50"] == (483, 0.752)
    assert sizes["inception_v3"] == (1311, 0.780)
    assert sizes["inception_resnet_v2"] == (3039, 0.804)
    assert found.fit is not None and found.fit.slope > 0
    assert found.fit.networks == tuple(SLIM)
    assert found.families[0] == "MobileNet"


def test_areas_are_operations() -> None:
    assert accuracy.area(5e9, 1e10) == accuracy.area(1e10, 1e10) / 2
    found = accuracy.data([rfcli.compute("vgg_16"), rfcli.compute("mobilenet_v1")])
    with picture(accuracy, found) as figure:
        (ax,) = figure.axes
        areas = [one.get_sizes()[0] for one in ax.collections]
        assert areas[0] / areas[1] == pytest.approx(found.bubbles[0].flops / found.bubbles[1].flops)  # type: ignore[operator]
        assert [one.get_offsets().tolist()[0] for one in ax.collections] == [
            pytest.approx(one) for one in ([212, 71.5], [315, 70.9])
        ]


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_other_peoples_networks(tmp_path: Path) -> None:
    path = table(tmp_path, "\ufeffname,top1,size,flops,family,more\nA,70,100,,,x\nB,0.81,1000,5e9,Mine,\n")
    found = accuracy.data([rfcli.compute("vgg_16"), rfcli.compute(CHAIN)], accuracy=path)
    assert found.bubbles[1:] == (
        accuracy.Bubble("A", 100, 0.7, None, "others"), accuracy.Bubble("B", 1000, 0.81, 5e9, "Mine"),
    )  # fmt: skip
    assert found.without == ("net",)
    assert found.fit is not None
    # The normal equations, by hand.
    xs, ys = [log(212), log(100), log(1000)], [0.715, 0.7, 0.81]
    mean_x, mean_y = sum(xs) / 3, sum(ys) / 3
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)
    assert found.fit.slope == pytest.approx(slope)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column name, size, top1"),
        ("name,size\nA,3\n", "has no column top1"),
        ("name,size,top1\nA,x,0.7\n", r"other\.csv:2: size is a number, is 'x'"),
        ("name,size,top1\nA,3,0.7\nB,3.5,0.7\n", r"other\.csv:3: size is a whole number"),
        ("name,size,top1\nA,3,700\n", "a percentage up to 100"),
        ("name,size,top1\nA,3,nan\n", "top1 is a number"),
        ("name,size,top1,flops\nA,3,0.7,-1\n", "flops is a number above 0"),
        ("name,size,top1\nA,3\n", "top1 is a number, is ''"),
    ],
)
def test_broken_tables(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(rfcli.CallError, match=said):
        accuracy.data([], accuracy=table(tmp_path, text))


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes.csv").write_bytes(b"name,size,top1\n\xff\xfe")
    for name in ("nope.csv", "bytes.csv"):
        with pytest.raises(rfcli.CallError, match=name):
            accuracy.data([], accuracy=tmp_path / name)


def test_nobody_states_an_accuracy() -> None:
    with pytest.raises(rfcli.CallError, match="none of these networks states its accuracy"):
        accuracy.data([rfcli.compute(CHAIN)])


@pytest.mark.parametrize("width", [80, 160])
def test_all_bundled_networks(width: float) -> None:
    reports = [rfcli.compute(name) for name in resources.architectures()]
    with picture(accuracy, accuracy.data(reports), width) as figure:
        assert not wrong(figure)
        names = [text.get_text() for text in figure.axes[0].texts[1:]]
        assert len(names) >= 12 if width == 80 else len(names) >= 20


def test_one_network_that_states_no_operations() -> None:
    unknown = net([{"type": "conv", "kernel": 3}], None, accuracy={"top1": 0.5, "source": "me"}, family="F")
    with picture(accuracy, accuracy.data([rfcli.compute(unknown)])) as figure:
        keys = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        assert keys == ["F", "operations not known"]
