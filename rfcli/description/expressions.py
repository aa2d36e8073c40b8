"""`$name` and `$(expression)`: a small part of Python's expressions over numbers, strings and lists.

Python's own parser reads them; what is not in the tables below is refused. No attribute, no call but of the functions
named there, no name beyond the parameters: nothing in a description runs code.
"""

from __future__ import annotations

import _ast as ast
import math
import operator
import re
import warnings
from functools import lru_cache

from rfcli.description.nodes import LOST, Reported
from rfcli.layers._parameters import integral

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rfcli.description.nodes import Plain
    from rfcli.diagnostics import Near

    Environment = dict[str, Plain]
    """Values of parameters by name."""
    Evaluate = Callable[[Environment], Plain]

MAX_LENGTH = 1024
"""Characters of one expression: far more than a person writes, too few to exhaust Python's parser."""

MAX_MAGNITUDE = 10**40
"""Integers stay below it, so that no chain of products grows without end."""

MAX_ITEMS = 65_536
"""Characters of a string and items of a list that an expression makes."""

MAX_DEPTH = 8
"""Lists within lists."""

FUNCTIONS: dict[str, Callable[..., Plain]] = {
    "min": min, "max": max, "round": round, "floor": math.floor, "ceil": math.ceil, "int": int, "len": len,
}  # fmt: skip
ANY_NAME = ""
"""An environment has this name, with the value `LOST`, where parameters may have any: their declaration is wrong."""

CONSTANTS = {"true": True, "false": False, "null": None}
QUOTES_HELP = 'in flow style an expression with a comma or brackets needs quotes: "$(min(a, b))"'

