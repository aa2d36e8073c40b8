"""Problems as JSON, all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rfcli.render.json_ import TOOL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.outcome import Outcome


def render(outcomes: Sequence[Outcome], limit: int, color: bool = False) -> Iterator[str]:
    """One document: every file, and the problems of all."""
    problems = [
        {
            "path": problem.span.path,
            "line": problem.span.line,
            "column": problem.span.column,
            "code": problem.code,
            "message": problem.message,
            "help": problem.help or None,
        }
        for outcome in outcomes
        for problem in outcome.diagnostics
    ]
    files = [{"source": outcome.source, "problems": len(outcome.diagnostics)} for outcome in outcomes]
    document = {"schema_version": 1, "tool": TOOL, "files": files, "diagnostics": problems}
    yield json.dumps(document, indent=1) + "\n"
