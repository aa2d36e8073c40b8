"""Names of axes."""

from rfcli.geometry.axes import axis_names


def test_axes_have_letters() -> None:
    assert [axis_names(count) for count in (1, 2, 3)] == [("w",), ("h", "w"), ("d", "h", "w")]
