"""The grammar of `.cfg` files: sections, and the options in them, with their places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.layers._parameters import shown
from rfcli.readers.draft import ForeignError
from rfcli.values import Value

MAX_PROBLEMS = 1000
"""Problems after which nothing more is read."""

_SECTION = re.compile(r"\[([^\[\]]*)\](?:[#;].*)?")
_SPACE = re.compile(r"\s+")


class Option(Value):
    """What stands behind a key, without white space, and where."""

    text: str
    node: Node

    @property
    def word(self) -> str:
        """The text before a comment."""
        return re.split("[#;]", self.text)[0]


class Section(Value):
    """A section: its type as written, its place, its options."""

    type: str
    node: Node
    options: dict[str, Option]


def decoded(data: bytes) -> str:
    """The text: UTF-8, or Latin-1, which older files have in their comments."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def sections(text: str, keys: Collection[str], file: File, limits: Limits, problems: Problems) -> Iterator[Section]:
    """The sections of a text, in order, with those of their options that go by one of the `keys`.

    Line: `[type]`, `key=value`, a comment that starts with # or ;, or nothing; white space counts nowhere, and of a
    key that is given twice the first one counts.
    """
    current: Section | None = None
    for number, line in enumerate(text.split("\n"), 1):
        bare = _SPACE.sub("", line)
        if not bare or bare[0] in "#;":
            continue
        if len(problems) > MAX_PROBLEMS:
            return
        node = Node(None, file, number, len(line) - len(line.lstrip()) + 1)
        if bare[0] == "[":
            head = _SECTION.fullmatch(bare)
            if head is None:
                problems.add(node, "RF012", f"not a section: {shown(line.strip())}", "a section is [type]")
                continue
            if current is not None:
                yield current
            current = Section(head[1], node, {})
            continue
        key, equals, value = bare.partition("=")
        if not equals:
            problems.add(node, "RF012", f"neither a section nor an option: {shown(line.strip())}",
                         "lines are [type], key=value, or comments after #")  # fmt: skip
        elif current is None:
            raise ForeignError(f"the option '{key[:40]}' stands before any section", "a file starts with [net]", node)
        elif key in keys and key not in current.options:
            if len(value) > limits.scalar:
                problems.add(
                    node, "RF009", f"a value of {len(value)} characters", limits.exceeded("scalar", len(value))
                )
                continue
            column = len(line) - len(line.partition("=")[2].lstrip()) + 1
            current.options[key] = Option(value, Node(None, file, number, column))
    if current is not None:
        yield current
