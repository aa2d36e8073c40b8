"""What a pickle of plans says, without running it: its instructions are read one by one, and what they would call is
only noted. Arrays and numbers of numpy are read from their bytes; all else that is called is nothing."""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Callable, Sequence
from io import BytesIO

from rfcli.readers.draft import ForeignError
from rfcli.values import Value

FORMATS = {"b1": "?", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q",
           "f2": "e", "f4": "f", "f8": "d"}  # fmt: skip
"""Numbers of numpy as `struct` calls them."""
BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, EOFError, struct.error)
MOST = 1000
"""Entries that are kept of what is asked for, and numbers of an array."""
DEPTH = 16
MARK = object()
"""What a tuple or mapping begins behind on the stack."""


class Called(Value):
    """A class or function that a pickle names."""

    name: str


class Kind:
    """What an array has: the code of its numbers, in an order."""

    def __init__(self, code: str) -> None:
        self.code, self.order = code, "<"


class Array:
    """Numbers of numpy, once they are known."""

    def __init__(self, alone: bool = False) -> None:
        self.numbers: list[object] | None = None
        self.alone = alone

    def fill(self, kind: object, data: object) -> Array:
        """Takes the numbers of some kind from bytes."""
        if isinstance(kind, Kind) and kind.code in FORMATS and isinstance(data, bytes | bytearray):
            count = len(data) // struct.calcsize(FORMATS[kind.code])
            if 0 < count <= MOST:
                self.numbers = list(struct.unpack(f"{kind.order}{count}{FORMATS[kind.code]}", data))
        return self


def said(data: bytes, keys: Sequence[str]) -> dict[str, object]:
    """The values of some keys of the mapping that a pickle holds. Raises `ForeignError`."""
    try:
        found = _Machine().run(data)
    except BROKEN:
        raise ForeignError("a pickle that is damaged, or holds no plans", "give rf nnU-Net's plans.pkl") from None
    if type(found) is not dict:
        raise ForeignError("a pickle that holds no plans", "give rf nnU-Net's plans.pkl")
    left = [MOST]
    return {key: _plain(found[key], left, DEPTH) for key in keys if key in found}


def _plain(value: object, left: list[int], depth: int) -> object:
    """A value as JSON has it. Raises `ForeignError`."""
    left[0] -= 1
    if left[0] < 0 or depth < 0:
        raise ForeignError("plans with more entries than those of nnU-Net")
    if isinstance(value, dict):
        return {str(key): _plain(one, left, depth - 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, left, depth - 1) for one in value]
    if isinstance(value, Array) and value.numbers is not None:
        return value.numbers[0] if value.alone else list(value.numbers)
    return value if type(value) in (bool, int, float, str) else None


class _Machine:
    """The stack and the memory of a pickle's instructions."""

    def __init__(self) -> None:
        self.stack: list[object] = []
        self.memo: dict[object, object] = {}

    def run(self, data: bytes) -> object:
        for operation, argument, _ in pickletools.genops(BytesIO(data)):
            name = operation.name
            if name == "STOP":
                return self.stack[-1]
            if name in PUSHED:
                self.stack.append(argument)
            elif name in NAMED:
                NAMED[name](self, argument)
            elif name not in PASSED:
                raise ValueError(name)
        raise ValueError("no end")

    def marked(self) -> list[object]:
        """What stands above the last mark, which is taken off with it."""
        above = []
        while (one := self.stack.pop()) is not MARK:
            above.append(one)
        return above[::-1]

    def last(self, count: int) -> list[object]:
        found = [self.stack.pop() for _ in range(count)]
        return found[::-1]

    def set_items(self, given: list[object]) -> None:
        held = self.stack[-1]
        if isinstance(held, dict):
            pairs = zip(given[::2], given[1::2], strict=True)
            held.update({key if type(key) in (str, int) else "": one for key, one in pairs})

    def extend(self, given: list[object]) -> None:
        held = self.stack[-1]
        if isinstance(held, list):
            held.extend(given)

    def call(self) -> None:
        """What a class or function would make, as far as it is known."""
        called, given = self.last(2)
        name, given = getattr(called, "name", ""), given if isinstance(given, tuple) else ()
        made: object = None
        if name == "OrderedDict":
            made = {}
        elif name == "dtype":
            made = Kind(str(given[0]))
        elif name == "_reconstruct":
            made = Array()
        elif name == "scalar":
            made = Array(alone=True).fill(*given[:2])
        elif name == "_frombuffer":
            made = Array().fill(given[1], given[0])
        elif name == "encode" and isinstance(given[0], str):
            made = given[0].encode("latin-1")
        self.stack.append(made)

    def build(self) -> None:
        state = self.stack.pop()
        held = self.stack[-1]
        if isinstance(held, Kind) and isinstance(state, tuple) and state[1] in ("<", ">"):
            held.order = str(state[1])
        elif isinstance(held, Array) and isinstance(state, tuple):
            held.fill(state[2], state[4])


