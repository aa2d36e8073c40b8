"""The expression language: what it says, what it refuses, and that its arithmetic is Python's."""

import ast
import math
import operator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rfcli.description import expressions
from rfcli.description.expressions import ExpressionError, expression
from rfcli.diagnostics import Near

NAMES = {"width": 8, "half": 0.5, "four": 4.0, "name": "unet", "list": [1, 2, 3], "nested": [[1, 2], [3]],
         "wide": True, "narrow": False, "none": None, "_x1": 5, "min": 7, "true_": 1}  # fmt: skip


def value(text, **names):
    return expression(text).evaluate({**NAMES, **names})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # one expression keeps its type
        ("$width", 8), ("$(width)", 8), ("$half", 0.5), ("$name", "unet"), ("$list", [1, 2, 3]), ("$wide", True),
        ("$none", None), ("$_x1", 5), ("$( width )", 8), ("$(\n  width\n  + 1)", 9), ("$true", True), ("$(null)", None),
        ("$(false)", False), ("$(True)", True), ("$(None)", None),
        # several parts make a string
        ("a$width", "a8"), ("$width b", "8 b"), ("$width$width", "88"), ("$(width)x", "8x"), ("$width.x", "8.x"),
        ("$name/$width", "unet/8"), ("$half", 0.5), ("x$half", "x0.5"), ("x$four", "x4"), ("x$wide", "xtrue"),
        ("x$narrow", "xfalse"), ("x$none", "xnull"), ("x$(width / 4)", "x2"), ("conv_$(width + 1)_$i", "conv_9_3"),
        ("$$", "$"), ("$$width", "$width"), ("$$$width", "$8"), ("a$$b", "a$b"), ("$$(width)", "$(width)"), ("plain", "plain"),
        ("$width-1", "8-1"), ("$(width)-1", "8-1"), ("", ""),
        # closing parentheses: nested ones and those in strings are no end
        ("$((width + 1) * 2)", 18), ("$(')')", ")"), ('$("(" + name)', "(unet"), ("$(min([1, (2)]))", 1),
        # arithmetic
        ("$(1 + 2 * 3)", 7), ("$(7 / 2)", 3.5), ("$(8 / 2)", 4.0), ("$(7 // 2)", 3), ("$(-7 // 2)", -4), ("$(-7 % 3)", 2),
        ("$(7.5 // 2)", 3.0), ("$(2 ** 10)", 1024), ("$(2 ** -1)", 0.5), ("$(2 ** 64)", 2**64), ("$(4 ** 0.5)", 2.0),
        ("$(-2 ** 2)", -4), ("$(+width)", 8), ("$(--width)", 8), ("$(1e3)", 1000.0), ("$(0x10 + 0b11 + 0o7)", 26),
        ("$(1_000)", 1000), ("$(10 ** 39)", 10**39), ("$(0.1 + 0.2)", 0.1 + 0.2),
        # comparison and logic, as in Python
        ("$(width > 4)", True), ("$(1 < width < 8)", False), ("$(1 < width <= 8)", True), ("$(width == 8.0)", True),
        ("$(name != 'unet')", False), ("$(2 in list)", True), ("$(4 not in list)", True), ("$('ne' in name)", True),
        ("$(wide and narrow)", False), ("$(narrow or width)", 8), ("$(not width)", False), ("$(not none)", True),
        ("$(narrow and 1 / 0)", False), ("$(wide or nobody)", True), ("$(none == null)", True), ("$(list == [1, 2, 3])", True),
        ("$(1 if wide else 1 / 0)", 1), ("$(1 / 0 if narrow else 2)", 2), ("$(1 > 2 > 'a')", False),
        # strings and lists
        ("$('a' + 'b')", "ab"), ("$('ab' * 2)", "abab"), ("$(2 * [1])", [1, 1]), ("$([1] + [2])", [1, 2]),
        ("$([width, 'a', [1]])", [8, "a", [1]]), ("$([])", []), ("$([1] * -1)", []), ("$('a' < 'b')", True),
        # indexing
        ("$(list[0])", 1), ("$(list[-1])", 3), ("$(nested[0][1])", 2), ("$(name[0])", "u"), ("$(list[width // 8])", 2),
        ("$(list[2.0])", 3), ("$([4, 5][1 if wide else 0])", 5),
        # functions
        ("$(min(1, 2))", 1), ("$(max(list))", 3), ("$(round(2.5))", 2), ("$(round(2.567, 1))", 2.6), ("$(floor(-1.5))", -2),
        ("$(ceil(1.2))", 2), ("$(int(7.9))", 7), ("$(int('12'))", 12), ("$(len(list))", 3), ("$(len(name))", 4),
        ("$(max('a', 'b'))", "b"), ("$(int(width * 0.75))", 6), ("$(max(8, int(width + 4) // 8 * 8))", 8), ("$min", 7),
    ],
)  # fmt: skip
def test_accepted(text, expected):
    found = value(text, i=3)
    assert type(found) is type(expected)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # what cannot be read
        ("$", "stands alone"), ("a $ b", "stands alone"), ("$5", "stands alone"), ("${width}", "stands alone"),
        ("$-x", "stands alone"), ("$ü", "stands alone"), ("$(width", "not closed"), ("$((width)", "not closed"),
        ("$('a)", "not closed"), ("$(", "not closed"), ("$()", "cannot read"), ("$( )", "cannot read"), ("$(1 +)", "cannot read"),
        ("$(1 2)", "cannot read"), ("$(a = 1)", "cannot read"), ("$(a; b)", "cannot read"), ("$(1 && 2)", "cannot read"),
        ("$(!wide)", "cannot read"), ("$(width++)", "cannot read"), ("$(import os)", "cannot read"), ("$(1 if wide)", "cannot read"),
        ("$('\\n')", "backslashes"), ("$(1 \\\n + 2)", "backslashes"), ("$(012)", "cannot read"),
        ("$(lambda: 1)", "lambda"), ("$(yield)", "not part"), ("$(await width)", "not part"),
        # what is not part of it
        ("$(name.upper())", "not part"), ("$(name.upper)", "attribute"), ("$(list[0:1])", "slice"), ("$(list[:])", "slice"),
        ("$((1, 2))", "tuple"), ("$(list[0, 1])", "tuple"), ("$([x for x in list])", "comprehension"), ("$({1})", "set"), ("$({1: 2})", "mapping"),
        ("$(f'{width}')", "f-string"), ("$(1 | 2)", "operator"), ("$(1 & 2)", "operator"), ("$(1 ^ 2)", "operator"),
        ("$(1 << 2)", "operator"), ("$(~1)", "operator"), ("$([1] @ [2])", "operator"), ("$(1 is 1)", "comparison"),
        ("$(none is not none)", "comparison"), ("$((x := 1))", "assignment"), ("$([*list])", "starred"), ("$(min(*list))", "starred"),
        ("$(max(list, default=1))", "call"), ("$(abs(1))", "call"), ("$(print(1))", "call"), ("$(str(1))", "call"),
        ("$(min(1, 2)(3))", "call"), ("$((min)(1))", ""), ("$(2j)", "no meaning"), ("$(b'a')", "no meaning"), ("$(...)", "no meaning"),
        ("$(__import__('os'))", "call"), ("$(open('x'))", "call"), ("$(eval('1'))", "call"), ("$(name.__class__)", "attribute"),
        ("$(().__class__.__bases__)", "attribute"), ("$(len.__self__)", "attribute"),
        # names
        ("$nobody", "no parameter is called 'nobody'"), ("$width_1x", "'width_1x'"), ("$([4, 5][wide == 1])", "indexed"), ("$(nobody + 1)", "nobody"), ("$i", "'i' counts repetitions"),
        ("$(len)", "no parameter"), ("$(print)", "no parameter"), ("$__builtins__", "no parameter"), ("$yes", "no parameter"),
        # values
        ("$(1 / 0)", "division by zero"), ("$(1 // 0)", "division by zero"), ("$(1 % 0)", "division by zero"),
        ("$(1.5 / 0.0)", "division by zero"), ("$(0 ** -1)", "division by zero"), ("$(1 + 'a')", "not a number"),
        ("$('a' + 1)", "not a number"), ("$('a' - 'b')", "not a number"), ("$(wide + 1)", "not a number"), ("$(-wide)", "not a number"),
        ("$(none * 2)", "not a number"), ("$([1] + 1)", "not a number"), ("$(wide * [1])", "not a number"), ("$(1.5 * [1])", "not a number"),
        ("$('%s' % 1)", "not a number"), ("$([2] ** 2)", "not a number"), ("$((-8) ** 0.5)", "negative"),
        ("$(1 < 'a')", ""), ("$(none < 1)", ""), ("$([1] < 1)", ""), ("$(1 in 1)", ""), ("$(1 in 'a')", ""),
        ("$(list[3])", "outside"), ("$(list[-4])", "outside"), ("$(name[9])", "outside"), ("$(list[0.5])", "indexed"),
        ("$(list['a'])", "indexed"), ("$(list[wide])", "indexed"), ("$(width[0])", "indexed"), ("$([][0])", "outside"),
        ("$(min())", ""), ("$(min([]))", ""), ("$(max(1))", ""), ("$(min(1, 'a'))", ""), ("$(round('a'))", ""), ("$(floor('a'))", ""),
        ("$(int('a'))", ""), ("$(int('1.5'))", ""), ("$(int([1]))", ""), ("$(len(1))", ""), ("$(len())", ""), ("$(int(1, 2, 3))", ""),
        ("a$list", "list"), ("$(list)x", "list"),
        # sizes
        ("$(2 ** 65)", "beyond 64"), ("$(2 ** -65)", "beyond 64"), ("$(9 ** 9 ** 9)", "beyond 64"), ("$(10 ** 20 * 10 ** 20)", "too large"),
        ("$(10 ** 40)", "too large"), ("$(-(10 ** 39) * 10)", "too large"), ("$(1e300 * 1e300)", "not finite"), ("$(1e400)", ""),
        ("$(1e400 - 1e400)", ""), ("$(int(1e300))", "too large"), ("$(floor(1e300))", "too large"), ("$(1e300 ** 2)", "too large"),
        ("$(10 ** 39 / 1e-300)", ""), ("$('a' * 65537)", "limit"), ("$([1] * 65537)", "limit"), ("$('a' * 10 ** 30)", "limit"),
        ("$(" + "'" + "a" * 1024 + "'" + ")", "1026 characters"), ("$(" + "1" * 1000 + ")", ""),
        ("$([[[[[[[[[1]]]]]]]]])", "levels"), ("$(" + "(" * 250 + "1" + ")" * 250 + ")", "cannot read"),
        ("$(int('" + "1" * 1000 + "'))", "too large"),
    ],
)  # fmt: skip
def test_refused(text, message):
    with pytest.raises(ExpressionError) as error:
        value(text)
    assert message in str(error.value)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("$", "$$"), ("$(min(a", 'needs quotes: "$('), ("$(name.x)", "min, max, round"), ("$(abs(1))", "min, max, round"),
        ("$widht", "did you mean 'width'"),
        ("$(7 if 'no' else 3)", "write false"), ("$(not 'Off')", "write false"), ("$(1 == 1 and 'yes')", "write true"),
    ],
)  # fmt: skip
def test_help(text, help):
    with pytest.raises(ExpressionError) as error:
        value(text)
    found = error.value.help
    assert help in (found.text if isinstance(found, Near) else found)


