"""Lines and columns of texts, as editors count them."""

import pytest

from rfcli.server.texts import Edit, Range, Text


@pytest.mark.parametrize(
    ("encoding", "units"),
    [("utf-16", [0, 1, 3, 4, 5]), ("utf-8", [0, 1, 5, 7, 8]), ("utf-32", [0, 1, 2, 3, 4])],
)
def test_columns(encoding: str, units: list[int]) -> None:
    text = Text("a\U0001f600\u00e9b\nplain")
    assert [text.units(1, column, encoding) for column in range(1, 6)] == units
    assert [text.column(1, unit, encoding) for unit in units] == [1, 2, 3, 4, 5]
    assert (text.units(2, 3, encoding), text.column(2, 2, encoding), text.column(2, 99, encoding)) == (2, 3, 6)
    assert (text.units(9, 3, encoding), text.column(9, 2, encoding)) == (0, 1)


def test_lines_are_those_of_the_protocol() -> None:
    assert Text("a\r\nb\rc\nd\u2028e\x0bf").lines == ["a", "b", "c", "d\u2028e\x0bf"]


def test_edits_keep_everything_else() -> None:
    text = Text("name: abc\r\nuse: [abc, abc]\n")
    edits = [Edit(Range(1, 7, 10), "x"), Edit(Range(2, 7, 10), "x"), Edit(Range(2, 12, 15), "x")]
    assert text.edited(edits) == "name: x\r\nuse: [x, x]\n"
