"""Nodes and their places; problems, and what looking for similar words may take."""

import ast
from pathlib import Path

import pytest

import rfcli
from rfcli.description.nodes import LOST, File, Node, Positions, Problems, Reported, held, is_expression, lost, place
from rfcli.diagnostics import MAX_COMPARED, MAX_KNOWN, Near, Span

CODE = Path(rfcli.__file__).parent
FILE = File("net.yaml")


def node(value, line=1, column=1, keys=None):
    return Node(value, FILE, line, column, keys)


TREE = node({"a": node([node(1, 1, 5), node([node(2, 1, 9)], 1, 8)], 1, 4)}, keys={"a": (1, 1)})


def test_plain_values_and_their_places():
    assert TREE.plain() == {"a": [1, [2]]}
    assert TREE.key_span("a") == Span("net.yaml", 1, 1)
    assert TREE.value["a"].span == Span("net.yaml", 1, 4)


@pytest.mark.parametrize(("path", "column"), [((), 4), ((0,), 5), ((1, 0), 9), ((0, 3), 5), ((7,), 4)])
def test_a_path_leads_as_far_as_it_can(path, column):
    assert TREE.value["a"].at(path).column == column


def test_places_are_found_once_when_they_are_asked_for():
    asked = []

    def find(file):
        asked.append(file)
        return Positions([(1, 1), (2, 8)], [(1, 1), (2, 3)])

    file = File("net.json")
    file.find = find
    value = Node(3, file, 0, 1)
    assert not asked
    assert value.span == Span("net.json", 2, 8)
    assert Node({"a": value}, file, 0, 0).key_span("a") == Span("net.json", 2, 3)
    assert asked == [file]


def test_what_is_lost_keeps_its_place():
    gone = lost(TREE.value["a"])
    assert gone.value is LOST and gone.span == TREE.value["a"].span
    assert held(TREE) is TREE.value
    with pytest.raises(Reported):
        held(gone)


@pytest.mark.parametrize(("value", "is_one"), [("$a", True), ("a$b", True), ("a", False), (3, False), (None, False)])
def test_is_expression(value, is_one):
    assert is_expression(value) is is_one


@pytest.mark.parametrize(("offset", "where"), [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (6, (3, 2))])
def test_place(offset, where):
    assert place("ab\n\u00e9\ncd", offset) == where


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
