"""Slips of the pen in YAML and JSON: the line where reading ended, with a caret, and what was probably meant.

The parser's words say what it looked for; these say what people did: an item indented deeper than the one before, a
brace that is not closed, a text that needs quotes.
"""

from __future__ import annotations

import re

from rfcli.description.nodes import place
from rfcli.values import Value

WINDOW = 72
"""Characters of a line that are shown; of a longer one those around the place."""

_LINE_BREAK = re.compile("\r\n?|\n")
_KEY = re.compile(r"\s*(?:- +)*[\w$.-]+:(?: |$)")
_SEVERAL_KEYS = re.compile(r"\s*(?:- +)*[\w$.-]+: [^,{\[\"'#]+, *[\w$.-]+:(?: |$)")
_NO_COLON = re.compile(r"\s*(?:- +)*[A-Za-z_][\w.-]*(?: +[^:#]*)?$")
_NO_SPACE = re.compile(r"(?:^|[\s{,])([A-Za-z_]\w*):([^\s:/][^,}\]]*)")


class Slip(Value):
    """Where reading ended (`line` and `column` from 1), what the parser says, and where that begins which it was in."""

    line: int
    column: int
    problem: str
    context: str = ""
    begun: tuple[int, int] = (0, 0)


def excerpt(text: str, line: int, column: int) -> str:
    """The line with a caret below the column, its number before it; of a long line the part around the column."""
    lines = _LINE_BREAK.split(text)
    if not 0 < line <= len(lines) or not lines[line - 1].strip():
        return ""
    shown = lines[line - 1]
    start = max(0, column - 1 - WINDOW // 2) if len(shown) > WINDOW else 0
    shown, at = shown[start : start + WINDOW].replace("\t", " "), column - 1 - start
    number = str(line)
    return f"{number} | {shown}\n{' ' * len(number)} | {' ' * at}^"


def yaml_help(text: str, slip: Slip) -> str:
    """What would probably mend a slip in YAML; "" where there is no guess."""
    other = other_help(text)
    if other:
        return other
    lines = _LINE_BREAK.split(text)
    own = lines[slip.line - 1] if slip.line <= len(lines) else ""
    before = lines[slip.line - 2] if slip.line > 1 else ""
    near = lines[max(slip.line - 2, 0) : slip.line]
    if any("$(" in part for part in near):
        return 'in flow style an expression with a comma or brackets needs quotes: "$(units[0])"'
    if any("${" in part for part in near):
        return "write $name or $(expression)"
    if any(part.startswith("\t") for part in near):
        return "YAML indents with spaces, not with tabs"
    if "quoted scalar" in slip.context:
        return f"the quote of {_at(slip.begun)} is not closed"
    if "flow" in slip.context:
        return _flow(text, own, slip)
    signs = _signs(own, before, slip)
    if signs:
        return signs
    unspaced = next((found for part in (own, before) for found in [_NO_SPACE.search(part)] if found), None)
    if unspaced is not None:
        return f"a colon needs a space after it: '{unspaced[1]}: {unspaced[2].strip()[:20]}'"
    if "cannot start any token" in slip.problem:
        return f"a text that starts with '{own[slip.column - 1 : slip.column]}' needs quotes"
    if "mapping values are not allowed" in slip.problem and _SEVERAL_KEYS.match(own):
        return "keys stand in lines of their own, or with commas between braces: {type: conv, kernel: 3}"
    if "mapping values are not allowed" in slip.problem and _KEY.match(own[: slip.column - 1] + " "):
        return "a text that holds ': ' needs quotes"
    if "mapping values are not allowed" in slip.problem and _NO_COLON.match(before):
        return f"line {slip.line - 1} has a key without a colon"
    if "expected ':'" in slip.problem and slip.begun[0]:
        return f"line {slip.begun[0]} has a key without a colon"
    if "mapping values" in slip.problem or "block" in slip.context:
        return _indented(lines, slip)
    return ""


_PRINTED = re.compile(r"^ *\(\w+\): [A-Z]\w*\(", re.MULTILINE)
_SUMMARY = re.compile(r"^ *(?:Layer \(type|=================)", re.MULTILINE)
_CODE = re.compile(r"^ *(?:import \w|from \w[\w.]* import |class \w+\(.*\):|self\.\w+ = )", re.MULTILINE)
_MARKUP = re.compile(r"\s*<(?:!|\?|[a-zA-Z])")
_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
MOST_TEXT = 20_000
"""Characters of a text that is looked at."""


def other_help(text: str) -> str:
    """What is said of a model as Python prints it, of Python's code, and of pages; "" of any other text."""
    head = text[:MOST_TEXT]
    if _MARKUP.match(head):
        return "this is HTML, SVG or another XML, no description"
    if _FENCE.search(head):
        return "this is Markdown: a description in it is read from a file of its own"
    if _PRINTED.search(head) or _SUMMARY.search(head):
        return (
            "this is what Python prints of a model: 'rf compute torch:FILE.py:NAME --example 1x3x224x224' reads the "
            "model itself; in a description a layer is '- {type: conv, kernel: 3, filters: 32}'"
        )
    if _CODE.search(head):
        return "this is Python: 'rf compute torch:FILE.py:NAME --example 1x3x224x224' runs it, and reads the model"
    return ""


def _signs(own: str, before: str, slip: Slip) -> str:
    """A dash without a space, a brace that closes nothing, a quote within quotes."""
    here, last = own[slip.column - 1 : slip.column], own[slip.column - 2 : slip.column - 1]
    dash = re.match(r"\s*-([{\[A-Za-z_])", own) or re.match(r"\s*-([{\[A-Za-z_])", before)
    if dash:
        return f"a dash needs a space after it: '- {dash[1]}'"
    if here in ("}", "]"):
        return f"the '{here}' closes nothing: there is one too many"
    if last and last in "'\"" and "expected key" in slip.problem:
        return (
            f"""a {last} within quotes ends them: write {"''" if last == "'" else chr(92) + last} for the sign itself"""
        )
    return ""


def _at(begun: tuple[int, int]) -> str:
    return f"{begun[0]}:{begun[1]}"


def _flow(text: str, own: str, slip: Slip) -> str:
    """A brace or bracket that is not closed, or items without a comma between them."""
    if "flow node" in slip.context:  # it begins where reading ended: what is open stands before it
        begun = last_open("\n".join([*_LINE_BREAK.split(text)[: slip.line - 1], own[: slip.column - 1]]))
        return "" if begun is None else f"the '{text[begun]}' of {_at(place(text, begun))} is not closed"
    mark = "{" if "mapping" in slip.context else "["
    if slip.line != slip.begun[0]:
        return f"the '{mark}' of {_at(slip.begun)} is not closed"
    words = own[slip.begun[1] : slip.column - 1].split()
    if words and own[slip.column - 1 : slip.column] not in ("", "]", "}"):
        return f"a comma is missing before or after '{words[-1]}', or the text needs quotes"
    return f"the '{mark}' of {_at(slip.begun)} is closed by another sign, or not at all"


def _indented(lines: list[str], slip: Slip) -> str:
    """Lines of one list or mapping that do not start at the same column."""
    own = _indent(lines[slip.line - 1]) if slip.line <= len(lines) else None
    above = next((at for at in range(slip.line - 1, 0, -1) if _indent(lines[at - 1]) is not None), 0)
    if own is None or not above:
        return ""
    item = lines[slip.line - 1].lstrip().startswith("-")
    what = "items of one list" if item else "keys of one mapping"
    other = _indent(lines[above - 1]) or 0
    if not item and lines[above - 1].lstrip().startswith("- "):
        other += len(lines[above - 1].lstrip()) - len(lines[above - 1].lstrip("- "))
    if own == other:
        return ""
    deeper = "deeper" if own > other else "less deep"
    return f"line {slip.line} is indented {deeper} than line {above}: {what} start at the same column"


def _indent(line: str) -> int | None:
    """Spaces before a line's first character; None for an empty line or a comment."""
    bare = line.lstrip(" ")
    return None if not bare or bare.startswith("#") else len(line) - len(bare)


def json_help(text: str, offset: int, message: str, own: bool = True) -> str:
    """What would probably mend a slip in JSON, read up to `offset`; "" where there is no guess. What is our `own` may
    be written in YAML as well."""
    here, before = text[offset : offset + 2], text[:offset].rstrip()
    if here.startswith("'"):
        return "JSON quotes with \", not with '"
    if here in ("//", "/*") or here.startswith("#"):
        return "JSON has no comments; YAML has: name the file .yaml" if own else "JSON has no comments: take them out"
    if before.endswith(",") and here[:1] in ("}", "]"):
        return "no comma stands after the last item"
    if re.match(r"True|False|None", text[offset : offset + 5]):
        return "JSON writes true, false and null"
    if own and not before and re.match(r"[A-Za-z_#-]", here):
        return "this looks like YAML: name the file .yaml"
    if "property name" in message and re.match(r"[A-Za-z_]", here):
        return f"JSON puts keys in double quotes{'; YAML does not: name the file .yaml' if own else ''}"
    return (
        _of_a_text(text, offset, message) or _of_brackets(text, offset, message) or _of_a_value(text, offset, message)
    )


def _of_a_text(text: str, offset: int, message: str) -> str:
    """A quote that is not closed, and signs that a text may not hold as they are."""
    sign = text[offset : offset + 1]
    if message.startswith("Unterminated string"):
        return f"the quote of {_at(place(text, offset))} is not closed"
    if message.startswith("Invalid control character"):
        if sign in "\r\n":
            return f"the quote of {_at(place(text, text.rfind(chr(34), 0, offset)))} is not closed in its line"
        return "a tab in a text is written \\t" if sign == "\t" else ""
    return "a backslash in a text is written \\\\" if message.startswith("Invalid \\") else ""


def _of_brackets(text: str, offset: int, message: str) -> str:
    """A bracket that is not closed or closed by another sign, what stands behind the last one, a missing comma."""
    sign, left = text[offset : offset + 1], text[offset:].strip()
    begun = last_open(text[:offset])
    if message.startswith("Extra data"):
        return f"the '{sign}' closes nothing: there is one too many" if sign in "}]" else "a file holds one document"
    if begun is not None and (not left or (left != text.strip() and _is_cut(left))):
        return f"the '{text[begun]}' of {_at(place(text, begun))} is not closed"
    if begun is not None and sign in ("}", "]") and text[begun] != {"}": "{", "]": "["}[sign]:
        return f"the '{text[begun]}' of {_at(place(text, begun))} is closed by '{sign}'"
    if "',' delimiter" in message and _NUMBER.match(text[max(offset - 1, 0) : offset + 1]):
        return "numbers are written as 3, 0.5 or 1e-3"
    if "',' delimiter" in message and sign not in ("", "="):
        return "a comma is missing before this place"
    return "a colon stands between a key and its value" if "':' delimiter" in message else ""


_NUMBER = re.compile(r"[0-9][\w.]")


def _is_cut(left: str) -> bool:
    """Whether a text is the beginning of a word of JSON, or of a number."""
    return left == "-" or any(word.startswith(left) for word in ("true", "false", "null"))


def _of_a_value(text: str, offset: int, message: str) -> str:
    """What is no value of JSON: a text without quotes, or a number in other ways."""
    word = re.match(r"[^\s,:\[\]{}\"]+", text[offset:])
    if not message.startswith("Expecting value") or word is None:
        return ""
    if re.match(r"[-+]?\.?[0-9]", word[0]):
        return "numbers are written as 3, 0.5 or 1e-3"
    return f'a text stands in double quotes: "{word[0][:20]}"'


_SIGN = re.compile(r""""(?:[^"\\]+|\\.)*"?|(?<!\w)'(?:[^']|'')*'?|(?<!\S)\#[^\n]*|[{}\[\]]""", re.DOTALL)
"""A text in quotes, closed or not, so that no sign is looked at twice; a comment; a bracket."""


def last_open(text: str) -> int | None:
    """Where the innermost bracket stands that is not closed in a text; None where there is none."""
    begun: list[int] = []
    for found in _SIGN.finditer(text):
        if found[0] in "{[":
            begun.append(found.start())
        elif found[0] in "}]" and begun:
            begun.pop()
    return begun[-1] if begun else None
