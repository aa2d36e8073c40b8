"""Helps of the kind `did you mean`: right for the first problems, and never a burden where there are very many."""

import ast
import itertools
import time
from pathlib import Path

import pytest

import rfcli
from rfcli.description.nodes import Problems
from rfcli.diagnostics import MAX_COMPARED, MAX_KNOWN, Near, Span, did_you_mean

CODE = Path(rfcli.__file__).parent


@pytest.mark.parametrize(
    ("word", "known", "help"),
    [
        ("kernal", ["type", "kernel"], "did you mean 'kernel'?"),
        ("xyz", ["a", "b"], "known here: a, b"),
        ("xyz", [], "else"),
        ("xyz", [f"name_{n}" for n in range(13)], "else"),
        ("k" * 10_000 + "x", ["k" * 64], f"did you mean '{'k' * 64}'?"),
        ("", ["a"], "known here: a"),
    ],
)
def test_near(word, known, help):
    assert Near(word, known, "else").text == help
    assert did_you_mean(word, iter(known)) == ("" if help == "else" else help)


def test_known_words_are_not_gone_through_before_they_are_asked_for_nor_to_their_end():
    taken = 0

    def words():
        nonlocal taken
        for number in itertools.count():
            taken += 1
            yield f"{number:012}"

    near = Near("x", words())
    assert taken == 0
    assert near.text == ""
    assert taken <= MAX_KNOWN + 1


def test_effort_is_spent_once_for_a_description():
    """However many problems there are, all helps together compare so much and no more; then the fallback stands."""
    problems, word = Problems(), "ab" * 32
    known = ["ba" * 32] * MAX_KNOWN
    for _ in range(1000):
        problems.add(Span("x"), "RF201", "", Near(word, known, "else"))
    assert problems.spare > -2 * MAX_KNOWN - 2 * 64 * 64
    assert problems[0].help == f"did you mean '{known[0]}'?"
    assert problems[-1].help == "else"
    assert Near(word, known).told(MAX_COMPARED)[1] > MAX_COMPARED // 2


def test_every_stage_hands_out_helps_by_way_of_problems():
    """Who adds problems takes `Near`: what calls `did_you_mean` itself answers one call."""
    for folder in ("description", "graph", "checks", "layers", "engine"):
        for path in (CODE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add":
                    inner = [ast.unparse(part) for argument in node.args for part in ast.walk(argument)]
                    assert not any(part.startswith("did_you_mean(") for part in inner), path


def _layers(text: str, count: int) -> str:
    return "layers:\n" + "".join("- " + text.replace("#", str(n)) + "\n" for n in range(count))


def _table(key: str, text: str, count: int) -> str:
    return f"{key}:\n" + "".join("  " + text.replace("#", str(n)) + "\n" for n in range(count))


LONG = "layer_of_a_very_long_name_that_is_much_like_all_the_others_"
MANY = {
    "references": _layers("{type: conv, kernel: 1, inputs: [n#]}", 3000),
    "long references": _layers(f"{{name: {LONG}#, type: relu, inputs: [x{LONG}#]}}", 3000),
    "references in scopes": _layers("{name: scope_#, type: sequence, layers: [{type: relu, inputs: [n#]}]}", 3000),
    "outputs": _layers("{type: relu}", 3000) + "outputs: [" + ", ".join(f"n{n}" for n in range(3000)) + "]\n",
    "blocks": _table("blocks", "block_#: {layers: []}", 2000) + _layers("{block: blcok_#}", 2000),
    "parameters": _table("parameters", "width_#: 3", 2000) + _layers("{type: conv, kernel: $widht_#}", 2000),
    "parameters of parameters": _table("parameters", "width_#: $widht_#", 5000) + "layers: []\n",
    "arguments": "blocks: {b: {parameters: {" + ", ".join(f"width_{n}: 1" for n in range(2000)) + "}, layers: []}}\n"
    "layers: [{block: b, with: {" + ", ".join(f"widht_{n}: 1" for n in range(2000)) + "}}]\n",
    "circles": "layers:\n" + "".join(
        f"- {{name: a{n}, type: add, inputs: [b{n}, b{n - 1 if n else 0}]}}\n- {{name: b{n}, type: relu}}\n" for n in range(3000)
    ),
    "keys": _layers("{type: conv, kernal_#: 3}", 3000),
    "types": _layers("{type: cnov_#}", 3000),
    "defaults": _table("defaults", "cnov_#: {}", 3000) + "layers: []\n",
    "globs": _layers("{name: aa#_1212x, type: relu}", 3000) + "".join(
        f"- {{type: add, inputs: ['*a*_*1*2*{n}x']}}\n" for n in range(2000)
    ),
    "expectations": _layers("{type: relu}", 2000) + "expect:\n" + "".join(
        f"- {{layer: rleu_{n}, size: 1}}\n" for n in range(2000)
    ),
    "rules": "layers: [{type: relu}]\ncheck: {select: [" + ", ".join(f"RF6{n}" for n in range(20_000)) + "]}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", MANY)
def test_very_many_problems(name):
    """Seconds of the processor for thousands of problems: far less than one a problem's search would take."""
    started = time.process_time()
    try:
        found = rfcli.check(rfcli.loads("format: 1\n" + MANY[name])).diagnostics
    except rfcli.DescriptionError as error:
        found = error.diagnostics
    took = time.process_time() - started
    assert len(found) >= 1998
    assert took < 3, f"{took:.1f} s"
