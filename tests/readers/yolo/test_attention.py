"""Attention, of positions and of channels."""

import pytest

from readers.yolo.rows import block, full, holds, psa, report_of, sees_all, written
from rfcli.geometry.unknown import Unknown

ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 1, SpatialAttention, [7]]": (98, 64, (7, 1)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    holds(row, *ROWS[row])


ATTENTIVE = {
    # row: parameters, the local path's field size
    "[-1, 1, PSA, [64]]": (block(64, 64) + psa(32) + block(64, 64), 3),
    "[-1, 1, AIFI, [256, 8]]": (4 * full(64, 64) + full(64, 256) + full(256, 64) + 4 * 64, 1),
    "[-1, 1, ChannelAttention, [64]]": (full(64, 64), 1),
    "[-1, 1, CBAM, [64]]": (full(64, 64) + 98, 7),
}  # fmt: skip


@pytest.mark.parametrize("row", ATTENTIVE)
def test_attention_sees_all_and_keeps_a_local_path(row):
    sees_all(row, *ATTENTIVE[row])


def test_attention_costs_what_each_pair_of_positions_does():
    report = report_of(written(["[-1, 1, PSA, [256]]"], channels=256), (8, 4))
    attention = report.layer("psa_0/attn/attention")
    assert attention.cost.macs == 32 * 32 * (64 + 128)  # 2 heads of 64, keys half as wide
    assert isinstance(report_of(written(["[-1, 1, PSA, [256]]"], channels=256)).total.macs, Unknown)
