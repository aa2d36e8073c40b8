"""What became of a file: its problems, sorted."""

from __future__ import annotations

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.diagnostics import Diagnostic


class Outcome(Value):
    """A description and what is wrong with it."""

    source: str
    diagnostics: tuple[Diagnostic, ...] = ()
