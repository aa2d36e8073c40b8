"""Counters of nested repetitions that may be meant for an outer one."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.description.counters import ambiguous

CONV = "{type: conv, kernel: 3, dilation: $i, repeat: 2}"


@pytest.mark.parametrize(
    ("layers", "lines"),
    [
        (f"{{type: sequence, repeat: 2, layers: [{CONV}]}}", [(CONV, "sequence")]),
        (f"{{type: residual, repeat: 2, layers: [], shortcut: [{CONV}]}}", [(CONV, "residual")]),
        (f"{{type: branches, repeat: 2, branches: [[{CONV}]]}}", [(CONV, "branches")]),
        (f"{{type: branches, repeat: 2, branches: [{{when: true, layers: [{CONV}]}}]}}", [(CONV, "branches")]),
        (f"{{type: branches, name: s, repeat: 2, branches: {{a: {{when: true, layers: [{CONV}]}}}}}}", [(CONV, "branches")]),
        (f"{{type: sequence, repeat: 2, layers: [{{type: residual, repeat: 2, layers: [{CONV}]}}]}}",
         [(CONV, "residual")]),
        (f"{{type: sequence, repeat: 2, layers: [{{type: residual, when: $(i > 0), layers: [{CONV}]}}]}}", []),
        (f"{{type: sequence, name: s$i, repeat: 2, layers: [{CONV}]}}", []),
        (f"{{type: sequence, repeat: {{times: 2, as: i}}, layers: [{CONV}]}}", []),
        (f"{{type: sequence, repeat: 2, layers: [{{type: conv, kernel: 3, repeat: $i}}, {CONV}]}}", []),
        (f"{{type: sequence, layers: [{CONV}]}}", []),
        ("{type: sequence, name: s, repeat: 2, layers: [{type: conv, kernel: 3, name: c$i, repeat: 2}]}", []),
        ("{type: sequence, repeat: 2, layers: [{type: conv, kernel: 3, dilation: $j, repeat: {times: 2, as: j}}]}", []),
        ("{type: sequence, repeat: 2, layers: [{type: conv, kernel: [$i, 3], repeat: {times: 2}}]}",
         [("[$i, 3]", "sequence")]),
        ("{type: sequence, repeat: 2, layers: [{block: b, with: {d: $i}, repeat: 2}]}", [("{d: $i}", "sequence")]),
    ],
)  # fmt: skip
def test_ambiguous(layers: str, lines: list[tuple[str, str]]) -> None:
    text = f"format: 1\nblocks: {{b: {{parameters: {{d: }}, layers: [{{type: relu}}]}}}}\nlayers: [{layers}]"
    network = rfcli.loads(text)
    found = list(ambiguous(network.nodes["layers"]))
    assert [one.outer.value["type"].value for one in found] == [outer for _, outer in lines]
    for one, (part, _) in zip(found, lines, strict=True):
        start = text.index(part) + (part.index("$i") if part == CONV else part.index("{d") if "{d" in part else 0)
        assert one.value.span.column == start - text.rindex("\n", 0, start)
