"""Which format a file has is told by its content, and by its name only where that does not tell."""

from __future__ import annotations

import pytest

from rfcli.readers.kinds import reader_of

ROWS = b"backbone:\n  - [-1, 1, Conv, [8]]\n"
FILES = [
    (b"format: 1\ninput: {size: 8}\n", "net.yaml", None),
    (b'{"format": 1}', "net.json", None),
    (b"", "net.yaml", None),
    (b"", "net", None),
    (ROWS, "net.yaml", "yolo"),
    (b"format: 1\n" + ROWS, "net.yaml", None),
    (b"[net]\nheight=8\n", "net.txt", "darknet"),
    (b"\xef\xbb\xbf# a comment\n\n [network]\n", "net", "darknet"),
    (b"[other]\n", "net.ini", None),
    (b"[other]\n", "net.cfg", "darknet"),
    (b'{"class_name": "Sequential", "config": {"layers": []}}', "net.json", "keras"),
    (b"PK\x03\x04", "net.keras", "keras"),
    (b"\x08\x08\x12\x07pytorch", "net.onnx", "onnx"),
    (b"\x89HDF\r\n\x1a\n", "net.keras", "refused"),
    (b"\x1c\x00\x00\x00TFL3", "net", "refused"),
    (b"\x80\x02}q\x00.", "net", "refused"),
    (b"whatever", "net.pt", "refused"),
    (b"whatever", "net.pb", "refused"),
    (b"whatever", "net.txt", None),
]


@pytest.mark.parametrize(("head", "name", "reader"), FILES)
def test_reader(head: bytes, name: str, reader: str | None) -> None:
    module = {None: None, "refused": "rfcli.readers.refused"}.get(reader, f"rfcli.readers.{reader}.file")
    assert reader_of(head, name) == module
