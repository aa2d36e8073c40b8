"""Python source, laid out as its formatters do: lines of at most 88 characters, brackets opened from the outside in."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable

from rfcli.values import Value

WIDTH = 88
"""Characters of a line, the formatters' default."""


class Call(Value):
    """`head(argument, name=argument)`."""

    head: str
    arguments: tuple[tuple[str, Expression], ...]


class Listed(Value):
    """`[item, item]`."""

    items: tuple[Expression, ...]


class Chain(Value):
    """Operands between which an operator stands."""

    operator: str
    operands: tuple[str, ...]


Expression = str | Call | Listed | Chain


def call(head: str, *arguments: Expression, **named: Expression) -> Call:
    """A call with arguments by position, then by name."""
    return Call(head, (*(("", one) for one in arguments), *named.items()))


def flat(expression: Expression) -> str:
    """An expression in one line."""
    if isinstance(expression, Call):
        return f"{expression.head}({_arguments(expression)})"
    if isinstance(expression, Listed):
        return f"[{', '.join(map(flat, expression.items))}]"
    if isinstance(expression, Chain):
        return f" {expression.operator} ".join(expression.operands)
    return expression


def _arguments(expression: Call) -> str:
    return ", ".join(f"{name}={flat(one)}" if name else flat(one) for name, one in expression.arguments)


def laid_out(before: str, expression: Expression, after: str, indent: int) -> list[str]:
    """The lines of `before`, an expression and `after`, in one where they fit."""
    margin = " " * indent
    line = f"{margin}{before}{flat(expression)}{after}"
    if len(line) <= WIDTH or isinstance(expression, str):
        return [line]
    inner = " " * (indent + 4)
    if isinstance(expression, Chain):
        parts = [f"{inner}{flat(expression)}"]
        if len(parts[0]) > WIDTH:
            first, *rest = expression.operands
            parts = [f"{inner}{first}", *(f"{inner}{expression.operator} {one}" for one in rest)]
        return [f"{margin}{before}(", *parts, f"{margin}){after}"]
    if isinstance(expression, Call):
        opened, closed = f"{before}{expression.head}(", ")"
        within = f"{inner}{_arguments(expression)}"
        if len(within) <= WIDTH:
            return [f"{margin}{opened}", within, f"{margin}){after}"]
        items = expression.arguments
    else:
        opened, closed = f"{before}[", "]"
        items = tuple(("", one) for one in expression.items)
    lines = [f"{margin}{opened}"]
    for name, one in items:
        lines += laid_out(f"{name}=" if name else "", one, ",", indent + 4)
    return [*lines, f"{margin}{closed}{after}"]


def identifier(name: str, fallback: str, reserved: Collection[str] = ()) -> str:
    """A name as Python has them: other characters become `_`; `fallback` goes before one that starts with a digit."""
    made = "".join(one if one.isascii() and one.isalnum() else "_" for one in name).strip("_")
    if not made or made[0].isdigit():
        made = f"{fallback}_{made}".strip("_")
    return f"{made}_" if keyword.iskeyword(made) or made in reserved else made


def class_name(name: str, fallback: str) -> str:
    """A name as classes have them: `inception_v3` is `InceptionV3`."""
    words = identifier(name, fallback).split("_")
    made = "".join(word[:1].upper() + word[1:] for word in words)
    return f"{made}_" if keyword.iskeyword(made) else made


def free(wanted: str, taken: Collection[str]) -> str:
    """A name that is not taken: a second one gets `_2`, a second class, whose own numbers are those of scopes, `B`."""
    if wanted not in taken:
        return wanted
    if wanted[:1].isupper():
        lettered = (wanted + letter for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ")
        found = next((one for one in lettered if one not in taken), None)
        if found is not None:
            return found
    count = 2
    while f"{wanted}_{count}" in taken:
        count += 1
    return f"{wanted}_{count}"


def literal(value: object) -> str:
    """A number, text or tuple as source."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return f'float("{value}")'
    if isinstance(value, str):
        return f'"{value}"'
    return repr(value)


def joined(parts: Iterable[Iterable[str]]) -> str:
    """Top-level definitions, two empty lines between them."""
    return "\n\n\n".join("\n".join(part) for part in parts) + "\n"
