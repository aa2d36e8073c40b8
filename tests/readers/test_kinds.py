"""Which format a file has is told by its content, and by its name only where that does not tell."""

from __future__ import annotations

import io

import pytest

from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.description.source import ForeignModel
from rfcli.diagnostics import Span
from rfcli.readers.kinds import read, reader_of

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
    (b"\x89HDF\r\n\x1a\n", "net.keras", "keras"),
    (b"\x1c\x00\x00\x00TFL3", "net", "tensorflow"),
    (b"anything", "net.tflite", "tensorflow"),
    (b"\x80\x02}q\x00.", "net", "refused"),
    (b"whatever", "net.pt", "refused"),
    (b"whatever", "net.pb", "tensorflow"),
    (b"\x08\x01\x12\x05\x0a\x03abc", "net", "tensorflow"),
    (b"\x0a\x0b\x0a\x03a/b\x12\x04Relu", "net.onnx", "tensorflow"),
    (b'{"configurations": {"2d": {"patch_size": [8, 8]}}}', "plans.json", "nnunet"),
    (b'{"network_def": {"_target_": "UNet"}}', "train.json", "monai"),
    (b"whatever", "net.txt", None),
]


@pytest.mark.parametrize(("head", "name", "reader"), FILES)
def test_reader(head: bytes, name: str, reader: str | None) -> None:
    module = {None: None, "refused": "rfcli.readers.refused"}.get(reader, f"rfcli.readers.{reader}.file")
    assert reader_of(head, name) == module


CFG = b"[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=1\nactivation=linear\n"
YOLO = b"nc: 80\nscales: {n: [1.0, 0.25, 64], s: [1.0, 0.5, 64]}\nbackbone: [[-1, 1, Conv, [64, 3, 2]]]\nhead: []\n"


def asked(data, settings=None, name="nets/small.cfg"):
    model = ForeignModel(io.BytesIO(data), name, Limits(), settings or {}, Problems())
    return read(reader_of(data, name), model), model


def test_a_document_has_the_name_of_its_file_where_the_model_has_none():
    document, model = asked(CFG)
    assert document.root.value["name"].value == "small"
    assert document.settings == {} and not model.problems


def test_a_reader_takes_the_settings_that_it_names_and_leaves_the_rest():
    settings = {"width": 7, "scale": "s", "nc": 3}
    document, model = asked(YOLO, settings, "net.yaml")
    assert document.root.value["layers"].value[0].value["filters"].value == 32
    assert document.settings == {"width": 7}
    assert settings == {"width": 7, "scale": "s", "nc": 3} and not model.problems
    document, _ = asked(CFG, settings)
    assert document.settings == settings


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"\x89HDF\r\n\x1a\n", "net.h5", ("RF012", "a damaged HDF5 file: an address lies outside of it")),
        (b"\x80\x02}", "net.pt", ("RF012", "a PyTorch file is not read: opening it would run its code")),
        (b"\x1c\0\0\0TFL3", "net", ("RF012", "a damaged TensorFlow Lite model: an offset lies outside of it")),
        (b"PK\x03\x04", "net.keras", ("RF012", "a damaged archive")),
    ],
)
def test_what_cannot_be_read_is_a_problem(data, name, problem):
    document, model = asked(data, name=name)
    assert document.root is None
    assert [(one.code, one.message) for one in model.problems] == [problem]
    assert model.problems[0].span == Span(name)
