"""Texts where a number or a truth value is asked for: the expressions that they are meant to be.

`filters: out // 4` is a text, `$out//4` a text with a number in it; `$(out // 4)` is meant.
"""

from __future__ import annotations

import re

from rfcli.description.expressions import CONSTANTS, FUNCTIONS, ExpressionError, expression
from rfcli.description.names import COUNTER
from rfcli.diagnostics import Mend, Said, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rfcli.description.nodes import Node, Plain

LONGEST = 120
"""Characters of a text that is looked at."""
MOST = 12
"""Names that are told."""
_BRACED = re.compile(r"\$?\{+\s*([^{}]+?)\s*\}+")
_DOLLAR = re.compile(r"\$(?=[A-Za-z_(])")
_JOINED = re.compile(r"[\w)]\$|\$[A-Za-z_]\w*\$")
_NAME = re.compile(r"[A-Za-z_]\w*")
_WORKED_OUT = re.compile(r"[-+*/%<>=!(]| and | or | not | if ")
"""What an expression has that is more than a name."""


def bare(text: str) -> str:
    """A text without the signs that mark an expression, here or elsewhere: `$out//4`, `=out//4`, `{{ out }}`."""
    found = text.strip()
    found = found[1:].strip() if found.startswith("=") and not found.startswith("==") else found
    alone = _BRACED.fullmatch(found) is not None
    unbraced = _BRACED.sub(lambda one: one[1] if alone or _NAME.fullmatch(one[1]) else f"({one[1]})", found)
    return _DOLLAR.sub("", unbraced)


def written(formula: str) -> str:
    """An expression as descriptions have it: $width, $(2 * width)."""
    whole = formula[1:-1] if re.fullmatch(r"\([^()]*\)", formula) else formula
    return f"${formula}" if _NAME.fullmatch(formula) else f"$({whole})"


def formula(text: object) -> tuple[str, list[str]] | None:
    """The expression that a text may be meant to be, and the names that it uses; None where it cannot be read."""
    if type(text) is not str or not 0 < len(text) <= LONGEST or _JOINED.search(text):
        return None
    found = bare(text)
    try:
        read = expression(f"$({found})")
    except ExpressionError:
        return None
    return found, sorted(read.names - CONSTANTS.keys())


def is_mixed(text: object) -> bool:
    """Whether a text has an expression as a part of it, which makes a text of its value."""
    if type(text) is not str or "$" not in text:
        return False
    try:
        return expression(text).several
    except ExpressionError:
        return False


def formula_said(node: Node, known: Collection[str], sure: bool = False) -> str | Said:
    """What to write for a text where a number or a truth value is asked for, or what is known of its names; "" where
    it does not look like an expression. `known` are the parameters there; of a text that may be a word as well, they
    are told only when it is `sure` that none is asked for."""
    found = formula(node.value)
    if found is None:
        return ""
    text, names = found
    unknown = [name for name in names if name not in known]
    worked_out = _WORKED_OUT.search(text) is not None
    if not unknown and (names or worked_out):
        return write(node, text, names)
    if not names or not sure or not (worked_out or any(name != COUNTER for name in known)):
        return ""
    return unknown_said(unknown[0], known, text)


def unknown_said(name: str, known: Iterable[str], text: str) -> str:
    """What is known where an expression uses a name that is none."""
    names = list(dict.fromkeys(known))
    if name in FUNCTIONS:
        return ""
    near = nearest(name, names)
    if not near and text == name:
        return f"a parameter is written with a $, and none is called '{name}'; known here: {_listed(names)}"
    if near:
        meant = re.sub(rf"\b{re.escape(name)}\b", near, text)
        return f"no parameter is called '{name}': did you mean {written(meant)}?"
    if name == COUNTER:
        return f"{written(text)} counts the copies of an item with repeat; nothing is repeated here"
    stands = f"known here: {_listed(names)}" if names else f"parameters: {{{name}: NUMBER}} makes it one"
    return f"an expression is written {written(text)}, and no parameter is called '{name}'; {stands}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST]) + (", ..." if len(names) > MOST else "")


def write(node: Node, text: str, names: Iterable[str] = ()) -> Said:
    """The help that says which expression to write."""
    new = _flow(written(text), node)
    return Said(f"write {new}{'; i counts from 1' if COUNTER in names else ''}", Mend("value", (new,)))


def mixed_said(node: Node, known: Collection[str]) -> str | Said:
    """What to write for a text with an expression as a part of it, where no text is asked for."""
    found = formula(node.value)
    if found is None:
        return "a text with an expression in it stays a text: write one expression, $(...), around all of it"
    text, names = found
    unknown = next((name for name in names if name not in known), None)
    return write(node, text, names) if unknown is None else unknown_said(unknown, known, text)


def given_said(node: Node, value: Plain, known: Collection[str]) -> str:
    """What to write for a parameter's value that is a text, where it is used; "" where it is no expression."""
    name = node.value[1:] if type(node.value) is str and _NAME.fullmatch(node.value[1:]) else ""
    found = formula(value)
    if not name or found is None or not (_WORKED_OUT.search(found[0]) or found[0] in known):
        return ""
    return f"'{name}' is a text: where its value is given, write {name}: {_flow(written(found[0]), node)}"


def _flow(value: str, node: Node) -> str:
    from rfcli.description.translating import flow

    return flow(value, node.quoted)
