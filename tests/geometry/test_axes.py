"""Names of axes, and sizes along them as one word."""

from rfcli.geometry.axes import alike, axis_names, times
from rfcli.geometry.unknown import Unknown


def test_axes_have_letters() -> None:
    assert [axis_names(count) for count in (1, 2, 3)] == [("w",), ("h", "w"), ("d", "h", "w")]


def test_sizes_as_one_word() -> None:
    assert [times(sizes) for sizes in ((64,), (None, 8), (Unknown("why"), 2, 3))] == ["64", "?x8", "?x2x3"]


def test_axes_of_one_value_are_together() -> None:
    """In the order of the first of each, whatever the values are."""
    assert alike([("d", {3: 1}), ("h", {5: 1}), ("w", {3: 1})]) == [(["d", "w"], {3: 1}), (["h"], {5: 1})]
    assert alike([]) == []
