"""Python source: names that Python takes, literals, and lines as formatters lay them out."""

from __future__ import annotations

import ast
import keyword
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.against import thorough

from rfcli.writers.torch.python import (
    Call,
    Chain,
    Listed,
    call,
    class_name,
    flat,
    free,
    identifier,
    joined,
    laid_out,
    literal,
)

if TYPE_CHECKING:
    from rfcli.writers.torch.python import Expression

IDENTIFIERS = {
    "conv1": "conv1", "Conv_1": "Conv_1", "a b": "a_b", "a/b": "a_b", "a.b-c": "a_b_c", "3x3": "layer_3x3", "": "layer",
    "…": "layer", "_a_": "a", "__init__": "init", "naïve": "na_ve", "class": "class_", "None": "None_", "none": "none",
    "async": "async_", "match": "match", "taken": "taken_",
}  # fmt: skip


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_identifier(name: str) -> None:
    assert identifier(name, "layer", {"taken"}) == IDENTIFIERS[name]


CLASSES = {
    "inception_v3": "InceptionV3", "resnet": "Resnet", "uNet": "UNet", "a/b": "AB", "3d": "Network3d", "": "Network",
    "none": "None_", "true": "True_", "class": "Class",
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
def test_class_name(name: str) -> None:
    assert class_name(name, "Network") == CLASSES[name]


@given(st.text() | st.sampled_from(keyword.kwlist))
@thorough(200)
def test_any_name(name: str) -> None:
    """Whatever a layer is called, Python takes what becomes of it."""
    for made in (identifier(name, "layer", {"x", "self"}), class_name(name, "Network")):
        assert made.isidentifier() and not keyword.iskeyword(made)
        assert made not in ("x", "self")


FREE = [
    ("a", set(), "a"),
    ("a", {"a"}, "a_2"),
    ("a", {"a", "a_2"}, "a_3"),
    ("Unit", {"Unit"}, "UnitB"),
    ("Unit", {"Unit", "UnitB"}, "UnitC"),
    ("U", {"U", *(f"U{letter}" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ")}, "U_2"),
]


@pytest.mark.parametrize(("wanted", "taken", "name"), FREE)
def test_free(wanted: str, taken: set[str], name: str) -> None:
    assert free(wanted, taken) == name


@pytest.mark.parametrize(
    "value",
    [0, -3, 1.5, 1e-05, float("inf"), float("-inf"), True, None, "reflect", (1, 2), (3,), ()],
    ids=repr,
)
def test_literals_are_what_they_stand_for(value: object) -> None:
    found = eval(literal(value), {"__builtins__": {"float": float}})
    assert (found, type(found)) == (value, type(value))


EXPRESSIONS = [
    ("x", "x"),
    (call("f"), "f()"),
    (call("f", "x", call("g", "y"), k="1"), "f(x, g(y), k=1)"),
    (call("torch.cat", Listed(("a", "b")), "1"), "torch.cat([a, b], 1)"),
    (Chain("+", ("a", "b", "c")), "a + b + c"),
    (Call("f", (("k", Listed(())),)), "f(k=[])"),
]


@pytest.mark.parametrize(("expression", "text"), EXPRESSIONS, ids=lambda one: one if isinstance(one, str) else "")
def test_one_line(expression: Expression, text: str) -> None:
    assert flat(expression) == text
    assert laid_out("return ", expression, "", 8) == [f"        return {text}"]


LONG, LONGER = "a" * 40, "b" * 43
"""Too long for one line of 88 characters, also by themselves within brackets."""
LAID_OUT = {
    # by the rules of Python's formatters: https://black.readthedocs.io/en/stable/the_black_code_style/current_style.html
    "what just fits": (call("f", "x" * 81), [f"y = f({'x' * 81})"]),
    "brackets are opened": (call("f", "x" * 82), ["y = f(", f"    {'x' * 82}", ")"]),
    "arguments that fit behind one another": (call("f", LONG, k=LONG), ["y = f(", f"    {LONG}, k={LONG}", ")"]),
    "arguments a line each": (call("f", LONG, k=LONGER), ["y = f(", f"    {LONG},", f"    k={LONGER},", ")"]),
    "items a line each": (Listed((LONG, LONGER)), ["y = [", f"    {LONG},", f"    {LONGER},", "]"]),
    "from the outside in": (
        call("f", call("g", LONG, LONGER), "x"),
        ["y = f(", "    g(", f"        {LONG},", f"        {LONGER},", "    ),", "    x,", ")"],
    ),
    "the inner one fits": (
        call("f", call("g", LONG), k=LONGER), ["y = f(", f"    g({LONG}),", f"    k={LONGER},", ")"],
    ),
    "operands a line each": (Chain("+", (LONG, LONGER, "c")), ["y = (", f"    {LONG}", f"    + {LONGER}", "    + c", ")"]),
    "a name is not broken": ("x" * 100, [f"y = {'x' * 100}"]),
}  # fmt: skip


@pytest.mark.parametrize(("expression", "lines"), LAID_OUT.values(), ids=LAID_OUT)
def test_lines(expression: Expression, lines: list[str]) -> None:
    assert laid_out("y = ", expression, "", 0) == lines


def test_an_ending_counts() -> None:
    assert laid_out("def ", call("f", "x" * 76), " -> A:", 0) == ["def f(", f"    {'x' * 76}", ") -> A:"]
    assert laid_out("def ", call("f", "x" * 75), " -> A:", 0) == [f"def f({'x' * 75}) -> A:"]


NAME = st.sampled_from(["x", "value", "self.block_17_of_many", "a" * 35])
EXPRESSION = st.recursive(
    NAME | st.builds(lambda names: Chain("*", tuple(names)), st.lists(NAME, min_size=2, max_size=4)),
    lambda inner: (
        st.builds(lambda given, named: call("torch.cat", *given, **named), st.lists(inner, min_size=1, max_size=4), st.dictionaries(st.sampled_from(["k", "bias"]), inner))
        | st.builds(lambda items: Listed(tuple(items)), st.lists(inner, min_size=1, max_size=4))
    ),
    max_leaves=12,
)  # fmt: skip


@given(EXPRESSION, st.sampled_from([0, 4, 8]))
@thorough(200)
def test_lines_mean_what_one_line_does(expression: Expression, indent: int) -> None:
    lines = laid_out("y = ", expression, "", indent)
    assert all(line.startswith(" " * indent) for line in lines)
    broken = ast.parse("\n".join(line[indent:] for line in lines))
    assert ast.dump(broken) == ast.dump(ast.parse(f"y = {flat(expression)}"))


def test_definitions_stand_apart() -> None:
    assert (
        joined([["import a", "import b"], ["class A:", "    pass"]]) == "import a\nimport b\n\n\nclass A:\n    pass\n"
    )
