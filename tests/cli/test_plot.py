"""`rf plot`: files, options that do not fit, and nothing half written."""

import os
import sys
from pathlib import Path

import pytest
from cli.conftest import RF
from PIL import Image


def files() -> list[str]:
    return sorted(name for name in os.listdir() if name not in ("net.yaml", "bad.yaml"))


@pytest.mark.parametrize("kind", ["region", "growth", "paths", "erf", "tiles", "compare"])
def test_kinds(kind: str, rf: RF) -> None:
    status, out, err = rf("plot", kind, "net.yaml", "--width", "60")
    assert (status, out, err) == (0, f"net-{kind}.png\n", "")
    assert files() == [f"net-{kind}.png"]
    with Image.open(f"net-{kind}.png") as image:
        assert image.width == pytest.approx(60 / 25.4 * 200, abs=1)


@pytest.mark.parametrize(("name", "head"), [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG"), ("a.pdf", b"%PDF")])
def test_endings(name: str, head: bytes, rf: RF) -> None:
    assert rf("plot", "growth", "net.yaml", "-o", name) == (0, f"{name}\n", "")
    first = Path(name).read_bytes()
    assert first.startswith(head)
    assert rf("plot", "growth", "net.yaml", "-o", name)[0] == 0
    assert Path(name).read_bytes() == first


def test_a_picture_for_each_network(rf: RF) -> None:
    Path("other").mkdir()
    Path("other/net.yaml").write_text(Path("net.yaml").read_text())
    status, out, _ = rf("plot", "paths", "net.yaml", "other/net.yaml", "--width", "60")
    assert (status, out.splitlines()) == (0, ["net-paths.png", "net-paths-2.png"])


def test_one_picture_of_all(rf: RF) -> None:
    assert rf("plot", "compare", "vgg_16", "net.yaml") == (0, "vgg_16-compare.png\n", "")
    status, out, err = rf("plot", "accuracy", "vgg_16", "resnet18", "bad.yaml", "-o", "a.svg")
    assert (status, out) == (1, "a.svg\n")
    assert err.startswith("bad.yaml:1:9: RF")


def test_names_of_files(rf: RF) -> None:
    text = Path("net.yaml").read_text()
    Path("net.yaml").write_text('name: "we ird:x"\n' + text)
    status, out, _ = rf("plot", "growth", "net.yaml", "--width", "60")
    assert (status, out) == (0, "we_ird_x-growth.png\n")


def test_regions(rf: RF) -> None:
    Image.new("RGB", (40, 20)).save("cat.jpg")
    for words in (
        ["--layer", "a", "--at", "3,4"],
        ["--covers", "10,11"],
        ["--layer", "b", "--layer", "a"],
        ["--image", "cat.jpg"],
    ):
        assert rf("plot", "region", "net.yaml", *words, "-o", "a.svg") == (0, "a.svg\n", "")
    assert "cat.jpg, 40 pixels wide" in Path("a.svg").read_text()


def test_units_and_sizes(rf: RF) -> None:
    assert rf("plot", "growth", "net.yaml", "--spacing", "0.5mm", "--input-size", "64", "-o", "a.svg")[0] == 0
    text = Path("a.svg").read_text()
    assert "receptive field (mm)" in text and "input: 32 mm" in text
    assert rf("plot", "tiles", "net.yaml", "--input-size", "100x200", "--tile", "40", "-o", "a.svg")[0] == 0
    assert "100x200 samples" in Path("a.svg").read_text()


def test_what_is_measured_is_told_only_of_erf(rf: RF) -> None:
    assert rf("plot", "erf", "net.yaml", "-o", "a.svg")[0] == 0
    assert "untrained, independent weights" in Path("a.svg").read_text()


WRONG = [
    (["growth", "net.yaml", "-o", "a.gif"], "rf plot: --output takes a file that ends in .svg, .png, .pdf; is 'a.gif'"),
    (["growth", "net.yaml", "-o", "a"], "rf plot: --output takes a file that ends in .svg, .png, .pdf; is 'a'"),
    (["growth", "net.yaml", "-o", "-"], "rf plot: --output takes a file that ends in .svg, .png, .pdf; is '-'"),
    (["growth", "net.yaml", "-o", "no/a.svg"], "rf plot: cannot write no/a.svg: there is no folder 'no'"),
    (["growth", "net.yaml", "net.yaml", "-o", "a.svg"],
     "rf plot: -o is for one picture: growth makes one for each network, NETWORK-growth.png"),
    (["growth", "net.yaml", "--at", "1,1"], "rf plot: --at is for region, not for growth"),
    (["paths", "net.yaml", "--image", "a.jpg"], "rf plot: --image is for region and tiles, not for paths"),
    (["region", "net.yaml", "--tile", "8"], "rf plot: --tile is for tiles, not for region"),
    (["growth", "net.yaml", "--layer", "a", "--layer", "b"], "rf plot: several --layer are for region and erf, growth takes one"),
    (["region", "net.yaml", "--at", "1,1", "--covers", "1,1"], "rf plot: give one of --at and --covers"),
    (["region", "net.yaml", "--at", "1;x"], "rf plot: --at takes a number for each axis, 12,40; is '1;x'"),
    (["region", "net.yaml", "--at", "1"], "rf: net.yaml: --at takes a sequence of 2 integers, one for each axis, not 1"),
    (["region", "net.yaml", "--at", "1,99"], "rf: net.yaml: --at: there is no output 99 of 'b' along w: it has 15"),
    (["region", "net.yaml", "--layer", "c"], "rf: net.yaml: --layer: there is no layer 'c' (known here: a, b)"),
    (["growth", "net.yaml", "--layer", "c"], "rf: net.yaml: --layer: there is no layer 'c' (known here: a, b)"),
    (["compare", "net.yaml", "--layer", "c"], "rf: net.yaml: --layer: there is no layer 'c' (known here: a, b)"),
    (["region", "net.yaml", "--image", "no.jpg"], "rf: net.yaml: --image: no.jpg cannot be read: No such file or directory"),
    (["region", "net.yaml", "--image", "net.yaml"], "rf: net.yaml: --image: net.yaml cannot be read: no image of a kind that is known"),
    (["accuracy", "net.yaml", "--accuracy", "no.csv"], "rf: net.yaml: --accuracy: no.csv cannot be read: No such file or directory"),
    (["tiles", "net.yaml", "--tile", "x"], "rf plot: --tile takes a number of samples, 512, or one for each axis, 512x256; is 'x'"),
    (["growth", "net.yaml", "--style", "x"],
     "rf: net.yaml: --style: there is no style 'x': take light, dark, grey, a style of matplotlib, or an .mplstyle file"),
    (["growth", "net.yaml", "--width", "5"], "rf plot: --width takes a whole number from 40 to 1000; is '5'"),
    (["erf", "net.yaml", "--seed", "5"], "rf plot: --seed is for sampled networks: add --sample N"),
    (["erf", "net.yaml", "--sample", "0"], "rf plot: --sample takes a whole number from 1 to 10000; is '0'"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_calls(words: list[str], said: str, rf: RF) -> None:
    assert rf("plot", *words) == (2, "", f"{said}\n")
    assert files() == []


def test_a_folder_that_cannot_be_written(rf: RF) -> None:
    Path("a.svg").mkdir()
    status, out, err = rf("plot", "growth", "net.yaml", "-o", "a.svg")
    assert (status, out, err) == (2, "", "rf plot: cannot write a.svg: Is a directory\n")
    assert files() == ["a.svg"]


def test_without_matplotlib(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, out, err = rf("plot", "growth", "net.yaml")
    assert (status, out) == (2, "")
    assert err.startswith("rf plot: drawing needs matplotlib: pip install")
    assert err.count("\n") == 1
