"""Expressions as layers: each function in them is the layer that the families of the reader make of it.

What works on each entry of one map by itself, in as many steps as it likes, is one layer. Where an expression is one
layer, this has the name of the `Lambda`; those of several lie in its scope.
"""

from __future__ import annotations

from rfcli.description.nodes import Node
from rfcli.readers.keras.binding import applied, function, layer_class
from rfcli.readers.keras.calls import Argument, Call, Config, Constant
from rfcli.readers.keras.functions import extents
from rfcli.readers.keras.lambdas.expressions import (
    Applied,
    Expression,
    Given,
    Item,
    Literal,
    Member,
    Named,
    Operation,
    Row,
    Span,
)
from rfcli.readers.keras.lambdas.marshalled import ELLIPSIS
from rfcli.readers.keras.lambdas.names import Signature, entrywise, rooted, signature
from rfcli.readers.keras.lambdas.values import (
    NUMBERS,
    UNKNOWN,
    Entries,
    Filled,
    folded,
    holds_map,
    is_map,
    is_number,
)
from rfcli.readers.keras.merges import repeated_along
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.words.keras import FUNCTIONS, OPERATORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPERATORS_OF = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "truediv": "TrueDivide", "div": "Divide",
    "floordiv": "FloorDivide", "mod": "Mod", "pow": "Power", "negative": "Negative", "positive": "Identity",
    "invert": "LogicalNot", "and": "LogicalAnd", "or": "LogicalOr", "xor": "LogicalXor", "less": "Less",
    "less_equal": "LessEqual", "equal": "Equal", "not_equal": "NotEqual", "greater": "Greater",
    "greater_equal": "GreaterEqual",
}  # fmt: skip
"""Python's operators on tensors, as classes of `keras.ops`."""
SHAPES = ("K.int_shape", "K.shape", "tf.shape", "ops.shape")
ARRAYS = ("np.array", "np.asarray", "np.float32", "tf.constant", "K.constant", "tf.convert_to_tensor", "ops.array")
ROWS = ("tuple", "list")
FILLED = (
    "K.random_normal", "K.random_uniform", "K.ones", "K.zeros", "tf.ones", "tf.zeros", "tf.random.normal",
    "tf.random.uniform", "tf.random_normal", "tf.random_uniform", "ops.ones", "ops.zeros", "tf.truncated_normal",
)  # fmt: skip
"""Functions that make a tensor of a shape."""
WORDS = {
    "np.newaxis": None, "tf.newaxis": None, "np.pi": 3.141592653589793, "np.e": 2.718281828459045,
    "tf.image.ResizeMethod.BILINEAR": "bilinear", "tf.image.ResizeMethod.BICUBIC": "bicubic",
    "tf.image.ResizeMethod.NEAREST_NEIGHBOR": "nearest", "tf.image.ResizeMethod.AREA": "area",
}  # fmt: skip
"""Names of constants."""
KINDS = ("float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool")


class Steps:
    """Draws up the layers of one call of a function, whose arguments are given. `alone` where they are one layer."""

    def __init__(self, call: Call, given: Mapping[str, Argument], alone: bool, old: bool = False) -> None:
        self.call, self.given, self.alone, self.count = call, given, alone, 0
        self.old = old
        """Whether TensorFlow 1 may have run it."""
        self.known: dict[str, Argument] = {}
        """What expressions are, by how they are written."""
        self.layers: dict[Entries, Map] = {}

    def value(self, one: Expression) -> Argument:
        """What an expression gives: a map, a number, a text, None, `...`, a list of such, a slice as a mapping, or a
        constant tensor. Raises `Layout`."""
        key = repr(one)
        if key not in self.known:
            self.known[key] = VALUES[type(one)](self, one)
        return self.known[key]

    def drawn(self, value: Argument) -> Argument:
        """A value with its layers, all of it."""
        if isinstance(value, list):
            return [self.drawn(one) for one in value]
        if not isinstance(value, Entries):
            return value
        if value not in self.layers:
            word = value.word if value.word in FUNCTIONS else "Identity"
            (made,) = self.layer(word, value.name, (value.base,), {})
            self.layers[value] = made
        return self.layers[value]

    def layer(
        self, kind: str, word: str, args: tuple[Argument, ...], named: dict[str, Argument], classes: bool = False
    ) -> list[Argument]:
        """What a function, or a layer of a class, makes of tensors."""
        self.count += 1
        name = self.call.name if self.alone else f"{self.call.name}/{word}"
        config = _config({**self._ordered(named), **named} if classes else {}, self.call.config.node)
        kwargs = {} if classes else named
        key = f"{self.call.key}/{self.count}"
        inner = self.call.replaced(name=name, kind=kind, config=config, args=args, kwargs=kwargs, key=key, stated={})
        return [*applied((layer_class if classes else function)[kind], inner)]

    def _ordered(self, named: dict[str, Argument]) -> dict[str, Argument]:
        """Where channels lie, unless it is said."""
        first = "channels_first" if self.call.tracer.first else "channels_last"
        return {} if named.get("data_format") else {"data_format": first}

    def by_entry(self, word: str, name: str, values: list[Argument]) -> Argument:
        """A function of entries at one place of some values."""
        maps = [one for one in _flat(values) if is_map(one)]
        bases = list(dict.fromkeys(one.base if isinstance(one, Entries) else one for one in maps))
        if not maps:
            return self._of_constants(word, values)
        if len(bases) > 1 and word not in OPERATORS:
            raise Layout(f"{name} takes several maps")
        if len(bases) > 1 and any(isinstance(one, Filled) for one in values):
            raise Layout("a constant of unknown shape")
        if len(bases) > 1:
            return self.layer(word, name, tuple(self.drawn(one) for one in values), {})[0]
        (base,) = bases
        if not isinstance(base, Map):
            raise Layout("it works with maps that are joined")
        for one in values:
            if isinstance(one, Filled):
                repeated_along(base, one.along(base))
            elif isinstance(one, Constant | list) and not holds_map(one):
                repeated_along(base, extents(one))
        single = len(values) == len(maps) == 1 and values[0] == base
        return Entries(base, word if single or (word in FUNCTIONS and maps == [base]) else "Identity", name)

    def _of_constants(self, word: str, values: list[Argument]) -> Argument:
        arrays = [one for one in values if isinstance(one, Constant | Filled | list)]
        if arrays and word in FUNCTIONS:
            return arrays[0]
        if arrays:
            raise Layout("its code works with arrays in a way that is not followed")
        return values[0] if values and word in ("cast", "Cast", "identity", "Identity") else UNKNOWN


