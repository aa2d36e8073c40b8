"""Fields that repeat only after thousands of outputs are as exact as any: every output of a period, one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rfcli


def linear(o: int, n: int, m: int) -> tuple[int, int]:
    """Inputs between which output `o` of a resize from n to m lies at half_pixel: those of weight above 0."""
    position = (o + Fraction(1, 2)) * Fraction(n, m) - Fraction(1, 2)
    low = position.numerator // position.denominator
    return low, low + (position != low)


def region(o: int, layers: list[tuple[str, int, int]]) -> tuple[int, int]:
    """What output `o` of the last layer sees; windows of 3 without padding, and resizes from n to m."""
    low = high = o
    for kind, n, m in reversed(layers):
        if kind == "conv":
            low, high = low, high + 2
        else:
            low, high = linear(low, n, m)[0], linear(high, n, m)[1]
    return low, high


@pytest.mark.parametrize(
    ("n", "layers", "period"),
    [
        (50, [("resize", 50, 97), ("conv", 0, 0), ("resize", 95, 89), ("conv", 0, 0)], 97 * 89),
        (16000, [("resize", 16000, 10007), ("conv", 0, 0)], 10007),
    ],
)
def test_long_periods(n: int, layers: list[tuple[str, int, int]], period: int) -> None:
    items = [
        {"type": "conv", "kernel": 3} if kind == "conv" else {"type": "resize", "size": m, "mode": "linear"}
        for kind, _, m in layers
    ]
    text = f"format: 1\ninput: {{size: [{n}]}}\nlayers: {items}\n"
    report = rfcli.compute(rfcli.loads(text))
    field = report.layers[-1].receptive_field
    regions = [region(o, layers) for o in range(period)]
    sizes = tuple(v - u + 1 for u, v in regions)
    assert field.phase_sizes == (sizes,)
    assert field.size == (max(sizes),)
    assert field.padding == (-regions[0][0],)
    assert field.center == (Fraction(sum(regions[0]), 2),)
    assert field.stride == (Fraction(region(period, layers)[0] - regions[0][0], period),)
    assert field.uniform is False
    located = rfcli.located(report, report.layers[-1].name)
    assert [located.at([o]).region for o in range(20)] == [(one,) for one in regions[:20]]
    assert sum(rfcli.paths(report, report.layers[-1].name)[0].values()) == 1


def test_longer_periods_than_are_followed_are_told_and_stop_nothing() -> None:
    """Two scales whose product repeats every 10^10 outputs: their strides are unknown with the reason, rules go on."""
    text = "format: 1\ninput: {size: [70000]}\nlayers: [{type: upsample, scale: 1.00001}, {type: upsample, scale: 1.00003}]\n"
    report = rfcli.compute(rfcli.loads(text))
    field = report.layers[-1].receptive_field
    assert field.size == (1,), "nearest picks one sample, wherever that is"
    assert "repeats only every" in field.stride[0].reason and "repeats only every" in field.phase_sizes[0].reason
    assert rfcli.check(rfcli.loads(text), select=["ALL"]).finished
