"""Tables of text."""

from __future__ import annotations

import pytest

from rfcli.render.grid import Grid, markdown, separated, table, wrapped
from rfcli.render.view import Style

GRID = Grid(["layer", "size"], [["conv", "3"], ["a_rather_long_name_of_a_layer", "11"]], {"layer"})


def test_words_are_aligned_to_the_left_and_numbers_to_the_right() -> None:
    lines = "".join(table(GRID, Style())).splitlines()
    assert [line.split() for line in lines[2:]] == [["conv", "3"], ["a_rather_long_name_of_a_layer", "11"]]
    assert lines[2].startswith("conv ")
    assert lines[2].endswith(" 3")


def test_narrow_terminals_go_without_columns_and_shorten_names() -> None:
    text = "".join(table(GRID, Style(width=30), optional=("size",)))
    assert "size" not in text.splitlines()[0]
    assert "too narrow for size" in " ".join(text.split())
    text = "".join(table(GRID, Style(width=30)))
    assert "a_ra" in text
    assert "..." in text
    assert max(map(len, text.splitlines())) <= 30


def test_columns_of_an_axis_each_go_together() -> None:
    grid = Grid(["layer", "size_h", "size_w", "sizes"], [["conv", "3", "5", "7"]], {"layer"})
    header = "".join(table(grid, Style(width=24), optional=("size",))).splitlines()[0].split()
    assert header == ["layer", "sizes"]


def test_the_longest_names_are_cut_first() -> None:
    grid = Grid(
        ["source", "layer", "size"], [["nets/" + "x" * 30 + ".yaml", "stage/" + "y" * 14, "3"]], {"source", "layer"}
    )
    for width, sizes in ((70, (40, 20)), (60, (30, 20)), (50, (20, 20)), (40, (12, 18)), (20, (12, 12))):
        row = "".join(table(grid, Style(width=width))).splitlines()[2].split()
        assert abs(len(row[0]) - sizes[0]) <= 1 and abs(len(row[1]) - sizes[1]) <= 1, (width, row)
        assert row[0].startswith("nets") and row[1].endswith("y") and row[2] == "3"


def test_columns_that_were_asked_for_stay() -> None:
    assert "size" in "".join(table(GRID, Style(width=30, columns=("layer", "size")), optional=("size",)))


def test_notes_stand_below() -> None:
    assert "".join(table(GRID, Style(), ["one", "two"])).endswith("\n\n- one\n- two\n")


def test_values_between_delimiters() -> None:
    grid = Grid(["a", "b"], [["1, 2", 'say "x"'], ["", "line\nline"]])
    assert "".join(separated(grid, ",")) == 'a,b\n"1, 2","say ""x"""\n,"line\nline"\n'
    assert "".join(separated(grid, "\t")).startswith("a\tb\n1, 2\t")


def test_bars_are_escaped_in_markdown() -> None:
    assert "a\\|b" in "".join(markdown(Grid(["x"], [["a|b"]])))


def test_a_column_less() -> None:
    assert GRID.without("size") == Grid(["layer"], [["conv"], ["a_rather_long_name_of_a_layer"]], {"layer"})


@pytest.mark.parametrize(("width", "lines"), [(None, ["one two three"]), (8, ["one two", "  three"])])
def test_wrapped_text(width: int | None, lines: list[str]) -> None:
    assert wrapped("one two three", width) == lines
