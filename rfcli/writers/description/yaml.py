"""Format-1 documents as YAML: scalars that nothing misreads, flow mappings that fit a line."""

import json
import re
from collections.abc import Iterator

WIDTH = 100
"""Columns after which a mapping goes on in the next line, between two of its entries."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./ -]*[A-Za-z0-9_]|[A-Za-z_]")
_EXPRESSION = re.compile(r"[A-Za-z_$](?:[A-Za-z0-9_./$()+*-]| (?=[^ #]))*")
"""Text with expressions that YAML reads as it stands, inside of brackets too."""

_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])


def escaped(value: object) -> object:
    """A value whose text is no expression: a dollar is doubled."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: escaped(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(one) for one in value]
    return value


def scalar(value: object) -> str:
    """A scalar in flow style; text that could be read as something else is quoted as JSON does, which YAML reads."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) or ("$" in value and _EXPRESSION.fullmatch(value))
    return value if plain and value.lower() not in _WORDS else _quoted(value)


def _quoted(text: str) -> str:
    """Text in double quotes. YAML wants what does not print as escapes, and has none for half a surrogate pair."""
    found = json.dumps(text, ensure_ascii=False)
    if found.isprintable():
        return found
    escapes = (c if c.isprintable() else "\\uFFFD" if "\ud800" <= c <= "\udfff" else f"\\U{ord(c):08X}" for c in found)
    return "".join(escapes)


def flow(value: object) -> str:
    """A value in flow style, in a line."""
    return ", ".join(_led("", value))


def line(lead: str, value: object) -> Iterator[str]:
    """The line of `lead`, a key or a dash, with a value in flow style, however long."""
    yield f"{lead}{flow(value)}\n"


def entry(lead: str, value: object) -> Iterator[str]:
    """The lines of `lead`, a key or a dash, with a value in flow style; too long a line is broken at its commas."""
    if isinstance(value, dict | list | tuple):
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        yield from broken(lead + opening, _parts(value), closing)
    else:
        yield f"{lead}{scalar(value)}\n"


def broken(lead: str, parts: list[str], closing: str) -> Iterator[str]:
    """Lines of parts with commas between them, broken where they get too long."""
    line = lead + "".join(parts[:1])
    for part in parts[1:]:
        if len(line) + len(part) + 3 > WIDTH:
            yield line + ",\n"
            line = " " * len(lead) + part
        else:
            line += f", {part}"
    yield f"{line}{closing}\n"


def _parts(value: object) -> list[str]:
    """What stands between the commas of a mapping or a list, where a line may be broken."""
    if isinstance(value, dict):
        return [part for key, one in value.items() for part in _led(f"{scalar(key)}: ", one)]
    assert isinstance(value, list | tuple)
    return [part for one in value for part in _led("", one)]


def _led(lead: str, value: object) -> list[str]:
    if not isinstance(value, dict | list | tuple):
        return [lead + scalar(value)]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    parts = _parts(value) or [""]
    parts[0] = lead + opening + parts[0]
    parts[-1] += closing
    return parts
