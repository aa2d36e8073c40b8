"""Exported models, read back by the readers, which share nothing with the writers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rfcli
from rfcli.geometry.unknown import Unknown

SPREAD = {"separable_conv", "squeeze_excite", "batch_norm", "layer_norm", "silu", "swish"}
"""Types that may be several operations, among which their cost is spread."""
REARRANGING = {"pixel_shuffle", "pixel_unshuffle", "depth_to_space", "space_to_depth"}


def reads_back(
    report: rfcli.Report,
    data: bytes,
    omitted: str = "",
    file: str = "net.onnx",
    called: Callable[[str], str] = str,
) -> None:
    """What rf reads back is what it wrote: all layers but one are there, with the same geometry, fields and costs;
    `called` says how the target names a layer."""
    back = rfcli.compute(rfcli.loads(data, file))
    known = {one.name: one for one in back.layers}
    for one in report.layers:
        if one.name == omitted:
            continue
        other = known[called(one.name)]
        assert (other.output_size, other.channels) == (one.output_size, one.channels), one.name
        if one.receptive_field is None or other.receptive_field is None:
            assert one.receptive_field is other.receptive_field
        else:
            assert fields(other.receptive_field) == fields(one.receptive_field), one.name
        if one.type not in SPREAD:
            assert (other.cost.params, other.cost.macs) == (one.cost.params, one.cost.macs), one.name
    assert (back.total.params, back.total.macs) == (report.total.params, report.total.macs)


def fields(found: Any) -> tuple[Any, ...]:
    """All of a field but the names of what it came through, and reasons, which name layers."""
    rows = (found.size, found.stride, found.padding, found.center, found.phase_sizes, (found.aligned, found.uniform))
    return (found.globally, *(tuple(None if isinstance(one, Unknown) else one for one in row) for row in rows))
