"""What names of layers, scopes and parameters hold."""

from __future__ import annotations

import re

_SEGMENT = r"[A-Za-z0-9_.:](?:[A-Za-z0-9_.+: -]*[A-Za-z0-9_.+:-])?"
NAME_PATTERN = f"^{_SEGMENT}(?:/{_SEGMENT})*$(?!\\n)"
IDENTIFIER_PATTERN = "^[A-Za-z_][A-Za-z0-9_]*$(?!\\n)"
NAME_HELP = (
    "names hold letters a-z and A-Z, digits, spaces and _ . - + :, start with a letter, a digit or _, "
    "and '/' separates scopes"
)

MAX_NAME = 200
"""Characters of a name that are kept, so that there is room for a number behind it."""

_BAD = re.compile(r"[^A-Za-z0-9_.+: -]")

_name = re.compile(NAME_PATTERN)


def valid_name(name: str) -> bool:
    """Whether a name, with its scopes, holds only what names may hold."""
    return _name.match(name) is not None


def sanitised(name: str, fallback: str) -> str:
    """A foreign name with only what names of descriptions hold: other characters become `_`, empty scopes vanish."""
    segments = []
    for segment in name.split("/"):
        kept = _BAD.sub("_", segment).strip(" ")
        if kept:
            segments.append(kept if valid_name(kept) else f"_{kept}")
    made = "/".join(segments)[-MAX_NAME:].lstrip("/ ")
    return made if made and valid_name(made) else f"_{made}" if made and valid_name(f"_{made}") else fallback
