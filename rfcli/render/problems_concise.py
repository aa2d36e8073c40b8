"""Problems, a line each, without helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli.render import problems_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.outcome import Outcome


def render(outcomes: Sequence[Outcome], limit: int, color: bool = False) -> Iterator[str]:
    """At most `limit` problems of each file."""
    return problems_text.render(outcomes, limit, color, helps=False)