_PART = re.compile(r"\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|(\())?")
_COMPARE: dict[type, Callable[[Plain, Plain], Plain]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip


class ExpressionError(ValueError):
    """An expression that cannot be read or evaluated; `help` says the mend when it is known."""

    def __init__(self, message: str, help: str | Near = "") -> None:
        super().__init__(message)
        self.help = help


class Unclosed(ExpressionError):
    """An expression that lacks its closing parenthesis."""


class Expression:
    """A scalar with expressions: `evaluate(environment)` is its value, `names` are the names it uses."""

    __slots__ = ("evaluate", "names", "several")

    def __init__(self, evaluate: Evaluate, names: frozenset[str], several: bool = False) -> None:
        self.evaluate, self.names = evaluate, names
        self.several = several
        """It has several parts, which make a string."""


@lru_cache(4096)
def expression(text: str) -> Expression:
    """Reads a scalar: one expression keeps its type, several parts make a string. Raises `ExpressionError`."""
    parts: list[str | Evaluate] = []
    names: set[str] = set()
    at = 0
    while True:
        found = _PART.search(text, at)
        if found is None:
            parts.append(text[at:])
            break
        parts.append(text[at : found.start()])
        at = found.end()
        if found[1]:
            parts.append("$")
        elif found[2]:
            parts.append(_name(found[2], names))
        elif found[3]:
            end = _closing(text, at)
            parts.append(_parenthesised(text[at:end], names))
            at = end + 1
        else:
            braced = text.startswith("{", at)
            raise ExpressionError(
                "a '$' stands alone", "write $name or $(expression)" if braced else "write $$ for a dollar sign"
            )
    parts = [part for part in parts if part != ""]
    used = frozenset(names)
    if len(parts) == 1 and not isinstance(parts[0], str):
        return Expression(parts[0], used)
    return Expression(lambda env: "".join(p if isinstance(p, str) else _text(p(env)) for p in parts), used, True)


def _closing(text: str, at: int) -> int:
    """Offset of the parenthesis that closes the one before `at`."""
    depth, quote = 1, ""
    for offset in range(at, len(text)):
        char = text[offset]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return offset
    raise Unclosed(f"'$(' is not closed in {_short(text)}", QUOTES_HELP)


def _text(value: object) -> str:
    """A value inside a string."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, list):
        raise ExpressionError("a list cannot stand inside a string")
    return str(integral(value))


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def parsed(text: str) -> list[Plain]:
    """Python's syntax trees of the expressions in parentheses that a scalar has. Raises `ExpressionError`."""
    trees, at = [], 0
    while (found := _PART.search(text, at)) is not None:
        at = found.end()
        if found[3]:
            end = _closing(text, at)
            trees.append(_tree(text[at:end]))
            at = end + 1
    return trees


def _parenthesised(text: str, names: set[str]) -> Evaluate:
    try:
        return _compiled(_tree(text), names)
    except RecursionError:
        raise ExpressionError(f"cannot read the expression {_short(text)}: it is nested too deep") from None


def _tree(text: str) -> Plain:
    """Python's syntax tree of an expression. Raises `ExpressionError`."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression of {len(text)} characters, the limit is {MAX_LENGTH}")
    if not text.strip():
        raise ExpressionError("cannot read the expression '': it is empty")
    if "\\" in text:
        raise ExpressionError(f"cannot read the expression {_short(text)}: backslashes have no meaning here")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(f"({text.strip()}\n)", "", "eval", 0x400, dont_inherit=True).body  # type: ignore[attr-defined]
    except SyntaxError:
        raise ExpressionError(f"cannot read the expression {_short(text)}", QUOTES_HELP) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"cannot read the expression {_short(text)}") from None


def _name(name: str, names: set[str]) -> Evaluate:
    names.add(name)

    def look_up(env: Environment) -> Plain:
        if name in env:
            value = env[name]
            if value is LOST:
                raise Reported
            return value
        if name in CONSTANTS:
            return CONSTANTS[name]
        if ANY_NAME in env:
            raise Reported
        if name == "i":
            raise ExpressionError("'i' counts repetitions; nothing is repeated here")
        from rfcli.diagnostics import Near

        raise ExpressionError(f"no parameter is called '{name}'", Near(name, _sorted(env)))

    return look_up


def _sorted(env: Environment) -> Iterator[str]:
    """The names in an environment, sorted only when they are asked for."""
    yield from sorted(env)


def _compiled(node: Plain, names: set[str]) -> Evaluate:
    """A function that evaluates a node of Python's syntax tree."""
    kind = type(node)
    if kind is ast.Constant:
        value = _guarded(lambda: node.value)
        if value is None or type(value) in (int, float, bool, str):
            return lambda env: value
        raise ExpressionError(f"{_short(repr(value))} has no meaning in an expression")
    if kind is ast.Name:
        return _name(node.id, names)
    if kind is ast.List:
        items = [_compiled(item, names) for item in node.elts]
        return lambda env: _bounded([item(env) for item in items])
    if kind is ast.BinOp and type(node.op) in _BINARY:
        left, right, apply = _compiled(node.left, names), _compiled(node.right, names), _BINARY[type(node.op)]
        return lambda env: _guarded(apply, left(env), right(env))
    if kind is ast.UnaryOp and type(node.op) in (ast.USub, ast.UAdd):
        operand, sign = _compiled(node.operand, names), -1 if type(node.op) is ast.USub else 1
        return lambda env: sign * _number(operand(env))
    if kind is ast.UnaryOp and type(node.op) is ast.Not:
        operand = _compiled(node.operand, names)
        return lambda env: not _truth(operand(env))
    if kind is ast.BoolOp:
        return _boolean([_compiled(value, names) for value in node.values], type(node.op) is ast.And)
    if kind is ast.Compare and all(type(op) in _COMPARE for op in node.ops):
        operands = [_compiled(value, names) for value in (node.left, *node.comparators)]
        return _comparison(operands, [_COMPARE[type(op)] for op in node.ops])
    if kind is ast.IfExp:
        test, yes, no = (_compiled(part, names) for part in (node.test, node.body, node.orelse))
        return lambda env: yes(env) if _truth(test(env)) else no(env)
    if kind is ast.Subscript and type(node.slice) is not ast.Slice:
        value, index = _compiled(node.value, names), _compiled(node.slice, names)
        return lambda env: _item(value(env), index(env))
    if kind is ast.Call and type(node.func) is ast.Name and node.func.id in FUNCTIONS and not node.keywords:
        function, arguments = FUNCTIONS[node.func.id], [_compiled(a, names) for a in node.args]
        return lambda env: _guarded(function, *[argument(env) for argument in arguments])
    known = ", ".join(FUNCTIONS)
    raise ExpressionError(
        f"{_KINDS.get(kind, kind.__name__.lower())} is not part of the expression language",
        f"there are + - * / // % **, comparison, and, or, not, 'a if c else b', indexing and {known}",
    )


_KINDS = {
    ast.Attribute: "an attribute", ast.Call: "this call", ast.Lambda: "a lambda", ast.Slice: "a slice",
    ast.Subscript: "a slice", ast.Dict: "a mapping", ast.Set: "a set", ast.ListComp: "a comprehension",
    ast.GeneratorExp: "a comprehension", ast.JoinedStr: "an f-string", ast.BinOp: "this operator",
    ast.UnaryOp: "this operator", ast.Compare: "this comparison", ast.NamedExpr: "an assignment",
    ast.Starred: "a starred value", ast.Tuple: "a tuple",
}  # fmt: skip


TRUE, FALSE = ("true", "yes", "on", "y"), ("false", "no", "off", "n")
"""Texts that look like truth values, some of which are in YAML 1.1; any text but '' would count as true."""


def _truth(value: Plain) -> bool:
    """Whether a value counts as true. Raises `ExpressionError` for a text that looks like a truth value."""
    if type(value) is str and value.lower() in (*TRUE, *FALSE):
        meant = "true" if value.lower() in TRUE else "false"
        raise ExpressionError(f"the text '{value}' stands where true or false is asked for", f"write {meant}")
    return bool(value)


def _boolean(values: list[Evaluate], all_of: bool) -> Evaluate:
    def evaluate(env: Environment) -> Plain:
        result = None
        for value in values:
            result = value(env)
            if _truth(result) is not all_of:
                break
        return result

    return evaluate


def _comparison(operands: list[Evaluate], operators: list[Callable[[Plain, Plain], Plain]]) -> Evaluate:
    def evaluate(env: Environment) -> Plain:
        left = operands[0](env)
        for compare, operand in zip(operators, operands[1:], strict=True):
            right = operand(env)
            if not _guarded(compare, left, right):
                return False
            left = right
        return True

    return evaluate


def _number(value: Plain) -> Plain:
    if type(value) in (int, float):
        return value
    word = {None: "null", True: "true", False: "false"}.get(value) if type(value) in (bool, type(None)) else None
    raise ExpressionError(f"{word or _short(str(value))} is not a number")


def _item(value: Plain, index: Plain) -> Plain:
    index = integral(index)
    if type(value) not in (list, str) or type(index) is not int:
        raise ExpressionError(f"{_short(str(value))} cannot be indexed with {_short(str(index))}")
    if not -len(value) <= index < len(value):
        help = "entries are counted from 0, copies of a repeated item from 1: [i - 1]" if index == len(value) else ""
        raise ExpressionError(f"index {index} is outside a {type(value).__name__} of {len(value)}", help)
    return value[index]


def _arithmetic(apply: Callable[[Plain, Plain], Plain]) -> Callable[[Plain, Plain], Plain]:
    return lambda a, b: apply(_number(a), _number(b))


def _add(a: Plain, b: Plain) -> Plain:
    if type(a) is type(b) and type(a) in (str, list):
        return a + b
    return _number(a) + _number(b)


def _multiply(a: Plain, b: Plain) -> Plain:
    if type(b) in (str, list):
        a, b = b, a
    if type(a) in (str, list) and type(b) is int:
        if len(a) * max(b, 0) > MAX_ITEMS:
            raise ExpressionError(f"a {type(a).__name__} of {len(a) * b} items, the limit is {MAX_ITEMS}")
        return a * b
    return _number(a) * _number(b)


def _power(a: Plain, b: Plain) -> Plain:
    if not -64 <= _number(b) <= 64:
        raise ExpressionError(f"the exponent {b} is beyond 64")
    result = _number(a) ** b
    if isinstance(result, complex):
        raise ExpressionError("a root of a negative number")
    return result


_BINARY: dict[type, Callable[[Plain, Plain], Plain]] = {
    ast.Add: _add, ast.Sub: _arithmetic(operator.sub), ast.Mult: _multiply, ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv), ast.Mod: _arithmetic(operator.mod), ast.Pow: _power,
}  # fmt: skip


