"""Code objects as Python's `marshal` writes them, read as data.

An object is a byte of its kind and what that kind needs. The bit `SHARED` says that later objects may stand for it by
its number. A file does not say which Python wrote it: `codes` gives all readings in which every byte has a meaning.
"""

from __future__ import annotations

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BYTES = 1 << 16
"""Of a code object: a function that is written as an expression has some hundred."""
MAX_OBJECTS = 10_000
"""Objects, where those that stand for others count as often as they stand."""
MAX_NESTING = 20
MAX_DIGITS = 20
"""Of integers that are longer than 32 bits: 15 bits each."""
SHARED = 0x80


class MarshalError(Exception):
    """What is no code object as this Python writes it."""


class Other(Value):
    """A constant of a kind that is not looked at: bytes, a set, the code of another function."""

    kind: str


Plain = int | float | str | None | tuple["Plain", ...] | Other
"""A constant; Ellipsis is one of kind `...`."""
ELLIPSIS = Other("...")


class Layout(Value):
    """Which fields a code object has, in order, in some versions of Python; `text` is the kind of its strings."""

    name: str
    counts: tuple[str, ...]
    objects: tuple[str, ...]
    after: tuple[str, ...]
    """Fields behind the number of the first line."""


_OLD = ("constants", "names", "variables", "free", "cells", "file", "name")
LAYOUTS = (
    Layout("2.7", ("given", "locals", "stack", "flags"), ("code", *_OLD), ("lines",)),
    Layout("3.0", ("given", "keywords", "locals", "stack", "flags"), ("code", *_OLD), ("lines",)),
    Layout("3.8", ("given", "first", "keywords", "locals", "stack", "flags"), ("code", *_OLD), ("lines",)),
    Layout(
        "3.11", ("given", "first", "keywords", "stack", "flags"),
        ("code", "constants", "names", "variables", "kinds", "file", "name", "path"), ("lines", "exceptions"),
    ),
)  # fmt: skip


class Code(Value):
    """A function's code: how many arguments it has by position and how many by name alone, its flags, how deep its
    stack gets, its instructions, and what they name by number. `variables` begin with the arguments; `free` are those
    of functions around it, `cells` its own that functions in it read."""

    layout: str
    given: int
    keywords: int
    flags: int
    stack: int
    instructions: bytes
    constants: tuple[Plain, ...]
    names: tuple[str, ...]
    variables: tuple[str, ...]
    free: tuple[str, ...]
    cells: tuple[str, ...]


def codes(data: bytes) -> Iterator[Code]:
    """All readings of bytes as one code object."""
    for layout in LAYOUTS if len(data) <= MAX_BYTES else ():
        try:
            yield _Reader(data, layout).whole()
        except MarshalError:
            continue


class _Reader:
    """Reads objects one behind another."""

    def __init__(self, data: bytes, layout: Layout) -> None:
        self.data, self.layout, self.at = data, layout, 0
        self.shared: list[tuple[Plain | Code, int] | None] = []
        """What was read, by its number, and how many objects it is; None while it is read."""

    def whole(self) -> Code:
        found, _ = self.object(0)
        if not isinstance(found, Code) or self.at != len(self.data):
            raise MarshalError("it is no code object")
        return found

    def bytes(self, count: int) -> bytes:
        if not 0 <= count <= len(self.data) - self.at:
            raise MarshalError("it ends too early")
        self.at += count
        return self.data[self.at - count : self.at]

    def integer(self, size: int = 4) -> int:
        return int.from_bytes(self.bytes(size), "little", signed=size > 1)

    def object(self, depth: int) -> tuple[Plain | Code, int]:
        """An object, and how many it is with all inside."""
        if depth > MAX_NESTING:
            raise MarshalError("it is nested too deep")
        kind = self.bytes(1)[0]
        shares, kind = bool(kind & SHARED), kind & ~SHARED
        letter = chr(kind)
        if letter == "r" or (letter == "R" and self.layout.name == "2.7"):
            return self._known(self.integer())
        if letter in SINGLE:
            return SINGLE[letter], 1
        if self.layout.name == "2.7":
            if shares:
                raise MarshalError("a kind of Python 3")
            shares = letter == "t"
        number = len(self.shared)
        if shares:
            self.shared.append(None)
        made, count = self._made(letter, depth)
        if count > MAX_OBJECTS:
            raise MarshalError("it has too many objects")
        if shares:
            self.shared[number] = made, count
        return made, count

    def _known(self, number: int) -> tuple[Plain | Code, int]:
        found = self.shared[number] if 0 <= number < len(self.shared) else None
        if found is None:
            raise MarshalError("it names an object that is not there")
        return found

    def _made(self, letter: str, depth: int) -> tuple[Plain | Code, int]:
        if letter in SCALARS:
            return SCALARS[letter](self), 1
        if letter in "()[<>":
            return self._row(letter, depth)
        if letter == "c":
            return self._code(depth)
        raise MarshalError(f"an object of kind {letter!r}")

    def _row(self, letter: str, depth: int) -> tuple[Plain, int]:
        count = self.integer(1) if letter == ")" else self.integer()
        if not 0 <= count <= len(self.data) - self.at:
            raise MarshalError("it ends too early")
        made: list[Plain] = []
        total = 1
        for _ in range(count):
            one, inside = self.object(depth + 1)
            made.append(Other("code") if isinstance(one, Code) else one)
            total += inside
            if total > MAX_OBJECTS:
                raise MarshalError("it has too many objects")
        return (tuple(made) if letter in "()" else Other("collection")), total

    def _code(self, depth: int) -> tuple[Code, int]:
        layout, total = self.layout, 1
        numbers = {name: self.integer() for name in layout.counts}
        if any(not 0 <= numbers[name] <= MAX_OBJECTS for name in numbers if name != "flags"):
            raise MarshalError("a number that none can have")
        held: dict[str, Plain] = {}
        for name in (*layout.objects, "line", *layout.after):
            if name == "line":
                self.integer()
                continue
            found, count = self.object(depth + 1)
            held[name] = Other("code") if isinstance(found, Code) else found
            total += count
        variables = _words(held["variables"])
        free, cells = _words(held.get("free", ())), _words(held.get("cells", ()))
        if "kinds" in held:
            kinds = _octets(held["kinds"])
            if len(kinds) != len(variables):
                raise MarshalError("not all variables have a kind")
            free = tuple(name for name, kind in zip(variables, kinds, strict=True) if kind & 0x80)
            cells = tuple(name for name, kind in zip(variables, kinds, strict=True) if kind & 0x40)
        constants, keywords = held["constants"], numbers.get("keywords", 0)
        if not isinstance(constants, tuple) or numbers["given"] + keywords > len(variables):
            raise MarshalError("its constants or arguments are not there")
        return Code(
            layout.name, numbers["given"], keywords, numbers["flags"], numbers["stack"],
            _octets(held["code"]), constants, _words(held["names"]), variables, free, cells,
        ), total  # fmt: skip


