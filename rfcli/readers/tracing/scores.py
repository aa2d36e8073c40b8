"""Scores of positions that are met with all others, and are worked on before they weigh values."""

from __future__ import annotations

from collections.abc import Iterable

from rfcli.readers.tracing.core import Core
from rfcli.readers.tracing.maps import Map, keys

MASKED = -100
"""Scores that a softmax makes nothing of: exp(-100) is below the precision of single numbers."""


def whole_scores(tracer: Core, operands: Iterable[object]) -> list[Map]:
    """Those among some operands that are such scores."""
    wholes = {*tracer.crossed, *tracer.unmasked}
    found = (x for x in operands if isinstance(x, Map) and keys(x.dims))
    return [x for x in found if not x.local or (wholes and tracer.draft.behind(x.layer, wholes))]


def met_with_terms(tracer: Core, scores: Iterable[Map], made: Map) -> Map:
    """Scores with terms at their positions, of which none takes any of them out."""
    if made.local and any(not x.local for x in scores):
        tracer.unmasked.add(made.layer)
    return made
