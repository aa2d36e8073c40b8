"""What a description may look like before anything is evaluated: one table for the checker and the published schema.

Every shape checks a node and adds what is wrong; `schema` says the same as JSON Schema, and the tests hold both
against each other. Where expressions work, a string with a `$` stands for any value. Wrong values are replaced by
`LOST`, unknown keys keep that value, and keys that are missing get it: what is read after that can be relied on, and
goes on with all the rest.
"""

from __future__ import annotations

import re

from rfcli.description.expressions import QUOTES_HELP
from rfcli.description.names import IDENTIFIER_PATTERN, NAME_HELP, NAME_PATTERN, valid_name
from rfcli.description.nodes import LOST, Node, Problems, is_expression, lost
from rfcli.diagnostics import Near
from rfcli.layers._parameters import (
    EXPRESSION,
    MAX_INTEGER,
    Boolean,
    Choice,
    Integer,
    IntegerPerAxis,
    Kind,
    Number,
    ParameterError,
    shown,
)
from rfcli.layers._registry import LAYERS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

KEYWORDS = frozenset(
    [
        "False",
        "None",
        "True",
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
        "true",
        "false",
        "null",
        "i",
    ]
)
"""Words that cannot be parameters: Python's keywords, the constants, and the counter of repetitions."""

MERGE_HELP = "YAML 1.2 has no merge keys: share values with defaults, blocks or extends"

_identifier = re.compile(IDENTIFIER_PATTERN)


class Shape(Value):
    """What a node may look like."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        """Adds what is wrong with `node`, which is called `what` in messages; whether it can be gone on with.

        What is wrong inside of it is replaced there.
        """
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError


class Of(Shape):
    """A value of a kind that layers' parameters have too."""

    kind: Kind
    literal: bool = False
    """Expressions do not work here."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        value = node.plain() if type(node.value) in (list, dict) else node.value
        try:
            self.kind.parse(value, 1 if self.literal else None)
        except ParameterError as error:
            wrong = node.at(error.path)
            problems.add(wrong, "RF103", f"{what} {error}", _value_help(_flat(wrong.value)))
            return False
        return True

    def schema(self) -> dict[str, Any]:
        found = self.kind.schema()
        if self.literal:
            (only,) = (one for one in found["anyOf"] if one != EXPRESSION)
            return dict(only)
        return found


def _value_help(value: object) -> str:
    if value is None:
        return "a key without a value is null: give the value or leave the key out"
    if type(value) is str and value.lower() in ("yes", "no", "on", "off"):
        return "YAML 1.2 reads this as text: write true or false"
    if type(value) is str and value.strip().lstrip("-").isdecimal():
        return "without quotes it is a number"
    return ""


class Text(Shape):
    """A string; a `name` holds only what names may hold."""

    name: bool = False
    minimum: int = 0

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        text = node.value
        if type(text) is not str:
            help = "quote it" if type(text) in (int, float, bool) else _value_help(text)
            problems.add(node, "RF103", f"{what} must be a string, is {shown(_flat(text))}", help)
        elif len(text) < self.minimum:
            problems.add(node, "RF103", f"{what} must not be empty")
        elif self.name and not is_expression(text) and not valid_name(text):
            problems.add(node, "RF211", f"{what} {shown(text)} holds characters that names may not hold", NAME_HELP)
        else:
            return True
        return False

    def schema(self) -> dict[str, Any]:
        if self.name:
            return {"anyOf": [{"type": "string", "pattern": NAME_PATTERN}, EXPRESSION]}
        return {"type": "string", **({"minLength": self.minimum} if self.minimum else {})}


def _flat(value: Any) -> Any:
    """A node's value as far as messages show it."""
    if type(value) is list:
        return [_flat(item.value) for item in value[:8]]
    return value


class Names(Shape):
    """A list of layers, by name or glob."""

    minimum: int = 1
    maximum: int | None = None

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not list:
            help = f"write [{node.value}]" if type(node.value) is str else ""
            problems.add(node, "RF103", f"{what} must be a list of names, is {shown(_flat(node.value))}", help)
            return False
        before = len(problems)
        if len(node.value) < self.minimum:
            problems.add(node, "RF103", f"{what} must not be empty")
        if self.maximum is not None and len(node.value) > self.maximum:
            problems.add(
                node.value[self.maximum], "RF103", f"{what} takes one name here, has {len(node.value)}",
                "only merges (add, multiply, max, concat) take several inputs",
            )  # fmt: skip
        sound = len(problems) == before
        check_items(node, Text(minimum=1), problems, "a name")
        return sound

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "array", "items": {"type": "string", "minLength": 1}}
        if self.minimum:
            found["minItems"] = self.minimum
        if self.maximum is not None:
            found["maxItems"] = self.maximum
        return found


