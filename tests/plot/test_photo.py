"""Photographs: of any size and kind, and files that are none."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import rfcli
from rfcli.plot.photo import MOST_SHOWN, Fitted, fitted, read


@pytest.mark.parametrize(
    ("size", "onto", "box"),
    [
        ((100, 200), (50, 50), Fitted(12.5, 0, 25, 50, 0.25)),
        ((200, 100), (50, 50), Fitted(0, 12.5, 50, 25, 0.25)),
        ((10, 10), (40, 40), Fitted(0, 0, 40, 40, 4)),
        ((1, 1000), (10, 10), Fitted(4.995, 0, 0.01, 10, 0.01)),
    ],
)
def test_letterboxed(size: tuple[int, int], onto: tuple[int, int], box: Fitted) -> None:
    assert fitted(size, onto) == box
    assert fitted(size, onto).letterboxed == (size[0] != size[1])


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "CMYK", "1", "I;16", "F"])
def test_kinds(mode: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.tiff" if mode in ("F", "CMYK") else "a.png")
    Image.new(mode, (30, 20)).save(path)
    found = read(path)
    assert (found.name, found.size, found.pixels.mode, found.pixels.size) == (path.name, (20, 30), "RGB", (30, 20))


def test_what_is_clear_is_white() -> None:
    assert read(Image.new("RGBA", (2, 2), (0, 0, 0, 0))).pixels.getpixel((0, 0)) == (255, 255, 255)


def test_large_ones_are_made_smaller(tmp_path: Path) -> None:
    Image.new("RGB", (5000, 100)).save(tmp_path / "a.jpg")
    found = read(str(tmp_path / "a.jpg"))
    assert found.size == (100, 5000)
    assert found.pixels.width <= MOST_SHOWN


def test_turned_by_the_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    Image.new("RGB", (30, 20)).save(tmp_path / "a.jpg", exif=exif)
    found = read(tmp_path / "a.jpg")
    assert (found.size, found.pixels.size) == ((30, 20), (20, 30))


def test_a_large_one_that_is_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (4000, 2000))
    image.paste((255, 255, 255), (0, 0, 2000, 2000))  # the left half, which a quarter to the right brings up
    image.save(tmp_path / "a.png", exif=exif)
    found = read(tmp_path / "a.png")
    assert (found.size, found.pixels.size) == ((4000, 2000), (800, 1600))
    assert (found.pixels.getpixel((400, 300)), found.pixels.getpixel((400, 1300))) == ((255,) * 3, (0,) * 3)


def test_arrays() -> None:
    import numpy

    assert read(numpy.zeros((4, 6, 3), "uint8")).size == (4, 6)
    with pytest.raises(rfcli.CallError, match="no array of pixels"):
        read(numpy.zeros((4, 6, 3, 2), "uint8"))


def broken(name: str, tmp_path: Path) -> Any:
    path = tmp_path / name
    whole = tmp_path / "whole.png"
    Image.effect_noise((64, 64), 50).save(whole)
    path.write_bytes(
        {"text.png": b"not an image", "empty.png": b"", "cut.png": whole.read_bytes()[:300]}.get(name, b"")
    )
    return path


@pytest.mark.parametrize("name", ["text.png", "empty.png", "cut.png"])
def test_broken_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(rfcli.CallError, match=name):
        read(broken(name, tmp_path))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(rfcli.CallError, match=r"cannot be read: No such file"):
        read(tmp_path / "nope.png")
    with pytest.raises(rfcli.CallError, match="cannot be read: Is a directory"):
        read(tmp_path)
    with pytest.raises(TypeError, match="image takes a path"):
        read(3)


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.plot.photo.MOST_PIXELS", 100)
    Image.new("1", (20, 20)).save(tmp_path / "a.png")
    with pytest.raises(rfcli.CallError, match=r"a\.png has too many pixels, 20x20: save it smaller"):
        read(tmp_path / "a.png")
