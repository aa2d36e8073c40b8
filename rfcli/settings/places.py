"""Where keys and values stand in a text of TOML: `tomllib` says what they are, and not where."""

from __future__ import annotations

import re

from rfcli.description.nodes import place as line_and_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_BARE = re.compile(r"[^\s,\]}#=.\[{]+")
_SCALAR = re.compile(r"[^,\]}#\n]*")
DEEPEST = 100
"""Lists and tables within one another whose places are told."""


def place(text: str, path: Path) -> tuple[int, int]:
    """Line and column, from 1, of the last key of a path, or of an item of a list; of what is around it where it cannot
    be told, and 1, 1 where nothing can."""
    found = _Places(text).found
    while path and path not in found:
        path = path[:-1]
    return line_and_column(text, found[path]) if path else (1, 1)


class _Places:
    """Goes through a text that is right, and notes where everything starts."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.found: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}
        """How many tables of a list of tables there were."""
        table: Path = ()
        while self.more():
            if self.text[self.at] == "[":
                table = self.header()
            elif not self.pair(table, 0):
                return

    def more(self) -> bool:
        """Passes over spaces and comments; whether anything follows."""
        found = _SPACE.match(self.text, self.at)
        assert found is not None, "it matches nothing, too"
        self.at = found.end()
        return self.at < len(self.text)

    def header(self) -> Path:
        """The path of `[a.b]` or `[[a.b]]`, which is passed over."""
        listed = self.text.startswith("[[", self.at)
        self.at += 2 if listed else 1
        path = self.key(())
        self.at += 2 if listed else 1
        if listed:
            path = path[:-1] if isinstance(path[-1], int) else path  # another table of the list
            self.tables[path] = self.tables.get(path, -1) + 1
            path = (*path, self.tables[path])
        return path

    def key(self, table: Path) -> Path:
        """The path of a key, `a`, `"a"` or `a.b`, in a table."""
        path = table
        while self.more():
            start = self.at
            quoted = _STRING.match(self.text, start)
            found = quoted or _BARE.match(self.text, start)
            if found is None:
                return path
            path = (*path, found[0][1:-1] if quoted else found[0])
            if path in self.tables:
                path = (*path, self.tables[path])
            self.found.setdefault(path, start)
            self.at = found.end()
            if not self.more() or self.text[self.at] != ".":
                return path
            self.at += 1
        return path

    def pair(self, table: Path, depth: int) -> bool:
        """Passes over `key = value`; whether there was one."""
        before = self.at
        path = self.key(table)
        if self.at == before or self.text[self.at : self.at + 1] != "=":
            return False
        self.at += 1
        self.value(path, depth)
        return True

    def value(self, path: Path, depth: int) -> None:
        """Passes over a value, and notes where what it holds starts."""
        if not self.more():
            return
        start = self.text[self.at]
        string = _STRING.match(self.text, self.at)
        if string is not None:
            self.at = string.end()
        elif start == "[" and depth < DEEPEST:
            self.held("]", lambda at: self.item((*path, at), depth + 1))
        elif start == "{" and depth < DEEPEST:
            self.held("}", lambda _: self.pair(path, depth + 1))
        else:
            found = _SCALAR.match(self.text, self.at)
            self.at = found.end() if found is not None else len(self.text)

    def item(self, path: Path, depth: int) -> bool:
        """Passes over an item of a list."""
        self.found[path] = self.at
        self.value(path, depth)
        return True

    def held(self, end: str, one: Callable[[int], bool]) -> None:
        """Passes over what brackets hold, separated by commas."""
        self.at += 1
        at = 0
        while self.more() and self.text[self.at] != end:
            before = self.at
            if self.text[before] == ",":
                self.at += 1
            elif one(at):
                at += 1
            if self.at == before:
                return  # what is no TOML
        self.at += 1
