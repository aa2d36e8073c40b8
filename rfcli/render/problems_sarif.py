"""Problems as SARIF 2.1.0, for code-scanning services."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from rfcli import __version__
from rfcli.diagnostics import CODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.diagnostics import Diagnostic
    from rfcli.render.outcome import Outcome


def render(outcomes: Sequence[Outcome], limit: int, color: bool = False) -> Iterator[str]:
    """One log with one run."""
    problems = [problem for outcome in outcomes for problem in outcome.diagnostics]
    codes = sorted({problem.code for problem in problems})
    rules = [{"id": code, "shortDescription": {"text": CODES[code]}} for code in codes]
    driver = {"name": "rf", "version": __version__, "rules": rules}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    yield json.dumps({"version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _result(problem: Diagnostic, rule: int) -> dict[str, object]:
    place = {
        "artifactLocation": {"uri": quote(os.fsencode(problem.span.path))},
        "region": {"startLine": problem.span.line, "startColumn": problem.span.column},
    }
    text = problem.message + (f"\nhelp: {problem.help}" if problem.help else "")
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }
