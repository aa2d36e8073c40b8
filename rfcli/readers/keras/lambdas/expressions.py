"""What code that runs straight through gives, as an expression of its arguments: its instructions are followed with
expressions on the stack in place of values, and nothing is run.

    lambda x: K.mean(x / 127.5, axis=1)

is `Applied(Named("K.mean"), (Operation("truediv", (Given("x"), Literal(127.5))),), (("axis", Literal(1)),))`.
"""

from __future__ import annotations

from rfcli.readers.keras.lambdas.bytecode import BytecodeError, Instruction, instructions
from rfcli.readers.keras.lambdas.marshalled import ELLIPSIS, Code, Other, Plain
from rfcli.readers.keras.lambdas.opcodes import FAMILIES
from rfcli.tables import Table
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_SIZE = 500
"""Parts of an expression."""
MAX_DEPTH = 40
"""Expressions in one another."""
MAX_WORD = 40
"""Characters of a name that are told."""


class Unread(Exception):
    """Code that is not read as an expression, with the reason."""


class Expression(Value):
    """A value that the code works with."""


class Given(Expression):
    """An argument, or a variable of a function around this one."""

    name: str


class Literal(Expression):
    """A number, a text, None, True, False or `...`, or a tuple of them."""

    value: Plain


class Named(Expression):
    """A name that the module of the code has, with those in it: K.image.resize."""

    path: str


class Member(Expression):
    """An attribute of another value."""

    of: Expression
    name: str


class Item(Expression):
    of: Expression
    index: Expression


class Span(Expression):
    """A slice."""

    ends: tuple[Expression, ...]


class Row(Expression):
    """A tuple, or a list, which stands in brackets."""

    parts: tuple[Expression, ...]
    brackets: bool = False


class Operation(Expression):
    """An operator on one value or two."""

    name: str
    operands: tuple[Expression, ...]


class Applied(Expression):
    """A function called."""

    function: Expression
    args: tuple[Expression, ...]
    named: tuple[tuple[str, Expression], ...]


class Function(Value):
    """A function: its arguments, of which so many may be given by position, the variables that it takes of functions
    around it, and what it gives."""

    arguments: tuple[str, ...]
    given: int
    free: tuple[str, ...]
    body: Expression
    layout: str = "3.0"
    """That of its code object: TensorFlow 1 runs on no Python later than 3.7."""


def function_of(readings: Iterator[Code]) -> Function:
    """The function that code objects are, all of which are readings of the same bytes. Raises `Unread` where none or
    several of them have a meaning."""
    found: dict[str, Function] = {}
    reasons: list[str] = []
    for code in readings:
        if code.flags & (VARIADIC | PAUSES):
            reasons.append("its code is a generator" if code.flags & PAUSES else "it takes any number of arguments")
            continue
        for family in FAMILIES:
            if family.layout == code.layout:
                try:
                    made = Machine(code).run(instructions(code, family))
                    found[repr(made)] = made
                except BytecodeError:
                    continue
                except Unread as reason:
                    reasons.append(str(reason))
    if len(found) == 1 and not reasons:
        return next(iter(found.values()))
    if found:
        raise Unread("its code may mean several things")
    raise Unread(reasons[0] if reasons else "its code is of no version of Python that is known")


VARIADIC = 0x04 | 0x08
"""The flags of code that takes any number of arguments."""
PAUSES = 0x20 | 0x80 | 0x200
"""Those of generators and coroutines."""