def test_names_that_are_used():
    assert expression("a $x $(y + min(z, i)) $$w $(true)").names == {"x", "y", "z", "i", "true"}
    assert expression("plain").names == frozenset()


@pytest.mark.parametrize(
    "text", ["$" + "x" * 60_000, "$(1)" * 15_000, "$$" * 30_000, "$(" * 30_000, "$(" + "-" * 1000 + "1)"]
)
def test_long_texts_end(text):
    """Quickly, with a value or an error."""
    try:
        expression(text).evaluate({})
    except ExpressionError as error:
        assert len(str(error)) < 300 or "no parameter" in str(error)


def test_shared_lists_cannot_grow_without_end():
    env = {"a": [1]}
    with pytest.raises(ExpressionError, match="items"):
        for _ in range(100):
            env = {"a": expression("$([a, a, a, a])").evaluate(env)}


def test_every_function_is_documented_in_the_refusal():
    with pytest.raises(ExpressionError) as error:
        value("$(abs(1))")
    assert all(name in error.value.help for name in expressions.FUNCTIONS)


# Arithmetic against Python's own.

numbers = (
    st.integers(0, 10**6).map(str) | st.floats(0, 1e6, allow_nan=False).map(repr) | st.sampled_from(["a", "b", "c"])
)
ARITHMETIC = ["+", "-", "*", "/", "//", "%", "**"]
COMPARISON = ["<", "<=", ">", ">=", "==", "!="]