def _words(value: Plain) -> tuple[str, ...]:
    """A tuple of texts."""
    if not isinstance(value, tuple):
        raise MarshalError("names that are none")
    words = [one for one in value if isinstance(one, str)]
    if len(words) < len(value):
        raise MarshalError("names that are none")
    return tuple(words)


def _octets(value: Plain) -> bytes:
    """Bytes: in Python 2 all texts are such, in Python 3 they are kept under their kind."""
    if isinstance(value, Octets):
        return value.data
    if isinstance(value, Text):
        return value.encode("latin-1")
    raise MarshalError("bytes that are none")


class Octets(Other):
    """Bytes that are no text."""

    data: bytes


class Text(str):
    """A text of Python 2, which is bytes."""

    __slots__ = ()


def _text(reader: _Reader, size: int, coding: str) -> str:
    data = reader.bytes(reader.integer(size))
    if reader.layout.name == "2.7" and coding == "latin-1":
        return Text(data.decode("latin-1"))
    try:
        return data.decode(coding, "surrogatepass" if coding == "utf-8" else "strict")
    except UnicodeDecodeError as error:
        raise MarshalError("a text that is none") from error


def _string(reader: _Reader) -> Plain:
    if reader.layout.name == "2.7":
        return _text(reader, 4, "latin-1")
    return Octets("bytes", reader.bytes(reader.integer()))


def _interned(reader: _Reader) -> str:
    return _text(reader, 4, "latin-1" if reader.layout.name == "2.7" else "utf-8")


def _long(reader: _Reader) -> int:
    """Digits of 15 bits, the least first; their number has the sign."""
    count = reader.integer()
    if abs(count) > MAX_DIGITS:
        raise MarshalError("a number of too many digits")
    total = sum((reader.integer(2) & 0x7FFF) << 15 * place for place in range(abs(count)))
    return -total if count < 0 else total


def _binary(reader: _Reader) -> float:
    from struct import unpack

    found: float = unpack("<d", reader.bytes(8))[0]
    return found


def _written(reader: _Reader) -> float:
    """A number in digits."""
    try:
        return float(reader.bytes(reader.integer(1)).decode("ascii"))
    except ValueError as error:
        raise MarshalError("a number that is none") from error


def _complex(read: Callable[[_Reader], float]) -> Callable[[_Reader], Plain]:
    def both(reader: _Reader) -> Plain:
        read(reader), read(reader)
        return Other("complex number")

    return both


SINGLE: dict[str, Plain] = {"N": None, "T": True, "F": False, ".": ELLIPSIS}
SCALARS: dict[str, Callable[[_Reader], Plain]] = {
    "i": _Reader.integer, "I": lambda reader: reader.integer(8), "l": _long, "g": _binary, "f": _written,
    "x": _complex(_written), "y": _complex(_binary), "s": _string, "t": _interned,
    "u": lambda reader: _text(reader, 4, "utf-8"), "a": lambda reader: _text(reader, 4, "ascii"),
    "A": lambda reader: _text(reader, 4, "ascii"), "z": lambda reader: _text(reader, 1, "ascii"),
    "Z": lambda reader: _text(reader, 1, "ascii"),
}  # fmt: skip
