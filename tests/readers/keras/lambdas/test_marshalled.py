"""Code objects read as data."""

from __future__ import annotations

import marshal
import struct
from collections.abc import Callable
from typing import Any

import pytest

from readers.keras.lambdas.functions import CODES, OF_BYTES
from rfcli.readers.keras.lambdas.marshalled import ELLIPSIS, LAYOUTS, MAX_BYTES, Code, Other, codes

LAYOUT_OF = {"2.7": "2.7", "3.6": "3.0", "3.7": "3.0", "3.8": "3.8", "3.9": "3.8", "3.10": "3.8"}


@pytest.mark.parametrize(("key", "data"), CODES.items(), ids=lambda key: str(key)[:40])
def test_bytes_have_one_reading(key: tuple[str, str], data: bytes) -> None:
    (code,) = codes(data)
    assert code.layout == LAYOUT_OF.get(key[0], "3.11")
    assert code.given == {"lambda x, s=2: -(x % s) ** 2 > 0": 2, "lambda *x: x": 0}.get(key[1], 1)
    assert code.free == (("s",) if key[1] == "lambda x: x * s" else ())


def test_code_of_a_published_model() -> None:
    (code,) = codes(OF_BYTES.encode("latin-1"))
    assert (code.layout, code.constants, code.variables) == ("3.0", (None, 255, 0.5), ("x",))
    assert code.instructions == b"|\0\0d\1\0\x1bd\2\0\x18S"


CONSTANTS: list[Callable[[Any], Any]] = [
    lambda x: (x, 0, -1, 1 << 40, -(1 << 70), 2.5, 1e300, True, False, None, ..., "a", "ä", "\ud800", "long " * 100),
    lambda x: (x, (1, (2.0, ("b", None))), x.some_name_of_its_own, x.some_name_of_its_own + 1.0),
    lambda x, y, *, z: (x, y, z, 1, 1, "a", "a"),
]


@pytest.mark.parametrize("function", CONSTANTS)
@pytest.mark.parametrize("version", [0, 1, 2, 3, 4])
def test_what_this_python_writes(function: Callable[..., Any], version: int) -> None:
    """In all versions of marshal's own format: numbers in digits, shared objects or not."""
    theirs = function.__code__
    (code,) = codes(marshal.dumps(theirs, version))
    constants = tuple(ELLIPSIS if one is ... else one for one in theirs.co_consts)
    assert repr(code.constants) == repr(_plain(constants))
    assert (code.names, code.variables[: theirs.co_nlocals]) == (theirs.co_names, theirs.co_varnames)
    assert (code.given, code.keywords) == (theirs.co_argcount, theirs.co_kwonlyargcount)
    assert (code.stack, code.flags) == (theirs.co_stacksize, theirs.co_flags)
    assert code.instructions == theirs.co_code


def _plain(value: Any) -> Any:
    if value is ...:
        return ELLIPSIS
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def test_constants_that_are_not_looked_at() -> None:
    (code,) = codes(marshal.dumps((lambda x: (x, b"b", 2j, x in {1, 2}, lambda: 3)).__code__))
    kinds = [one.kind for one in code.constants if isinstance(one, Other)]
    assert kinds == ["bytes", "complex number", "collection", "code"]


def test_code_in_code_has_its_own_variables() -> None:
    def around(k: int) -> Callable[[int], int]:
        return lambda x: x * k

    (inner,) = codes(marshal.dumps(around(2).__code__))
    assert (inner.free, inner.cells) == (("k",), ())
    (outer,) = codes(marshal.dumps(around.__code__))
    assert (outer.free, outer.cells) == ((), ("k",))


GOOD = marshal.dumps((lambda x: (x, 1)).__code__)
BAD = {
    "nothing": b"",
    "a number": b"i\1\0\0\0",
    "cut": GOOD[:-1],
    "more": GOOD + b"N",
    "a kind that none has": b"?",
    "nested": b")\1" * 5000 + b"N",
    "itself": b"\xa9\1r\0\0\0\0",
    "a tuple that is too long": b"(\xff\xff\xff\x7f",
    "a negative length": b"(\xff\xff\xff\xff",
    "doubled": b"\xa9\2NN" + b"".join(b"\xa9\2" + 2 * (b"r" + struct.pack("<i", at)) for at in range(60)),
    "a long number": b"l\xff\xff\xff\x7f",
    "no number": b"f\3abc",
    "no text": b"u\1\0\0\0\xff",
    "large": b"N" * (MAX_BYTES + 1),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_no_code(data: bytes) -> None:
    assert not [*codes(data)]


def test_objects_that_double_within_a_code_object() -> None:
    """Sixty pairs of pairs are 2 ** 60 objects in a few hundred bytes."""
    pairs = b"\xa9\2NN" + b"".join(b"\xa9\2" + 2 * (b"r" + struct.pack("<i", at + 1)) for at in range(17))
    head = b"\xe3" + struct.pack("<5i", 0, 0, 0, 1, 0) + b"s\0\0\0\0"
    assert not [*codes(head + b")\x12" + pairs)]


def test_lengths_that_lie() -> None:
    for at in range(len(GOOD)):
        for byte in (0, 1, 0x7F, 0x80, 0xFF):
            changed = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
            assert all(isinstance(one, Code) for one in codes(changed))
    assert [one.name for one in LAYOUTS] == ["2.7", "3.0", "3.8", "3.11"]
