"""What every design rule says and answers."""

from __future__ import annotations

from rfcli.diagnostics import CODES
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import ClassVar

    from rfcli.checks._subject import Subject
    from rfcli.description.architecture import Architecture
    from rfcli.description.doubts import Doubt
    from rfcli.description.nodes import Node
    from rfcli.diagnostics import Span


class Finding(Value):
    """One finding of a rule: its place, a message with the numbers, and a help where that is not the rule's `mend`."""

    where: Node | Span
    message: str
    help: str = ""


class Rule:
    """A design rule. Its docstring is its manual; `cost` says what it costs to go against it."""

    code: ClassVar[str] = ""
    cost: ClassVar[str] = ""
    mend: ClassVar[str] = ""
    source: ClassVar[str] = ""
    default: ClassVar[bool] = True
    """Whether it is checked when nothing is selected."""
    option: ClassVar[str] = ""
    """The option of `rf check` that gives the rule its bound, and selects it."""

    @property
    def title(self) -> str:
        """Its one line."""
        return CODES[self.code]

    def check(self, subject: Subject) -> Iterator[Finding]:
        """All findings in one network."""
        raise NotImplementedError


def found(doubts: Callable[[Architecture], Iterator[Doubt]], subject: Subject) -> Iterator[Finding]:
    """What may be meant otherwise than it is read, which every command tells, as findings of a rule."""
    for one in doubts(subject.graph.architecture):
        yield Finding(one.where, one.message, one.help)


def some(names: Iterable[str], most: int = 3) -> str:
    """Names for a message: the first few, and how many more there are."""
    found = list(names)
    shown = ", ".join(f"'{name}'" for name in found[:most])
    return shown if len(found) <= most else f"{shown} and {len(found) - most} more"
