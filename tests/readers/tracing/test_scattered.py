"""Channels that are made of different parts of an axis are no map whose positions see all of them."""

import pytest

from readers.tracing.drawing import layout, mapped, tracer
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.readers.tracing.scattered import scattered


def joined(made, picks, pool=False):
    """Parts of a signal, each pooled or of one sample, behind one another in channels."""
    x, parts = mapped("b c8 h4"), []
    for number, (start, stop) in enumerate(picks):
        part = made.cropped(f"cut_{number}", x, 2, start, stop, 1)
        part = (
            made.pooled(f"pool_{number}", part, [2], False, "avg") if pool else made.one_of(f"one_{number}", part, 2, 0)
        )
        assert isinstance(part, Map)
        parts.append(part)
    return made.concatenated("out", parts, 1)


@pytest.mark.parametrize(
    ("picks", "told"), [([(0, 1), (3, 4)], True), ([(2, 3), (2, 3)], False)], ids=["two places", "one place"]
)
def test_places(picks, told):
    made = tracer(1)
    x = joined(made, picks)
    assert scattered(made, x.layer) is told
    assert scattered(made, made.passed("relu", x, type="relu").layer) is told
    assert not scattered(made, made.passed("fc", x, type="conv", filters=16, kernel=1).layer)


def test_they_are_not_laid_out_as_a_map():
    made = tracer(1)
    x = joined(made, [(0, 1), (3, 4)])
    with pytest.raises(Layout, match="what is made of parts of an axis is laid out as a map"):
        made.canonical("map", made.reshape("view", x, [None, 4, 4]))
    whole = made.reshape("again", made.passed("fc", x, type="conv", filters=16, kernel=1), [None, 4, 4])
    assert layout(made.canonical("map", whole)) == "b c4 h4"
