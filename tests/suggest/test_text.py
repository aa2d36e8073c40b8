"""Patches of a text, in block and flow style and in JSON: comments and all else stay."""

from __future__ import annotations

import json

import pytest

import rfcli
from rfcli.suggest.text import Change, Patch, end_of, literal, patched
from suggest import CHAIN, changed, laid


def test_items() -> None:
    text = laid(CHAIN)
    assert [(item.name, item.type, item.top) for item in text.items] == [
        ("a", "conv", True), ("b", "conv", True), ("c", "conv", True)
    ]  # fmt: skip
    assert [item.number("kernel") for item in text.items] == [3, 3, 5]
    assert [item.number("padding") for item in text.items] == [1, None, (2, 2)]
    assert [item.is_open("padding") for item in text.items] == [True, False, True]


@pytest.mark.parametrize(
    ("at", "key", "value", "line"),
    [
        (0, "kernel", 7, "- {name: a, type: conv, kernel: 7, padding: 1}   # the first"),
        (0, "stride", 2, "- {name: a, type: conv, kernel: 3, padding: 1, stride: 2}   # the first"),
        (1, "kernel", (3, 5), "kernel: [3, 5]"),
        (1, "dilation", 2, "dilation: 2"),
        (2, "padding", 1, "- {name: c, type: conv, kernel: 5, padding: 1, stride: 2}"),
    ],
)
def test_keys(at: int, key: str, value: int, line: str) -> None:
    edit, patch = laid(CHAIN).items[at].set(key, value)
    after = patched(CHAIN, [patch])
    assert changed(CHAIN, after) == [line]
    assert (edit.layer, edit.key, edit.after) == ("abc"[at], key, list(value) if isinstance(value, tuple) else value)
    rfcli.loads(after, "net.yaml")


@pytest.mark.parametrize("at", [0, 1, 2])
def test_items_more_and_less(at: int) -> None:
    text = laid(CHAIN)
    after = patched(CHAIN, [text.inserted(text.items[at], "{name: new, type: relu}")])
    assert changed(CHAIN, after) == ["- {name: new, type: relu}"]
    assert [entry.name for entry in rfcli.loads(after, "net.yaml").entries][at + 1] == "new"
    gone = text.removed(text.items[at])
    assert gone is not None
    left = rfcli.loads(patched(CHAIN, [gone]), "net.yaml")
    assert [entry.name for entry in left.entries] == [name for name in "abc" if name != "abc"[at]]


def test_json() -> None:
    document = {"format": 1, "layers": [{"name": "a", "type": "conv", "kernel": 3}, {"name": "r", "type": "relu"}]}
    for written in (json.dumps(document), json.dumps(document, indent=2)):
        text = laid(written, "net.json")
        assert text.json and [item.name for item in text.items] == ["a", "r"]
        _, patch = text.items[0].set("stride", 2)
        after = json.loads(patched(written, [patch, text.inserted(text.items[1], '{"type": "relu"}')]))
        assert after["layers"][0] == {"name": "a", "type": "conv", "kernel": 3, "stride": 2}
        assert len(after["layers"]) == 3
        gone = text.removed(text.items[0])
        assert gone is not None and len(json.loads(patched(written, [gone]))["layers"]) == 1


def test_scopes_and_blocks() -> None:
    text = laid(
        "format: 1\nblocks:\n  unit:\n    layers: [{name: x, type: conv, kernel: 3}]\nlayers:\n"
        "  - {block: unit, name: u, repeat: 2}\n  - type: residual\n    layers: [{type: relu}]\n"
        "  - {type: branches, branches: {p: [{type: relu}], q: []}}\n  - {block: unit}\n"
    )
    assert [item.top for item in text.items] == [False, True, True, False, True, False, True]
    assert [item.name for item in text.items] == [
        "u_1/x",
        "u",
        "add",
        "relu_1",
        "concat",
        "p/relu_1",
        "unit in line 10",
    ]
    assert len(text.items[0].entries) == 3
    assert [item.name for item in text.items[2].inside] == ["relu_1"]


def test_joined() -> None:
    one = Change("one", (), (Patch(3, 5, "x"),))
    assert one.joined(Change("two", (), (Patch(4, 6, "y"),))) is None
    both = one.joined(Change("two", (), (Patch(5, 5, "y"),)))
    assert both is not None and both.words == "one; two" and patched("abcdefg", both.patches) == "abcxyfg"


def test_literals() -> None:
    items = laid("format: 1\nparameters: {k: 3}\nlayers: [{type: conv, kernel: $k, filters: 8}]\n").items
    assert [literal(items[0].values[key]) for key in ("kernel", "filters")] == [None, 8]
    assert end_of(items[0].node) > 0
