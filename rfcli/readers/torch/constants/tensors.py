"""Numbers of tensors in an archive of torch.export: those that are asked for by their path, as arrays of ours.

Files of one tensor each, or one of torch.save for all of them, whose pickle is walked: no code is run for it.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from math import prod

from rfcli.readers.archive import Archive
from rfcli.readers.draft import ForeignError
from rfcli.readers.torch.constants import pickled
from rfcli.readers.torch.stored import BOOL, number
from rfcli.readers.tracing.arrays import Array, read_once
from rfcli.readers.tracing.core import UNFIT
from rfcli.readers.tracing.maps import Layout
from rfcli.readers.tracing.strides import strides_of
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MOST = 1 << 22
"""Entries of a tensor that is read, and of all of them together."""
MOST_LISTED = 16 << 20
"""Bytes of a list of tensors."""
HALF, BRAIN = 6, 13
"""Numbers of types that arrays of the standard library do not have."""
CODES = {
    1: "B",
    2: "b",
    3: "h",
    4: "i",
    5: "q",
    HALF: "H",
    7: "f",
    8: "d",
    BOOL: "B",
    BRAIN: "H",
    28: "H",
    34: "I",
    35: "Q",
}
"""Types of entries by the numbers that torch's schema gives them."""
NOT_AT_HAND: tuple[type[Exception], ...] = (*UNFIT, AttributeError, ForeignError, OSError)
STORAGES = {
    "ByteStorage": 1, "CharStorage": 2, "ShortStorage": 3, "IntStorage": 4, "LongStorage": 5, "HalfStorage": 6,
    "FloatStorage": 7, "DoubleStorage": 8, "BoolStorage": BOOL, "BFloat16Storage": BRAIN,
}  # fmt: skip
"""Classes of torch that a pickle names for types."""


class Held(Value):
    """Where a tensor's numbers are: an entry of an archive, their type, and how they lie in it."""

    archive: Archive
    entry: str
    type: int
    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    start: int


class Tensors:
    """The tensors of a program in an archive, whose own entry is `entry`."""

    def __init__(self, archive: Archive, entry: str, name: str | None) -> None:
        self.archive, self.name = archive, name
        self.root = entry.partition("/")[0] if "/" in entry else None
        self.left = MOST
        self._held: dict[str, Held] | None = None
        self._read: dict[str, Array] = {}
        self._alike: dict[tuple[object, ...], Array] = {}
        """Tensors of the same numbers are one: so what is made of them is."""

    def __call__(self, path: str) -> Array:
        """The numbers of a tensor. Raises `Layout` where they are not at hand."""
        if path not in self._read:
            self._read[path] = self._numbers(path)
        return self._read[path]

    def _numbers(self, path: str) -> Array:
        try:
            if self._held is None:
                self._held = dict(self._listed())
            held = self._held[path]
            self.left -= prod(held.sizes)
            if self.left < 0:
                raise Layout("a mask that is too large to be read of a file")
            found = _array(held)
            firsts = () if found.repeats is None else tuple(found.repeats[1])
            told = (held.type, held.sizes, held.strides, held.start, firsts, tuple(found.sample))
            return self._alike.setdefault(told, found)
        except NOT_AT_HAND:
            raise Layout("a mask whose numbers are not at hand") from None

    def _listed(self) -> Iterator[tuple[str, Held]]:
        """All tensors by their paths. Raises what lists and mappings raise."""
        for kind in ("weights", "constants"):
            if self.root is None:
                whole = {"weights": "serialized_state_dict.pt", "constants": "serialized_constants.pt"}[kind]
            else:
                folder = f"{self.root}/data/{kind}"
                whole = f"{folder}/{self.name}.pt"
                listed = f"{folder}/{self.name}_{kind}_config.json"
                if listed in self.archive.names:
                    yield from self._one_each(folder, json.loads(self.archive.entry(listed, MOST_LISTED))["config"])
                    continue
            if whole in self.archive.names:
                yield from _of_pickle(self.archive.within(whole))

    def _one_each(self, folder: str, config: Any) -> Iterator[tuple[str, Held]]:
        for path, one in config.items():
            meta = one.get("tensor_meta")
            if meta is None or one.get("use_pickle"):
                continue
            sizes, strides = (tuple(number(n) or 0 for n in meta[key]) for key in ("sizes", "strides"))
            start = number(meta["storage_offset"]) or 0
            yield path, Held(self.archive, f"{folder}/{one['path_name']}", meta["dtype"], sizes, strides, start)


def _of_pickle(archive: Archive) -> Iterator[tuple[str, Held]]:
    """The tensors of a file of torch.save, a mapping by their paths."""
    (entry,) = (one for one in archive.names if one.endswith("/data.pkl"))
    root = entry.removesuffix("data.pkl")
    for path, one in pickled.mapping(archive.entry(entry, MOST_LISTED)).items():
        tensor = one.given[0] if isinstance(one, pickled.Made) and one.name.endswith(" _rebuild_parameter") else one
        if not isinstance(tensor, pickled.Made) or not tensor.name.endswith(" _rebuild_tensor_v2"):
            continue
        storage, start, sizes, strides, *_ = tensor.given
        _, kind, key, *_ = storage.given
        yield path, Held(archive, f"{root}data/{key}", STORAGES[kind.rpartition(" ")[2]], sizes, strides, start)


def _array(held: Held) -> Array:
    """The numbers of a tensor. Raises what lists and mappings raise."""
    if any(n < 0 for n in (*held.sizes, *held.strides, held.start)) or prod(held.sizes) > MOST:
        raise ValueError(held.sizes)
    code = CODES[held.type]
    span = sum((n - 1) * step for n, step in zip(held.sizes, held.strides, strict=True)) + 1 if prod(held.sizes) else 0
    end = held.start + span
    if end > 2 * MOST:
        raise ValueError(end)
    size = array(code).itemsize
    data = held.archive.entry(held.entry, end * size)[: end * size]
    if len(data) < end * size:
        raise ValueError(len(data))
    swapped = _is_big(held) != (sys.byteorder == "big")

    def numbers(data: bytes, _: int) -> list[Any]:
        found = array(code, data)
        if swapped:
            found.byteswap()
        return _entries(found, held.type)

    steps = zip(held.sizes, held.strides, strides_of(held.sizes), strict=True)
    in_order = held.start == 0 and all(n == 1 or step == plain for n, step, plain in steps)
    found = read_once(data, held.sizes, numbers) if in_order else None
    return Array(numbers(data, end), held.sizes, held.strides, held.start) if found is None else found


def _is_big(held: Held) -> bool:
    """Whether the most significant byte comes first, which the archive says."""
    root = held.entry.partition("/")[0]
    name = f"{root}/byteorder"
    return name in held.archive.names and held.archive.entry(name, 8).strip() == b"big"


def _entries(found: array[Any], type: int) -> list[Any]:
    if type == BOOL:
        return list(map(bool, found))
    if type == HALF:
        return list(struct.unpack(f"={len(found)}e", found.tobytes()))
    if type == BRAIN:
        return list(struct.unpack(f"={len(found)}f", array("I", [one << 16 for one in found]).tobytes()))
    return found.tolist()
