"""What a pickle of tensors says, walked word by word: classes and functions are names, and none of them is called."""

from __future__ import annotations

from pickletools import genops
from typing import Any

from rfcli.values import Value

MOST_WORDS = 4_000_000
"""Words of a pickle."""
PLAIN = frozenset([
    "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "INT", "LONG",
    "BINBYTES", "SHORT_BINBYTES", "BINSTRING", "SHORT_BINSTRING",
])  # fmt: skip
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
FIXED = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
IGNORED = frozenset(["PROTO", "FRAME", "STOP"])


class Made(Value):
    """What a function of some name would make of what it is given."""

    name: str
    given: tuple[Any, ...]


def mapping(data: bytes) -> dict[str, Any]:
    """The mapping that a pickle is of. Raises `ValueError`, and what lists and mappings raise."""
    (found,) = _Walk().result(data)
    if not isinstance(found, dict):
        raise ValueError("no mapping")
    return found


class _Walk:
    """A pickle's stack, its marks, and what it remembers."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.kept: dict[int, Any] = {}

    def result(self, data: bytes) -> list[Any]:
        for count, (word, argument, _) in enumerate(genops(data)):
            if count > MOST_WORDS:
                raise ValueError("too long")
            self._word(word.name, argument)
        return self.stack

    def _word(self, name: str, argument: Any) -> None:
        stack = self.stack
        if name in PLAIN:
            stack.append(argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in FIXED:
            self._push(tuple(self._last(FIXED[name])))
        elif name in _WORDS:
            _WORDS[name](self, argument)
        elif name not in IGNORED:
            raise ValueError(name)

    def _push(self, value: Any) -> None:
        self.stack.append(value)

    def _last(self, count: int) -> list[Any]:
        """The last values, which are taken off."""
        if len(self.stack) < count:
            raise ValueError("nothing left")
        found = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return found

    def _since_mark(self) -> list[Any]:
        return self._last(len(self.stack) - self.marks.pop())

    def _put(self, at: int) -> None:
        self.kept[at] = self.stack[-1]

    def _call(self) -> None:
        name, given = self._last(2)
        self._push({} if name == "collections OrderedDict" else Made(_text(name), tuple(given)))

    def _set(self, items: list[Any]) -> None:
        self.stack[-1].update(zip(map(_text, items[::2]), items[1::2], strict=True))


def _text(value: Any) -> str:
    """A value that has to be a text. Raises `ValueError`."""
    if type(value) is not str:
        raise ValueError("no text")
    return value


_WORDS: dict[str, Any] = {
    "MARK": lambda walk, _: walk.marks.append(len(walk.stack)),
    "EMPTY_DICT": lambda walk, _: walk._push({}),
    "EMPTY_LIST": lambda walk, _: walk._push([]),
    "EMPTY_TUPLE": lambda walk, _: walk._push(()),
    "TUPLE": lambda walk, _: walk._push(tuple(walk._since_mark())),
    "GLOBAL": lambda walk, name: walk._push(name),
    "STACK_GLOBAL": lambda walk, _: walk._push(" ".join(map(_text, walk._last(2)))),
    "BINPERSID": lambda walk, _: walk._push(Made("stored", tuple(walk._last(1)[0]))),
    "REDUCE": lambda walk, _: walk._call(),
    "BUILD": lambda walk, _: walk._last(1),
    "SETITEM": lambda walk, _: walk._set(walk._last(2)),
    "SETITEMS": lambda walk, _: walk._set(walk._since_mark()),
    "APPEND": lambda walk, _: walk._last(1),
    "APPENDS": lambda walk, _: walk._since_mark(),
    "BINPUT": lambda walk, at: walk._put(at),
    "LONG_BINPUT": lambda walk, at: walk._put(at),
    "MEMOIZE": lambda walk, _: walk._put(len(walk.kept)),
    "BINGET": lambda walk, at: walk._push(walk.kept[at]),
    "LONG_BINGET": lambda walk, at: walk._push(walk.kept[at]),
}
"""What words do that are no plain values."""
