"""Photographs in the page, by their first bytes."""

from __future__ import annotations

import os
from base64 import b64decode
from pathlib import Path

import pytest

from rfcli.diagnostics import CallError
from rfcli.page import photo

BEGINS = {
    "png": b"\x89PNG\r\n\x1a\n\0\0",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "gif": b"GIF89a\1\0",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ",
}


@pytest.mark.parametrize("kind", BEGINS)
def test_kinds(kind: str, tmp_path: Path) -> None:
    """The bytes decide, whatever the name says, and stand in the address as they are."""
    path = tmp_path / "photo.heic"
    path.write_bytes(BEGINS[kind])
    head, data = photo.address(path).split(",")
    assert head == f"data:image/{kind};base64"
    assert b64decode(data) == BEGINS[kind]


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"RIFF\0\0\0\0WAVE", b"BM\0\0", b"\x89PN"],
)
def test_what_is_no_image(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(data)
    with pytest.raises(CallError, match=r"x\.png is no image that browsers show: give a png, jpeg, gif or webp"):
        photo.address(str(path))


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"nothing\.png cannot be read: No such file"):
        photo.address(tmp_path / "nothing.png")
    with pytest.raises(CallError, match="cannot be read: it is no file"):
        photo.address(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CallError, match="cannot be read: it is no file"):
        photo.address(tmp_path / "pipe")
    with pytest.raises(CallError, match="cannot be read"):
        photo.address("a\0b")


def test_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "MOST", 9)
    path = tmp_path / "x.png"
    path.write_bytes(BEGINS["png"])
    with pytest.raises(CallError, match=r"x\.png is larger than 0 MB: save it smaller"):
        photo.address(path)
