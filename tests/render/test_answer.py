"""Answers about one network and about several, in text that nobody has to take apart again."""

from __future__ import annotations

import csv
import io
import json

import pytest

from rfcli.render.answer import Answer, Documents, Rows, Text
from rfcli.render.grid import Grid


def of_several(*answers: Answer) -> str:
    """The text of answers about networks of files `a.yaml`, `b.yaml` ..., whose folder means something to Markdown."""
    return "".join(
        type(answers[0]).together([(f"n*/{name}.yaml", one) for name, one in zip("abc", answers, strict=False)])
    )


def test_texts_are_titled() -> None:
    assert "".join(Text("one\n")) == "one\n"
    assert of_several(Text("one\n"), Text("two\n")) == "n*/a.yaml:\n\none\n\nn*/b.yaml:\n\ntwo\n"
    assert of_several(Text("- one\n", markdown=True)) == "## n\\*/a.yaml\n\n- one\n"


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_rows_hold_whatever_stands_in_them(delimiter: str) -> None:
    """Delimiters, quotes and line ends in values; columns that one network has and another has not."""
    first = Rows(Grid(["layer", "d"], [['a,"b"\tc\nd', "1"]]), delimiter)
    second = Rows(Grid(["layer", "e"], [["x", "2"], ["y", "3"]]), delimiter)
    assert "".join(second) == delimiter.join(["layer", "e"]) + f"\nx{delimiter}2\ny{delimiter}3\n"
    assert list(csv.reader(io.StringIO(of_several(first, second)), delimiter=delimiter)) == [
        ["source", "layer", "d", "e"],
        ["n*/a.yaml", 'a,"b"\tc\nd', "1", ""],
        ["n*/b.yaml", "x", "", "2"],
        ["n*/b.yaml", "y", "", "3"],
    ]


def test_documents_follow_each_other() -> None:
    """Several of one network, too; a brace at the start of a line in a text is no new one."""
    found: list[dict[str, object]] = [{"note": "\n{"}, {"rows": [{"a": 1}, {"a": 2}], "none": []}]
    alone = Documents(found, ["rows", "none"])
    assert "".join(alone) == '{"note": "\\n{"}\n{"rows": [\n  {"a": 1},\n  {"a": 2}\n], "none": []}\n'
    text = of_several(alone, Documents([]), Documents([{"x": 1}]))
    assert text == (
        '{"networks": [\n{"source": "n*/a.yaml", "note": "\\n{"},\n'
        '{"source": "n*/a.yaml", "rows": [\n  {"a": 1},\n  {"a": 2}\n], "none": []},\n'
        '{"source": "n*/c.yaml", "x": 1}\n]}\n'
    )
    assert [one["source"] for one in json.loads(text)["networks"]] == ["n*/a.yaml", "n*/a.yaml", "n*/c.yaml"]
    assert json.loads(of_several(Documents([]))) == {"networks": []}


def test_a_list_may_be_made_as_it_is_written() -> None:
    """A reader that leaves early has the first elements, whatever the rest would be."""

    def elements() -> object:
        yield {"tile": 1}
        raise AssertionError("nobody asked for it")

    pieces = iter(Documents([{"network": "net", "tiles": elements()}], ["tiles"]))
    text = ""
    while 'tile": 1' not in text:
        text += next(pieces)
    assert text == '{"network": "net", "tiles": [\n  {"tile": 1}'
