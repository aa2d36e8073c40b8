"""Problems of one stage hide none of another, and make none: those of a file are those that each defect has alone."""

import itertools
import random

import pytest

import rfcli
from rfcli.api.judging import validate

GOOD = """\
format: 1
input: {size: 64, channels: 3}
parameters: {width: 8, unused: 1}
blocks: {unit: {parameters: {w: }, layers: [{name: inside, type: conv, kernel: 3, padding: 1, filters: $w}]}}
layers:
  - {name: stem, type: conv, kernel: 3, padding: 1, filters: $width}
  - {name: a, type: conv, kernel: 3, padding: 1, filters: 8, inputs: [stem]}
  - {name: a_user, type: add, inputs: [a, stem]}
  - {name: a_large, type: conv, kernel: 60}
  - {name: b, type: conv, kernel: 3, padding: 1, filters: 8, inputs: [stem]}
  - {name: b_user, type: add, inputs: [stem, b]}
  - {name: c, block: unit, with: {w: 8}, inputs: [stem]}
  - {name: c_user, type: add, inputs: [stem, c/inside]}
  - {name: d, block: unit, with: {w: 8}, inputs: [stem]}
  - {name: d_user, type: add, inputs: [d, d/inside]}
  - {name: e, type: upsample, like: stem, inputs: [stem]}
  - {name: e_user, type: conv, kernel: 64, inputs: [e]}
  - {name: f, type: conv, kernel: 3, padding: 1, filters: 8, groups: 4, inputs: [stem]}
  - {name: f_user, type: conv, kernel: 3, groups: 8, filters: 16}
  - {name: g, type: conv, kernel: 3, padding: 1, filters: 8, inputs: [stem]}
  - {name: g_user, type: add, inputs: [g, stem]}
  - {name: h, type: conv, kernel: 3, padding: 1, filters: 8, inputs: [stem]}
  - {name: h_user, type: add, inputs: [h, stem]}
  - {name: i, type: conv, kernel: 3, padding: 1, filters: 8, inputs: [stem]}
  - {name: i_user, type: add, inputs: [i, stem]}
  - {name: j, type: sequence, inputs: [stem], layers: [{name: x, type: relu}, {name: y, type: relu}]}
  - {name: j_user, type: add, inputs: [j/x, j, stem]}
  - {name: k, type: residual, inputs: [stem], layers: [{name: x, type: relu}]}
  - {name: k_user, type: add, inputs: [k/x, k, k/add, stem]}
  - {name: l, type: branches, inputs: [stem], branches: {x: [{type: relu}], y: [{type: relu}]}}
  - {name: l_user, type: concat, inputs: [l/x, l, l/concat, stem]}
  - {name: m, type: relu, repeat: 2, inputs: [stem]}
  - {name: m_user, type: add, inputs: [m_1, m_2]}
  - {name: n, type: relu, when: true, inputs: [stem]}
  - {name: n_user, type: add, inputs: [n, stem]}
outputs: [e_user, n_user]
expect: [{layer: n, size: 3}]
"""
DEFECTS = {
    "unknown key": ("{name: a, type: conv, kernel: 3", "{name: a, type: conv, kernal: 3", ["RF101"]),
    "mistyped padding": ("{name: a, type: conv, kernel: 3, padding", "{name: a, type: conv, kernel: 3, pading", ["RF101"]),
    "mistyped inputs": ("filters: 8, inputs: [stem]}\n  - {name: b_user", "filters: 8, input: [stem]}\n  - {name: b_user", ["RF101"]),
    "wrong value": ("{name: b, type: conv, kernel: 3", "{name: b, type: conv, kernel: x", ["RF103"]),
    "unknown type": ("{name: b, type: conv", "{name: b, type: cnov", ["RF104"]),
    "no type": ("{name: b, type: conv, ", "{name: b, ", ["RF102"]),
    "missing argument": ("{name: c, block: unit, with: {w: 8}", "{name: c, block: unit", ["RF206"]),
    "unknown argument": ("{name: c, block: unit, with: {w: 8}", "{name: c, block: unit, with: {w: 8, v: 8}", ["RF205"]),
    "wrong arguments": ("{name: c, block: unit, with: {w: 8}", "{name: c, block: unit, with: 8", ["RF103"]),
    "unknown block": ("{name: d, block: unit", "{name: d, block: nuit", ["RF204"]),
    "type and block": ("{name: d, block: unit", "{name: d, type: conv, block: unit", ["RF106"]),
    "circle": ("like: stem", "like: e", ["RF203"]),
    "dangling like": ("like: stem", "like: nowhere", ["RF201"]),
    "channels": ("filters: 8, groups: 4", "filters: 24, groups: 3", ["RF306"]),
    "kernel": ("{name: g, type: conv, kernel: 3", "{name: g, type: conv, kernel: 99", ["RF305"]),
    "sizes": ("{name: g, type: conv, kernel: 3", "{name: g, type: conv, kernel: 5", ["RF302"]),
    "channels of a merge": (
        "filters: 8, inputs: [stem]}\n  - {name: g_user",
        "filters: 7, inputs: [stem]}\n  - {name: g_user",
        ["RF304"],
    ),
    "dangling": ("[stem]}\n  - {name: h_user", "[metS]}\n  - {name: h_user", ["RF201"]),
    "missing value": ("{name: h, type: conv, kernel: 3, ", "{name: h, type: conv, ", ["RF209"]),
    "unknown parameter": ("{name: i, type: conv, kernel: 3", "{name: i, type: conv, kernel: $k", ["RF207"]),
    "value that does not fit": ("{name: i, type: conv, kernel: 3", "{name: i, type: conv, kernel: $(1 / 2)", ["RF208"]),
    "axes": ("{name: i, type: conv, kernel: 3", "{name: i, type: conv, kernel: [3, 3, 3]", ["RF301"]),
    "key of a scope": ("{name: j, type: sequence", "{name: j, type: sequence, skip: true", ["RF101"]),
    "item of a scope": ("{name: x, type: relu}, {name: y", "{name: x, type: rleu}, {name: y", ["RF104"]),
    "layers of a scope": ("[{name: x, type: relu}, {name: y, type: relu}]", "3", ["RF103"]),
    "shortcut": ("{name: k, type: residual", "{name: k, type: residual, shortcut: 3", ["RF103"]),
    "merge": ("{name: k, type: residual", "{name: k, type: residual, merge: $width", ["RF208"]),
    "branch": ("x: [{type: relu}], y", "x: 3, y", ["RF103"]),
    "when of a branch": ("x: [{type: relu}], y", "x: {when: $no, layers: [{type: relu}]}, y", ["RF207"]),
    "repeat": ("repeat: 2", "repeat: $two", ["RF207"]),
    "mistyped repeat": ("repeat: 2", "repaet: 2", ["RF101"]),
    "when": ("when: true", "when: $width", ["RF208"]),
    "mistyped when": ("when: true", "whne: true", ["RF101"]),
    "parameter without a value": ("unused: 1", "unused: ", ["RF206"]),
    "output": ("outputs: [e_user", "outputs: [e_usre", ["RF201"]),
    "expectation": ("size: 3}]", "size: $three}]", ["RF207"]),
    "wrong expectation": ("size: 3}]", "size: [[3]]}]", ["RF103"]),
    "key of the description": ("expect:", "expcet:", ["RF101"]),
}  # fmt: skip


