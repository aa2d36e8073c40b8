"""RF502: input positions that no output reads."""

import json

import pytest

import rfcli
from checks import conv, found


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([conv(3, name="a", stride=2)], []),
        ([conv(2, name="a", stride=2)], []),
        ([conv(1, name="a", stride=2)], ["'a': 1 of every 2 input positions are read by no output: 1"]),
        ([conv(2, name="a", stride=4)], ["'a': 2 of every 4 input positions are read by no output: 2, 3"]),
        # the second skips what the first has mixed: samples 0..2 of every 4
        (
            [conv(3, name="a"), conv(1, name="b", stride=4)],
            ["'b': 1 of every 4 input positions are read by no output: 3"],
        ),
        ([conv(4, name="a"), conv(1, name="b", stride=4)], []),
        (
            [conv(1, name="a", stride=2), {"type": "global_avg_pool", "name": "g"}],
            ["'a': 1 of every 2 input positions are read by no output: 1"],
        ),
    ],
)
def test_strides_above_kernels(layers: list[dict[str, object]], said: list[str]) -> None:
    assert found("RF502", *layers) == said


def test_what_another_path_reads() -> None:
    layers = [conv(1, name="a", stride=2), {"type": "relu", "name": "b", "inputs": ["input"]}]
    assert found("RF502", *layers) == []


@pytest.mark.parametrize(
    ("mask", "kernel", "stride", "said"),
    [
        # every row and every column is read, and half of the positions are not
        ([[1, 0], [0, 1]], [2, 2], 2, ["'a': 2 of every 2x2 input positions are read by no output: (0, 1), (1, 0)"]),
        ([[1, 0], [0, 1]], [2, 2], 1, []),
        ([[1, 1], [1, 0]], [2, 2], [2, 1], []),
        ([[0, 1], [1, 0]], [2, 2], [2, 2], ["'a': 2 of every 2x2 input positions are read by no output: (0, 0), (1, 1)"]),
        # along one axis it is told as ever
        ([[1, 1], [0, 0]], [2, 2], 2, ["'a': 1 of every 2 input positions along h are read by no output: 1"]),
        (
            [[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [2, 2, 2], 2,
            ["'a': 4 of every 2x2x2 input positions are read by no output: (0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)"],
        ),
    ],
)  # fmt: skip
def test_masks_are_looked_at_in_all_axes_at_once(
    mask: list[object], kernel: list[int], stride: object, said: list[str]
) -> None:
    layer = {"name": "a", "type": "conv", "kernel": kernel, "stride": stride, "mask": mask, "filters": 1}
    document = {"format": 1, "input": {"size": [12] * len(kernel), "channels": 1}, "layers": [layer]}
    checked = rfcli.check(rfcli.loads(json.dumps(document)), select=["RF502"])
    assert [one.message.partition("; ")[0] for one in checked.diagnostics] == said
