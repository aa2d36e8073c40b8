"""Problems as annotations of GitHub's workflows."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from rfcli.diagnostics import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.outcome import Outcome


def render(outcomes: Sequence[Outcome], limit: int, color: bool = False) -> Iterator[str]:
    """A workflow command for each problem; a path that begins with ./ is none of the repository's for GitHub."""
    for outcome in outcomes:
        for problem in outcome.diagnostics[:limit]:
            span = problem.span
            text = problem.message + (f"\nhelp: {problem.help}" if problem.help else "")
            path = _property(posixpath.normpath(span.path))
            place = f"file={path},line={span.line},col={span.column},title={problem.code}"
            yield f"::error {place}::{_data(text)}\n"


def _data(text: str) -> str:
    return "%0A".join(printable(line).replace("%", "%25") for line in text.split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
