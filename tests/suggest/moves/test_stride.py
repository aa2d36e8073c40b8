"""Sub-sampling."""

from suggest import CHAIN, changed, turned

import rfcli

POOLED = CHAIN + "  - {name: p, type: max_pool, kernel: 2}\n  - {name: d, type: conv, kernel: 3, padding: 1}\n"


def test_a_stride() -> None:
    made = turned("stride", 0, 1)
    assert made is not None and made[0] == "stride 2 of 'a'"
    assert changed(CHAIN, made[1]) == ["- {name: a, type: conv, kernel: 3, padding: 1, stride: 2}   # the first"]


def test_a_pooling() -> None:
    made = turned("pool", 1, 2)
    assert made is not None and made[0] == "max_pool of 3 after 'b'"
    assert changed(CHAIN, made[1]) == ["- {type: max_pool, kernel: 3}"]


def test_less() -> None:
    first, second = turned("unstride", 0, 1, POOLED), turned("unstride", 1, 1, POOLED)
    assert first is not None and second is not None
    assert (first[0], second[0]) == ("stride 1 of 'c'", "without 'p'")
    assert [entry.name for entry in rfcli.loads(second[1], "net.yaml").entries] == ["a", "b", "c", "d"]


def test_a_stride_into_dilation() -> None:
    """The field of what follows stays: 3 samples apart by 2 are 3 taps of dilation 2."""
    text = CHAIN + "  - {name: d, type: conv, kernel: 3, padding: 1}\n"
    made = turned("atrous", 0, 1, text)
    assert made is not None and made[0] == "stride 1 of 'c', and 2 times the dilation of all behind it"
    before, after = (rfcli.compute(rfcli.loads(one, "net.yaml")).layer("d") for one in (text, made[1]))
    assert before.receptive_field.size == after.receptive_field.size == (13, 13)
    assert (before.output_size, after.output_size) == ((17, 17), (33, 33))
