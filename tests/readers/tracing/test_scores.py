"""Scores of positions that are met with all others."""

from __future__ import annotations

from readers.tracing.drawing import mapped, tracer
from rfcli.readers.tracing.maps import Constant
from rfcli.readers.tracing.scores import met_with_terms, whole_scores

SCORES, LOGITS = mapped("b h4 h4! global"), mapped("b h4 c4", "y")


def test_scores_are_told_from_maps() -> None:
    made = tracer(1)
    assert whole_scores(made, [SCORES, LOGITS, Constant((4,), None, ()), None]) == [SCORES]
    assert whole_scores(made, [LOGITS, mapped("b h4 h4!")]) == []


def test_terms_take_no_score_out() -> None:
    made = tracer(1)
    both = mapped("b h4 h4!", made.draft.add("sum", "add", ["x", "y"]))
    assert met_with_terms(made, [SCORES], both) is both and made.unmasked == {"sum"}
    assert whole_scores(made, [both]) == [both]
    met_with_terms(made, [], mapped("b h4 c4", "z"))
    met_with_terms(made, [SCORES], mapped("b h4 c4 global", "z"))
    assert made.unmasked == {"sum"}