def _guarded(apply: Callable[..., Plain], *values: Plain) -> Plain:
    """Applies an operator or a function; whatever it raises becomes an `ExpressionError`."""
    try:
        result = apply(*values)
    except ZeroDivisionError:
        raise ExpressionError("a division by zero") from None
    except OverflowError:
        raise ExpressionError("a number too large") from None
    except (TypeError, ValueError) as error:
        if isinstance(error, ExpressionError):
            raise
        shown = ", ".join(_text_of(value) for value in values)
        raise ExpressionError(f"this cannot be worked out of {shown}") from None
    if type(result) is int and not -MAX_MAGNITUDE < result < MAX_MAGNITUDE:
        raise ExpressionError("a number too large")
    if type(result) is float and result - result != 0.0:
        raise ExpressionError("a number that is not finite")
    if type(result) is str and len(result) > MAX_ITEMS:
        raise ExpressionError(f"a string of more than {MAX_ITEMS} characters")
    return _bounded(result) if type(result) is list else result


def _text_of(value: Plain) -> str:
    return _short(value) if type(value) is str else _short(str(value))[1:-1]


def _bounded(value: list[Plain]) -> list[Plain]:
    """The list, if it has few enough items at few enough depths: shared lists could hold exponentially many."""
    level, items = value, 0
    for _ in range(MAX_DEPTH):
        items += len(level)
        level = [item for inner in level if type(inner) is list for item in inner[: MAX_ITEMS + 1]]
        if not level and items <= MAX_ITEMS:
            return value
        if items + len(level) > MAX_ITEMS:
            break
    raise ExpressionError(f"a list of more than {MAX_ITEMS} items or {MAX_DEPTH} levels")
