"""Parts of JSON texts that hold a change."""

from __future__ import annotations

import pytest

from rfcli.description import json_
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.server.braced import Cut, most_nodes
from rfcli.server.changes import changed

TEXT = '{"a": [1, {"b": 2}, [3]],\n "c": {"d": []}}'


@pytest.mark.parametrize(
    ("after", "inside"),
    [
        (TEXT.replace("2", "4"), '{"b": 4}, '),
        (TEXT.replace("3", "5, 6"), "5, 6"),
        (TEXT.replace("1", "7"), "7, "),
        (TEXT.replace(', {"b": 2}', ""), ""),
        (TEXT.replace("[]", '["e"]'), '["e"]'),
        (TEXT.replace('"d"', '"f"'), '{"f": []}'),
        (TEXT.replace('"c"', '"f"'), None),
        (TEXT.replace("3", "3]"), None),
        (TEXT.replace("3", "03"), None),
        (TEXT + " ", None),
    ],
)
def test_the_innermost_part_that_can_be_read(after: str, inside: str | None) -> None:
    root = json_.with_places(File("net.json", TEXT), Limits(), Problems())
    change = changed(TEXT.split("\n"), after.split("\n"))
    assert root is not None and change is not None
    cut = Cut(TEXT.split("\n"), change, after.split("\n"))
    found = [part for part in cut.parts(root) if cut.read(part, root, Limits()) is not None]
    if inside is None:
        assert found == []
    else:
        assert after[found[-1].begin : found[-1].end + cut.by] == inside


def test_no_text_has_more_values_than_that() -> None:
    for text, nodes in (("1", 1), (TEXT, 12), ("[]", 1), ('["a,b"]', 2)):
        assert nodes <= most_nodes(text) <= nodes + 3
