"""Borders of a finite input: which outputs read any of it, and their regions clipped."""

from __future__ import annotations

from engine import conv, report
from rfcli.engine.border import alive, clipped_hulls, clipped_regions, readers_of, reading_any
from rfcli.engine.reading import Reading, readings
from rfcli.engine.support import Effort, Samples
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown


def reading(*layers: dict[str, object], size: int | None = 4) -> Reading:
    return readings(report(*layers, size=[size]).graph, 0)[0]  # type: ignore[arg-type]


def test_outputs_that_read_only_padding_are_dead() -> None:
    """Kernel 1, padding 2: the first and last two of 8 outputs."""
    found = dict(alive(reading(conv(1, padding=2)), Effort()))
    assert list(found[1]) == [2, 3, 4, 5]


def test_outputs_that_read_a_sample_round_the_border() -> None:
    """Output o reads o - 1 to o + 1 of 4."""
    one = reading(conv(3, padding=1, padding_mode="circular"))
    assert readers_of(one, 1, 3, Effort()) == Samples(0, 0b1101)
    assert readers_of(one, 0, 3, Effort()) == Samples(3, 1)
    # In front of a mirrored border stand samples 2 and 1.
    pad = reading({"type": "pad", "padding": [[2, 0]], "padding_mode": "reflect"})
    assert readers_of(pad, 1, 2, Effort()) == Samples(0, 0b10001)
    assert dict(alive(pad, Effort()))[1].count == 6


def test_regions_are_clipped_layer_by_layer() -> None:
    one = reading(conv(3, padding=1))
    assert clipped_regions(one, 1, Effort()) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    dilated = reading(conv(2, dilation=3, padding=1))  # taps o - 1 and o + 2
    assert clipped_regions(dilated, 1, Effort()) == [(2, 2), (0, 3), (1, 1)]


def test_regions_of_an_unknown_size() -> None:
    assert isinstance(clipped_regions(reading(conv(), size=None), 1, Effort()), Unknown)


def test_outputs_that_read_any_of_some_samples() -> None:
    assert list(reading_any(Samples(4, 1), Reads(2, ((0, 2, 1),)), 5)) == [1, 2]
    assert list(reading_any(Samples(4, 1), Reads(1, ((0, 0, 1), None)), 10)) == [8]


def test_all_layers_at_once() -> None:
    """The hulls of all layers are what each says by itself; those without a local path are passed over."""
    one = reading(
        conv(3, padding=1, stride=2), conv(5, padding=2, padding_mode="reflect"), {"type": "global_avg_pool"},
        {"type": "upsample", "scale": 3}, {"type": "conv_transpose", "kernel": 1, "stride": 2, "filters": 1, "inputs": ["conv_2"]},
        size=9,
    )  # fmt: skip
    found = dict(clipped_hulls(one, range(6), Effort()))
    assert found.keys() == {0, 1, 2, 5}
    for number, hulls in found.items():
        assert not isinstance(hulls, Unknown)
        assert hulls.regions == clipped_regions(one, number, Effort())
    assert clipped_regions(one, 3, Effort()) == [None]


def test_what_is_unknown_goes_on_alone() -> None:
    """What does not read a map of unknown size is known all the same."""
    one = reading(conv(3), {"type": "custom", "unknown": "sort"}, conv(3), conv(1, inputs=["conv_1"]), size=9)
    found = dict(clipped_hulls(one, range(5), Effort()))
    assert [isinstance(found.get(number), Unknown) for number in (1, 4)] == [False, False]
    short = dict(clipped_hulls(one, range(5), Effort(5000)))
    assert isinstance(short[4], Unknown)
