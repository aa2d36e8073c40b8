"""Numbers of several sets of paths as one."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.engine.combined import at_all_sizes, combined
from rfcli.engine.numbers import NO_OUTPUT_ZERO, Numbers, numbers_of
from rfcli.engine.reading import DEPENDS
from rfcli.geometry.field import NOTHING, Field

LEFT, RIGHT = (numbers_of(Field(1, (phase,)), True, 9) for phase in ((-2, 0), (0, 3)))


def test_the_largest_counts_and_places_are_those_of_output_0() -> None:
    found = combined(LEFT, [LEFT, RIGHT], holes=False)
    assert (found.size, found.padding, found.center, found.lookback, found.lookahead) == (4, 2, -1, 2, 3)
    assert (found.phase_sizes, found.uniform, found.aligned, found.stride) == ((4,), False, True, 1)


def test_output_0_that_reads_nothing_leaves_no_place() -> None:
    assert combined(None, [LEFT, RIGHT], holes=False).padding is NO_OUTPUT_ZERO
    assert combined(None, [LEFT, LEFT], holes=False).padding == 2
    assert combined(None, [LEFT, LEFT], holes=True).padding is NO_OUTPUT_ZERO
    assert combined(LEFT, [LEFT, LEFT], holes=True).uniform is False


def test_strides_that_differ_are_no_stride() -> None:
    found = combined(LEFT, [LEFT, numbers_of(Field(2, ((0, 0),)), True, 9)], holes=False)
    assert "strides 1 and 2" in found.stride.reason  # type: ignore[union-attr]


def test_what_reads_nothing_counts_for_nothing() -> None:
    nothing = numbers_of(NOTHING, True, 9)
    found = combined(LEFT, [LEFT, nothing], holes=False)
    assert (found.size, found.stride, found.phase_sizes, found.uniform) == (3, 1, (3,), False)
    assert combined(None, [], holes=False) == nothing


def test_phases_of_different_periods() -> None:
    two = numbers_of(Field(2, ((0, 0), (0, 3))), True, 9)
    three = numbers_of(Field(3, ((0, 1), (1, 1), (2, 2))), True, 9)
    assert combined(two, [two, three], holes=False).phase_sizes == (2, 4, 1, 4, 1, 4)


def test_at_all_sizes() -> None:
    assert at_all_sizes([LEFT, LEFT]) == LEFT
    found = at_all_sizes([LEFT, RIGHT])
    assert found.size is DEPENDS and found.stride == 1 and isinstance(found, Numbers)


@pytest.mark.parametrize("size", [[16], [16, 8], [4, 16, 8]], ids=str)
def test_paths_that_read_nothing_are_not_misaligned(size: list[int]) -> None:
    """Along the last axis the last layer takes those outputs of every second one that lie between the samples."""
    first = [0] * (len(size) - 1)
    up = {"kernel": 1, "stride": [*(1 for _ in first), 2], "padding": [*first, [-1, 0]], "filters": 1}
    layers = [
        {"name": "moved", "type": "pad", "padding": [[1, -1]] * len(size)},
        {"type": "add", "inputs": ["moved", "input"]},
        {"name": "up", "type": "conv_transpose", **up},
        {"name": "between", "type": "subsample", "stride": 2},
    ]
    report = rfcli.compute({"format": 1, "input": {"size": size, "channels": 1}, "layers": layers})
    fields = [report.layer(name).receptive_field for name in ("up", "between")]
    assert [one.aligned for one in fields] == [False, True]
    assert not any("misaligned" in note for note in fields[1].notes)
