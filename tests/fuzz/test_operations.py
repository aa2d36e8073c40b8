"""The short campaign on operations of foreign models: one call of each, with all that a reader does not expect; and
that what operations are called with is checked before it reaches them."""

from random import Random

import pytest

from fuzz.operations import KINDS, called, tried
from rfcli.readers.tracing import core

pytestmark = pytest.mark.random

READERS = sorted({reader for reader, _ in KINDS})
KNOWN = ("refused", "unknown", "read")


@pytest.mark.parametrize("reader", READERS)
def test_every_operation_takes_what_comes(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the net for what no check has met."""
    monkeypatch.setattr(core, "UNFIT", ())
    outcomes = set()
    for number, (whose, kind) in enumerate(KINDS):
        if whose == reader:
            data, name = called(Random(f"short/{number}"), number)
            outcome = tried(data, name)
            assert outcome in KNOWN, (kind, data)
            outcomes.add(outcome)
    assert len(outcomes) > 1


def test_operations_are_those_of_every_reader() -> None:
    assert READERS == ["cfg", "function", "graph", "layer", "lite", "onnx", "yolo"]
    assert len(KINDS) > 600
