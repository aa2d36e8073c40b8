"""RF502: input positions that no output reads."""

import pytest

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
