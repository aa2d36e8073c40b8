"""The shapes that a part of a description may have before anything is evaluated.

Every shape checks a node and adds what is wrong; `schema` says the same as JSON Schema, and the tests compare the two.
Where expressions work, a string with a `$` stands for any value. Wrong values are replaced by `LOST`, and so are those
of unknown keys; missing keys get that value too. After the check the structure can be relied on, and reading goes on
with all the rest.
"""

from __future__ import annotations

from rfcli.description.expressions import QUOTES_HELP, TRUE
from rfcli.description.names import IDENTIFIER_PATTERN, KEYWORDS, NAME_HELP, NAME_PATTERN, valid_name, valid_parameter
from rfcli.description.nodes import LOST, Node, Problems, is_expression, lost
from rfcli.diagnostics import Mend, Near, Said
from rfcli.layers._parameters import (
    EXPRESSION,
    MAX_AXES,
    MAX_INTEGER,
    IntegerPerAxis,
    Kind,
    ParameterError,
    integral,
    per_axis_schema,
    shown,
)
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rfcli.description.nodes import Plain

    Aside = Callable[[str, Node, Problems], Said | None]
    Schema = dict[str, Plain]
    """A JSON Schema, or a part of one."""

MERGE_HELP = "YAML 1.2 has no merge keys: share values with defaults, blocks or extends"


class Shape(Value):
    """What a node may look like."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        """Adds what is wrong with `node`, which messages call `what`; tells whether it can be kept.

        What is wrong inside of it has then been replaced.
        """
        raise NotImplementedError

    def schema(self) -> Schema:
        """The same as JSON Schema."""
        raise NotImplementedError


class Of(Shape):
    """A value of a kind that parameters of layers have, too."""

    kind: Kind

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        value = node.plain() if type(node.value) in (list, dict) else node.value
        try:
            self.kind.parse(value, None)
        except ParameterError as error:
            wrong = node.at(error.path)
            problems.add(wrong, "RF103", f"{what} {error}", value_help(wrong, problems, what, self.kind))
            return False
        return True

    def schema(self) -> Schema:
        return self.kind.schema()


def refused(node: Node, problems: Problems, what: str, expected: str, help: str | Near | Said = "") -> bool:
    """Adds that a value is not what is expected; False, for a check to return."""
    problems.add(node, "RF103", f"{what} must be {expected}, is {shown(flat(node.value))}", help)
    return False


def value_help(node: Node, problems: Problems, what: str = "", kind: Kind | None = None) -> str | Said:
    """The mend of a scalar that is often not what its writer thinks it is, the value of the key `what`."""
    value = flat(node.value)
    if value is None:
        return "a key without a value is null: give the value or leave the key out"
    from rfcli.description.mending import value_said

    found = value_said(node, problems, what.rpartition(" ")[2], kind)
    if found:
        return found
    if type(value) is str and value.lower() in ("yes", "no", "on", "off"):
        meant = "true" if value.lower() in TRUE else "false"
        return Said("YAML 1.2 reads this as text: write true or false", Mend("value", (meant,)))
    return ""


class Text(Shape):
    """A string; a `name` holds only what names may hold."""

    name: bool = False
    minimum: int = 0

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        text = node.value
        if type(text) is not str:
            if type(text) is int and what == "a name":
                from rfcli.description.mending import numbered

                return refused(node, problems, what, "a string", numbered(node))
            help = "quote it" if type(text) in (int, float, bool) else value_help(node, problems)
            return refused(node, problems, what, "a string", help)
        if len(text) < self.minimum:
            problems.add(node, "RF103", f"{what} must not be empty")
        elif self.name and not is_expression(text) and not valid_name(text):
            problems.add(node, "RF211", f"{what} {shown(text)} holds characters that names may not hold", NAME_HELP)
        else:
            return True
        return False

    def schema(self) -> Schema:
        if self.name:
            return {"anyOf": [{"type": "string", "pattern": NAME_PATTERN}, EXPRESSION]}
        return {"type": "string", **({"minLength": self.minimum} if self.minimum else {})}


def flat(value: Plain) -> Plain:
    """A node's value as far as messages show it."""
    if type(value) is list:
        return [flat(item.value) for item in value[:8]]
    return value


class Anything(Shape):
    """A parameter's value: a scalar or lists of scalars."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is dict:
            return refused(node, problems, what, "a scalar or a list")
        if type(node.value) is list:
            return False not in [self.check(item, problems, what) for item in node.value]
        return True

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/value"}


class Key(Value):
    """A key of a mapping: its value's shape, a sentence of documentation, an example."""

    shape: Shape
    doc: str
    required: bool = False
    example: Plain = None


