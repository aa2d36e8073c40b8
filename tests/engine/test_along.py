"""One axis seen from one origin."""

from __future__ import annotations

import rfcli
from engine import conv, report
from rfcli.geometry.unknown import Unknown


def test_numbers_layer_by_layer() -> None:
    found = report(conv(name="a", kernel=3, stride=2, padding=1), conv(name="b", kernel=3), size=[16])
    (axis,) = found.sight.axes
    a, b = (axis.numbers(found.number(name)) for name in "ab")
    assert (a.size, a.stride, a.padding, a.center) == (3, 2, 1, 0)
    assert (b.size, b.stride, b.padding, b.center) == (7, 2, 1, 2)
    assert axis.aligned(found.number("b")) is True and not axis.mixed(found.number("b"))


def test_what_the_size_decides_is_unknown_without_it() -> None:
    found = report(conv(name="a", kernel=3, stride=2, padding="same"), size=[None])
    (axis,) = found.sight.axes
    numbers = axis.numbers(found.number("a"))
    assert (numbers.size, numbers.stride) == (3, 2) and "depends on the input size" in numbers.padding.reason


def test_single_samples_keep_their_size_wherever_they_are_picked() -> None:
    """At every size of both inputs; what a kernel behind them reads depends on how far they lie apart."""
    layers: list[dict[str, object]] = [
        {"name": "wide", "type": "conv", "kernel": 5, "padding": 2, "filters": 1, "inputs": ["left"]},
        {"name": "picked", "type": "upsample", "like": "right"},
        {"name": "same", "type": "conv", "kernel": 1, "stride": 2, "filters": 1},
        {"name": "more", "type": "conv", "kernel": 3, "padding": 1, "filters": 1},
    ]

    def sizes(left: int | None, right: int | None) -> list[object]:
        inputs = {name: {"size": [n], "dims": 1, "channels": 1} for name, n in (("left", left), ("right", right))}
        report = rfcli.compute({"format": 1, "inputs": inputs, "layers": layers})
        fields = [layer.receptive_field for layer in report.layers]
        return [field and field.size[0] for field in fields]

    for one in (sizes(None, 31), sizes(8, None)):
        assert one[:3] == [5, 5, 5] and isinstance(one[3], Unknown)
        assert one[3].reason == "upsample like another layer at 'picked' depends on the input size, which is not given"
    known = [sizes(left, right) for left in (7, 16, 23) for right in (5, 31, 64)]
    assert {tuple(one[:3]) for one in known} == {(5, 5, 5)} and len({one[3] for one in known}) > 1
