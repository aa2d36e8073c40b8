"""Places and problems as the protocol counts and says them."""

from __future__ import annotations

import pytest

from rfcli.diagnostics import Diagnostic, Span
from rfcli.server.reading import Read
from rfcli.server.texts import Edit, Range, Text

pytestmark = pytest.mark.lsp

FACE = "a: \U0001f600 b\nc: d\n"


@pytest.mark.parametrize(("encoding", "start", "end"), [("utf-8", 8, 9), ("utf-16", 6, 7), ("utf-32", 5, 6)])
def test_a_place_counts_from_0_in_units(encoding: str, start: int, end: int) -> None:
    from rfcli.server import protocol

    found = protocol.place(Text(FACE), Range(1, 6, 7), encoding)
    assert (found.start.line, found.start.character, found.end.line, found.end.character) == (0, start, 0, end)


def test_edits_are_of_one_text() -> None:
    from rfcli.server import protocol

    found = protocol.edit("file:///a.yaml", Text(FACE), [Edit(Range(2, 1, 2), "e")], "utf-16")
    assert found.changes is not None
    (edit,) = found.changes["file:///a.yaml"]
    assert (edit.new_text, edit.range.start.line, edit.range.end.character) == ("e", 1, 1)


def problem(code: str, path: str, line: int, column: int) -> Diagnostic:
    return Diagnostic(Span(path, line, column), code, "wrong", "mend")


@pytest.mark.parametrize(("code", "severity"), [("RF504", 2), ("RF302", 1)])
def test_a_rule_warns_and_what_is_wrong_is_an_error(code: str, severity: int) -> None:
    from rfcli.server import protocol

    read = Read("format: 1\nlayers: [{type: relu}]\n", "net.yaml")
    found = protocol.diagnostic(read, problem(code, "net.yaml", 2, 11), "utf-16")
    assert (found.severity, found.code, found.message) == (severity, code, "wrong\nhelp: mend")
    assert (found.range.start.line, found.range.start.character, found.range.end.character) == (1, 10, 14)


def test_a_problem_of_what_is_extended_stands_where_that_is_named() -> None:
    from rfcli.server import protocol

    read = Read("format: 1\nextends: resnet18\n", "net.yaml")
    found = protocol.diagnostic(read, problem("RF302", "other.yaml", 9, 3), "utf-16")
    assert found.message.startswith("other.yaml:9:3: wrong")
    assert (found.range.start.line, found.range.start.character, found.range.end.character) == (1, 9, 17)
