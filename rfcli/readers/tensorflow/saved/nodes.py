"""Nodes of a GraphDef, and tensors that are written out in them."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from struct import Struct, error

from rfcli.readers.draft import ForeignError
from rfcli.readers.tensorflow.graph import Attribute, Shape
from rfcli.readers.tensorflow.saved import wire
from rfcli.readers.tracing.maps import Constant
from rfcli.values import Value

SMALL = 1024
"""Numbers of a tensor that are looked at: of so few, none were passed over."""
MOST_RANK = 32
MOST_LISTED = 1 << 16
SHORT = 100
"""Bytes of an attribute that is remembered."""
NAMELESS = [""]
FLOATS = frozenset([1, 2, 14, 19])
"""Types of tensors that are weights: of 4, 8 and 2 bytes."""
NUMBERS = {1: ("<f", 5), 2: ("<d", 6), 3: ("<i", 7), 4: ("<B", 7), 5: ("<h", 7), 6: ("<b", 7), 9: ("<q", 10),
           10: ("<?", 11), 22: ("<I", 16), 23: ("<Q", 17)}  # fmt: skip
"""Type -> how its numbers are stored as bytes, and the field that lists them otherwise."""


class NodeDef(Value):
    """A node as it stands: its name, its operation, what it reads (tensors, and nodes that are run before it), and its
    attributes, which are parsed where they are asked for."""

    name: str
    op: str
    inputs: tuple[str, ...]
    listed: list[bytes]

    @property
    def stated(self) -> dict[str, bytes]:
        """The attributes by their names, as messages."""
        return dict([_remembered(one) if len(one) < SHORT else _entry(one) for one in self.listed])

    def attribute(self, name: str) -> Attribute:
        """An attribute: a number, a flag, a text, a list of these, or a shape; None where there is none."""
        stated = self.stated
        return value_of(wire.parsed(stated[name])) if name in stated else None

    def attributes(self) -> dict[str, Attribute]:
        """All of them, but for tensors."""
        return {
            name: _known(data) if len(data) < SHORT else value_of(wire.parsed(data))
            for name, data in self.stated.items() if len(data) < MOST_LISTED
        }  # fmt: skip

    def function(self, name: str = "f") -> str:
        """The name of a function that an attribute is."""
        return wire.text(wire.message(wire.parsed(self.stated.get(name, b"")), 10), 1)

    def shape(self, name: str = "shape") -> Shape:
        """A shape that an attribute is; None where its rank is not known."""
        found = wire.parsed(self.stated.get(name, b""))
        return shape_in(found, 7) if 7 in found else None

    def tensor(self, name: str = "value") -> wire.Message:
        return wire.message(wire.parsed(self.stated.get(name, b"")), 8)


def node_of(data: bytes) -> NodeDef:
    """A node. Raises `ForeignError`."""
    found, listed = wire.texts_and_entries(data, 5)
    return NodeDef(found.get(1, NAMELESS)[-1], found.get(2, NAMELESS)[-1], tuple(found.get(3, ())), listed)


def _entry(data: bytes) -> tuple[str, bytes]:
    """The name of an attribute, and its message."""
    entry = wire.parsed(data)
    value = entry.get(2, [b""])[-1]
    return wire.text(entry, 1), value if isinstance(value, bytes) else b""


_remembered = lru_cache(1 << 10)(_entry)
"""The same of short ones: most nodes have those that others have."""


@lru_cache(1 << 10)
def _known(data: bytes) -> Attribute:
    """What a short attribute holds."""
    return value_of(wire.parsed(data))


def value_of(value: wire.Message) -> Attribute:
    """What an attribute's message holds."""
    if 2 in value:
        return wire.text(value, 2)
    if 3 in value or 6 in value:
        return wire.integer(value, 3 if 3 in value else 6)
    if 5 in value:
        return wire.integer(value, 5) != 0
    if 1 in value:
        listed = wire.message(value, 1)
        return wire.integers(listed, 3, MOST_LISTED) if 3 in listed or not listed else None
    return None


def shape_of(message: wire.Message) -> Shape:
    """Sizes of a tensor, None where they are not known; None for a rank that is not. Raises `ForeignError`."""
    if wire.integer(message, 3):
        return None
    sizes = [wire.integer(wire.parsed(one), 1) for one in wire.messages(message, 2)]
    if len(sizes) > MOST_RANK:
        raise ForeignError(f"a tensor of {len(sizes)} dimensions")
    return tuple(None if n < 0 or n > 1 << 40 else n for n in sizes)


def shape_in(parent: wire.Message, field: int) -> Shape:
    """The shape that a field of a message is. Raises `ForeignError`."""
    data = parent.get(field, [b""])[-1]
    if not isinstance(data, bytes) or len(data) >= SHORT:
        return shape_of(wire.message(parent, field))
    return _known_shape(data)


@lru_cache(1 << 10)
def _known_shape(data: bytes) -> Shape:
    return shape_of(wire.parsed(data))


def constant_of(tensor: wire.Message, name: str) -> Constant | None:
    """A tensor that is written out; its numbers where they are few. A single one is no weight."""
    kind = wire.integer(tensor, 1)
    shape = shape_in(tensor, 2)
    if shape is None or None in shape:
        return None
    sizes = tuple(n or 0 for n in shape)
    count = prod(sizes)
    weights = ((name, count),) if kind in FLOATS and sizes else ()
    values = _numbers(tensor, kind, count) if count <= SMALL else None
    return Constant(sizes, values, weights)


def _numbers(tensor: wire.Message, kind: int, count: int) -> list[int | float] | None:
    """The numbers of a tensor: as bytes, or listed, of which the last one stands for all that follow."""
    if kind not in NUMBERS:
        return None
    stored, field = NUMBERS[kind]
    content = tensor.get(4, [b""])[-1]
    form = Struct(stored)
    try:
        if isinstance(content, bytes) and content:
            return [one for (one,) in form.iter_unpack(content)] if len(content) == count * form.size else None
        if stored in ("<f", "<d"):
            found: list[int | float] = []
            for piece in tensor.get(field, ()):
                found += [one for (one,) in form.iter_unpack(piece)] if isinstance(piece, bytes) else []
        else:
            found = [*wire.integers(tensor, field, MOST_LISTED)]
    except error:
        return None
    if len(found) > count:
        return None
    return found + (found[-1:] or [0]) * (count - len(found))