class Anything(Shape):
    """A parameter's value: a scalar or lists of scalars."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is dict:
            problems.add(node, "RF103", f"{what} must be a scalar or a list, is a mapping")
            return False
        if type(node.value) is list:
            return False not in [self.check(item, problems, what) for item in node.value]
        return True

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/value"}


class Key(Value):
    """A key of a mapping: its value's shape, a sentence of documentation, an example."""

    shape: Shape
    doc: str
    required: bool = False
    example: Any = None


class Record(Shape):
    """A mapping with known keys."""

    keys: Mapping[str, Key]
    reference: str = ""
    """Its name among the schema's definitions; written in place without one."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            help = _value_help(node.value) if node.value is None else ""
            problems.add(node, "RF103", f"{what} must be a mapping, is {shown(_flat(node.value))}", help)
            return False
        check_keys(node, self.keys, problems, what)
        return True

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{self.reference}"} if self.reference else self.definition()

    def definition(self) -> dict[str, Any]:
        return record_schema(self.keys)


def check_keys(node: Node, keys: Mapping[str, Key], problems: Problems, what: str) -> None:
    """Checks the keys of a mapping and their values."""
    before = None
    for name, value in node.value.items():
        key = keys.get(name)
        if key is None:
            help = _key_help(name, keys)
            problems.add(node.key_span(name), "RF101", f"{what} has no key {shown(name)}", help)
            node.value[name] = lost(value)
            if help == QUOTES_HELP and before is not None:  # the rest of an expression, of which it has the beginning
                node.value[before] = lost(node.value[before])
        elif value.value is not LOST and not key.shape.check(value, problems, name):
            node.value[name] = lost(value)
        before = name
    for name, key in keys.items():
        if key.required and name not in node.value:
            problems.add(node, "RF102", f"{what} needs the key '{name}'", _example_help(name, key))
            node.value[name] = lost(node)


def check_items(node: Node, shape: Shape, problems: Problems, what: str) -> None:
    """Checks the items of a list."""
    for at, item in enumerate(node.value):
        if item.value is not LOST and not shape.check(item, problems, what):
            node.value[at] = lost(item)


def _key_help(name: str, keys: Iterable[str]) -> str | Near:
    """What would mend an unknown key."""
    if name == "<<":
        return MERGE_HELP
    if ")" in name or "]" in name:
        return QUOTES_HELP
    if ":" in name and name.partition(":")[0] in keys:
        return f"a space belongs after the colon: {name.replace(':', ': ', 1)}"
    return Near(name, keys)


def _example_help(name: str, key: Key) -> str:
    return f"for example {name}: {shown(key.example)}" if isinstance(key.example, int | str) else ""


def record_schema(keys: Mapping[str, Key]) -> dict[str, Any]:
    """The JSON Schema of a mapping with these keys and no others."""
    properties = {}
    for name, key in keys.items():
        properties[name] = {"description": key.doc, **key.shape.schema()}
        if key.example is not None:
            properties[name]["examples"] = [key.example]
    required = [name for name, key in keys.items() if key.required]
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": required} if required else found


class Table(Shape):
    """A mapping with keys of the user's choice: identifiers of parameters, or names."""

    value: Shape
    identifiers: bool = False
    names: bool = False
    minimum: int = 0

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            problems.add(
                node,
                "RF103",
                f"{what} must be a mapping, is {shown(_flat(node.value))}",
                _value_help(_flat(node.value)),
            )
            return False
        sound = len(node.value) >= self.minimum
        if not sound:
            problems.add(node, "RF103", f"{what} must not be empty")
        for name, value in node.value.items():
            if self.identifiers and (not _identifier.match(name) or name in KEYWORDS):
                help = MERGE_HELP if name == "<<" else "letters, digits and _, no keyword of Python, and not i"
                problems.add(node.key_span(name), "RF103", f"{shown(name)} cannot be the name of a parameter", help)
                sound = False
            elif self.names and not valid_name(name):
                help = MERGE_HELP if name == "<<" else NAME_HELP
                problems.add(node.key_span(name), "RF211", f"{shown(name)} cannot be a name", help)
            if value.value is not LOST and not self.value.check(value, problems, f"{name}"):
                node.value[name] = lost(value)
        return sound

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "object", "additionalProperties": self.value.schema()}
        if self.identifiers:
            found["propertyNames"] = {"pattern": IDENTIFIER_PATTERN, "not": {"enum": sorted(KEYWORDS)}}
        if self.names:
            found["propertyNames"] = {"pattern": NAME_PATTERN}
        if self.minimum:
            found["minProperties"] = self.minimum
        return found