class Record(Shape):
    """A mapping with known keys."""

    keys: Mapping[str, Key]
    reference: str = ""
    """Its name among the schema's definitions; written in place without one."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            return refused(node, problems, what, "a mapping", value_help(node, problems) if node.value is None else "")
        check_keys(node, self.keys, problems, what)
        return True

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.reference}"} if self.reference else self.definition()

    def definition(self) -> Schema:
        return record_schema(self.keys)


class BranchRecord(Record):
    """A branch, which people state by its only layer."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict or not any(key in node.value for key in ("type", "block")):
            return super().check(node, problems, what)
        from rfcli.description.mending import branch_said

        return refused(node, problems, what, "a list of layers", branch_said(node, problems) or "")


class InputRecord(Record):
    """An input, which other tools state by a shape."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        strange = [key for key in node.value if key not in self.keys] if type(node.value) is dict else None
        if strange is None or strange:
            from rfcli.description.mending import input_said

            said = input_said(node)
            if said is not None and strange is None:
                return refused(node, problems, what, "a mapping", said)
            if said is not None and strange:
                problems.add(node.key_span(strange[0]), "RF101", f"{what} has no key {shown(strange[0])}", said)
                return False
        size = node.value.get("size") if strange is not None else None
        if size is not None and type(size.value) in (str, list):
            from rfcli.description.mending import size_said

            shape = size_said(size, "channels" in node.value)
            if shape is not None:
                problems.add(size, "RF103", f"size {shape[0]}", shape[1])
                node.value["size"] = lost(size)
        return super().check(node, problems, what)


def check_keys(node: Node, keys: Mapping[str, Key], problems: Problems, what: str, aside: Aside | None = None) -> None:
    """Checks the keys of a mapping and their values. `aside` may say more about a key that is none."""
    before = None
    meant: list[str] = []
    if any(type(one.value) is str and one.value.count("(") > one.value.count(")") for one in node.value.values()):
        from rfcli.description.mending import unpacked

        unpacked(node, problems)
    for name, value in node.value.items():
        key = keys.get(name)
        if key is None:
            help = (aside and aside(name, node, problems)) or key_help(name, keys, node)
            problems.add(node.key_span(name), "RF101", f"{what} has no key {shown(name)}", help)
            meant += help.mend.new if isinstance(help, Said) and help.mend is not None else ()
            node.value[name] = lost(value)
            if help == QUOTES_HELP and before is not None:  # the rest of an expression that begins there
                node.value[before] = lost(node.value[before])
        elif value.value is not LOST and not key.shape.check(value, problems, name):
            node.value[name] = lost(value)
        before = name
    for name, key in keys.items():
        if key.required and name not in node.value:
            if name not in meant:
                problems.add(node, "RF102", f"{what} needs the key '{name}'", _example_help(name, key))
            node.value[name] = lost(node)


def check_items(node: Node, shape: Shape, problems: Problems, what: str) -> None:
    """Checks the items of a list."""
    sound = problems.sound
    for at, item in enumerate(node.value):
        if item.value is not LOST and id(item) not in sound and not shape.check(item, problems, what):
            node.value[at] = lost(item)


def key_help(name: str, keys: Iterable[str], node: Node) -> str | Near | Said:
    """What would mend an unknown key of a mapping."""
    if name == "<<":
        return MERGE_HELP
    if "blocks" in keys and "(" in name:
        from rfcli.description.using import defined_said

        defined = defined_said(name, "blocks")
        if defined is not None:
            return defined
    if ")" in name or "]" in name:
        return QUOTES_HELP
    if ":" in name and name.partition(":")[0] in keys:
        return f"a space belongs after the colon: {name.replace(':', ': ', 1)}"
    from rfcli.description.mending import key_said

    found = key_said(name, node, keys)
    if "channels" in name and not found:
        keys = [key for key in keys if key != "chain"]
    return found or Near(name, keys, _listed(list(keys)))


MOST_KEYS = 16
"""Keys that are named where none is near."""


def _listed(keys: list[str]) -> str:
    """The keys that there are, or the first of many."""
    more = f" and {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else ""
    return f"known here: {', '.join(keys[:MOST_KEYS])}{more}" if keys else ""


def _example_help(name: str, key: Key) -> str | Said:
    if isinstance(key.shape, Exactly):
        return Said(f"write {name}: {key.shape.value}", Mend("first", (name, str(key.shape.value))))
    return f"for example {name}: {shown(key.example)}" if isinstance(key.example, int | str) else ""


def record_schema(keys: Mapping[str, Key]) -> Schema:
    """The JSON Schema of a mapping with these keys and no others."""
    properties = {}
    for name, key in keys.items():
        properties[name] = {"description": key.doc, **key.shape.schema()}
        if key.example is not None:
            properties[name]["examples"] = [key.example]
    required = [name for name, key in keys.items() if key.required]
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": required} if required else found


class MappingOf(Shape):
    """A mapping with keys of the user's choice: identifiers of parameters, or names."""

    value: Shape
    identifiers: bool = False
    names: bool = False
    minimum: int = 0

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            return refused(node, problems, what, "a mapping", value_help(node, problems))
        sound = len(node.value) >= self.minimum
        if not sound:
            problems.add(node, "RF103", f"{what} must not be empty")
        for name, value in node.value.items():
            if self.identifiers and not valid_parameter(name):
                say = f": {name}_, say" if valid_parameter(f"{name}_") else ""
                help = MERGE_HELP if name == "<<" else f"letters, digits and _, no keyword of Python, and not i{say}"
                problems.add(node.key_span(name), "RF103", f"{shown(name)} cannot be the name of a parameter", help)
                sound = False
            elif self.names and not valid_name(name):
                help = MERGE_HELP if name == "<<" else NAME_HELP
                problems.add(node.key_span(name), "RF211", f"{shown(name)} cannot be a name", help)
            if value.value is not LOST and not self.value.check(value, problems, f"{name}"):
                node.value[name] = lost(value)
        return sound

    def schema(self) -> Schema:
        found: Schema = {"type": "object", "additionalProperties": self.value.schema()}
        if self.identifiers:
            found["propertyNames"] = {"pattern": IDENTIFIER_PATTERN, "not": {"enum": sorted(KEYWORDS)}}
        if self.names:
            found["propertyNames"] = {"pattern": NAME_PATTERN}
        if self.minimum:
            found["minProperties"] = self.minimum
        return found


