"""Problems as values: their order, their text, and helps that are looked for."""

import itertools
import re

import pytest

from rfcli.diagnostics import (
    CODES,
    MAX_KNOWN,
    DescriptionError,
    Diagnostic,
    Near,
    Span,
    counted,
    did_you_mean,
    in_order,
    printable,
)


def test_codes() -> None:
    assert all(re.fullmatch(r"RF\d\d\d", code) for code in CODES)
    assert list(CODES) == sorted(CODES)


def test_order_is_by_place_and_each_once() -> None:
    first, second = Diagnostic(Span("a", 2, 9), "RF101", "x"), Diagnostic(Span("a", 10, 1), "RF101", "x")
    assert in_order([second, first, second, first.replaced(help="other")]) == (first.replaced(help="other"), second)
    assert DescriptionError([second, first]).diagnostics == (first, second)


def test_text() -> None:
    assert str(Diagnostic(Span("a", 2, 9), "RF101", "no \x1b")) == "a:2:9: RF101 no \\x1b"
    assert str(Diagnostic(Span("a"), "RF101", "no", "do")) == "a:1:1: RF101 no\n  help: do"


@pytest.mark.parametrize(
    ("text", "shown"), [("plain é", "plain é"), ("\x9b31m", "\\x9b31m"), ("\u202ex", "\\u202ex"), ("\ud800", "\\ud800")]
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("number", "plural", "text"), [(1, "", "1 rule"), (0, "", "0 rules"), (2, "rulings", "2 rulings")]
)
def test_counted(number: int, plural: str, text: str) -> None:
    assert counted(number, "rule", plural) == text


@pytest.mark.parametrize(
    ("word", "known", "help"),
    [
        ("kernal", ["stride", "kernel"], "did you mean 'kernel'?"),
        ("xyz", ["stride", "kernel"], "known here: stride, kernel"),
        ("xyz", [f"name{n}" for n in range(13)], ""),
        ("xyz", [], ""),
    ],
)
def test_help(word: str, known: list[str], help: str) -> None:
    assert did_you_mean(word, known) == help


def test_no_more_is_compared_than_is_left() -> None:
    near = Near("kernal", ["kernel"] * 9, "otherwise")
    assert near.told(1000)[0] == "did you mean 'kernel'?"
    assert near.told(8) == ("known here: " + ", ".join(["kernel"] * 9), 9)


def test_known_words_are_not_gone_through_before_they_are_asked_for_nor_to_their_end():
    taken = 0

    def words():
        nonlocal taken
        for number in itertools.count():
            taken += 1
            yield f"{number:012}"

    near = Near("x", words())
    assert taken == 0
    assert near.text == ""
    assert taken <= MAX_KNOWN + 1