def problems(text: str) -> set[tuple[int, str, str]]:
    """Line, code and message of every problem."""
    try:
        found = validate(rfcli.loads(text))
    except rfcli.DescriptionError as error:
        found = list(error.diagnostics)
    assert len({(one.span, one.code, one.message) for one in found}) == len(found)
    assert "LOST" not in "".join(one.message for one in found)
    return {(one.span.line, one.code, one.message) for one in found}


def broken(*names: str) -> str:
    text = GOOD
    for name in names:
        good, bad, _ = DEFECTS[name]
        assert text.count(good) == 1, name
        text = text.replace(good, bad)
    return text


def meet(*names: str) -> bool:
    """Whether defects are on the same line, so that they may be one."""
    lines = [broken(name).splitlines() for name in names]
    changed = [
        {at for at, pair in enumerate(zip(GOOD.splitlines(), one, strict=True)) if len({*pair}) > 1} for one in lines
    ]
    return any(a & b for a, b in itertools.combinations(changed, 2))


ALONE = {name: problems(broken(name)) for name in DEFECTS}
PAIRS = [pair for pair in itertools.combinations(DEFECTS, 2) if not meet(*pair)]


def test_good():
    assert problems(GOOD) == set()


@pytest.mark.parametrize("name", DEFECTS)
def test_alone(name):
    assert sorted(code for _, code, _ in ALONE[name]) == DEFECTS[name][2]


def test_pairs():
    assert len(PAIRS) > 500
    for pair in PAIRS:
        assert problems(broken(*pair)) == ALONE[pair[0]] | ALONE[pair[1]], pair


def test_many():
    """As many as there is room for, in a hundred ways."""
    dice = random.Random(1)
    for _ in range(100):
        names: list[str] = []
        for name in dice.sample(list(DEFECTS), len(DEFECTS)):
            if not meet(*names, name):
                names.append(name)
        assert len(names) > 12
        assert problems(broken(*names)) == set().union(*(ALONE[name] for name in names)), names
