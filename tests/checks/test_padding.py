"""RF510 and RF511: taps and outputs that read padding."""

import pytest

from checks import conv, found


@pytest.mark.parametrize(
    ("layer", "size", "share"),
    [
        (conv(3, padding=1), 8, None),
        (conv(3, padding=1), 1, 67),  # one output, one tap of three on the map
        (conv(3, dilation=4, padding=4), 4, 67),
        *(
            (conv(3, dilation=4, padding=4, padding_mode=mode), 4, None)
            for mode in ("reflect", "replicate", "circular")
        ),
        (conv(3, dilation=2, padding=2), 4, None),  # 4 + 2 + 2 of 12 taps on the map: 8
        ({"type": "max_pool", "kernel": 5, "stride": 1, "padding": 2}, 2, 60),  # 2 + 2 of 10
    ],
)
def test_taps_in_the_padding(layer: dict[str, object], size: int, share: int | None) -> None:
    said = found("RF510", {**layer, "name": "c"}, size=[size])
    expected = f"{layer['type']} 'c': {share} % of its taps fall into padding, its input is {size}"
    assert said == ([] if share is None else [expected])


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([conv(3, name="c", padding=2)], []),
        ([conv(3, name="c", padding=3)], ["conv 'c': 2 of 12 outputs (0, 11) read only padding"]),
        ([conv(3, name="c", padding=3, padding_mode="circular")], []),
        (
            [
                {"type": "pad", "name": "p", "padding": [[3, 0]]},
                {"type": "pad", "padding": [[0, 3]], "padding_mode": "circular"},
                conv(1, name="c"),
            ],
            ["conv 'c': 6 of 14 outputs (0, 1, 2, 11, ...) read only padding"],
        ),
        ([conv(1, name="c", padding=[[2, 0]])], ["conv 'c': 2 of 10 outputs (0, 1) read only padding"]),
        (
            [{"type": "pad", "name": "p", "padding": [[3, 0]]}, conv(2, name="c")],
            ["conv 'c': 2 of 10 outputs (0, 1) read only padding"],
        ),
    ],
)
def test_outputs_of_padding_only(layers: list[dict[str, object]], said: list[str]) -> None:
    assert found("RF511", *layers, size=[8]) == said


def test_taps_that_a_mask_leaves_out_fall_nowhere() -> None:
    """Of the two taps of each kernel one lies on the only sample, or none does."""
    layer = {"type": "conv", "name": "c", "kernel": 3, "padding": 1, "filters": 1}
    assert found("RF510", {**layer, "mask": [[0, 0, 0], [0, 1, 0], [0, 0, 1]]}, size=[1, 1]) == []
    (said,) = found("RF510", {**layer, "mask": [[1, 1, 0], [0, 0, 0], [0, 0, 0]]}, size=[1, 1])
    assert "100 % of its taps fall into padding" in said
    (said,) = found("RF510", layer, size=[1, 1])
    assert "89 % of its taps" in said
