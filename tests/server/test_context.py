"""What is being typed at a place: the place is where | stands."""

import pytest

from rfcli.server.context import context
from rfcli.server.texts import Text

HEAD = "format: 1\nblocks:\n  unit:\n    layers:\n      - {type: relu}\n"


@pytest.mark.parametrize(
    ("text", "path", "key", "word", "siblings"),
    [
        ("for|", (), None, "for", {}),
        ("format: 1\nlay|", (), None, "lay", {"format": "1"}),
        ("format: 1\nextends: res|", (), "extends", "res", {"format": "1", "extends": "res"}),
        ("format: 1\nlayers:\n  - {type: co|", ("layers", "-"), "type", "co", {"type": "co"}),
        ("format: 1\nlayers:\n  - {type: conv, ker|", ("layers", "-"), None, "ker", {"type": "conv"}),
        ("format: 1\nlayers:\n  - {type: conv, |, stride: 2}", ("layers", "-"), None, "", {"type": "conv", "stride": "2"}),
        ("format: 1\nlayers:\n  - {type: conv, padding: sa|}", ("layers", "-"), "padding", "sa", None),
        ("layers:\n  - {type: relu}\n  - {type: add, inputs: [a, st|", ("layers", "-", "inputs"), "-", "st", {}),
        ("layers:\n- {type: add, inputs: [a, st|", ("layers", "-", "inputs"), "-", "st", {}),
        ("layers:\n  - name: a\n    type: co|", ("layers", "-"), "type", "co", {"name": "a", "type": "co"}),
        ("layers:\n  - name: a\n    type: conv\n    ke|\n    stride: 2\n", ("layers", "-"), None, "ke",
         {"name": "a", "type": "conv", "stride": "2"}),
        ("layers:\n  - type: conv\n    kernel: 3\n  - ty|", ("layers", "-"), None, "ty", {}),
        ("layers:\n- type: conv\n  kernel: 3\n- type: m|", ("layers", "-"), "type", "m", {"type": "m"}),
        (HEAD + "layers:\n  - {block: u|", ("layers", "-"), "block", "u", {"block": "u"}),
        (HEAD + "layers:\n  - {block: unit, with: {wi|", ("layers", "-", "with"), None, "wi", {}),
        ("defaults:\n  conv: {pad|", ("defaults", "conv"), None, "pad", {}),
        ("defaults: {conv: {pad|", ("defaults", "conv"), None, "pad", {}),
        ("defaults:\n  co|", ("defaults",), None, "co", {}),
        ("input:\n  si|", ("input",), None, "si", {}),
        ("input: {si|", ("input",), None, "si", {}),
        ("expect:\n  - {layer: a, si|", ("expect", "-"), None, "si", {"layer": "a"}),
        ("layers:\n  - type: residual\n    layers:\n      - {type: co|", ("layers", "-", "layers", "-"), "type", "co", None),
        ("layers:\n  - type: residual\n    layers:\n    - type: co|", ("layers", "-", "layers", "-"), "type", "co", None),
        ("layers:\n  - {type: sequence, layers: [{type: co|", ("layers", "-", "layers", "-"), "type", "co", None),
        ('{"format": 1, "layers": [{"type": "co|', ("layers", "-"), "type", "co", None),
        ('{\n  "format": 1,\n  "layers": [\n    {"name": "a", "type": "relu"},\n    {\n      "type": "conv",\n      "ke|',
         ("layers", "-"), None, "ke", {"type": "conv"}),
        ("outputs: [lo|", ("outputs",), "-", "lo", {}),
        ("outputs:\n  - lo|", ("outputs", "-"), None, "lo", {}),
        ("check: {select: [RF|", ("check", "select"), "-", "RF", {}),
    ],
)  # fmt: skip
def test_contexts(
    text: str, path: tuple[str, ...], key: str | None, word: str, siblings: dict[str, str] | None
) -> None:
    before, _, after = text.partition("|")
    line = before.count("\n") + 1
    column = len(before.rpartition("\n")[2]) + 1
    found = context(Text(before + after), line, column)
    assert (found.path, found.key, found.word) == (path, key, word)
    if siblings is not None:
        assert {name: value for name, value in found.siblings.items() if name != word} == siblings