class Machine:
    """Follows instructions."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.stack: list[Expression | None] = []
        """None stands beside functions that are called, from Python 3.11 on."""
        self.variables: dict[str, Expression] = {}
        self.sizes: dict[int, tuple[Expression, int, int]] = {}
        """What was made, by its identity, with its size and its depth."""
        self.names: tuple[str, ...] = ()
        """Names of the last arguments of the next call."""
        self.result: Expression | None = None

    def run(self, steps: list[Instruction]) -> Function:
        code = self.code
        arguments = code.variables[: code.given + code.keywords]
        self.variables = {name: Given(name) for name in arguments}
        for step in steps:
            if self.result is not None:
                raise BytecodeError("code behind its end")
            if step.name not in instruction:
                raise Unread(_reason(step.name))
            instruction[step.name](self, step)
            if len(self.stack) > max(code.stack, 1):
                raise BytecodeError("its stack is too deep")
        if self.result is None or self.stack:
            raise BytecodeError("it gives nothing")
        return Function(arguments, code.given, code.free, self.result, code.layout)

    def pop(self) -> Expression:
        found = self.stack.pop() if self.stack else None
        if found is None:
            raise BytecodeError("a value is missing")
        return found

    def several(self, count: int) -> tuple[Expression, ...]:
        """The last so many values."""
        if count > len(self.stack):
            raise BytecodeError("a value is missing")
        return tuple(reversed([self.pop() for _ in range(count)]))

    def push(self, made: Expression, *parts: Expression) -> None:
        """Puts what is made of some parts on the stack. Raises `Unread` where it gets too large."""
        known = [self.sizes.get(id(one), (one, 1, 1)) for one in parts]
        size, depth = 1 + sum(one[1] for one in known), 1 + max((one[2] for one in known), default=0)
        if size > MAX_SIZE or depth > MAX_DEPTH:
            raise Unread("its expression is too large")
        self.sizes[id(made)] = made, size, depth
        self.stack.append(made)

    def constant(self, number: int) -> Plain:
        return self.code.constants[number]

    def words(self, value: object) -> tuple[str, ...]:
        """Names of arguments."""
        if not isinstance(value, tuple) or not all(isinstance(one, str) for one in value):
            raise BytecodeError("names that are none")
        return tuple(map(str, value))

    def call(self, count: int, names: tuple[str, ...], paired: bool = False) -> None:
        """Calls a function with so many values, of which the last ones are those of some names."""
        if len(names) > count:
            raise BytecodeError("more names than arguments")
        values = self.several(count)
        if paired and (len(self.stack) < 2 or (self.stack[-1] is None) == (self.stack[-2] is None)):
            raise BytecodeError("nothing is called")
        beside = paired and self.stack[-1] is None and self.stack.pop() is None
        function = self.pop()
        if paired and not beside:
            self.stack.pop()
        plain = values[: count - len(names)]
        named = tuple(zip(names, values[count - len(names) :], strict=True))
        if len(set(names)) < len(names):
            raise BytecodeError("an argument is given twice")
        self.push(Applied(function, plain, named), function, *values)


def _reason(name: str) -> str:
    """Why an instruction is not followed."""
    for words, reason in REASONS.items():
        if any(word in name for word in words):
            return f"its code {reason}"
    return "its code does more than an expression"


REASONS = {
    ("FOR_ITER", "GET_ITER", "LOOP"): "has a loop",
    ("JUMP", "SEND"): "has a branch",
    ("MAKE_", "CLOSURE"): "holds another function",
    ("CALL_FUNCTION_", "UNPACK"): "unpacks arguments",
    ("MAP", "DICT"): "holds a dictionary",
    ("STRING", "FORMAT"): "writes a text",
    ("GLOBAL", "DEREF", "STORE_ATTR", "STORE_SUBSCR"): "changes what is outside of it",
}


instruction: Table[Callable[[Machine, Instruction], None]] = Table("instruction")
"""Instruction -> what it does with the stack."""


@instruction("LOAD_CONST")
def load_constant(machine: Machine, step: Instruction) -> None:
    value = machine.constant(step.number)
    machine.push(Literal(_plain(value)), *[Literal(None)] * _count(value))


def _plain(value: Plain) -> Plain:
    """A constant without what Python 2 knows of its texts. Raises `Unread` for what is not looked at."""
    if isinstance(value, Other) and value != ELLIPSIS:
        raise Unread(_reason("MAKE_FUNCTION") if value.kind == "code" else "its code has a constant that is not known")
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return str(value) if isinstance(value, str) else value


def _count(value: Plain) -> int:
    return sum(map(_count, value)) + len(value) if isinstance(value, tuple) else 0


@instruction("LOAD_FAST")
def load_variable(machine: Machine, step: Instruction) -> None:
    if step.word not in machine.variables:
        raise BytecodeError("a variable without a value")
    machine.stack.append(machine.variables[step.word])


@instruction("LOAD_DEREF")
def load_free(machine: Machine, step: Instruction) -> None:
    if step.word not in machine.code.free:
        raise Unread(_reason("MAKE_CELL"))
    machine.push(Given(step.word))


@instruction("STORE_FAST")
def store_variable(machine: Machine, step: Instruction) -> None:
    machine.variables[step.word] = machine.pop()


@instruction("LOAD_GLOBAL")
def load_name(machine: Machine, step: Instruction) -> None:
    machine.push(Literal(CONSTANTS[step.word]) if step.word in CONSTANTS else Named(step.word))


CONSTANTS = {"None": None, "True": True, "False": False}
"""What is a name in Python 2."""


@instruction("LOAD_ATTR")
def load_member(machine: Machine, step: Instruction) -> None:
    of = machine.pop()
    machine.push(Named(f"{of.path}.{step.word}") if isinstance(of, Named) else Member(of, step.word), of)


@instruction("PUSH_NULL")
def push_nothing(machine: Machine, step: Instruction) -> None:
    machine.stack.append(None)


@instruction("OPERATE")
def operate(machine: Machine, step: Instruction) -> None:
    operands = machine.several(step.number)
    machine.push(Operation(step.word, operands), *operands)


@instruction("BINARY_SUBSCR")
def item(machine: Machine, step: Instruction) -> None:
    of, index = machine.several(2)
    machine.push(Item(of, index), of, index)


@instruction("BUILD_SLICE")
def span(machine: Machine, step: Instruction) -> None:
    if step.number not in (2, 3):
        raise BytecodeError("a slice of other than two or three numbers")
    ends = machine.several(step.number)
    machine.push(Span(ends), *ends)


@instruction("BINARY_SLICE")
def cut(machine: Machine, step: Instruction) -> None:
    of, *ends = machine.several(3)
    machine.push(Item(of, Span(tuple(ends))), of, *ends)


@instruction("SLICE")
def cut_of_old(machine: Machine, step: Instruction) -> None:
    """Python 2's x[a:b]: the number says which of both are there."""
    end = machine.pop() if step.number & 2 else Literal(None)
    start = machine.pop() if step.number & 1 else Literal(None)
    of = machine.pop()
    machine.push(Item(of, Span((start, end))), of, start, end)


