"""Beginnings of files that several formats tell apart."""

from __future__ import annotations

import pytest

from readers.tensorflow.saved import written as w
from rfcli.readers.marks import SAVED_MODEL


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (w.saved(w.graph(), {}), True), (b"\x08\x01\x12\x85\x01\x0a", True), (b"\x08\x08\x12\x07pytorch", False),
        (b"\x08\x01", False), (b"", False),
    ],
)  # fmt: skip
def test_a_saved_model_begins_with_its_version_and_a_graph(head: bytes, is_one: bool) -> None:
    assert (SAVED_MODEL.match(head) is not None) is is_one
