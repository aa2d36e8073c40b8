"""What became of a file: its problems, sorted."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Outcome:
    """A description and what is wrong with it."""

    source: str
    diagnostics: tuple[Diagnostic, ...] = ()
