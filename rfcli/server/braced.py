"""Parts of a JSON document that hold a change, each read by itself.

A list or mapping in JSON ends where its bracket is closed, whatever stands around it. So where a change lies between
two brackets, and what stands there now is JSON by itself, the text around it reads as it did.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from itertools import accumulate

from rfcli.description import json_, source
from rfcli.description.nodes import File, Node, Problems
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Position
    from rfcli.server.changes import Change

    Path = tuple[str | int, ...]

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"


class Part(Value):
    """Items of a list from one up to another, or the value of a key: the keys and indices that lead to the list or
    mapping, and where the part begins and ends in the text before."""

    path: Path
    part: tuple[int, int] | str
    begin: int
    end: int
    last: bool
    """Whether the closing bracket of the list follows."""


class Cut:
    """A JSON text before and after a change, by characters."""

    def __init__(self, before: list[str], change: Change, after: list[str]) -> None:
        self.before, self.after = "\n".join(before), "\n".join(after)
        self.starts = list(accumulate((len(line) + 1 for line in before), initial=0))
        old, new = self.before, self.after
        first = self.starts[change.first] if change.first < len(before) else len(old)
        most = min(len(old), len(new)) - first
        was = "\n".join(before[change.first : change.was])
        now = "\n".join(after[change.first : change.now])
        ahead = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
        self.first = max(first + ahead - (ahead == most), 0)
        self.by = len(new) - len(old)
        end = first + len(was)
        least = max(self.first, self.first - self.by)
        while end > least and old[end - 1] == new[end - 1 + self.by]:
            end -= 1
        self.end = end

    def offset(self, node: Node) -> int:
        """Where a value begins in the text before."""
        return self.starts[node.line - 1] + node.column - 1

    def place(self, offset: int) -> Position:
        """The line and the column, from 1, of a character of the text before."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def ended(self, node: Node) -> int:
        """Where a value ends in the text before."""
        return _DECODER.raw_decode(self.before, self.offset(node))[1]

    def parts(self, root: Node) -> Iterator[Part]:
        """The parts that hold the change, the outermost first."""
        node, path = root, ()  # type: Node, Path
        while self.offset(node) < self.first:
            if type(node.value) is list:
                found = self._of_list(node, path)
                if found is None:
                    return
                yield found
                if isinstance(found.part, str) or found.part[1] != found.part[0] + 1:
                    return
                path, node = (*path, found.part[0]), node.value[found.part[0]]
            elif type(node.value) is dict and node.keys:
                key = self._key(node.keys)
                if key is None:
                    return
                below: Node = node.value[key]
                if type(below.value) in (dict, list) and self.offset(below) < self.first:
                    yield Part(path, key, self.offset(below), self.ended(below), False)
                path, node = (*path, key), below
            else:
                return

    def _key(self, keys: dict[str, Position]) -> str | None:
        """The key of a mapping whose value holds the change; None where no single one does."""
        starts = [self.starts[line - 1] + column - 1 for line, column in keys.values()]
        at = bisect_right(starts, self.first) - 1
        return None if at < 0 or (at + 1 < len(starts) and starts[at + 1] < self.end) else list(keys)[at]

    def _of_list(self, node: Node, path: Path) -> Part | None:
        """The items of a list that hold the change; None where they do not."""
        starts = [self.offset(item) for item in node.value]
        if not starts:
            return None
        first = max(bisect_right(starts, self.first) - 1, 0)
        last = max(bisect_left(starts, self.end), first + 1)
        begin = starts[first] if first else self.offset(node) + 1
        if last < len(starts):
            return Part(path, (first, last), begin, starts[last], False)
        end = self.ended(node.value[-1])
        while self.before[end] in _SPACE:
            end += 1
        return Part(path, (first, last), begin, end, True)

    def read(self, part: Part, root: Node, limits: Limits) -> Node | None:
        """A list of the items, or a mapping of the key, that stand in a part now; None where that is no JSON by itself,
        or something in it is wrong."""
        if part.end < self.end or part.begin > self.first:
            return None
        line, column = self.place(part.begin)
        inside = self.after[part.begin : part.end + self.by]
        if isinstance(part.part, str):
            text = "\n" * (line - 1) + " " * (column - 1) + inside
        else:
            opened = " " * (column - 2) + "[" if column > 1 else "[\n"
            text = "\n" * (line - 1 - (column == 1)) + opened + inside + ("]" if part.last else "{}]")
        problems, file = Problems(), File(root.file.path, text)
        inner = limits.replaced(nesting=max(limits.nesting - len(part.path), 1))
        if not source.allowed(text, file.path, problems) or json_.read(file, inner, problems) is None or problems:
            return None
        found = json_.with_places(file, inner, problems)
        if problems or found is None:
            return None
        if isinstance(part.part, str):
            return Node({part.part: found}, root.file, 0, 0)
        if not part.last:
            found.value.pop()
        return found if found.value or not part.part[0] or not part.last else None

    def moves(self, part: Part) -> tuple[Position, int, int] | None:
        """What stands behind a change: from which place on, by how many lines, and columns in the first of them; None
        where nothing moves."""
        line, column = self.place(self.end)
        lines = self.after.count("\n", part.begin, self.end + self.by) - self.before.count("\n", part.begin, self.end)
        if not lines and self.place(part.end)[0] > line:
            return None
        now = self.end + self.by - (self.after.rfind("\n", 0, self.end + self.by) + 1) + 1
        return (line, column), lines, now - column


def most_nodes(text: str) -> int:
    """As many keys and values as a text in JSON may have at most."""
    return 1 + sum(map(text.count, ",:[{"))


def placed(root: Node, nodes: list[Node]) -> None:
    """Gives all values of a JSON document their places."""
    positions = root.file.positions
    for node in nodes:
        if type(node.value) is dict:
            node.keys = {key: positions.keys[one.column] for key, one in node.value.items()}
    for node in nodes:
        if not node.line:
            node.line, node.column = positions.values[node.column]
