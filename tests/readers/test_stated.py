"""Values of someone else's file: read, or refused with their place."""

import pytest

from rfcli.description.nodes import File, Node
from rfcli.readers.draft import ForeignError
from rfcli.readers.stated import Stated, finite


def node(value):
    """A node as a YAML file has it, all at one place."""
    file = File("x.json")
    if isinstance(value, dict):
        return Node({key: node(one) for key, one in value.items()}, file, 3, 4, dict.fromkeys(value, (3, 4)))
    if isinstance(value, list):
        return Node([node(one) for one in value], file, 3, 4)
    return Node(value, file, 3, 4)


HELD = Stated(node({"n": 3, "t": "x", "f": True, "no": None, "l": [1, 2], "r": [[1, 2], 3], "m": {"a": 1}}), "the file")


def test_values():
    assert ("n" in HELD, "no" in HELD, "other" in HELD) == (True, False, False)
    assert (HELD.integer("n"), HELD.integer("no", 7), HELD.text("t"), HELD.text("no", "y")) == (3, 7, "x", "y")
    assert (HELD.flag("f", False), HELD.flag("no", True)) == (True, True)
    assert (HELD.integers("l"), HELD.integers("n", 2), HELD.rows("r", 2, 2)) == ([1, 2], [3, 3], [[1, 2], [3, 3]])
    assert HELD.rows("n", 2, 1) == [[3], [3]]
    assert HELD.mapping("m").integer("a") == 1 and HELD.mapping("no").names() == []
    assert [key for key, _ in HELD.parts("m")] == ["a"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda s: s.get("other"), "the file lacks 'other'"),
        (lambda s: s.integer("t"), "t of the file must be an integer from 1 on, is 'x'"),
        (lambda s: s.integer("f"), "f of the file must be an integer from 1 on, is true"),
        (lambda s: s.integer("n", minimum=4), "n of the file must be an integer from 4 on, is 3"),
        (lambda s: s.text("n"), "n of the file must be a word, is 3"),
        (lambda s: s.flag("n", True), "n of the file must be true or false, is 3"),
        (lambda s: s.integers("n"), "n of the file must be a list of integers from 1 on, is 3"),
        (lambda s: s.integers("l", 3), "l of the file must have 3 entries, is [1, 2]"),
        (lambda s: s.rows("l", 3, 2), "l of the file must have 3 entries, is [1, 2]"),
        (lambda s: s.rows("r", 2, 3), "r of the file must hold lists of 3 integers from 1 on, is [[1, 2], 3]"),
        (lambda s: s.mapping("n"), "n of the file must be a mapping, is 3"),
    ],
)
def test_what_is_wrong_has_its_place(ask, message):
    with pytest.raises(ForeignError) as raised:
        ask(HELD)
    assert raised.value.message == message
    assert raised.value.at is not None and (raised.value.at.line, raised.value.at.column) == (3, 4)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[-.inf, .inf]", "[9e099, 9e99]"), ("a: .NaN # .nan", "a: 9e99 # 9e99"), ('{"a": -Infinity, "b": NaN}', '{"a": 9e0000099, "b": 9e9}'),
        ("a.inf: 'NaN'", "a.inf: 'NaN'"), ("Infinity2, x/.inf", "Infinity2, x/.inf"), ('"Infinity"', '"Infinity"'),
    ],
)  # fmt: skip
def test_numbers_without_end_are_passed_over_in_their_place(text, read):
    assert finite(text) == read and len(read) == len(text)
