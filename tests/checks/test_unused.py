"""RF518: which parameters are told."""

from __future__ import annotations

from pathlib import Path

import pytest

import rfcli

HEAD = "format: 1\ninput: {size: 16, channels: 4}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("parameters: {k: 3}\nlayers: [{type: conv, kernel: 3}]", ["parameter 'k' is used nowhere"]),
        ("parameters: {k: 3}\nlayers: [{type: conv, kernel: $k}]", []),
        ("parameters: {k: 3}\nlayers: [{type: relu, when: $(k > 3)}]", []),
        ("parameters: {k: 3}\nlayers: [{name: 'a_$(k)', type: relu, repeat: 2}]", []),
        ("parameters: {k: 3}\ndefaults: {conv: {kernel: $k}}\nlayers: [{type: conv}]", []),
        ("parameters: {k: 3, m: $(k + 2)}\nlayers: [{type: conv, kernel: $m}]", []),
        ("parameters: {k: 3}\nlayers: [{name: a, type: relu}]\nexpect: [{layer: a, size: $k}]", []),
        (
            "parameters: {k: 3}\nblocks: {b: {parameters: {k: 5}, layers: [{type: conv, kernel: $k}]}}\n"
            "layers: [{block: b}]",
            ["parameter 'k' is used nowhere: block 'b' has its own"],
        ),
        (
            "parameters: {k: 3}\nblocks: {b: {parameters: {k: 5}, layers: [{type: conv, kernel: $k}]}}\n"
            "layers: [{block: b, with: {k: $k}}]",
            [],
        ),
        (
            "blocks: {b: {parameters: {k: 5, s: 1}, layers: [{type: conv, kernel: $k}]}}\n"
            "layers: [{block: b, with: {s: 2}}]",
            ["parameter 's' of block 'b' is used nowhere"],
        ),
        (
            "parameters: {k: 3}\nblocks: {b: {layers: [{type: conv, kernel: $k}]}}\nlayers: [{block: b}]",
            [],
        ),
    ],
)
def test_parameters(text: str, said: list[str]) -> None:
    found = rfcli.check(rfcli.loads(HEAD + text, name="net.yaml"), select=["RF518"]).diagnostics
    if "expect" in text:
        found = [one for one in found if one.code == "RF518"]
    assert [one.message for one in found] == said


def test_where_it_stands_and_what_mends_it() -> None:
    text = HEAD + "parameters:\n  depth: 3\nlayers: [{type: conv, kernel: 3, repeat: 3}]\n"
    (told,) = rfcli.check(rfcli.loads(text, name="net.yaml"), select=["RF518"]).diagnostics
    assert (told.span.line, told.span.column) == (4, 10)
    assert told.help == "write $depth where it is meant, or leave the parameter out"


def test_those_of_the_extended_file_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(HEAD + "parameters: {k: 3}\nlayers: [{type: conv, kernel: $k}]\n")
    (tmp_path / "net.yaml").write_text("format: 1\nextends: base.yaml\nlayers: [{type: conv, kernel: 3}]\n")
    network = rfcli.load(tmp_path / "net.yaml")
    assert not rfcli.check(network, select=["RF518"]).diagnostics
