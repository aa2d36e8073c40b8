"""What a module is called with, as a call writes it: `1x3x224x224`, `mask=1x64x64`, `ids=1x128:int64`, `flag=False`,
`batch.image=1x3x64x64` for what a mapping holds."""

from __future__ import annotations

import re

from rfcli.diagnostics import unfit
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS = (
    "float", "float16", "float32", "float64", "bfloat16", "half", "double", "int", "int8", "int16", "int32", "int64",
    "long", "short", "uint8", "bool", "complex64",
)  # fmt: skip
"""Types of numbers, by torch's names."""
MOST = 1 << 31
"""Entries of a tensor."""
TAKES = (
    "takes 1x3x224x224, NAME=SHAPE for each of several inputs, NAME.KEY=SHAPE for a mapping, 1x128:int64 for tokens, "
    "or NAME=False"
)
_SHAPE = re.compile(r"[(\[]?\s*([0-9]{1,10}(?:\s*[x×X,]\s*[0-9]{1,10})*)\s*,?\s*[)\]]?", re.ASCII)
NOTHING: Mapping[str, object] = {}
_WORDS = {"True": True, "False": False, "None": None}


class Shape(Value):
    """A tensor to call a module with: its shape, and its kind of numbers, "" for that of the module's parameters."""

    shape: tuple[int, ...]
    kind: str = ""

    def __str__(self) -> str:
        written = "x".join(map(str, self.shape))
        return f"{written}:{self.kind}" if self.kind else written


class Examples(Value):
    """What a module is called with."""

    positional: tuple[object, ...] = ()
    named: Mapping[str, object] = NOTHING

    def __str__(self) -> str:
        return ", ".join([*map(str, self.positional), *_written(self.named, "")])


def _written(named: Mapping[str, object], before: str) -> list[str]:
    """What stands for each name, and for what mappings hold."""
    found = []
    for name, one in named.items():
        found += _written(one, f"{before}{name}.") if isinstance(one, dict) else [f"{before}{name}={one}"]
    return found


def examples(texts: Iterable[str]) -> Examples | None:
    """What a module is called with; None where nothing is given. Raises `CallError`."""
    positional: list[object] = []
    named: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        name = name.strip()
        *path, last = name.split(".")
        if equals and not all(one.isidentifier() for one in (*path, last)):
            raise unfit("example", f"{TAKES}; is '{_cut(text)}'")
        holder = _mapping(named, path)
        if holder is None or last in holder:
            raise unfit("example", f"{name} is given twice")
        one = _one(value.strip(), text, bool(equals))
        if equals:
            holder[last] = one
        else:
            positional.append(one)
    return Examples(tuple(positional), named) if positional or named else None


def _mapping(named: dict[str, object], path: Iterable[str]) -> dict[str, object] | None:
    """The mapping at a path, which is made; None where something else is there."""
    for name in path:
        inner = named.setdefault(name, {})
        if not isinstance(inner, dict):
            return None
        named = inner
    return named


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _one(value: str, text: str, named: bool) -> object:
    if named and value in _WORDS:
        return _WORDS[value]
    if named and re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{0,18}", value, re.ASCII):
        return float(value)
    written, colon, kind = value.partition(":")
    found = _SHAPE.fullmatch(written.strip())
    if found is None:
        raise unfit("example", f"{TAKES}; is '{_cut(text)}'")
    kind = kind.strip().removeprefix("torch.")
    if colon and kind not in KINDS:
        from rfcli.diagnostics import did_you_mean

        raise unfit("example", f"'{_cut(kind)}' is no type of numbers ({did_you_mean(kind, KINDS)})")
    shape = tuple([int(n) for n in re.findall(r"[0-9]+", found[1])])
    total = 1
    for n in shape:
        total *= n
    if total < 1:
        raise unfit("example", f"'{_cut(text)}' has no entries: each size is at least 1")
    if total > MOST:
        raise unfit("example", f"'{_cut(text)}' has more than {MOST} entries")
    return Shape(shape, kind)
