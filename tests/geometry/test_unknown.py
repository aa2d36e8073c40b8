"""Numbers that cannot be known."""

from rfcli.geometry.unknown import Unknown


def test_reasons_tell_them_apart() -> None:
    assert Unknown("a") == Unknown("a") != Unknown("b")
    assert Unknown("a").reason == "a"
    assert Unknown("0") != 0
