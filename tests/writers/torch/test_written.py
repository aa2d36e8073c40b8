"""Modules that are constructed: their values, what they have in common, and their calls."""

from __future__ import annotations

import pytest

from rfcli.writers.torch.python import flat
from rfcli.writers.torch.written import Argument, New

CONV = New("nn.Conv2d", (Argument("in_channels", 3), Argument("kernel_size", (3, 1)), Argument("bias", True, True)))
PADDED = New("Padded", (Argument("inner", CONV), Argument("mode", "zeros")))
"""A module that is given another."""


def test_leaves_are_plain_values_in_order() -> None:
    assert [(one.name, one.value) for one in PADDED.leaves()] == [
        ("in_channels", 3), ("kernel_size", (3, 1)), ("bias", True), ("mode", "zeros"),
    ]  # fmt: skip


CALLS = [
    (CONV, ["3", "k", "flag"], "nn.Conv2d(3, k, bias=flag)"),
    (CONV, ["3", "k", None], "nn.Conv2d(3, k)"),
    (PADDED, ["c", "(3, 1)", "False", '"zeros"'], 'Padded(nn.Conv2d(c, (3, 1), bias=False), "zeros")'),
    (New("nn.ReLU", ()), [], "nn.ReLU()"),
]


@pytest.mark.parametrize(("new", "texts", "wanted"), CALLS, ids=[wanted for *_, wanted in CALLS])
def test_calls_take_a_text_for_each_leaf(new: New, texts: list[str | None], wanted: str) -> None:
    """A leaf without a text has the default, and is left out."""
    left = iter(texts)
    assert flat(new.written(left)) == wanted
    assert list(left) == []


def changed(**given: object) -> New:
    """The convolution with another last argument."""
    *first, last = CONV.arguments
    return New(CONV.head, (*first, last.replaced(**given)))


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (changed(value=False), True),
        (changed(name="scale"), False),
        (changed(default=False), False),
        (New("nn.Conv2d", (CONV.arguments[0].replaced(named=True), *CONV.arguments[1:])), False),
        (New("nn.Conv1d", CONV.arguments), False),
        (New("nn.Conv2d", CONV.arguments[:2]), False),
        (New("nn.Conv2d", (Argument("in_channels", CONV), *CONV.arguments[1:])), False),
    ],
    ids=["value", "name", "default", "keyword", "class", "fewer", "a module for a value"],
)
def test_what_only_differs_in_values_has_one_skeleton(other: New, alike: bool) -> None:
    """So the two can be of one class, whose arguments those values are."""
    assert (other.skeleton == CONV.skeleton) is alike
    assert (
        PADDED.replaced(arguments=(Argument("inner", other), PADDED.arguments[1])).skeleton == PADDED.skeleton
    ) is alike


def test_a_default_may_be_none() -> None:
    """Which is something else than that there is no default."""
    required, optional = (New("M", (Argument("a", 1, *default),)) for default in ((), (None,)))
    assert required.skeleton != optional.skeleton
