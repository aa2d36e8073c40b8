"""The design rules by code; the folder's modules are walked, so that a new one is one file."""

from __future__ import annotations

import os
from importlib import import_module

from rfcli.checks._rule import Rule
from rfcli.diagnostics import CODES, Near, unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def _all() -> dict[str, Rule]:
    for entry in sorted(os.listdir(os.path.dirname(__file__))):
        name, ending = os.path.splitext(entry)
        if ending == ".py" and not name.startswith("_"):
            import_module(f"rfcli.checks.{name}")
    found: dict[str, Rule] = {}
    for cls in Rule.__subclasses__():
        if cls.code in found:
            raise TypeError(f"{cls.code} is claimed by {type(found[cls.code]).__name__} and {cls.__name__}")
        if cls.code not in CODES:
            raise TypeError(f"{cls.code} of {cls.__name__} has no line in rfcli.diagnostics.CODES")
        found[cls.code] = cls()
    return dict(sorted(found.items()))


RULES = _all()
"""Code -> rule."""

ALL = "ALL"
"""Selects every rule."""


EXPECTATIONS = tuple(code for code in CODES if code.startswith("RF4"))
"""Codes of misses of what is expected, which can be selected and ignored as rules can."""


class UnknownRule(ValueError):
    """A word that names no rule; `help` may know a near one."""

    def __init__(self, word: str) -> None:
        super().__init__(f"no rule is called '{word}'")
        self.help = Near(word, (ALL, *RULES, *EXPECTATIONS))


def named(words: Iterable[str]) -> set[str]:
    """Codes of the rules and expectations that words name: a code, the beginning of several (RF5 for all rules, RF4 for
    all expectations), or ALL, which is all rules. Raises `UnknownRule`."""
    known = (*RULES, *EXPECTATIONS)
    found: set[str] = set()
    for word in words:
        codes = set(RULES) if word == ALL else {code for code in known if code.startswith(word)}
        if not codes or (word != ALL and not word.startswith(("RF5", "RF4"))):
            raise UnknownRule(word)
        found |= codes
    return found


def named_rules(words: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Words of the argument `what`, each of which names rules. Raises `CallError`."""
    try:
        named(words)
    except UnknownRule as error:
        near = error.help.text
        raise unfit(what, f"{error}" + (f" ({near})" if near else "")) from None
    return words