def _pushes(make: Callable[[_Machine], object]) -> Callable[[_Machine, object], None]:
    return lambda machine, _: machine.stack.append(make(machine))


PUSHED = frozenset([
    "INT", "LONG", "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES",
    "BINBYTES8", "BYTEARRAY8",
])  # fmt: skip
"""Instructions that put their argument on the stack."""
PASSED = frozenset(["PROTO", "FRAME"])
NAMED: dict[str, Callable[[_Machine, object], object]] = {
    "MARK": _pushes(lambda machine: MARK),
    "NONE": _pushes(lambda machine: None),
    "NEWTRUE": _pushes(lambda machine: True),
    "NEWFALSE": _pushes(lambda machine: False),
    "EMPTY_DICT": _pushes(lambda machine: {}),
    "EMPTY_LIST": _pushes(lambda machine: []),
    "EMPTY_TUPLE": _pushes(lambda machine: ()),
    "EMPTY_SET": _pushes(lambda machine: []),
    "LIST": _pushes(lambda machine: machine.marked()),
    "TUPLE": _pushes(lambda machine: tuple(machine.marked())),
    "FROZENSET": _pushes(lambda machine: machine.marked()),
    "TUPLE1": _pushes(lambda machine: tuple(machine.last(1))),
    "TUPLE2": _pushes(lambda machine: tuple(machine.last(2))),
    "TUPLE3": _pushes(lambda machine: tuple(machine.last(3))),
    "STACK_GLOBAL": _pushes(lambda machine: Called(str(machine.last(2)[1]))),
    "GLOBAL": lambda machine, named: machine.stack.append(Called(str(named).rpartition(" ")[2])),
    "SETITEM": lambda machine, _: machine.set_items(machine.last(2)),
    "SETITEMS": lambda machine, _: machine.set_items(machine.marked()),
    "APPEND": lambda machine, _: machine.extend(machine.last(1)),
    "APPENDS": lambda machine, _: machine.extend(machine.marked()),
    "ADDITEMS": lambda machine, _: machine.extend(machine.marked()),
    "REDUCE": lambda machine, _: machine.call(),
    "NEWOBJ": lambda machine, _: machine.call(),
    "BUILD": lambda machine, _: machine.build(),
    "POP": lambda machine, _: machine.stack.pop(),
    "POP_MARK": lambda machine, _: machine.marked(),
    "DUP": _pushes(lambda machine: machine.stack[-1]),
    "MEMOIZE": lambda machine, _: machine.memo.setdefault(len(machine.memo), machine.stack[-1]),
    **dict.fromkeys(
        ("PUT", "BINPUT", "LONG_BINPUT"), lambda machine, at: machine.memo.__setitem__(at, machine.stack[-1])
    ),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), lambda machine, at: machine.stack.append(machine.memo[at])),
}
