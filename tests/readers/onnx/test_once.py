"""What is made of the same constants is made once, and what only looks alike is not."""

from __future__ import annotations

from typing import Any

import pytest
from onnx import helper

from rfcli.readers.onnx.calls import Traced
from rfcli.readers.onnx.once import FEW, Once
from rfcli.readers.onnx.steps import Step, steps
from rfcli.readers.tracing.maps import Constant, Kept, Map

TWO = Constant((1,), [2], ())


def step(operation: str = "Concat", count: int = 2, **attributes: Any) -> Step:
    (one,) = steps([helper.make_node(operation, ["x"] * count, ["y"], **attributes)])
    return one


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (TWO, Constant((1,), [2], ()), True), (TWO, Constant((), [2], ()), False), (TWO, Constant((1,), [3], ()), False),
        (TWO, Constant((1,), [True], ()), False), (TWO, Constant((1,), [2.0], ()), False),
        (Constant((), [0.0], ()), Constant((), [-0.0], ()), False), (TWO, Constant((1,), [2], (("w", 1),)), False),
        (TWO, Constant((1,), [2], (), vague=True), False), (TWO, Constant((1,), [2], (), external=True), False),
        (TWO, Constant((1,), [2], (), Kept(((0,),), True)), False), (TWO, Constant((1,), None, ()), False),
        (Constant((FEW + 1,), [1] * (FEW + 1), ()), Constant((FEW + 1,), [1] * (FEW + 1), ()), False),
    ],
)  # fmt: skip
def test_equal_constants(one: Constant, other: Constant, same: bool) -> None:
    for first, second in ((one, other), (other, one)):
        once = Once()
        assert once.first(first) is first
        assert once.first(second) is (first if same else second)


def test_tensors_that_nodes_write_out() -> None:
    once = Once()
    two, again, other, single = (
        helper.make_tensor("", kind, [1], [n]) for kind, n in ((7, 2), (7, 2), (7, 3), (6, 2))
    )  # fmt: skip
    assert once.written(two) == TWO and once.written(again) is once.written(two) is once.first(TWO)
    assert once.written(other).values == [3] and once.written(single).values == [2]
    named = [helper.make_tensor(name, 1, [2], [0.5, 1.5]) for name in "ab"]
    assert [once.written(one).weights for one in named] == [(("a", 2),), (("b", 2),)]


def test_operations_on_the_same() -> None:
    once, made = Once(), Constant((2,), [2, 2], ())
    told = once.told(step(axis=0), (TWO, TWO))
    assert once.get(told) is None and once.keep(told, (TWO, TWO), made) is made
    assert once.get(once.told(step(axis=0), (TWO, TWO))) is made
    others: list[tuple[Step, tuple[Traced, ...]]] = [
        (step(axis=1), (TWO, TWO)), (step("Add"), (TWO, TWO)), (step(axis=0), (TWO, None)),
        (step(axis=0), (TWO, Constant((1,), [2], ()))), (step(axis=0, domain="d"), (TWO, TWO)),
    ]  # fmt: skip
    for node, given in others:
        assert once.get(once.told(node, given)) is None


@pytest.mark.parametrize("given", [Map("x", ()), Constant((1,), [2], (("w", 1),)), Constant((1,), [2], (), vague=True)])
def test_what_depends_on_more_than_numbers_is_not_told(given: Traced) -> None:
    assert Once().told(step(), (TWO, given)) is None


@pytest.mark.parametrize("made", [None, Constant((1,), None, ()), Constant((1,), [2], (("w", 1),))])
def test_what_is_not_known_is_not_kept(made: Any) -> None:
    once = Once()
    told = once.told(step(), (TWO, TWO))
    assert once.keep(told, (TWO, TWO), made) is made and once.get(told) is None