def arithmetic(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from(ARITHMETIC), inner).map(lambda one: f"({' '.join(one)})"),
        st.tuples(inner, st.sampled_from(ARITHMETIC), inner).map(" ".join),
        inner.map("-{}".format),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda one: f"{one[0]}({one[1]}, {one[2]})"),
        st.tuples(st.sampled_from(["int", "floor", "ceil", "round"]), inner).map(lambda one: f"{one[0]}({one[1]})"),
        st.tuples(inner, inner, st.sampled_from(COMPARISON), inner, inner).map(
            lambda one: f"({one[0]} if {one[1]} {one[2]} {one[3]} else {one[4]})"
        ),
    )


class Refused(Exception):
    """Python has a value where the expression language has a limit."""


class Bounded:
    """A number that computes as Python's do, up to the limits of the expression language."""

    def __init__(self, number):
        if isinstance(number, complex) or (isinstance(number, float) and not math.isfinite(number)):
            raise Refused
        if isinstance(number, int) and abs(number) >= expressions.MAX_MAGNITUDE:
            raise Refused
        self.number = number

    def __neg__(self):
        return Bounded(-self.number)

    def __pow__(self, other):
        if abs(other.number) > 64:
            raise Refused
        return Bounded(self.number**other.number)


def of_both(apply, result):
    return lambda self, other: result(apply(self.number, other.number))


