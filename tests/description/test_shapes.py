"""Kinds of shapes: accepted beside refused, what is refused replaced. JSON Schema says the same: test_published."""

import pytest

import rfcli
from rfcli.description.limits import Limits
from rfcli.description.nodes import LOST, Problems
from rfcli.description.shapes import (
    Anything,
    Either,
    Exactly,
    ExpressionOnly,
    Key,
    ListOf,
    MappingOf,
    Of,
    Record,
    Text,
    key_help,
)
from rfcli.description.source import YAML, read_text
from rfcli.diagnostics import Near
from rfcli.layers._parameters import Boolean, Integer

POINT = Record({"x": Key(Of(Integer()), "", True, 3), "y": Key(Of(Integer()), "")})


def checked(shape, text):
    """The value in YAML after the check, whether it stands as a whole, and the problems."""
    root = read_text(f"it: {text}", "net.yaml", Limits(), Problems(), YAML)
    problems = Problems()
    sound = shape.check(root.value["it"], problems, "it")
    return root.value["it"].plain(), sound, [(problem.code, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (Of(Integer()), "3"),
        (Of(Integer()), "3.0"),
        (Of(Integer()), "$n"),
        (Of(Boolean()), "true"),
        (Text(), '""'),
        (Text(name=True), "conv1"),
        (Text(name=True), "c$i"),
        (Anything(), "null"),
        (Anything(), "[1, [a, true]]"),
        (POINT, "{x: 1}"),
        (MappingOf(Anything()), "{}"),
        (MappingOf(Anything(), identifiers=True), "{w: 1}"),
        (MappingOf(Anything(), names=True), "{a/b: 1}"),
        (Either(((list, ListOf(Text())), (bool, Of(Boolean())))), "false"),
        (Either(((list, ListOf(Text())), (bool, Of(Boolean())))), "[a]"),
        (Exactly(1), "1"),
        (Exactly(1), "1.0"),
        (ExpressionOnly(), "$a"),
        (ListOf(Text()), "[]"),
    ],
)
def test_accepted(shape, text):
    assert checked(shape, text)[1:] == (True, [])


@pytest.mark.parametrize(
    ("shape", "text", "problem"),
    [
        (Of(Integer()), "a", ("RF103", "it must be an integer, is 'a'")),
        (Of(Integer()), "0", ("RF103", "it must be at least 1, is 0")),
        (Text(), "3", ("RF103", "it must be a string, is 3")),
        (Text(), "[1, 2]", ("RF103", "it must be a string, is [1, 2]")),
        (Text(minimum=1), '""', ("RF103", "it must not be empty")),
        (Text(name=True), "a*", ("RF211", "it 'a*' holds characters that names may not hold")),
        (Anything(), "{}", ("RF103", "it must be a scalar or a list, is a mapping")),
        (POINT, "[1]", ("RF103", "it must be a mapping, is [1]")),
        (MappingOf(Anything()), "3", ("RF103", "it must be a mapping, is 3")),
        (MappingOf(Anything(), minimum=1), "{}", ("RF103", "it must not be empty")),
        (MappingOf(Anything(), identifiers=True), "{if: 1}", ("RF103", "'if' cannot be the name of a parameter")),
        (
            Either(((list, ListOf(Text())), (bool, Of(Boolean())))),
            "3",
            ("RF103", "it must be a list or true or false, is 3"),
        ),
        (Exactly(1), "2", ("RF105", "it must be 1, is 2")),
        (Exactly(1), "true", ("RF105", "it must be 1, is true")),
        (ExpressionOnly(), "a", ("RF103", "it must be an expression, is 'a'")),
        (ListOf(Text()), "a", ("RF103", "it must be a list, is 'a'")),
        (ListOf(Text(), 1), "[]", ("RF103", "it must not be empty")),
    ],
)
def test_refused(shape, text, problem):
    assert checked(shape, text)[1:] == (False, [problem])


@pytest.mark.parametrize(
    ("shape", "text", "value", "codes"),
    [
        (POINT, "{x: a, y: 2}", {"x": LOST, "y": 2}, ["RF103"]),
        (POINT, "{y: 2}", {"y": 2, "x": LOST}, ["RF102"]),
        (POINT, "{x: 1, z: 2}", {"x": 1, "z": LOST}, ["RF101"]),
        (POINT, "{x: 1, 'b)': 2}", {"x": LOST, "b)": LOST}, ["RF101"]),
        (ListOf(Text()), "[a, 3, b]", ["a", LOST, "b"], ["RF103"]),
        (MappingOf(Text(), names=True), "{a: 3, b: c}", {"a": LOST, "b": "c"}, ["RF103"]),
        (MappingOf(Text(), names=True), "{'*': c}", {"*": "c"}, ["RF211"]),
    ],
)
def test_what_is_wrong_inside_is_lost_and_the_rest_goes_on(shape, text, value, codes):
    after, sound, problems = checked(shape, text)
    assert (after, sound, [code for code, _ in problems]) == (value, True, codes)


@pytest.mark.parametrize(
    ("key", "help"),
    [
        ("<<", "YAML 1.2 has no merge keys: share values with defaults, blocks or extends"),
        ("x:3", "a space belongs after the colon: x: 3"),
        ("y)", 'in flow style an expression with a comma or brackets needs quotes: "$(min(a, b))"'),
        ("xx", Near("xx", POINT.keys, "known here: x, y")),
    ],
)
def test_key_help(key, help):
    node = read_text(f"{{{key!r}: 1}}", "net.yaml", Limits(), Problems(), YAML)
    assert key_help(key, POINT.keys, node) == help


@pytest.mark.parametrize(
    ("layer", "help"),
    [
        ("kernel: 3x3", "write [3, 3], a number for each axis"),
        ("kernel: 3 x 5", "write [3, 5], a number for each axis"),
        ("kernel: 3, padding: VALID", "write valid"),
        ("kernel: 3, padding: SAME_UPPER", "write same"),
        ("kernel: 3, mask: A", "write strictly_causal"),
        ("kernel: 3, mask: B", "write causal"),
    ],
)
def test_words_of_other_tools(layer: str, help: str) -> None:
    text = f"format: 1\ninput: {{size: [64, 64], channels: 1}}\nlayers:\n  - {{type: conv, {layer}}}\n"
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.compute(rfcli.loads(text, "net.yaml"))
    assert [problem.help for problem in raised.value.diagnostics] == [help]


@pytest.mark.parametrize(("given", "meant"), [("16kHz", "16000"), ("44.1 kHz", "44100"), ("8000 Hz", "8000")])
def test_rates_with_a_unit(given: str, meant: str) -> None:
    text = f"format: 1\ninput: {{size: [64], channels: 1, rate: {given}}}\nlayers: [{{type: relu}}]\n"
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(text, "net.yaml")
    assert raised.value.diagnostics[0].help == f"write {meant}, the samples in a second"
