"""YAML with the meaning of version 1.2's core schema, from libyaml's event stream.

Reading events instead of composed documents keeps the limits while reading: nesting, number of nodes, aliases. Every
key and value keeps its place.
"""

from __future__ import annotations

import re

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from rfcli.description.nodes import Node
from rfcli.diagnostics import Span
from rfcli.layers._parameters import shown
from rfcli.values import Value

try:
    from yaml._yaml import CParser as Parser
except ImportError:  # a PyYAML that was built without libyaml
    from yaml.loader import SafeLoader as Parser  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import File, Position, Problems

_NUMBER_START = frozenset("0123456789+-.")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TAG = "tag:yaml.org,2002:"
_BREAKS_IN_1_1 = "\x85\u2028\u2029"
"""Line breaks of YAML 1.1, which libyaml reads; characters like any other in YAML 1.2."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")
_LIBYAML_NESTING = "exceeded maximum nesting depth"
_KINDS = {"null": type(None), "bool": bool, "int": int, "float": float}


class _Stop(Exception):
    """Reading cannot go on."""


def read(file: File, limits: Limits, problems: Problems) -> Node | None:
    """The document in `file.text`; None, with the problem added, where it cannot be read to its end."""
    before = len(problems)
    text, back = _without_breaks(file.text)
    try:
        return _Reader(file, limits, problems, text, back).document()
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Span(file.path, mark.line + 1, mark.column + 1) if mark else Span(file.path)
        if mark is not None and error.problem == _LIBYAML_NESTING:
            del problems[before:]
            _nested(_Reader(file, limits, problems, text[: mark.index], back), where)
            return None
        _malformed(error, file, where, problems)
    except yaml.YAMLError as error:
        problems.add(Span(file.path), "RF003", f"not well-formed YAML: {str(error).splitlines()[0]}")
    return None


def _malformed(error: yaml.MarkedYAMLError, file: File, where: Span, problems: Problems) -> None:
    """Adds a syntax error, with the line where it is and what was probably meant."""
    from rfcli.description import slips

    context, begun = error.context, error.context_mark
    start = (begun.line + 1, begun.column + 1) if begun else (0, 0)
    slip = slips.Slip(where.line, where.column, error.problem or "", context or "", start)
    if context and begun and start != (where.line, where.column):
        context += f" that begins at {start[0]}:{start[1]}"
    said = ", ".join(filter(None, (context, error.problem)))
    shown = slips.excerpt(file.text, where.line, where.column)
    problems.add(where, "RF003", f"not well-formed YAML: {said}", slips.yaml_help(file.text, slip), shown)


def _without_breaks(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A text in which other characters, new to it, stand for those that only YAML 1.1 takes for line breaks; and the
    pairs (stand-in, original), by which they are put back."""
    found = [one for one in _BREAKS_IN_1_1 if one in text]
    if not found:
        return text, []
    taken = set(text)
    escaped = {int(four or eight, 16) for four, eight in _ESCAPED.findall(text)}
    free = (
        chr(code)
        for codes in (range(0xE000, 0xF900), range(0x10000, 0x10FFFE))
        for code in codes
        if code not in escaped and chr(code) not in taken
    )
    back = list(zip(free, found, strict=False))
    for other, one in back:
        text = text.replace(one, other)
    return text, back


def _nested(before: _Reader, where: Span) -> None:
    """Adds that a document is nested too deep: at `where` libyaml refused to go deeper. As its scanner runs ahead of
    its events, a reader of the text `before` that place first looks for problems there."""
    try:
        before.document()
    except _Stop:
        return
    except yaml.YAMLError:
        pass
    help = "write it as JSON, or nest less"
    before.problems.add(where, "RF009", "nested deeper than the YAML library reads", help)


class _Anchored(Value):
    """What an alias stands for: a node, the number of nodes in it, and how deep lists and mappings nest in it."""

    node: Node
    nodes: int
    height: int


