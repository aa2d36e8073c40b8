"""What names of layers, scopes and parameters may hold, and how foreign names are made to fit."""

from __future__ import annotations

import re

_SEGMENT = r"[A-Za-z0-9_.:](?:[A-Za-z0-9_.+: -]*[A-Za-z0-9_.+:-])?"
NAME_PATTERN = f"^{_SEGMENT}(?:/{_SEGMENT})*$(?!\\n)"
IDENTIFIER_PATTERN = "^[A-Za-z_][A-Za-z0-9_]*$(?!\\n)"
NAME_HELP = (
    "names hold letters a-z and A-Z, digits, spaces and _ . - + :, start with a letter, a digit or _, "
    "and '/' separates scopes"
)

COUNTER = "i"
"""What counts repetitions, innermost first, where they do not name their counter."""

KEYWORDS = frozenset([
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "true", "false", "null", COUNTER,
])  # fmt: skip
"""Words that cannot be parameters: Python's keywords, the constants, and the counter of repetitions."""

MAX_NAME = 200
"""Characters of a name that are kept, so that there is room for a number behind it."""

_BAD = re.compile(r"[^A-Za-z0-9_.+: -]")

_name = re.compile(NAME_PATTERN)
_identifier = re.compile(IDENTIFIER_PATTERN)


def valid_name(name: str) -> bool:
    """Whether a name, with its scopes, holds only what names may hold."""
    return _name.match(name) is not None


def valid_parameter(name: str) -> bool:
    """Whether a parameter may have this name."""
    return _identifier.match(name) is not None and name not in KEYWORDS


def network_name(stem: str) -> str:
    """The name of a network from its file's, with what names may not hold replaced."""
    name = _BAD.sub("_", stem.strip("<> "))
    return name if valid_name(name) else f"_{name}".rstrip()


def sanitised(name: str, fallback: str) -> str:
    """A foreign name with only what names of descriptions hold: other characters become `_`, empty scopes vanish."""
    if len(name) <= MAX_NAME and valid_name(name):  # as most are
        return name
    if name[:1] == "/" and " " not in name and len(name) <= MAX_NAME and valid_name(name.lstrip("/")):
        return name.lstrip("/")  # as torch's exporter has them
    segments = []
    for segment in name.split("/"):
        kept = _BAD.sub("_", segment).strip(" ")
        if kept:
            segments.append(kept if valid_name(kept) else f"_{kept}")
    made = "/".join(segments)[-MAX_NAME:].lstrip("/ ")
    return made if made and valid_name(made) else f"_{made}" if made and valid_name(f"_{made}") else fallback
