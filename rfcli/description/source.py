"""Where descriptions come from: files, bundled names, standard input; read with limits."""

from __future__ import annotations

import os
import re

from rfcli import resources
from rfcli.description.nodes import File, Problems, place
from rfcli.diagnostics import Span
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO

    from rfcli.description.architecture import Unsized
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Node, Plain

    Settings = Mapping[str, Plain]
    """What a call sets: values by the names of a description's parameters, or of what a foreign model lets choose."""
    Importer = Callable[["ForeignModel"], "Document"]
    """Reads a foreign model as a description."""
    Foreign = Callable[[bytes, str], Importer | None]
    """The importer for a file, by its first bytes and its name; None for a description."""

JSON, YAML, EITHER = "json", "yaml", "either"
"""Syntaxes of a text."""

SCHEMES = ("keras", "timm", "torch", "transformers")
"""What names of live code begin with, before a colon: words of a call alone may be such names."""

HEAD = 1 << 16
"""The first bytes of a file, by which a foreign model is told from a description."""

_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What YAML allows in no text; JSON is held to it too, so that a description never steers a terminal that shows it. A
pattern of what is allowed would take milliseconds to compile, as `re` walks through all of the ranges."""
BINARY = "a description is a text, YAML or JSON; models of other tools are known by their endings, .onnx or .keras"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(OSError):
    """A file that cannot be opened or read: why, for people; the name that the call gave, and a help, where known."""

    def __init__(self, why: str, name: str = "", help: str = "") -> None:
        super().__init__(why, name, help)
        self.why, self.name, self.help = why, name, help

    def __str__(self) -> str:
        said = f"{self.name}: cannot be read: {self.why}" if self.name else self.why
        return f"{said} ({self.help})" if self.help else said


class Budget:
    """Bytes that all descriptions of a call may still take, and the files that it has opened."""

    __slots__ = ("files", "left")

    def __init__(self, left: int) -> None:
        self.left = left
        self.files: list[str] = []


def locate(name: str) -> tuple[str, str | None]:
    """The file a user means by `name`: (path, None), or (path, bundled name).

    A bundled name wins over a file of that very name, unless it is written with a slash or an ending.
    """
    if os.sep not in name and "/" not in name and "." not in name:
        path = resources.architecture(name)
        if path is not None:
            return path, name
    return name, None


class ForeignModel(Value):
    """What an importer is asked to read: a stream that can be rewound, its name for people, and the call's settings.

    What is wrong is added to `problems`.
    """

    stream: BinaryIO
    shown: str
    limits: Limits
    settings: Settings
    problems: Problems
    sizes: Mapping[str, Mapping[int, int]] = {}
    """Sizes of dimensions of its inputs that it does not state itself."""


class Document(Value):
    """What was read: the root, None with its problems added; the settings that a foreign model has not taken, which
    are meant for the description's parameters; what a foreign model is read from anew when its sizes are known; whether
    it has weights; and whether a reader drew it up, which gives layers no keys but those of their types."""

    root: Node | None
    settings: Settings
    unsized: Unsized | None = None
    trained: bool = False
    drafted: bool = False


class Reader:
    """Reads descriptions within limits; a foreign model by the importer that `foreign` gives for its first bytes."""

    def __init__(self, limits: Limits, budget: Budget | None = None, foreign: Foreign | None = None) -> None:
        self.limits, self.budget, self.foreign = limits, budget or Budget(limits.total_bytes), foreign

    def file(
        self, path: str, shown: str, problems: Problems, settings: Settings | None = None, special: bool = False
    ) -> Document:
        """The document in a file. Raises `Unreadable`.

        A pipe or a device is only read where `special`, because the user named it: it may never end, or never begin.
        """
        if "\0" in path:
            raise Unreadable("the name holds a NUL character")
        if not special and is_special(path):
            raise Unreadable("not a regular file")
        self.budget.files.append(path)
        try:
            with open(path, "rb", buffering=0) as stream:
                return self.stream(stream, shown, problems, JSON if path.endswith(".json") else YAML, settings)
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from None

    def stream(
        self, stream: BinaryIO, shown: str, problems: Problems, syntax: str, settings: Settings | None = None
    ) -> Document:
        """The document in a stream of bytes."""
        head = read_bytes(stream, min(HEAD, self.limits.bytes + 1))
        importer = self.foreign(head, shown) if self.foreign is not None else None
        if importer is not None:
            stream.seek(0)
            return importer(ForeignModel(stream, shown, self.limits, settings or {}, problems))
        data = head if len(head) < HEAD else head + read_bytes(stream, self.limits.bytes + 1 - len(head))
        text = self.text_of(data, shown, problems)
        root = None if text is None else read_text(text, shown, self.limits, problems, syntax)
        return Document(root, settings or {})

    def text_of(self, data: bytes, shown: str, problems: Problems) -> str | None:
        """The text of a description, which counts against the limits, or None with the problem added."""
        if len(data) > self.limits.bytes:
            too_large(shown, self.limits, problems)
            return None
        self.budget.left -= len(data)
        if self.budget.left < 0:
            problems.add(
                Span(shown), "RF009", f"all descriptions together are larger than {self.limits.total_bytes} bytes",
                self.limits.exceeded("total_bytes"),
            )  # fmt: skip
            return None
        return decode(data, shown, problems)


def decoded(
    stream: BinaryIO, file: File, limits: Limits, problems: Problems, latin: bool = False
) -> str | None:  # fmt: skip
    """The text of a stream, or None with the problem added: too large, or not UTF-8, unless it is taken for `latin`
    then."""
    data = read_bytes(stream, limits.bytes + 1)
    if len(data) > limits.bytes:
        too_large(file.path, limits, problems)
        return None
    return decode(data, file.path, problems, latin)


def too_large(shown: str, limits: Limits, problems: Problems) -> None:
    """Adds that a text is larger than is read."""
    problems.add(Span(shown), "RF009", f"larger than {limits.bytes} bytes", limits.exceeded("bytes"))


def is_special(path: str) -> bool:
    """Whether a path is a pipe, a socket or a device, which must not be opened unless the user asks for it."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def read_bytes(stream: BinaryIO, most: int) -> bytes:
    """At most so many bytes of a stream, in pieces: asking for all at once takes the memory of all."""
    pieces = []
    while most > 0:
        piece = stream.read(min(most, 1 << 16))
        if not piece:
            break
        pieces.append(piece)
        most -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def decode(data: bytes, shown: str, problems: Problems, latin: bool = False) -> str | None:
    """The text, which must be UTF-8, or may be `latin` 1 as well; a byte-order mark is passed over."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if latin and data[:2] not in _UTF16 and b"\0" not in data[:HEAD]:
            return data.decode("latin-1")
        good = data[: error.start].decode("utf-8-sig", "replace")
        where = Span(shown, *place(good, len(good)))
        if data[:2] in _UTF16:
            problems.add(Span(shown), "RF002", "the text is UTF-16, not UTF-8", "save it as UTF-8")
        elif b"\0" in data[:HEAD]:
            problems.add(Span(shown), "RF002", "the file is binary, no text", BINARY)
        else:
            problems.add(where, "RF002", f"not UTF-8: byte 0x{data[error.start]:02x}", "save it as UTF-8")
        return None
    if "\0" in text[:64] and text.count("\0") > len(text) // 4:
        problems.add(Span(shown), "RF002", "the text is UTF-16 or binary, not UTF-8", "save it as UTF-8")
        return None
    return text


def allowed(text: str, shown: str, problems: Problems) -> bool:
    """Whether a text holds only characters that a description may; if not, the problem is added."""
    found = _FORBIDDEN.search(text)
    if found is not None:
        where = Span(shown, *place(text, found.start()))
        problems.add(where, "RF002", f"the character U+{ord(found[0]):04X} is not allowed in a description")
    return found is None


def read_text(text: str, shown: str, limits: Limits, problems: Problems, syntax: str) -> Node | None:
    """The document in a text; with `EITHER`, text that starts with a brace is JSON, or YAML when that fails."""
    if not allowed(text, shown, problems):
        return None
    file = File(shown, text)
    if syntax == EITHER and not text.lstrip().startswith("{"):
        syntax = YAML
    if syntax != YAML:
        from rfcli.description import json_

        found = Problems()
        root = json_.read(file, limits, found)
        if syntax == JSON or not any(problem.code == "RF003" for problem in found):
            problems.extend(found)
            return root
    from rfcli.description import yaml12

    return yaml12.read(file, limits, problems)


def is_description(path: str, most: int, foreign: Foreign | None = None, loose: bool = False) -> bool:
    """Whether a file means to be a description: by its name (`*.rf.yaml`, a folder `architectures` above it), because
    its first `most` bytes have a top-level `format: 1` beside another key of descriptions, or because it is a foreign
    model; with `loose`, a top-level `format` or `layers` is enough. Files that cannot be read count, so that they are
    reported. Raises `Unreadable` for what can be read only once, if at all."""
    if is_special(path):
        raise Unreadable("not a regular file, which --skip-others looks into before")
    try:
        with open(path, "rb", buffering=0) as stream:
            data = read_bytes(stream, min(most, HEAD))
            if b"\0" not in data:  # else no text, of which no more is asked
                data += read_bytes(stream, most - len(data))
    except (OSError, ValueError):
        return True
    return describes(data, path, foreign, loose)


def describes(data: bytes, path: str, foreign: Foreign | None = None, loose: bool = False) -> bool:
    """Whether the bytes of a file mean to be a description, as `is_description` tells it."""
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _means_format_1(text) or (loose and _has_a_key(text)):  # as most are that are asked about
        return True
    return _named_so(path) or (foreign is not None and foreign(data[:HEAD], "") is not None)


def _named_so(path: str) -> bool:
    """Whether a file is called `*.rf.yaml`, or lies in a folder `architectures`."""
    folder, name = os.path.split(os.path.abspath(path))
    above = {os.path.basename(folder), *os.path.relpath(path).split(os.sep)[:-1]}
    return os.path.splitext(os.path.splitext(name)[0])[1] == ".rf" or "architectures" in above


def _has_a_key(text: bytes) -> bool:
    """Whether a text, perhaps a damaged one, has `format` or `layers` at its top level."""
    if text[:1] != b"{":
        return bool(re.search(rb"""^["']?(?:format|layers)["']?[ \t]*:""", text, re.MULTILINE))
    import json

    try:
        return not {"format", "layers"}.isdisjoint(json.loads(text))
    except (ValueError, RecursionError):
        return bool(re.search(rb"""["']?\b(?:format|layers)["']?[ \t]*:""", text))


_KEYS = ("layers", "extends", "blocks", "input", "inputs", "defaults", "expect")
"""Keys of which a description has at least one."""


def _means_format_1(text: bytes) -> bool:
    """Whether a text, perhaps a damaged one, has `format: 1` and another key of descriptions at its top level."""
    keys = "|".join(_KEYS).encode()
    if text[:1] != b"{":
        line = rb"""^(["']?)format\1[ \t]*:[ \t]+1[ \t\r]*(?:#.*)?$"""
        beside = rb"""^["']?(?:%s)["']?[ \t]*:""" % keys
        return bool(re.search(line, text, re.MULTILINE) and re.search(beside, text, re.MULTILINE))
    if b"format" not in text:
        return False
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        # YAML in flow style, or damaged JSON: its text decides.
        inside = rb"""(["']?)\bformat\1[ \t]*:[ \t]*1[ \t\r\n]*[,}]"""
        return bool(re.search(inside, text) and re.search(rb"""\b(?:%s)["']?[ \t]*:""" % keys, text))
    return type(found.get("format")) is int and found["format"] == 1 and not found.keys().isdisjoint(_KEYS)
