"""Fewer layers at the end."""

from suggest import knobs, turned

import rfcli


def test_cut() -> None:
    (knob,) = knobs("cut")
    assert knob.most == 2
    made = turned("cut", 0, 2)
    assert made is not None and made[0] == "without the last 2 items, from 'b' on"
    assert [entry.name for entry in rfcli.loads(made[1], "net.yaml").entries] == ["a"]
    made = turned("cut", 0, 1)
    assert made is not None and made[0] == "without 'c'"
