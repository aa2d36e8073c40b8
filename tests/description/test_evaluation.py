"""Values of the text, evaluated."""

import pytest

from rfcli.description.evaluation import LOST_VALUE, NO_NAMES, Evaluator, Located, Values
from rfcli.description.expressions import ANY_NAME
from rfcli.description.nodes import LOST, File, Node, Problems, Reported

ENVIRONMENT = {"a": 3, "b": [1, 2], "gone": LOST, "yes": True}


def node(value):
    """A value at line 1, its items one line below the other."""
    if isinstance(value, list):
        value = [Node(item, File("net.yaml"), line, 1) for line, item in enumerate(value, 2)]
    return Node(value, File("net.yaml"), 1, 1)


@pytest.mark.parametrize(
    ("text", "value", "names", "computed"),
    [
        (7, 7, set(), False),
        ("text", "text", set(), False),
        (None, None, set(), False),
        ("$$", "$", set(), True),
        ("$a", 3, {"a"}, True),
        ("$b", [1, 2], {"b"}, True),
        ("w$a", "w3", {"a"}, True),
        ([1, "$(a + b[1])"], [1, 5], {"a", "b"}, True),
        ([1, 2], [1, 2], set(), False),
    ],
)
def test_values(text, value, names, computed):
    values = Values(node(text))
    assert values.of(ENVIRONMENT) == value
    assert (values.names, values.computed) == (names, computed)
    assert len(values.parts) == (len(text) if isinstance(text, list) else 0)


def test_what_is_lost_has_no_value():
    assert LOST_VALUE.names == NO_NAMES
    for text in (LOST, "$gone", ["$gone"]):
        with pytest.raises(Reported):
            Values(node(text)).of(ENVIRONMENT)
    with pytest.raises(Reported):
        Values(node("$any")).of({ANY_NAME: LOST})


@pytest.mark.parametrize(("text", "line"), [("$(1 / 0)", 1), ([1, "$c"], 3), ("$(" + "[" * 90 + "]" * 90 + ")", 1)])
def test_errors_have_the_place_of_their_expression(text, line):
    with pytest.raises(Located) as caught:
        Values(node(text)).of({})
    assert caught.value.node.line == line


def test_an_error_is_added_once_and_hides_nothing():
    problems = Problems()
    evaluate = Evaluator(problems)
    values = evaluate.read(node("$("))
    assert [problem.code for problem in problems] == ["RF207"]
    assert evaluate.value_or_lost(values, {}) is LOST
    assert len(problems) == 1
    assert evaluate.plain(node("$c"), {}) is LOST
    assert evaluate.plain(node("$a"), ENVIRONMENT) == 3
    assert [problem.code for problem in problems] == ["RF207", "RF207"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("boolean", "$yes", True),
        ("boolean", False, False),
        ("boolean", "$a", "x must be true or false, is 3"),
        ("integer", "$a", 3),
        ("integer", 4.0, 4),
        ("integer", "$(a / 2)", "x must be an integer of at least 1, is 1.5"),
        ("integer", 0, "x must be an integer of at least 1, is 0"),
        ("integer", True, "x must be an integer of at least 1, is true"),
    ],
)
def test_checked(kind, text, value):
    problems = Problems()
    evaluate, values = Evaluator(problems), Values(node(text))
    checked = (lambda: evaluate.boolean(values, ENVIRONMENT, "x")) if kind == "boolean" else (
        lambda: evaluate.integer(values, ENVIRONMENT, "x", 1)
    )  # fmt: skip
    if not isinstance(value, str):
        result = checked()
        assert result == value and type(result) is type(value)
        assert not problems
    else:
        with pytest.raises(Reported):
            checked()
        assert [(problem.code, problem.message) for problem in problems] == [("RF208", value)]
