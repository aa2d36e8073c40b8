"""How far the keys, values and layers of a text reach, in YAML's two styles and in JSON."""

from __future__ import annotations

import re

from rfcli.server.texts import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.nodes import Node
    from rfcli.server.texts import Text
    from rfcli.server.tree import Token, Tree

    Place = tuple[int, int]

OPENS = {"{": "}", "[": "]", "(": ")"}
MOST = 2_000
"""Lines that a bracket may reach."""
_FLOW = re.compile(r"[^,\[\]{}]*?(?=\s*(?:[,\]}]|\s#|$))")
_BLOCK = re.compile(r".*?(?=\s+#|\s*$)")
_COMMENT = re.compile(r"(?:^|\s)#", re.MULTILINE)


class Extents:
    """The ranges of a text's parts."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.text = tree, tree.text

    def token(self, node: Node) -> Token | None:
        """The value that a node is."""
        return next((one for one in self.tree.tokens if one.node is node and not one.key), None)

    def style(self, token: Token) -> str:
        """The bracket around a key or value, "" where it stands in lines of its own."""
        for parent in reversed(token.parents):
            sign = self.sign(parent.span.line, parent.span.column)
            if sign in ("{", "["):
                return sign
        return ""

    def sign(self, line: int, column: int) -> str:
        """The character at a place."""
        return self.text.line(line)[column - 1 : column]

    def value(self, token: Token) -> Range | None:
        """The text of a value, with its quotes or brackets; None where that cannot be told."""
        node = token.node
        line, column = node.span.line, node.span.column
        end = self._end(node, line, column, bool(self.style(token)))
        return None if end is None else Range(line, column, end[1], end[0])

    def _end(self, node: Node, line: int, column: int, flow: bool) -> Place | None:
        sign = self.sign(line, column)
        if sign in OPENS:
            return closing(self.text, line, column)
        text = self.text.line(line)
        if sign in ("'", '"'):
            found = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"").match(text, column - 1)
            return (line, found.end() + 1) if found else None
        if type(node.value) in (dict, list):
            inside = list(node.value.values()) if type(node.value) is dict else node.value
            ends = [self._end(one, one.span.line, one.span.column, False) for one in inside]
            return None if None in ends or not ends else max(end for end in ends if end is not None)
        found = (_FLOW if flow else _BLOCK).match(text, column - 1)
        return (line, found.end() + 1) if found else None

    def pair(self, token: Token) -> Range | None:
        """A key with its value."""
        key, value = self._key(token), self.value(token if not token.key else token.replaced(key=False))
        if key is None:
            return None
        if value is None or (value.line, value.column) < (key.line, key.column):
            return None
        return Range(key.line, key.column, value.end, value.until)

    def _key(self, token: Token) -> Token | None:
        """The key of a value, or the key itself."""
        if token.key:
            return token
        return next((one for one in self.tree.tokens if one.key and one.path == token.path), None)

    def without(self, where: Range, flow: bool) -> Range | None:
        """What goes with a pair or an item that is left out: its comma, or its lines."""
        after = self.text.line(where.until)[where.end - 1 :]
        before = self.text.line(where.line)[: where.column - 1]
        if flow:
            found = re.match(r"\s*,\s*", after)
            if found and not (before.strip() == "" and not after[found.end() :]):
                return Range(where.line, where.column, where.end + found.end(), where.until)
            return self._with_comma(where) if not found else self._lines(where)
        if after.strip() and not after.strip().startswith("#"):
            return None
        if not before.strip() or re.fullmatch(r"\s*-\s+", before):
            return self._lines(where) if not before.strip() or "-" in before else None
        return None

    def _lines(self, where: Range) -> Range:
        """All of the lines of a range, with the break behind the last."""
        if where.until < len(self.text.lines):
            return Range(where.line, 1, 1, where.until + 1)
        return Range(where.line, 1, len(self.text.line(where.until)) + 1, where.until)

    def _with_comma(self, where: Range) -> Range | None:
        """A range with the comma before it, which may stand in a line above."""
        line, before = where.line, self.text.line(where.line)[: where.column - 1]
        while not before.strip() and line > 1:
            line -= 1
            before = self.text.line(line)
        stripped = before.rstrip()
        if stripped.endswith(","):
            return Range(line, len(stripped), where.end, where.until)
        return where if stripped.endswith(("{", "[")) else None

    def commented(self, where: Range) -> bool:
        """Whether a comment stands within a range."""
        return _COMMENT.search(self.text.part(where)) is not None


def closing(text: Text, line: int, column: int) -> Place | None:
    """The place after the bracket that closes the one at a place."""
    depth, quote, at = [], "", column - 1
    for number in range(line, min(line + MOST, len(text.lines)) + 1):
        row = text.line(number)
        while at < len(row):
            char = row[at]
            if quote:
                at += 1 if quote == '"' and char == "\\" else 0
                quote = "" if char == quote else quote
            elif char in "'\"" and (not at or row[at - 1] in " ,[{:("):
                quote = char
            elif char == "#" and (not at or row[at - 1] in " \t"):
                break
            elif char in OPENS:
                depth.append(OPENS[char])
            elif depth and char == depth[-1]:
                depth.pop()
                if not depth:
                    return number, at + 2
            at += 1
        at = 0
    return None
