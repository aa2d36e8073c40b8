"""Files that are known, and not read."""

from __future__ import annotations

import io

import pytest

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers import refused
from rfcli.readers.draft import ForeignError

REFUSED = [
    (b"\x1c\x00\x00\x00TFL3", "net.bin", "a TensorFlow Lite model is not read", "convert it to ONNX"),
    (b"\x80\x02}q\x00.", "net.pt", "a PyTorch file is not read: opening it would run its code", "export the model to ONNX"),
    (b"anything", "net.pth", "a PyTorch file is not read: opening it would run its code", "export the model to ONNX"),
    (b"\x80\x02}q\x00.", "net.bin", "not a model that is read", "rf reads descriptions, ONNX"),
    (b"\x08\x01", "net.pb", "not a model that is read", "rf reads descriptions, ONNX"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "name", "message", "help"), REFUSED)
def test_what_to_do_instead_is_told(head: bytes, name: str, message: str, help: str) -> None:
    with pytest.raises(ForeignError) as raised:
        refused.read(io.BytesIO(head), File(name), Limits(), Problems())
    assert raised.value.message == message
    assert help in raised.value.help


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["archive/data.pkl", "archive/version"], "a PyTorch file is not read"),
        (["data.pkl"], "a PyTorch file is not read"),
        (["metadata.json"], "a ZIP archive without a 'config.json'"),
        ([], "a ZIP archive without a 'config.json'"),
    ],
)
def test_archives(names: list[str], message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        refused.refused_archive(names)
