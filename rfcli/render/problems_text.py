"""Problems for people: `path:line:column: code message`, then the help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.diagnostics import Diagnostic, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.outcome import Outcome


def render(outcomes: Sequence[Outcome], limit: int, color: bool = False, helps: bool = True) -> Iterator[str]:
    """At most `limit` problems of each file."""
    for outcome in outcomes:
        for problem in outcome.diagnostics[:limit]:
            yield _colored(problem, helps) if color else _plain(problem, helps)
        more = len(outcome.diagnostics) - limit
        if more > 0:
            yield f"{printable(outcome.source)}: {more} more problems; --diagnostics json has all\n"


def _plain(problem: Diagnostic, helps: bool) -> str:
    text = str(problem)
    return (text if helps else text.partition("\n")[0]) + "\n"


def _colored(problem: Diagnostic, helps: bool) -> str:
    text = f"\x1b[1m{printable(str(problem.span))}:\x1b[0m \x1b[31m{problem.code}\x1b[0m {printable(problem.message)}\n"
    if helps:
        text += "".join(f"  \x1b[2m{printable(line)}\x1b[0m\n" for line in problem.excerpt.splitlines())
    return text + (f"  \x1b[36mhelp:\x1b[0m {printable(problem.help)}\n" if helps and problem.help else "")