def _flat(values: list[Argument]) -> list[Argument]:
    return [part for one in values for part in (_flat(one) if isinstance(one, list) else [one])]


def _config(given: Mapping[str, Argument], at: Node) -> Config:
    """A configuration with these values."""

    def node(value: Argument) -> Node:
        if isinstance(value, list):
            value = [node(one) for one in value]
        return Node(value, at.file, at.line, at.column)

    return Config(Node({key: node(value) for key, value in given.items()}, at.file, at.line, at.column))


# Values of each kind of expression


def _given(steps: Steps, one: Given) -> Argument:
    if one.name not in steps.given:
        raise Layout(f"it reads {one.name}, which the file does not hold")
    return steps.given[one.name]


def _literal(steps: Steps, one: Literal) -> Argument:
    return _plain(one.value)


def _plain(value: Argument) -> Argument:
    if value == ELLIPSIS:
        return Ellipsis
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _named(steps: Steps, one: Named) -> Argument:
    root, name = rooted(one.path)
    path = f"{root}.{name}" if root else name
    if path in WORDS:
        return WORDS[path]
    if root and name in KINDS:
        return name
    raise Layout(f"it reads {one.path}, which the file does not hold")


def _member(steps: Steps, one: Member) -> Argument:
    of = steps.value(one.of)
    if one.name == "shape" and is_map(of):
        return _shape(steps.drawn(of))
    if one.name == "value" and is_number(of):
        return of
    if one.name == "dtype" and is_map(of):
        return "dtype"
    raise Layout(f"its attribute {one.name} is not known")


def _shape(x: Argument) -> list[Argument]:
    """The shape of a map, with None for the batch."""
    if not isinstance(x, Map):
        raise Layout("it works with maps that are joined")
    return [None if at == 0 else UNKNOWN if size is None else size for at, size in enumerate(x.shape)]


def _span(steps: Steps, one: Span) -> Argument:
    start, stop, step = (*map(steps.value, one.ends), None)[:3]
    return {"start": start, "stop": stop, "step": step}


def _row(steps: Steps, one: Row) -> Argument:
    return [steps.value(part) for part in one.parts]


def _operation(steps: Steps, one: Operation) -> Argument:
    values = [steps.value(part) for part in one.operands]
    if not any(map(holds_map, values)):
        return folded(one.name, values)
    if one.name == "matmul":
        return steps.layer("Matmul", "matmul", tuple(map(steps.drawn, values)), {})[0]
    if one.name not in OPERATORS_OF or any(isinstance(part, list) and holds_map(part) for part in values):
        raise Layout(f"the operator {one.name} is not known")
    return steps.by_entry(OPERATORS_OF[one.name], one.name, values)


def _item(steps: Steps, one: Item) -> Argument:
    of, index = steps.value(one.of), steps.value(one.index)
    if isinstance(of, list):
        return _of_list(of, index)
    if not is_map(of):
        raise Layout("it picks from what is no tensor")
    if isinstance(one.index, Row) and one.index.brackets:
        raise Layout("it picks by data")
    return steps.layer("GetItem", "item", (steps.drawn(of),), {"key": index})[0]


def _of_list(of: list[Argument], index: Argument) -> Argument:
    if type(index) is int and -len(of) <= index < len(of):
        return of[index]
    ends = [*index.values()] if isinstance(index, dict) else [UNKNOWN]
    known: list[int | None] = [int(end) if type(end) is int else None for end in ends]
    if known != ends or 0 in ends[2:]:
        raise Layout("it picks what is not there")
    return of[slice(*known)]


def _applied(steps: Steps, one: Applied) -> Argument:
    args, named = [*map(steps.value, one.args)], {name: steps.value(part) for name, part in one.named}
    if isinstance(one.function, Member):
        return _method(steps, one.function, args)
    if not isinstance(one.function, Named):
        raise Layout("it calls what it made itself")
    path = one.function.path
    root, name = rooted(path)
    known = f"{root}.{name}" if root else name
    if known in SHAPES and args[:1] and is_map(args[0]):
        return _shape(steps.drawn(args[0]))
    if known in ("K.ndim", "tf.rank") and args[:1] and is_map(args[0]):
        return len(_shape(steps.drawn(args[0])))
    if not any(map(holds_map, (*args, *named.values()))):
        return _of_numbers(steps, path, known, args, named)
    word = "abs" if known == "abs" else entrywise(path)
    if word is not None:
        return steps.by_entry(word, path.rpartition(".")[2], [*args, *named.values()])
    found = signature(path)
    if found is None:
        raise Layout(f"{path} is not known")
    return _called(steps, path, found, args, named)


def _method(steps: Steps, one: Member, args: list[Argument]) -> Argument:
    of = steps.value(one.of)
    if one.name == "get_shape" and is_map(of):
        return _shape(steps.drawn(of))
    if one.name == "as_list" and isinstance(of, list):
        return of
    raise Layout(f"its method {one.name} is not known")


def _of_numbers(
    steps: Steps, path: str, known: str, args: list[Argument], named: dict[str, Argument]
) -> Argument:  # fmt: skip
    """A function of what does not depend on an input."""
    if known in ("K.epsilon", "K.floatx"):
        return UNKNOWN if known == "K.epsilon" else "float32"
    if known in ROWS and isinstance(args[0], list):
        return args[0]
    if known == "slice" and 1 <= len(args) <= 3:
        start, stop, step = (None, args[0], None) if len(args) == 1 else (*args, None)[:3]
        return {"start": start, "stop": stop, "step": step}
    if known in ARRAYS and args and (is_number(args[0]) or isinstance(args[0], list)):
        return Constant(args[0]) if isinstance(args[0], list) else args[0]
    if known in FILLED and (args or "shape" in named):
        shape = named.get("shape", args[0] if args else None)
        if not isinstance(shape, list):
            raise Layout(f"{path} of a shape that is not known")
        return Filled(tuple(shape))
    if known in NUMBERS and len(args) == 1:
        try:
            return UNKNOWN if args[0] is None or args[0] != args[0] else NUMBERS[known](args[0])
        except (TypeError, ValueError, ArithmeticError) as error:
            raise Layout(f"{path} of what is no number") from error
    word = entrywise(path)
    if word is None:
        raise Layout(f"{path} is not known")
    return steps.by_entry(word, path, args)


def _called(
    steps: Steps, path: str, what: Signature, args: list[Argument], named: dict[str, Argument]
) -> Argument:  # fmt: skip
    """A function of whole maps."""
    given = bound(path, what, args, named)
    if steps.old and "antialias" not in given and (
        what.known == "image.resize" or given.get("interpolation") == "bilinear"
    ):  # fmt: skip
        raise Layout(f"{path} is another one in TensorFlow 1")
    first = steps.drawn(given.pop(""))
    listed = first if isinstance(first, list) else [first]
    if not listed or not all(map(is_map, listed)) or any(map(holds_map, given.values())):
        raise Layout(f"{path} takes other maps than it does here")
    made = steps.layer(what.known, path.rpartition(".")[2], (first,), given, what.layer)
    return made[0] if len(made) == 1 and path.rpartition(".")[2] not in SEVERAL else made


SEVERAL = ("split", "unstack")
"""Functions that give a list."""


def bound(path: str, what: Signature, args: list[Argument], named: dict[str, Argument]) -> dict[str, Argument]:
    """Arguments by what they are called here; what it works on is ""."""
    if len(args) > len(what.parameters):
        raise Layout(f"{path} takes fewer arguments")
    pairs = [(one.name, value) for one, value in zip(what.parameters, args, strict=False)] + [*named.items()]
    targets = {one.name: one.known for one in what.parameters}
    first = what.parameters[0].name
    made: dict[str, Argument] = {}
    for name, value in pairs:
        if name not in targets:
            raise Layout(f"{path} has no argument {name}")
        target = "" if targets[name] == first else targets[name] or "ignored"
        if target.endswith("+"):
            made[target[:-1]] = [*made.get(target[:-1], []), value]
        elif target in made and target != "ignored":
            raise Layout(f"{path} is given {name} twice")
        else:
            made[target] = value
    made.pop("ignored", None)
    if "" not in made:
        raise Layout(f"{path} is given no {first}")
    for one in what.parameters:
        if one.default is not None and one.known not in made:
            made[one.known] = _plain(one.default[0])
    return made | {key: _plain(value) for key, value in what.fixed.items()}


VALUES: dict[type[Expression], Callable[[Steps, Argument], Argument]] = {
    Given: _given, Literal: _literal, Named: _named, Member: _member, Span: _span, Row: _row, Operation: _operation,
    Item: _item, Applied: _applied,
}  # fmt: skip