class Either(Shape):
    """One of several shapes, told apart by the kind of value; the last one speaks for all others."""

    cases: tuple[tuple[type, Shape], ...]

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        for kind, shape in self.cases:
            if type(node.value) is kind:
                return shape.check(node, problems, what)
        words = {dict: "a mapping", list: "a list", bool: "true or false", str: "a string"}
        expected = " or ".join(words[kind] for kind, _ in self.cases)
        problems.add(
            node, "RF103", f"{what} must be {expected}, is {shown(_flat(node.value))}", _value_help(node.value)
        )
        return False

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [shape.schema() for _, shape in self.cases]}


class Exactly(Shape):
    """One value."""

    value: int

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) not in (int, float) or node.value != self.value:
            problems.add(
                node, "RF105", f"{what} must be {self.value}, is {shown(_flat(node.value))}",
                _value_help(node.value) or f"this version of rf reads format {self.value}",
            )  # fmt: skip
            return False
        return True

    def schema(self) -> dict[str, Any]:
        return {"const": self.value}


class ExpressionOnly(Shape):
    """A string that holds an expression, where other strings have no meaning."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if not is_expression(node.value):
            problems.add(
                node, "RF103", f"{what} must be an expression, is {shown(node.value)}", _value_help(node.value)
            )
            return False
        return True

    def schema(self) -> dict[str, Any]:
        return dict(EXPRESSION)


# The structure of a description, from the inside out.


class ListOf(Shape):
    """A list."""

    item: Shape
    minimum: int = 0

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not list:
            help = f"write {what}: [] for none" if node.value is None else ""
            problems.add(node, "RF103", f"{what} must be a list, is {shown(_flat(node.value))}", help)
            return False
        if len(node.value) < self.minimum:
            problems.add(node, "RF103", f"{what} must not be empty")
            return False
        check_items(node, self.item, problems, f"an entry of {what}")
        return True

    def schema(self) -> dict[str, Any]:
        found = {"type": "array", "items": self.item.schema()}
        return {**found, "minItems": self.minimum} if self.minimum else found


class Item(Shape):
    """A layer, a scope, or the use of a block."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            problems.add(
                node, "RF103", f"a layer must be a mapping, is {shown(_flat(node.value))}",
                "for example {type: conv, kernel: 3}",
            )  # fmt: skip
            return False
        block, kind = node.value.get("block"), node.value.get("type")
        if block is not None and kind is not None:
            problems.add(
                node.key_span("block"), "RF106", "an item has either 'type' or 'block', here are both",
                "to give a block's layers other values use its parameters: with: {...}",
            )  # fmt: skip
            del node.value["block"]
        elif block is not None:
            check_keys(node, BLOCK_USE, problems, "the use of a block")
            return True
        elif kind is not None and kind.value is LOST:  # checked before, by way of an alias
            return True
        elif kind is None:
            for name in node.value:
                if name not in _ANY_KEY:
                    problems.add(
                        node.key_span(name), "RF101", f"an item has no key {shown(name)}", _key_help(name, _ANY_KEY)
                    )
                    node.value[name] = lost(node.value[name])
            guess = next((f"type: {t}" for t, key in _TELLING if key in node.value), "type: conv, or block: NAME")
            problems.add(node, "RF102", "an item needs the key 'type' or 'block'", f"for example {guess}")
        elif type(kind.value) is not str or is_expression(kind.value):
            problems.add(kind, "RF103", f"type must be the name of a layer type, is {shown(_flat(kind.value))}",
                         "expressions do not work in type: use when, on two items")  # fmt: skip
        elif kind.value in ITEMS:
            check_keys(node, ITEMS[kind.value], problems, kind.value)
            return True
        else:
            problems.add(
                kind, "RF104", f"there is no layer type {shown(kind.value)}",
                Near(kind.value, ITEMS, "type: custom describes any other layer by what it reads"),
            )  # fmt: skip
        node.value["type"] = lost(node)
        for name, key in OF_ANY_ITEM.items():
            value = node.value.get(name)
            if value is not None and value.value is not LOST and not key.shape.check(value, problems, name):
                node.value[name] = lost(value)
        return True

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/item"}


