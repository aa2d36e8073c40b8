"""Instructions in the words of no version."""

from __future__ import annotations

import pytest

from readers.keras.lambdas.functions import CODES, VERSIONS
from rfcli.readers.keras.lambdas.bytecode import BytecodeError, instructions
from rfcli.readers.keras.lambdas.marshalled import Code, codes
from rfcli.readers.keras.lambdas.opcodes import FAMILIES


def code(data: bytes, layout: str = "3.0", **changed: object) -> Code:
    fields = {
        "layout": layout, "given": 1, "keywords": 0, "flags": 0, "stack": 9, "instructions": data,
        "constants": (None, 2), "names": ("K",), "variables": ("x", "y"), "free": (), "cells": (),
    }  # fmt: skip
    return Code(**{**fields, **changed})  # type: ignore[arg-type]


FAMILY = {family.name: family for family in FAMILIES}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_normalisation_is_the_same_everywhere(version: str) -> None:
    (found,) = codes(CODES[version, "lambda x: x / 127.5 - 1.0"])
    (family,) = [one for one in FAMILIES if version in one.name.replace("and", "to").split(" to ") or
                 (one.name == "3.8 to 3.10" and version == "3.9")]  # fmt: skip
    made = [(one.name, one.word or found.constants[one.number]) for one in instructions(found, family)[:-1]]
    divided = "div" if version == "2.7" else "truediv"
    assert made == [
        ("LOAD_FAST", "x"), ("LOAD_CONST", 127.5), ("OPERATE", divided), ("LOAD_CONST", 1.0), ("OPERATE", "subtract"),
    ]  # fmt: skip


def test_arguments_that_are_extended() -> None:
    long = code(b"\x90\1\x64\2\x53\0", constants=(None,) * 300)
    assert [one.number for one in instructions(long, FAMILY["3.6 and 3.7"])] == [258, 0]
    wide = code(b"\x90\1\0\x64\2\0\x53", constants=(None,) * 70_000)
    assert [one.number for one in instructions(wide, FAMILY["3.0 to 3.5"])] == [65538, 0]


BAD = {
    "a number that none has": ("3.6 and 3.7", b"\x00\0S\0"),
    "a variable that is not there": ("3.6 and 3.7", b"|\7S\0"),
    "a constant that is not there": ("3.6 and 3.7", b"d\7S\0"),
    "a name that is not there": ("3.6 and 3.7", b"t\7S\0"),
    "half an instruction": ("3.6 and 3.7", b"|"),
    "an argument and no more": ("3.0 to 3.5", b"|\0"),
    "an extension and no more": ("3.6 and 3.7", b"\x90\1"),
    "nothing": ("3.8 to 3.10", b""),
    "no beginning": ("3.11", b"|\0S\0"),
    "a cache that holds something": ("3.11", b"\x97\0|\0|\0z\0\0\1S\0"),
    "a cache where there is none": ("3.11", b"\x97\0|\0\0\0S\0"),
    "a jump that leaves it": ("3.11", b"\x97\0|\0\x8c\7S\0"),
    "an operator that none has": ("3.13", b"\x95\0U\0U\0\x2d\x7f\0\0\x24\0"),
}


@pytest.mark.parametrize(("family", "data"), BAD.values(), ids=BAD)
def test_what_is_no_code_of_a_family(family: str, data: bytes) -> None:
    with pytest.raises(BytecodeError):
        instructions(code(data, FAMILY[family].layout), FAMILY[family])
