"""The text format of protocol buffers, without a schema: messages of fields, each with its place."""

from __future__ import annotations

import re

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node
from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.draft import ForeignError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f\v]+|\#[^\n]*)|(?P<line>\n)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<word>[-+]?[A-Za-z_0-9.][-+A-Za-z_0-9./]*)|(?P<sign>[:{}<>\[\],;])"""
)
_OPEN = {"{": "}", "<": ">"}
HELP = "a line is key: value, or key { ... }"


class Token(Value):
    """A word, a text in quotes, or a sign, and where it stands."""

    kind: str
    text: str
    node: Node


class Message(Value):
    """The fields of a message in their order: a key, and a scalar as it is written, or a message."""

    node: Node
    fields: list[tuple[str, Scalar | Message]]

    def messages(self, *keys: str) -> list[Message]:
        """The messages behind one of some keys."""
        return [one for key, one in self.fields if key in keys and isinstance(one, Message)]

    def message(self, key: str) -> Message:
        """The last message of a key; one without fields where there is none."""
        return next(reversed(self.messages(key)), Message(self.node, []))

    def scalars(self, *keys: str) -> list[Scalar]:
        """The scalars behind one of some keys."""
        return [one for key, one in self.fields if key in keys and isinstance(one, Scalar)]

    def scalar(self, key: str) -> Scalar | None:
        """The last scalar of a key."""
        return next(reversed(self.scalars(key)), None)

    def words(self, key: str) -> list[str]:
        """Texts or words of a key."""
        return [one.text for one in self.scalars(key)]

    def word(self, key: str, default: str = "") -> str:
        """The last of them."""
        found = self.scalar(key)
        return default if found is None else found.text

    def flag(self, key: str, default: bool) -> bool:
        """Raises `ForeignError` for what is neither true nor false."""
        found = self.scalar(key)
        if found is None:
            return default
        if found.text in ("true", "True", "t", "1"):
            return True
        if found.text in ("false", "False", "f", "0"):
            return False
        raise ForeignError(f"{key} must be true or false, is '{found.text[:40]}'", at=found.node)

    def integers(self, key: str, least: int = 0) -> list[int]:
        """Integers of a key. Raises `ForeignError` for what is none, or less than `least`."""
        return [integer(key, one, least) for one in self.scalars(key)]

    def integer(self, key: str, default: int, least: int = 0) -> int:
        """The last of them."""
        found = self.scalar(key)
        return default if found is None else integer(key, found, least)


class Scalar(Value):
    """A scalar as it is written, without quotes, and where."""

    text: str
    node: Node


def integer(key: str, value: Scalar, least: int) -> int:
    """Raises `ForeignError` for what is no integer from `least` on."""
    if re.fullmatch(r"-?[0-9]{1,10}", value.text) and least <= int(value.text) <= MAX_INTEGER:
        return int(value.text)
    raise ForeignError(f"{key} must be an integer of at least {least}, is '{value.text[:40]}'", at=value.node)


def _tokens(text: str, file: File, limits: Limits) -> Iterator[Token]:
    """The tokens of a text. Raises `ForeignError`."""
    at, line, begins, left = 0, 1, 0, limits.nodes
    while at < len(text):
        found = _TOKEN.match(text, at)
        node = Node(None, file, line, at - begins + 1)
        if found is None:
            raise ForeignError(f"not the text format of protocol buffers: {text[at : at + 20]!r}", HELP, node)
        at, kind = found.end(), found.lastgroup
        if kind == "line":
            line, begins = line + 1, at
        elif kind != "space":
            left -= 1
            if left < 0:
                raise ForeignError(f"more than {limits.nodes} words", limits.exceeded("nodes"), node)
            token = found[0]
            if len(token) > limits.scalar:
                raise ForeignError(f"a value of {len(token)} characters", limits.exceeded("scalar", len(token)), node)
            yield Token(kind or "", token[1:-1] if kind == "text" else token, node)


def parsed(text: str, file: File, limits: Limits) -> Message:
    """The message of a text. Raises `ForeignError`."""
    root = Message(Node(None, file, 1, 1), [])
    open_: list[tuple[Message, str]] = [(root, "")]
    tokens = _tokens(text, file, limits)
    for token in tokens:
        message, closing = open_[-1]
        if token.kind == "sign" and token.text == closing:
            open_.pop()
        elif token.kind == "sign" and token.text in ",;" and message.fields:
            continue
        elif token.kind == "word":
            inside = _field(token, tokens, message)
            if inside is not None:
                if len(open_) >= limits.nesting:
                    raise ForeignError(f"nested deeper than {limits.nesting}", limits.exceeded("nesting"), token.node)
                open_.append(inside)
        else:
            raise ForeignError(f"'{token.text[:40]}' stands where a key should", HELP, token.node)
    if len(open_) > 1:
        raise ForeignError(f"a message is not closed: '{open_[-1][1]}' is missing", HELP, open_[-1][0].node)
    return root


def _next(tokens: Iterator[Token], after: Token) -> Token:
    token = next(tokens, None)
    if token is None:
        raise ForeignError(f"nothing follows '{after.text[:40]}'", HELP, after.node)
    return token


def _field(key: Token, tokens: Iterator[Token], message: Message) -> tuple[Message, str] | None:
    """Adds a field: its scalars; or a message, which is returned with the sign that closes it."""
    token = _next(tokens, key)
    if token.text == ":" and token.kind == "sign":
        token = _next(tokens, key)
    elif token.kind != "sign" or token.text not in _OPEN:
        raise ForeignError(f"'{key.text[:40]}' has no colon", HELP, key.node)
    if token.kind == "sign" and token.text in _OPEN:
        inside = Message(key.node, [])
        message.fields.append((key.text, inside))
        return inside, _OPEN[token.text]
    if token.kind != "sign":
        message.fields.append((key.text, Scalar(token.text, token.node)))
        return None
    if token.text != "[":
        raise ForeignError(f"'{token.text}' stands where the value of '{key.text[:40]}' should", HELP, token.node)
    while (token := _next(tokens, key)).text != "]" or token.kind != "sign":
        if token.kind != "sign":
            message.fields.append((key.text, Scalar(token.text, token.node)))
        elif token.text != ",":
            raise ForeignError(f"'{token.text}' stands in a list of scalars", HELP, token.node)
    return None