class Defaults(Shape):
    """Parameters by layer type."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            problems.add(node, "RF103", f"defaults must be a mapping, is {shown(_flat(node.value))}")
            return False
        for name, values in node.value.items():
            if name not in DEFAULTS:
                help: str | Near = MERGE_HELP if name == "<<" else Near(name, DEFAULTS)
                said = f"there is no layer type {shown(name)}"
                if name in SCOPES:
                    said, help = f"{name} is a scope: defaults are for layer types", ""
                problems.add(node.key_span(name), "RF104", said, help)
                node.value[name] = lost(values)
            elif values.value is LOST:
                pass
            elif type(values.value) is not dict:
                problems.add(
                    values, "RF103", f"the defaults of {name} must be a mapping, are {shown(_flat(values.value))}"
                )
                node.value[name] = lost(values)
            else:
                check_keys(values, DEFAULTS[name], problems, name)
        return True

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/defaults"}


class Bound(Shape):
    """An expected value: exact, or `{min:, max:}`; per axis or for all."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        before = len(problems)
        if type(node.value) is dict:
            if not node.value:
                problems.add(node, "RF103", f"{what} must have min or max")
            check_keys(node, RANGE, problems, what)
            return bool(node.value)
        if type(node.value) is list:
            if not 1 <= len(node.value) <= 3:
                problems.add(node, "RF103", f"{what} must have one entry for each of 1 to 3 axes")
            for item in node.value:
                if type(item.value) is list:
                    problems.add(item, "RF103", f"{what} must hold numbers, not lists")
                else:
                    self.check(item, problems, what)
        elif type(node.value) not in (int, float, type(None)) and not is_expression(node.value):
            problems.add(
                node, "RF103", f"{what} must be a number, null, {{min:, max:}} or a list, is {shown(node.value)}"
            )
        return len(problems) == before

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/bound"}


EXPECTED_NUMBERS = (
    "size", "stride", "padding", "center", "output_size", "channels", "params", "macs", "flops", "coverage", "paths",
)  # fmt: skip
MAX_EXPECTED = 10**30
"""Bounds may be this large: operations and paths are counted in far more digits than anything has in a layer."""
EXPECTED_FLAGS = ("aligned", "uniform", "global")

_any_number = Number(-MAX_EXPECTED, MAX_EXPECTED)
RANGE = {
    "min": Key(Of(_any_number), "Least value that is right.", example=1),
    "max": Key(Of(_any_number), "Largest value that is right.", example=512),
}
ITEM_LIST = ListOf(Item())
COMMON = {
    "name": Key(Text(name=True, minimum=1), "The layer's name; unnamed layers get `type_N`, unnamed scopes open no "
                "scope. `/` separates scopes.", example="conv1"),
    "repeat": Key(Of(Integer(0)), "How often the item stands here; `i` counts from 1, 0 drops it.", example=3),
    "when": Key(Of(Boolean()), "Drops the item when false.", example="$(stride > 1)"),
}  # fmt: skip
ONE_INPUT = {"inputs": Key(Names(1, 1), "The layer whose output is taken instead of the previous item's.",
                           example=["conv1"])}  # fmt: skip
