"""Instructions of a code object, in the words of no version: each is a name and what it is about."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.readers.keras.lambdas.marshalled import Code
from rfcli.readers.keras.lambdas.opcodes import Family
from rfcli.values import Value


class BytecodeError(Exception):
    """Bytes that are no instructions of a family."""


class Instruction(Value):
    """A step of the machine on its stack: what it is called, its number, and the word that it names."""

    name: str
    number: int = 0
    word: str = ""


OPERATIONS = (
    "add", "and", "floordiv", "lshift", "matmul", "multiply", "mod", "or", "pow", "rshift", "subtract", "truediv",
    "xor",
)  # fmt: skip
"""Operators of Python 3.11 and later by their number; those that store their result follow in the same order."""
BINARY = {
    "BINARY_ADD": "add", "BINARY_AND": "and", "BINARY_FLOOR_DIVIDE": "floordiv", "BINARY_LSHIFT": "lshift",
    "BINARY_MATRIX_MULTIPLY": "matmul", "BINARY_MULTIPLY": "multiply", "BINARY_MODULO": "mod", "BINARY_OR": "or",
    "BINARY_POWER": "pow", "BINARY_RSHIFT": "rshift", "BINARY_SUBTRACT": "subtract", "BINARY_TRUE_DIVIDE": "truediv",
    "BINARY_XOR": "xor", "BINARY_DIVIDE": "div",
}  # fmt: skip
"""Those of earlier versions."""
COMPARISONS = ("less", "less_equal", "equal", "not_equal", "greater", "greater_equal")
UNARY = {"UNARY_NEGATIVE": "negative", "UNARY_POSITIVE": "positive", "UNARY_NOT": "not", "UNARY_INVERT": "invert"}
NOTHING = ("NOP", "PRECALL", "COPY_FREE_VARS", "TO_BOOL")
"""Instructions that change nothing."""
BEFORE = ("COPY_FREE_VARS", "MAKE_CELL")
"""Those that may stand before the code itself."""
HIGH = 90
"""Instructions with lower numbers have no argument, where arguments are two bytes wide."""


def instructions(code: Code, family: Family) -> list[Instruction]:
    """What the code of a family does. Raises `BytecodeError` where it is none."""
    made: list[Instruction] = []
    started = code.layout != "3.11"
    for name, number in _words(code.instructions, family):
        if name == "RESUME" and not started and number == 0:
            started = True
        elif name == "RESUME" or not (started or name in BEFORE):
            raise BytecodeError("it does not begin as code does")
        elif name == "CACHE":
            raise BytecodeError("it has something where there is nothing")
        elif name not in NOTHING:
            made += _plain(code, family, name, number)
    if not made:
        raise BytecodeError("it does nothing")
    return made


def _words(data: bytes, family: Family) -> Iterator[tuple[str, int]]:
    """Instructions with their arguments."""
    at = high = 0
    while at < len(data):
        number, step = data[at], 2
        if family.wide:
            step = 3 if number >= HIGH else 1
        argument = data[at + 1 : at + step]
        if number not in family.names or len(argument) < step - 1:
            raise BytecodeError(f"it has an instruction {number}")
        name, value = family.names[number], high | int.from_bytes(argument, "little")
        at, high = at + step, 0
        if name == "EXTENDED_ARG":
            high = value << 8 * (2 if family.wide else 1)
            if high >> 32:
                raise BytecodeError("an argument is too large")
            continue
        unused = 2 * family.caches.get(name, 0)
        if any(data[at : at + unused]) or at + unused > len(data):
            raise BytecodeError("it has something where there is nothing")
        at += unused
        if _jumps(family, name) and not 0 <= at + 2 * (-value if "BACKWARD" in name else value) <= len(data):
            raise BytecodeError("it goes on outside of it")
        yield name, value
    if high:
        raise BytecodeError("it ends within an instruction")


def _jumps(family: Family, name: str) -> bool:
    """Whether an instruction goes on elsewhere, so many instructions behind or before it."""
    return family.layout == "3.11" and ("JUMP" in name or name in ("FOR_ITER", "SEND"))


def _plain(code: Code, family: Family, name: str, number: int) -> list[Instruction]:
    """An instruction in words that hold for all families."""
    if name in BINARY or name.startswith("INPLACE_"):
        return [Instruction("OPERATE", 2, BINARY[name.replace("INPLACE_", "BINARY_")])]
    if name == "BINARY_OP":
        return [Instruction("OPERATE", 2, _of(OPERATIONS + OPERATIONS, number))]
    if name in UNARY:
        return [Instruction("OPERATE", 1, UNARY[name])]
    if name == "CALL_INTRINSIC_1" and number == POSITIVE:
        return [Instruction("OPERATE", 1, "positive")]
    if name == "COMPARE_OP":
        shift = {"3.12": 4, "3.13": 5}.get(family.name, 0)
        return [Instruction("OPERATE", 2, _of(COMPARISONS, number >> shift))]
    if name.startswith("IMPORT_") and name != "IMPORT_STAR":
        return [Instruction(name, 0, _of(code.names, number))]
    if name in ("LOAD_GLOBAL", "LOAD_ATTR", "LOAD_METHOD"):
        return _named(code, family, name, number)
    if name in PAIRS:
        first, second = PAIRS[name]
        return [_variable(code, first, number >> 4), _variable(code, second, number & 15)]
    if name in ("LOAD_FAST", "STORE_FAST", "LOAD_FAST_CHECK"):
        return [_variable(code, name.removesuffix("_CHECK"), number)]
    if name == "LOAD_DEREF":
        shared = code.variables if code.layout == "3.11" else (*code.cells, *code.free)
        return [Instruction(name, 0, _of(shared, number))]
    if name in ("LOAD_CONST", "RETURN_CONST"):
        if number >= len(code.constants):
            raise BytecodeError("it names a constant that is not there")
        return [Instruction("LOAD_CONST", number)] + [Instruction("RETURN_VALUE")] * (name == "RETURN_CONST")
    if name.startswith("SLICE+"):
        return [Instruction("SLICE", int(name[-1]))]
    if name == "CALL_FUNCTION" and family.wide:
        return [Instruction("CALL_PAIRS", number)]
    return [Instruction("CALL_FUNCTION" if name == "CALL_METHOD" else name, number)]


POSITIVE = 5
"""The number of the unary plus among Python 3.12's functions of the interpreter itself."""
PAIRS = {
    "LOAD_FAST_LOAD_FAST": ("LOAD_FAST", "LOAD_FAST"), "STORE_FAST_LOAD_FAST": ("STORE_FAST", "LOAD_FAST"),
    "STORE_FAST_STORE_FAST": ("STORE_FAST", "STORE_FAST"),
}  # fmt: skip
"""Two instructions in one."""


def _of(row: tuple[str, ...], number: int) -> str:
    if number >= len(row):
        raise BytecodeError("it names what is not there")
    return row[number]


def _variable(code: Code, name: str, number: int) -> Instruction:
    return Instruction(name, 0, _of(code.variables, number))


def _named(code: Code, family: Family, name: str, number: int) -> list[Instruction]:
    """A name that is looked up; from Python 3.11 on one that is called may have nothing beside it on the stack."""
    paired = (name == "LOAD_GLOBAL" and code.layout == "3.11") or (name == "LOAD_ATTR" and family.name in LATE)
    called = (name == "LOAD_METHOD" and code.layout == "3.11") or (paired and number & 1)
    word = _of(code.names, number >> 1 if paired else number)
    nothing = [Instruction("PUSH_NULL")] if called else []
    if name == "LOAD_GLOBAL":
        return [*nothing, Instruction(name, 0, word)]
    return [Instruction("LOAD_ATTR", 0, word), *nothing]


LATE = ("3.12", "3.13")