@instruction("BUILD_TUPLE", "BUILD_LIST")
def row(machine: Machine, step: Instruction) -> None:
    parts = machine.several(step.number)
    machine.push(Row(parts, step.name == "BUILD_LIST"), *parts)


@instruction("LIST_EXTEND")
def extended(machine: Machine, step: Instruction) -> None:
    """A list of constants is an empty one to which they are added."""
    of, more = machine.several(2)
    if step.number != 1 or of != Row((), True) or not isinstance(more, Literal) or not isinstance(more.value, tuple):
        raise Unread("its code puts lists together")
    parts = tuple(map(Literal, more.value))
    machine.push(Row(parts, True), *parts, more)


@instruction("UNPACK_SEQUENCE")
def unpacked(machine: Machine, step: Instruction) -> None:
    of = machine.pop()
    if step.number > MAX_DEPTH:
        raise Unread("its expression is too large")
    for number in reversed(range(step.number)):
        machine.push(Item(of, Literal(number)), of)


@instruction("DUP_TOP", "COPY")
def doubled(machine: Machine, step: Instruction) -> None:
    if step.name == "COPY" and step.number != 1:
        raise Unread("its code does more than an expression")
    (top,) = machine.several(1)
    machine.stack += [top, top]


@instruction("ROT_TWO", "SWAP")
def swapped(machine: Machine, step: Instruction) -> None:
    if step.name == "SWAP" and step.number != 2:
        raise Unread("its code does more than an expression")
    first, second = machine.several(2)
    machine.stack += [second, first]


@instruction("POP_TOP")
def dropped(machine: Machine, step: Instruction) -> None:
    machine.pop()


@instruction("IMPORT_NAME")
def imported(machine: Machine, step: Instruction) -> None:
    """A module: the whole of a dotted name where something is taken from it, and else what contains it."""
    _, taken = machine.several(2)
    whole = isinstance(taken, Literal) and bool(taken.value)
    machine.push(Named(step.word if whole else step.word.partition(".")[0]))


@instruction("IMPORT_FROM")
def taken_from(machine: Machine, step: Instruction) -> None:
    (of,) = machine.several(1)
    if not isinstance(of, Named):
        raise BytecodeError("nothing is imported")
    machine.stack.append(of)
    machine.push(Named(f"{of.path}.{step.word}"), of)


@instruction("KW_NAMES")
def named(machine: Machine, step: Instruction) -> None:
    if step.number >= len(machine.code.constants):
        raise BytecodeError("names that are none")
    machine.names = machine.words(machine.constant(step.number))


@instruction("CALL")
def called(machine: Machine, step: Instruction) -> None:
    names, machine.names = machine.names, ()
    machine.call(step.number, names, paired=True)


@instruction("CALL_KW")
def called_by_name(machine: Machine, step: Instruction) -> None:
    machine.call(step.number, machine.words(_value(machine.pop())), paired=True)


@instruction("CALL_FUNCTION")
def called_before(machine: Machine, step: Instruction) -> None:
    """Until Python 3.10."""
    machine.call(step.number, ())


@instruction("CALL_FUNCTION_KW")
def called_by_name_before(machine: Machine, step: Instruction) -> None:
    machine.call(step.number, machine.words(_value(machine.pop())))


@instruction("CALL_PAIRS")
def called_with_pairs(machine: Machine, step: Instruction) -> None:
    """Until Python 3.5 names stand before their values."""
    plain, pairs = step.number & 0xFF, step.number >> 8
    given = machine.several(2 * pairs)
    names = machine.words(tuple(_value(one) for one in given[::2]))
    machine.stack += given[1::2]
    machine.call(plain + pairs, names)


def _value(one: Expression) -> Plain:
    return one.value if isinstance(one, Literal) else None


@instruction("RETURN_VALUE")
def given_back(machine: Machine, step: Instruction) -> None:
    machine.result = machine.pop()