MERGE_INPUTS = {"inputs": Key(Names(1), "The layers that are merged, by name or glob.", True, ["conv1", "conv2"])}
_TELLING = (("residual", "shortcut"), ("branches", "branches"), ("sequence", "layers"), ("conv", "kernel"))
BLOCK_USE = {
    "block": Key(Text(minimum=1), "The block whose layers stand here.", True, "unit"),
    "with": Key(Table(Anything(), identifiers=True), "The block's parameters.", example={"width": 64}),
    **COMMON, **ONE_INPUT,
}  # fmt: skip
BRANCH = Record(
    {
        "layers": Key(ITEM_LIST, "The branch's layers.", True, [{"type": "conv", "kernel": 3}]),
        "when": COMMON["when"],
    },
    "branch",
)
_branch = Either(((list, ITEM_LIST), (dict, BRANCH)))
SCOPES = {
    "sequence": {"layers": Key(ITEM_LIST, "Layers, one after the other.", True, [{"type": "conv", "kernel": 3}])},
    "residual": {
        "layers": Key(ITEM_LIST, "The body's layers.", True, [{"type": "conv", "kernel": 3, "padding": 1}]),
        "shortcut": Key(
            Either(((list, ITEM_LIST), (bool, Of(Boolean())), (str, ExpressionOnly()))),
            "The shortcut's layers; the identity when left out, none (and no merge) when false.", example=False,
        ),
        "merge": Key(Of(Choice(("add", "multiply", "max", "concat"))), "How both are merged; add when left out.",
                     example="add"),
    },
    "branches": {
        "branches": Key(
            Either(((list, ListOf(_branch)), (dict, Table(_branch, names=True)))),
            "The branches, a list or a mapping of named lists.", True,
            [[{"type": "conv", "kernel": 1}], [{"type": "conv", "kernel": 3, "padding": 1}]],
        ),
        "merge": Key(Of(Choice(("concat", "add", "multiply", "max", "none"))),
                     "How they are merged; concat when left out. After none the next item names its inputs.",
                     example="concat"),
    },
}  # fmt: skip
DEFAULTS = {
    name: {
        parameter: Key(Of(declared.kind), declared.doc, example=declared.example)
        for parameter, declared in cls.parameters.items()
    }
    for name, cls in LAYERS.items()
}
"""Layer type -> its parameters."""


def _item_keys(kind: str, keys: Mapping[str, Key], doc: str, merge: bool) -> dict[str, Key]:
    return {"type": Key(Text(), doc, True), **COMMON, **(MERGE_INPUTS if merge else ONE_INPUT), **keys}


ITEMS = {
    **{name: _item_keys(name, keys, "A scope.", False) for name, keys in SCOPES.items()},
    **{name: _item_keys(name, DEFAULTS[name], "", cls.merge) for name, cls in LAYERS.items()},
}
"""Type -> the keys of such an item."""

OF_ANY_ITEM = {
    **COMMON, "inputs": MERGE_INPUTS["inputs"],
    "layers": Key(ITEM_LIST, ""),
}  # fmt: skip
"""Keys that are checked where it is not known what an item is."""

_ANY_KEY = dict.fromkeys(["block", "with", *(key for keys in ITEMS.values() for key in keys)])
"""Keys that some item has."""


