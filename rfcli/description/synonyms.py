"""What people and other tools call what has another word here, for helps: a wrong guess sends its reader astray."""

from __future__ import annotations

import re

from rfcli.description.expressions import FALSE, TRUE
from rfcli.description.vocabulary import BEHIND, IN_UNITS, KEYS, LEFT_OUT, NONE, SAID, TYPES, VALUES
from rfcli.diagnostics import MAX_WORD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfcli.description.nodes import Plain

_DIMENSIONS = re.compile(r"[123]d")
_TAIL = re.compile(r"(?:layer|op|module)$")


def plain(word: str) -> str:
    """A word as it is compared: without capitals and signs, of `nn.Conv2d` the last part."""
    return re.sub(r"[^a-z0-9]", "", word[:MAX_WORD].rpartition(".")[2].lower())


def _spelled(row: Iterable[str]) -> Iterator[str]:
    return (plain(word) for column in row for word in column.split())


_TYPES = {word: name for name, row in TYPES.items() for word in _spelled(row)}
_TYPES |= {_DIMENSIONS.sub("", word): name for word, name in _TYPES.items()}
_NONE = {plain(word): said for said, words in NONE.items() for word in words.split()}
_SAID = {**{plain(word): f"did you mean {said}?" for said, words in SAID.items() for word in words.split()}, **_NONE}
_KEYS = {name: frozenset(_spelled(row)) for name, row in KEYS.items()}
_LEFT_OUT = {help: frozenset(_spelled(row)) for help, row in LEFT_OUT.items()}
_IN_UNITS = {help: frozenset(_spelled(row)) for help, row in IN_UNITS.items()}
_BEHIND = {
    plain(word): (said, type) for said, (type, *row) in BEHIND.items() for column in row for word in column.split()
}


def _stems(word: str) -> Iterator[str]:
    """A word without what tools add to it: Conv2d, conv_layer."""
    text = plain(word)
    stem = _TAIL.sub("", text)
    yield from (text, _DIMENSIONS.sub("", text), stem, _DIMENSIONS.sub("", stem))


def type_meant(word: str, known: Iterable[str]) -> str | None:
    """The layer type that a word stands for, one of the `known`; None where there is none, or several are."""
    types = list(known)
    if word in types:
        return word
    joined = {name.replace("_", ""): name for name in types}
    for text in _stems(word):
        if text in joined:
            return joined[text]
        if text in _SAID:
            return None
        if text in _TYPES:
            return _TYPES[text] if _TYPES[text] in types else None
    return None


def meant(word: str, known: Iterable[str]) -> str:
    """A help for a word that is none of the `known` layer types: what it is called here; "" where that is not known.
    Of `nn.Conv2d` or `keras.layers.Conv2D` the last part counts."""
    known = list(known)
    type = type_meant(word, known)
    if type is not None:
        return f"did you mean '{type}'?"
    return next((_SAID[text] for text in _stems(word) if text in _SAID), "")


def key_meant(word: str, known: Iterable[str]) -> str | None:
    """The key that a word stands for, one of the `known`; None where there is none."""
    keys, text = list(known), plain(word)
    if word in keys:
        return word
    if "$" in word:
        return None
    return next((name for name, words in _KEYS.items() if text in words and name in keys), None)


def layer_left_out(word: str) -> str:
    """Why a layer may be left out whose type has nothing that stands for it here; "" for any other."""
    return next((_NONE[text] for text in _stems(word) if text in _NONE), "")


def left_out(word: str) -> str:
    """Why a key of a layer may be left out that needs no word here; "" for any other."""
    text = plain(word)
    return next((help for help, words in _LEFT_OUT.items() if text in words), "")


def in_units(word: str) -> str:
    """What to do about a key that is a ratio where `units` is a number here; "" for any other."""
    text = plain(word)
    return next((help for help, words in _IN_UNITS.items() if text in words), "")


def behind(word: str) -> tuple[str, str] | None:
    """What a key of a layer says that is a layer of its own here: what it is, and the usual type; else None."""
    return _BEHIND.get(plain(word))


_NUMBER = r"[1-9][0-9]{0,8}"
_TIMES = re.compile(rf"{_NUMBER}( ?[xX*×] ?{_NUMBER})+")
_TUPLE = re.compile(r"[(\[][0-9(), \[\]]{1,60}[)\]]")
_HERTZ = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([kM]?)[Hh][Zz]")


def value_meant(value: Plain, key: str, boolean: bool = False) -> tuple[Plain, str] | None:
    """What stands here for a value of a key in another tool's words, and why; None where that is not known."""
    if boolean and type(value) in (int, float) and value in (0, 1):
        return bool(value), ""
    if key in VALUES and type(value) in (bool, int):
        found = VALUES[key].get(str(value).lower())
        return None if found is None or found is value else (found, "")
    if type(value) is not str or len(value) > MAX_WORD:
        return None
    small = value.strip().lower()
    for text in (small, small.replace(" ", "_"), plain(value)):
        found = VALUES.get(key, {}).get(text)
        if found is not None:
            return None if found == value else (found, "")
    if boolean and small in (*TRUE, *FALSE):
        why = "" if small in ("true", "false") else ": YAML 1.2 reads this as text"
        return small in TRUE, why
    if _TIMES.fullmatch(small):
        return [int(part) for part in re.split(" ?[xX*×] ?", small)], ", a number for each axis"
    if _TUPLE.fullmatch(small):
        return _listed(small)
    hertz = _HERTZ.fullmatch(value)
    if hertz is not None:
        rate = float(hertz[1]) * {"": 1, "k": 1000, "M": 1_000_000}[hertz[2]]
        return (int(rate) if rate.is_integer() else rate), ", the samples in a second"
    return None


def _listed(text: str) -> tuple[Plain, str] | None:
    """The list that a tuple of Python is."""
    import ast

    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return as_lists(found), ""


def as_lists(value: Plain) -> Plain:
    """A value with lists for tuples."""
    return [as_lists(one) for one in value] if isinstance(value, list | tuple) else value
