"""Numbers of instructions."""

from __future__ import annotations

import opcode
import sys

from rfcli.readers.keras.lambdas.opcodes import FAMILIES


def test_this_python_has_these_numbers() -> None:
    """All of its instructions, but those that are put in the place of others while they are watched."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    names = {number: name for name, number in opcode.opmap.items() if number < 256 and "INSTRUMENTED" not in name}
    later = sys.version_info >= (3, 14)
    assert later or [family.names for family in FAMILIES if family.name == running] == [names]


def test_numbers_of_other_versions() -> None:
    """As the documentation of `dis`, and `opcode.py` of each version, have them."""
    names = {family.name: family.names for family in FAMILIES}
    numbers = {name: {word: number for number, word in found.items()} for name, found in names.items()}
    assert [numbers[one]["LOAD_FAST"] for one in names] == [124, 124, 124, 124, 124, 124, 85]
    assert [numbers[one].get("CALL_FUNCTION") for one in names] == [131, 131, 131, 131, None, None, None]
    assert [numbers[one].get("BINARY_TRUE_DIVIDE") for one in names] == [27, 27, 27, 27, None, None, None]
    assert [numbers[one].get("BINARY_OP") for one in names] == [None, None, None, None, 122, 122, 45]
    assert [numbers[one].get("LOAD_METHOD") for one in names] == [None, None, 160, 160, 160, None, None]
    assert [numbers[one].get("RETURN_VALUE") for one in names] == [83, 83, 83, 83, 83, 83, 36]
    assert [numbers[one].get("EXTENDED_ARG") for one in names] == [145, 144, 144, 144, 144, 144, 71]
    assert [numbers[one].get("RESUME") for one in names] == [None, None, None, None, 151, 151, 149]
    assert [names["2.7"][at] for at in range(30, 34)] == [
        "SLICE+0", "SLICE+1", "SLICE+2", "SLICE+3",
    ]  # fmt: skip


def test_words_behind_instructions() -> None:
    caches = {family.name: family.caches for family in FAMILIES}
    assert [caches[one].get("LOAD_ATTR") for one in caches] == [None, None, None, None, 4, 9, 9]
    assert [caches[one].get("CALL") for one in caches] == [None, None, None, None, 4, 3, 3]
    assert [family.wide for family in FAMILIES] == [True, True, False, False, False, False, False]