for name in ("add", "sub", "mul", "truediv", "floordiv", "mod"):
    setattr(Bounded, f"__{name}__", of_both(getattr(operator, name), Bounded))
for name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Bounded, f"__{name}__", of_both(getattr(operator, name), bool))


def of_one(apply):
    return lambda one: Bounded(apply(one.number))


BY_PYTHON = {"Bounded": Bounded, "min": min, "max": max, "__builtins__": {}}
BY_PYTHON |= {apply.__name__: of_one(apply) for apply in (int, math.floor, math.ceil, round)}


class Wrapped(ast.NodeTransformer):
    """Every number of an expression as a `Bounded` one."""

    def visit_Constant(self, node):
        return ast.Call(ast.Name("Bounded", ast.Load()), [node], [])


def by_python(text, names):
    """What Python's own parser and operators make of an expression."""
    tree = ast.fix_missing_locations(Wrapped().visit(ast.parse(text, mode="eval")))
    return eval(compile(tree, "", "eval"), BY_PYTHON, {name: Bounded(number) for name, number in names.items()}).number


@given(
    st.recursive(numbers, arithmetic, max_leaves=8),
    st.fixed_dictionaries({name: st.integers(-100, 100) | st.floats(-100, 100) for name in "abc"}),
)
def test_arithmetic_is_pythons(text, names):
    assume(len(text) < expressions.MAX_LENGTH)
    try:
        expected = by_python(text, names)
    except (Refused, ZeroDivisionError, OverflowError):
        with pytest.raises(ExpressionError):
            expression(f"$({text})").evaluate(names)
    else:
        assert repr(expression(f"$({text})").evaluate(names)) == repr(expected)


@given(st.text("$(){}[]'\"\\ab1+-*/%.,<>=! \n", max_size=30))
def test_any_text_has_a_value_or_an_error(text):
    try:
        found = expression(text).evaluate({"a": 2, "b": [1, "x"]})
    except ExpressionError as error:
        assert str(error)
    else:
        assert isinstance(found, (bool, int, float, str, list)) or found is None


@given(st.text(max_size=30))
def test_doubled_dollars_make_any_text(text):
    found = expression(text.replace("$", "$$")).evaluate({})
    assert found == text
