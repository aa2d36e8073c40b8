"""Problems as values: their order, their text, and helps of the kind `did you mean`."""

import itertools
from difflib import get_close_matches
from random import Random

import pytest

from rfcli.diagnostics import (
    CODES,
    MAX_KNOWN,
    DescriptionError,
    Diagnostic,
    Near,
    Span,
    _closest,
    counted,
    did_you_mean,
    in_order,
    message_of,
    printable,
    said_by,
)


def test_a_problem_as_people_read_it():
    problem = Diagnostic(Span("net.yaml", 3, 7), "RF101", "conv has no key 'kernal'", "did you mean 'kernel'?")
    assert str(problem) == "net.yaml:3:7: RF101 conv has no key 'kernal'\n  help: did you mean 'kernel'?"
    assert str(problem.replaced(help="")) == "net.yaml:3:7: RF101 conv has no key 'kernal'"


def test_problems_are_in_order_and_each_once():
    first, second = Diagnostic(Span("a", 2, 9), "RF101", "x"), Diagnostic(Span("a", 10, 1), "RF101", "x")
    other = Diagnostic(Span("a", 10, 1), "RF102", "x")
    assert in_order([other, second, first, second.replaced(help="later")]) == (
        first,
        second.replaced(help="later"),
        other,
    )
    assert DescriptionError([second, first]).diagnostics == (first, second)


def test_codes_go_by_their_families():
    assert list(CODES) == sorted(CODES)
    assert all(code.startswith("RF") and len(code) == 5 and text for code, text in CODES.items())


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("é ü 名", "é ü 名"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb", "a\\nb"),
        ("\u202e", "\\u202e"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable(text, safe):
    assert printable(text) == safe


class Speechless(Exception):
    def __str__(self) -> str:
        raise ValueError("no message")


@pytest.mark.parametrize(
    ("error", "message", "said"),
    [
        (ValueError("\n  a\nb"), "a", "a"),
        (EOFError(), "", "EOFError"),
        (OSError("\n"), "", "OSError"),
        (Speechless(), "", "Speechless"),
        (ValueError("x" * 201), "x" * 200 + "...", "x" * 200 + "..."),
    ],
)
def test_what_exceptions_of_others_say(error, message, said):
    assert (message_of(error), said_by(error)) == (message, said)


@pytest.mark.parametrize(
    ("count", "words", "text"),
    [
        (1, ("rule",), "1 rule"),
        (2, ("rule",), "2 rules"),
        (0, ("axis", "axes"), "0 axes"),
        (1, ("axis", "axes"), "1 axis"),
    ],
)
def test_counted(count, words, text):
    assert counted(count, *words) == text


@pytest.mark.parametrize(
    ("word", "known", "help"),
    [
        ("kernal", ["type", "kernel"], "did you mean 'kernel'?"),
        ("xyz", ["a", "b"], "known here: a, b"),
        ("xyz", [], "else"),
        ("xyz", [f"name_{n}" for n in range(13)], "else"),
        ("k" * 10_000 + "x", ["k" * 64], f"did you mean '{'k' * 64}'?"),
        ("", ["a"], "known here: a"),
    ],
)
def test_near(word, known, help):
    assert Near(word, known, "else").text == help
    assert did_you_mean(word, iter(known)) == ("" if help == "else" else help)


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


@pytest.mark.parametrize(
    ("word", "near"),
    [("conv5_3", "conv5/conv5_3"), ("conv5", "conv5"), ("unit/add", "s/unit/add")],
)
def test_a_name_without_its_scope_is_found_in_it(word: str, near: str) -> None:
    known = ["conv5_2x", "conv5", "conv5/conv5_3", "s/unit/add"]
    assert did_you_mean(word, [one for one in known if one != word]) == f"did you mean '{near}'?" or word in known


def test_the_nearest_word_is_difflibs() -> None:
    """With less work: of one that is looked for among many."""
    pick = Random(5)
    words = ["conv", "convolution", "kernel", "stride", "padding", "relu", "enc1/conv_1", "layer", "width", "a", ""]
    for _ in range(400):
        word, *known = ("".join(pick.sample(one, k=pick.randint(0, len(one))) + pick.choices("ckv_1", k=pick.randrange(3)))
                        for one in pick.choices(words, k=12))  # fmt: skip
        score, near = _closest(word, known)
        assert [near] * (near != "" or word == "" in known) == get_close_matches(word, known, n=1, cutoff=0.6)
        assert (score >= 0.8) == bool(get_close_matches(word, known, n=1, cutoff=0.8))