class InputSize(Shape):
    """An integer, a list with an entry per axis, or null; entries may be null."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if node.value is None:
            return True
        plain = node.plain()
        if type(plain) is list:
            plain = [1 if entry is None else entry for entry in plain]
        try:
            IntegerPerAxis().parse(plain, None)
        except ParameterError as error:
            problems.add(node.at(error.path), "RF103", f"{what} {error}", _value_help(plain))
            return False
        return True

    def schema(self) -> dict[str, Any]:
        one = [{"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}, {"type": "null"}, EXPRESSION]
        return {"anyOf": [*one, {"type": "array", "items": {"anyOf": one}, "minItems": 1, "maxItems": 3}]}


class Dims(Kind):
    """1, 2 or 3."""

    def parse(self, value: object, axes: int | None) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if (type(value) is int and 1 <= value <= 3) or (axes is None and is_expression(value)):
            return value if type(value) is int else 2
        raise ParameterError(f"must be 1, 2 or 3, is {shown(value)}")

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"enum": [1, 2, 3]}, EXPRESSION]}


INPUT = Record(
    {
        "name": Key(Text(name=True, minimum=1), "The input's name; `input` when left out.", example="image"),
        "size": Key(
            InputSize(), "Samples, an integer for all axes or a list in [depth, height, width] order; null is unknown.",
            example=[224, 224],
        ),
        "channels": Key(Of(Integer()), "Channels; unknown when left out.", example=3),
        "dims": Key(Of(Dims()), "Number of axes, 1, 2 or 3; needed where size does not tell.", example=2),
    },
    "input",
)  # fmt: skip
NAMED_INPUT = Record({name: key for name, key in INPUT.keys.items() if name != "name"}, "named_input")
EXPECTATION = Record(
    {
        "layer": Key(Text(minimum=1), "The layer or scope; the outputs and totals when left out.", example="block4"),
        **{
            name: Key(Bound(), f"Expected {name.replace('_', ' ')}: exact or {{min:, max:}}, for all axes or per axis.",
                      example=64)
            for name in EXPECTED_NUMBERS
        },
        **{name: Key(Of(Boolean()), f"Expected value of {name}.", example=True) for name in EXPECTED_FLAGS},
        "input_size": Key(InputSize(), "The input size at which this holds; the file's when left out.", example=321),
        "source": Key(Text(), "Where the figure is published.", example="Araujo et al. 2019, table 1"),
        "reason": Key(Text(), "Why this is expected.", example="objects are up to 64 pixels wide"),
    },
    "expectation",
)  # fmt: skip
BLOCK = Record(
    {
        "parameters": Key(Table(Anything(), identifiers=True), "Parameters and their defaults; null is required.",
                          example={"width": None, "stride": 1}),
        "layers": Key(ITEM_LIST, "The block's layers.", True, [{"type": "conv", "kernel": 3, "filters": "$width"}]),
    },
    "block",
)  # fmt: skip
CHECK = Record(
    {
        "select": Key(ListOf(Text(minimum=1)), "Design rules that are checked.", example=["RF501"]),
        "ignore": Key(ListOf(Text(minimum=1)), "Design rules that are not checked.", example=["RF502"]),
    },
    "check",
)
ACCURACY = Record(
    {
        "top1": Key(Of(Number(0, 1)), "Share of images whose first guess is right.", example=0.752),
        "top5": Key(Of(Number(0, 1)), "Share of images with a right guess among five.", example=0.922),
        "source": Key(Text(), "Where it is published.", example="TF-Slim's model table"),
    },
    "accuracy",
)
DOCUMENT = Record(
    {
        "format": Key(Exactly(1), "The version of the format.", True, 1),
        "name": Key(Text(name=True, minimum=1), "Its name; the file's when left out.", example="resnet_v1_50"),
        "family": Key(Text(), "The family of networks it belongs to.", example="ResNet"),
        "year": Key(Of(Integer(1900)), "Year of publication.", example=2016),
        "reference": Key(Text(), "Where the architecture is published.", example="He et al. 2016"),
        "accuracy": Key(ACCURACY, "Published accuracy.", example={"top1": 0.752, "source": "TF-Slim"}),
        "extends": Key(Text(minimum=1), "A description to start from: a relative file or a bundled name. Parameters, "
                       "blocks and defaults merge by key, other keys replace.", example="resnet_v1_50"),
        "input": Key(INPUT, "The input.", example={"size": [224, 224], "channels": 3}),
        "inputs": Key(Table(NAMED_INPUT, names=True, minimum=1), "Several inputs by name.",
                      example={"rgb": {"size": 224}, "depth": {"size": 224}}),
        "parameters": Key(Table(Anything(), identifiers=True), "Parameters and their values, overridden by --set.",
                          example={"width": 1.0}),
        "defaults": Key(Defaults(), "Parameters by layer type; a layer's own value wins.",
                        example={"conv": {"padding": "same"}}),
        "blocks": Key(Table(BLOCK, names=True), "Blocks by name.",
                      example={"unit": {"parameters": {"width": None}, "layers": []}}),
        "layers": Key(ITEM_LIST, "The network's layers, in order.", example=[{"type": "conv", "kernel": 3}]),
        "outputs": Key(Names(1), "The outputs; every layer that nothing consumes when left out.", example=["logits"]),
        "expect": Key(ListOf(EXPECTATION), "What the network promises.",
                      example=[{"layer": "block4", "size": 483}]),
        "check": Key(CHECK, "Which design rules apply.", example={"ignore": ["RF502"]}),
    }
)  # fmt: skip


def check_document(root: Node, problems: Problems) -> bool:
    """Adds everything that is structurally wrong with a description; whether it is one that can be gone on with."""
    if type(root.value) is not dict:
        problems.add(root, "RF105", f"a description must be a mapping, this is {shown(_flat(root.value))}",
                     "it starts with 'format: 1' and has 'layers'")  # fmt: skip
        return False
    if "format" not in root.value and "layers" not in root.value and "extends" not in root.value:
        problems.add(root, "RF105", "not an architecture description: it has neither 'format' nor 'layers'",
                     "a description starts with 'format: 1' and has 'layers'")  # fmt: skip
        return False
    other_format = "format" in root.value and root.value["format"].value is not LOST
    DOCUMENT.check(root, problems, "a description")
    if "layers" not in root.value and "extends" not in root.value:
        problems.add(root, "RF102", "a description needs the key 'layers' (or 'extends')")
        root.value["layers"] = lost(root)
    if "input" in root.value and "inputs" in root.value:
        problems.add(root.key_span("inputs"), "RF106", "a description has either 'input' or 'inputs', here are both")
        root.value["input"] = lost(root.value.pop("inputs"))
    return not (other_format and root.value["format"].value is LOST)
