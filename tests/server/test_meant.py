"""Texts without a `format` that mean to be descriptions, and others that editors open."""

from __future__ import annotations

import pytest

from rfcli.server.meant import has_our_layers
from rfcli.server.reading import Read

OURS = [
    '{"input": {"size": 64}, "layers": [{"type": "conv", "kernel": 3}]}',
    '{"layers": [{"block": "unit"}]}',
    '{"layers": [{"name": "a", "type": "residual", "layers": []}]}',
    '{\n "blocks": {"b": {"layers": []}},\n "layers": [\n  {"type": "conv", "ker',
    "layers:\n  - type: conv\n    kernel: 3\n",
    "input: {size: 64}\nlayers:  # all\n- {name: a, type: sequence}\n",
    "layers: [{type: conv, kern",
    "layers:\n  - block: unit\n",
]
OTHERS = [
    "",
    "{}",
    "[]",
    '{"name": "a", "version": "1.0.0", "layers": [1]}',
    '{"name": "layers", "dependencies": {"layers": "^1.0.0", "type": "conv"}}',
    '{"name": "layers", "type": "module", "exports": {"layers": [',
    '{"version": 8, "layers": [{"id": "sea", "type": "fill"}]}',
    '{"version": 8, "layers": [{"id": "sea", "type": "fi',
    '{"kind": "Sequential", "config": {"layers": [{"type": "conv"}]}}',
    '{"model": {"layers": [{"type": "conv"}]}}',
    '{"model": {"layers": [{"type": "conv"',
    '{"layers": {"conv": {"type": "conv"}}}',
    '{"layers": []}',
    "layers: {a: {type: conv}}\n",
    "layers:\n  a: {type: conv}\n",
    "model:\n  layers:\n    - {type: conv}\n",
    "layers:\n  - {type: fill}\n  - {type: conv}\n",
    "format: text\nhandlers: [a]\n",
    "steps:\n  - type: conv\n",
]


@pytest.mark.parametrize("text", OURS)
def test_descriptions(text: str) -> None:
    assert has_our_layers(text)
    read = Read(text, "net.json" if text.startswith("{") else "net.yaml")
    assert read.own and read.problems


@pytest.mark.parametrize("text", OTHERS)
def test_other_texts_are_left_alone(text: str) -> None:
    assert not has_our_layers(text)
    for path in ("package.json", "settings.yaml"):
        assert not Read(text, path).problems