class _Open:
    """A mapping or list that is not closed yet."""

    __slots__ = ("anchor", "before", "deepest", "key", "node")

    def __init__(self, node: Node, anchor: str | None, before: int) -> None:
        self.node, self.anchor = node, anchor
        self.before = before
        """Nodes that stand before it."""
        self.deepest = 0
        """How deep what it holds is, so far."""
        self.key: tuple[str | None, Position] | None = None
        """In a mapping the key that waits for its value; its name is None where it is no string."""


class _Reader:
    """Reads `text`: the file's, in which other characters may stand for those in `back`, which values get back."""

    def __init__(self, file: File, limits: Limits, problems: Problems, text: str, back: list[tuple[str, str]]) -> None:
        self.file, self.limits, self.problems = file, limits, problems
        self.event: Callable[[], Any] = Parser(text).get_event
        if back:
            self.event = _putting_back(self.event, back)
        self.nodes = 0
        """Keys and values so far, aliases counted as often as they stand."""
        self.open: list[_Open] = []
        self.anchors: dict[str, _Anchored] = {}

    def stop(self, event: Any, code: str, message: str, help: str = "") -> _Stop:
        mark = event.start_mark
        self.problems.add(Span(self.file.path, mark.line + 1, mark.column + 1), code, message, help)
        return _Stop()

    def document(self) -> Node:
        get = self.event
        get()
        start = get()
        if start.__class__ is StreamEndEvent:
            help = "a description starts with 'format: 1'"
            self.problems.add(Span(self.file.path), "RF008", "the file is empty", help)
            raise _Stop
        root = self.content()
        get()
        end = get()
        if end.__class__ is DocumentStartEvent:
            raise self.stop(end, "RF007", "a second YAML document starts here", "one description a file")
        return root

    def content(self) -> Node:
        """Reads one node with all below it, without recursion."""
        get, scalar, most = self.event, self.scalar, self.limits.nodes
        while True:
            event = get()
            kind = event.__class__
            height = 0
            if kind is ScalarEvent:
                node = scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self.begin(event, kind is MappingStartEvent)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node, height = self.end()
            elif kind is AliasEvent:
                node, height = self.alias(event)
            else:  # pragma: no cover - the event stream has no other events inside a document
                raise self.stop(event, "RF003", "not well-formed YAML")
            if self.nodes > most:
                said = f"more than {most} keys and values (aliases count as often as they stand)"
                raise self.stop(event, "RF009", said, self.limits.exceeded("nodes"))
            if not self.open:
                return node
            self.put(event, node, height)

    def scalar(self, event: Any) -> Node:
        """The node of a scalar."""
        self.nodes += 1
        value = text = event.value
        if event.tag is not None or not event.implicit[0]:
            value = self.tagged(event, text)
        elif text in _WORDS:
            value = _WORDS[text]
        elif text[0] in _NUMBER_START:
            value = self.number(event, text)
        if len(text) > self.limits.scalar:
            said = f"a value of {len(text)} characters, the limit is {self.limits.scalar}"
            raise self.stop(event, "RF009", said, self.limits.exceeded("scalar", len(text)))
        mark = event.start_mark
        node = Node(value, self.file, mark.line + 1, mark.column + 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(node, 1, 0)
        return node

    def begin(self, event: Any, mapping: bool) -> None:
        """Opens a mapping or a list."""
        if event.tag not in (None, "!", _TAG + ("map" if mapping else "seq")):
            raise self.stop(event, "RF006", f"the tag {shown(event.tag)} is not one of YAML's core tags")
        around = self.open[-1] if self.open else None
        if mapping and around is not None and around.key is None and around.node.keys is not None:
            raise self.stop(event, "RF005", "a key must be a string, not a mapping", _KEY_HELP)
        mark = event.start_mark
        node = Node({} if mapping else [], self.file, mark.line + 1, mark.column + 1, {} if mapping else None)
        self.open.append(_Open(node, event.anchor, self.nodes))
        self.nodes += 1
        self.fits(event, len(self.open))
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)

    def end(self) -> tuple[Node, int]:
        """Closes what was opened last: its node, and how deep it is."""
        closed = self.open.pop()
        height = closed.deepest + 1
        if closed.anchor is not None:
            self.anchors[closed.anchor] = _Anchored(closed.node, self.nodes - closed.before, height)
        return closed.node, height

    def alias(self, event: Any) -> tuple[Node, int]:
        """The node that an alias stands for, and how deep it is."""
        if event.anchor not in self.anchors:
            inside = any(around.anchor == event.anchor for around in self.open)
            said = "stands inside its own anchor" if inside else "has no anchor before it"
            raise self.stop(event, "RF010", f"the alias '*{event.anchor}' {said}")
        meant = self.anchors[event.anchor]
        self.nodes += meant.nodes
        self.fits(event, len(self.open) + meant.height)
        return meant.node, meant.height

    def fits(self, event: Any, depth: int) -> None:
        """Stops where lists and mappings are nested deeper than is allowed."""
        most = self.limits.nesting
        if depth > most:
            raise self.stop(event, "RF009", f"nested more than {most} deep", self.limits.exceeded("nesting"))

    def put(self, event: Any, node: Node, height: int) -> None:
        """Puts a node into what is open around it."""
        around = self.open[-1]
        if height > around.deepest:
            around.deepest = height
        parent = around.node
        if parent.keys is None:
            parent.value.append(node)
        elif around.key is None:
            around.key = self.key(event, node, parent)
        else:
            name, position = around.key
            if name is not None:
                parent.value[name] = node
                parent.keys[name] = position
            around.key = None

    def key(self, event: Any, node: Node, parent: Node) -> tuple[str | None, Position]:
        """Checks a key: a string, given once."""
        position = (node.line, node.column)
        if type(event) is AliasEvent:
            mark: Any = event.start_mark
            position = (mark.line + 1, mark.column + 1)
        text = node.value
        if type(text) is not str:
            what = "a list" if type(text) is list else "a mapping" if type(text) is dict else shown(text)
            self.problems.add(Span(self.file.path, *position), "RF005", f"a key must be a string, is {what}", _KEY_HELP)
            return None, position
        if text in parent.value:
            first = parent.keys[text][0]  # type: ignore[index]
            self.problems.add(
                Span(self.file.path, *position), "RF004", f"the key {shown(text)} is given twice, first in line {first}"
            )
        return text, position

    def number(self, event: Any, text: str) -> object:
        """The number that a plain scalar is by YAML 1.2's core schema, or the text itself."""
        if _INTEGER.fullmatch(text):
            base = {"0o": 8, "0x": 16}.get(text[:2], 10)
            digits = text.lstrip("+-") if base == 10 else text[2:]
            if len(digits.lstrip("0")) > self.limits.digits:
                raise self.stop(
                    event, "RF011", f"an integer of {len(digits)} digits, the limit is {self.limits.digits}",
                    self.limits.exceeded("digits", len(digits.lstrip("0"))),
                )  # fmt: skip
            return int(digits, base) * (-1 if text[0] == "-" else 1)
        if _FLOAT.fullmatch(text):
            value = float(text)
            if value - value == 0.0:
                return value
            raise self.stop(event, "RF011", f"{shown(text)} is too large for a number")
        if _NOT_FINITE.fullmatch(text):
            raise self.stop(event, "RF011", f"{text} is not a finite number", "quote it if it is meant as text")
        return text

    def tagged(self, event: Any, text: str) -> object:
        """The value of a scalar that is quoted or has an explicit tag."""
        if event.tag is None or event.tag in ("!", _TAG + "str"):
            return text
        name = event.tag.removeprefix(_TAG)
        if event.tag == name or name not in _KINDS:
            raise self.stop(event, "RF006", f"the tag {shown(event.tag)} is not one of YAML's core tags")
        value = _WORDS[text] if text in _WORDS else self.number(event, text)
        if name == "float" and type(value) is int:
            return float(value)
        if type(value) is not _KINDS[name]:
            raise self.stop(event, "RF006", f"{shown(text)} is not a value of the tag '!!{name}'")
        return value


def _putting_back(get: Callable[[], Any], back: list[tuple[str, str]]) -> Callable[[], Any]:
    def event() -> Any:
        found = get()
        if found.__class__ is ScalarEvent:
            for other, one in back:
                found.value = found.value.replace(other, one)
        return found

    return event


_KEY_HELP = "quote it: YAML reads numbers, true, false and null as such, also as keys"
