"""The short campaign: seeded mutations, random text, generated descriptions, and everything that was ever found."""

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.networks import chains, doubtful, graphs, unsized

from fuzz.campaign import FINDS, tried
from fuzz.mutations import SEEDS, TOKENS, mutated

pytestmark = pytest.mark.random

FINE = ("refused", "computed")
PATIENCE = 12
"""Tests share their machine; what once hung is still found."""


def fine(data: bytes) -> bool:
    """Slowness is left to the long campaign: tests share their machine."""
    return not tried(data).startswith("crash")


@pytest.mark.parametrize("block", range(8))
def test_mutations(block: int) -> None:
    outcomes = []
    for number in range(60):
        data = mutated(Random(f"short/{block}/{number}"))
        outcome = tried(data)
        outcomes.append(outcome.partition(":")[0])
        assert outcome.partition(":")[0] != "crash", (outcome, data)
    assert {"refused", "computed"} <= set(outcomes)


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_bytes(data: bytes) -> None:
    assert fine(data)


@given(st.lists(st.sampled_from([*TOKENS, b" ", b"\n", b"\n  ", b"format: 1\n", b"layers: "]), max_size=30))
@settings(max_examples=150)
def test_tokens(tokens: list[bytes]) -> None:
    assert fine(b"format: 1\n" + b"".join(tokens))


@given(st.one_of(chains(), graphs(), doubtful(), unsized()))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_generated(document: dict[str, object]) -> None:
    assert fine(json.dumps(document).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 300) | st.floats(-2, 3) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["input", "layers", "blocks", "defaults", "expect", "outputs", "check"]), JSON))
@settings(max_examples=150)
def test_values_of_any_kind(document: dict[str, object]) -> None:
    assert fine(json.dumps({"format": 1, "layers": [], **document}).encode())


@pytest.mark.parametrize("path", sorted(FINDS.glob("*.yaml")), ids=lambda path: path.name)
def test_finds(path: Path) -> None:
    assert tried(path.read_bytes(), PATIENCE) in FINE


def test_there_is_something_to_mutate() -> None:
    assert len(SEEDS) > 200
