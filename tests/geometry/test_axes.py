"""Names of axes, and sizes along them as one word."""

from rfcli.geometry.axes import axis_names, times
from rfcli.geometry.unknown import Unknown


def test_axes_have_letters() -> None:
    assert [axis_names(count) for count in (1, 2, 3)] == [("w",), ("h", "w"), ("d", "h", "w")]


def test_sizes_as_one_word() -> None:
    assert [times(sizes) for sizes in ((64,), (None, 8), (Unknown("why"), 2, 3))] == ["64", "?x8", "?x2x3"]