class Either(Shape):
    """One of several shapes, told apart by the type of the value."""

    cases: tuple[tuple[type, Shape], ...]

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        for kind, shape in self.cases:
            if type(node.value) is kind:
                return shape.check(node, problems, what)
        words = {dict: "a mapping", list: "a list", bool: "true or false", str: "a string"}
        expected = " or ".join(words[kind] for kind, _ in self.cases)
        return refused(node, problems, what, expected, value_help(node, problems, what))

    def schema(self) -> Schema:
        return {"anyOf": [shape.schema() for _, shape in self.cases]}


class Exactly(Shape):
    """One value."""

    value: int

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) not in (int, float) or node.value != self.value:
            problems.add(
                node, "RF105", f"{what} must be {self.value}, is {shown(flat(node.value))}",
                value_help(node, problems) or f"this version of rf reads format {self.value}",
            )  # fmt: skip
            return False
        return True

    def schema(self) -> Schema:
        return {"const": self.value}


class ExpressionOnly(Shape):
    """A string that holds an expression, where other strings have no meaning."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if not is_expression(node.value):
            return refused(node, problems, what, "an expression", value_help(node, problems, what))
        return True

    def schema(self) -> Schema:
        return dict(EXPRESSION)


class ListOf(Shape):
    """A list."""

    item: Shape
    minimum: int = 0

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not list:
            return refused(node, problems, what, "a list", self._help(node, what))
        if len(node.value) < self.minimum:
            problems.add(node, "RF103", f"{what} must not be empty")
            return False
        check_items(node, self.item, problems, f"an entry of {what}")
        return True

    def _help(self, node: Node, what: str) -> str | Said:
        if node.value is None:
            return f"write {what}: [] for none"
        from rfcli.description.mending import list_said

        return list_said(node) if type(node.value) is dict or what == "layers" else ""

    def schema(self) -> Schema:
        found = {"type": "array", "items": self.item.schema()}
        return {**found, "minItems": self.minimum} if self.minimum else found


AXES_ALONE = "a size has the axes alone, without batch and channels, which stand beside it: [224, 224]"


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
            wrong, many = node.at(error.path), type(plain) is list and len(plain) > MAX_AXES
            help = AXES_ALONE if many else value_help(wrong, problems, what, IntegerPerAxis())
            problems.add(wrong, "RF103", f"{what} {error}", help)
            return False
        return True

    def schema(self) -> Schema:
        integer = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
        return per_axis_schema([integer, {"type": "null"}, EXPRESSION])


class Dims(Kind):
    """1, 2 or 3."""

    def parse(self, value: object, axes: int | None) -> int:
        value = integral(value)
        if (type(value) is int and 1 <= value <= MAX_AXES) or (axes is None and is_expression(value)):
            return value if type(value) is int else 2
        raise ParameterError(f"must be 1, 2 or 3, is {shown(value)}")

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": [1, 2, 3]}, EXPRESSION]}
