"""The cells of NAS-Bench-201: its own counts, and fields by what each edge adds."""

from typing import Any

import pytest

import rfcli
from rfcli.sweeping import asking
from rfcli.sweeping.grid import sampled
from rfcli.sweeping.variations import Variations

OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
EDGES = ["edge_01", "edge_02", "edge_12", "edge_03", "edge_13", "edge_23"]
GRID = asking.grid_of(dict.fromkeys(EDGES, OPERATIONS))

FIRST = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
MOST = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"
LEAST = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"
OTHER = "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|avg_pool_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"

PUBLISHED = [
    # cell, classes, size of the images, parameters and FLOPs in millions; the FLOPs are multiply-accumulates and biases.
    # Architecture 0: github.com/D-X-Y/NATS-Bench, issue 24.
    (FIRST, 10, 32, None, 15.64737), (FIRST, 100, 32, None, 15.65322), (FIRST, 120, 16, None, 3.91948),
    # get_cost_info of the benchmark: github.com/D-X-Y/NATS-Bench, issue 36.
    (OTHER, 10, 32, 0.802426, 113.95137),
    # The least and the most of all cells, as projects that normalise by them have them (MO-HPOBench, MF-NAS).
    (LEAST, 10, 32, 0.073306, 7.78305), (MOST, 10, 32, 1.531546, 220.11969),
    (LEAST, 100, 32, 0.079156, 7.7889), (MOST, 100, 32, 1.537396, 220.12554),
    (LEAST, 120, 16, None, 1.9534), (MOST, 120, 16, None, 55.03756),
]  # fmt: skip


def cell(text: str) -> dict[str, Any]:
    """The setting of a cell in the benchmark's words."""
    operations = [edge.split("~")[0] for node in text.split("+") for edge in node.strip("|").split("|")]
    return dict(zip(EDGES, operations, strict=True))


@pytest.mark.parametrize(("text", "classes", "size", "params", "flops"), PUBLISHED)
def test_published_counts(text: str, classes: int, size: int, params: float | None, flops: float) -> None:
    total = rfcli.compute("nas_bench_201", settings={**cell(text), "classes": classes}, input_size=size).total
    assert params is None or total.params == round(params * 1e6)
    assert total.macs + classes == round(flops * 1e6)


ADDED = {"skip_connect": 0, "nor_conv_1x1": 0, "nor_conv_3x3": 1, "avg_pool_3x3": 1}
"""How far an operation reaches to either side."""


def reach(setting: dict[str, str]) -> int | None:
    """How far a cell reaches to either side; None where nothing passes it."""
    nodes: list[int | None] = [0, None, None, None]
    for edge in EDGES:
        source, node = int(edge[-2]), int(edge[-1])
        before, added = nodes[source], ADDED.get(setting[edge])
        if before is not None and added is not None:
            nodes[node] = max(nodes[node] or 0, before + added)
    return nodes[3]


def test_all_kinds_of_cells() -> None:
    """Sizes and counts of a sample, by what each edge adds: 5 cells at each of the strides 1, 2 and 4, and between them
    blocks that add 2 + 2 x 2 samples of theirs; of each convolution 15 with 16, 32 and 64 channels."""
    varied = Variations(asking.network_of("nas_bench_201", None, None), (), "bn")
    for number in [*sampled(GRID, 150, 0), 0, 5**6 - 1]:
        setting = GRID.setting(number)
        found, far, made = varied.brief(setting), reach(setting), list(setting.values())
        if far is None:
            assert found.size == (None, None)
            assert found.notes == ("'input' does not reach it",)
        else:
            assert found.size == (3 + 10 * far * 7 + 6 * 3,) * 2
            assert found.stride == (4, 4)
        narrow, wide = made.count("nor_conv_1x1"), made.count("nor_conv_3x3")
        weights = 5 * (16**2 + 32**2 + 64**2)
        assert found.cost.params == 73306 + (narrow + 9 * wide) * weights + (narrow + wide) * 5 * 2 * (16 + 32 + 64)
        assert found.cost.macs == 7783040 + (narrow + 9 * wide) * 15 * 16**2 * 32**2
