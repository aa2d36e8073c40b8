"""Layers for torch that see the whole map, and pools to a given size."""

from __future__ import annotations

import pytest
from writers.torch.sources import Case, case_id, written

CASES: list[Case] = [
    ("adaptive_avg_pool", {"output_size": [5, 3]}, "it = nn.AdaptiveAvgPool2d((5, 3)); it(x)"),
    ("adaptive_max_pool", {"output_size": 4}, "it = nn.AdaptiveMaxPool2d(4); it(x)"),
    ("global_avg_pool", {}, "it = nn.AdaptiveAvgPool2d(1); it(x)"),
    ("global_max_pool", {}, "it = nn.AdaptiveMaxPool2d(1); it(x)"),
    ("flatten", {}, "it = nn.Flatten(); it(x)"),
    ("squeeze_excite", {"units": 2, "bias": False}, "it = SqueezeExcite(8, 2, bias=False); it(x)"),
    ("squeeze_excite", {}, "(it states no units)"),
    ("attention", {"heads": 2}, "it = SelfAttention(8, 2); it(x)"),
    ("attention", {"heads": 2, "params": 256}, "it = SelfAttention(8, 2, bias=False); it(x)"),
    ("attention", {"heads": 3}, "(8 channels are not divided among 3 heads)"),
    ("attention", {"query": 2, "value": 4, "heads": 2}, "it = Attention(2, 4, 2); it(x)"),
    ("attention", {"query": 2, "value": 4, "heads": 4}, "(2 channels of queries are not divided among 4 heads)"),
    ("attention", {"query": 3, "value": 2, "heads": 3}, "(2 channels of values are not divided among 3 heads)"),
    ("window_attention", {"window": 3, "query": 2, "value": 4}, "(the attention written has projections of its own, not those of the layer before)"),
    ("window_attention", {"window": [3, 7], "shift": 1, "heads": 4}, "it = WindowAttention(8, 4, (3, 7), (1, 1)); it(x)"),
    ("window_attention", {"windows": [2, 1]}, "it = WindowAttention(8, 1, (6, 14), (0, 0)); it(x)"),
    ("window_attention", {"grid": 3}, "(attention over a grid is not written for PyTorch)"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_written(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given) == wanted
