"""Windows over channels that stand where axes do."""

from __future__ import annotations

from typing import Any

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.readers.tracing.volumes import Places


def window(x: str, type: str, filters: int | None, per_axis: dict[str, Any], **given: Any) -> tuple[str, list[str]]:
    made = tracer()
    found = made.window("out", type, mapped(x), filters, per_axis, **given)
    return layout(found), layers(made)


def alone(kernel: int, stride: int = 1, padding: int = 0) -> dict[str, Any]:
    """A window over the first of three dimensions."""
    return {"kernel": [kernel, 1, 1], "stride": [stride, 1, 1], "padding": [[padding, padding], [0, 0], [0, 0]]}


POOLS = [
    ("max_pool", alone(2, 2), "b 1 c4 h4 w6",
     ["out/1 = channel_slice(x, end=8, step=2)", "out/2 = channel_slice(x, start=1, end=8, step=2)", "out = max(out/1, out/2)"]),
    ("avg_pool", alone(3, 1, 1), "b 1 c8 h4 w6", ["out = lrn(x, size=3)"]),
    ("avg_pool", alone(5, 1, 2), "b 1 c8 h4 w6", ["out = lrn(x)"]),
    ("avg_pool", alone(1, 3), "b 1 c3 h4 w6", ["out = channel_slice(x, end=8, step=3)"]),
    ("avg_pool", alone(65, 1, 40), "b 1 c24 h4 w6", ["out = custom(x, filters=24, params=0, macs=0, mixes=some)"]),
]  # fmt: skip


@pytest.mark.parametrize(("type", "per_axis", "after", "expected"), POOLS)
def test_pools(type: str, per_axis: dict[str, Any], after: str, expected: list[str]) -> None:
    assert window("b 1 c8 h4 w6", type, None, per_axis) == (after, expected)


def test_a_pool_of_channels_that_were_padded() -> None:
    """One layer, as local response normalisation is: of the padding nothing is left."""
    made = tracer()
    wide = made.padded("pad", mapped("b 1 c8 h4 w6"), [(0, 0), (0, 0), (1, 0), (0, 0), (0, 0)])
    found = made.window("out", "avg_pool", wide, None, alone(2))
    made.outputs([found])
    assert layers(made) == ["out = lrn(x, size=2)"]


@pytest.mark.parametrize(
    ("x", "per_axis", "given", "why"),
    [
        ("b 1 c8 h4 w6", {"kernel": [2, 2, 1]}, {}, "channels and axes are pooled together"),
        ("b 1 c? h4 w6", alone(2), {}, "channels of unknown number are pooled"),
        ("b 1 c8 h4 w6", alone(3, 2), {"ceil_mode": True}, "parts of windows over channels are pooled"),
    ],
)
def test_pools_that_are_none(x: str, per_axis: dict[str, Any], given: dict[str, Any], why: str) -> None:
    with pytest.raises(Layout, match=why):
        window(x, "max_pool", None, per_axis, **given)


def test_convolutions_over_channels() -> None:
    """Along axes a window; of channels some, and products with the weights of all of its places."""
    per_axis = {"kernel": [3, 3, 1], "padding": [[1, 1], [1, 1], [0, 0]]}
    given = f"mixes=some, params=20, macs={18 * 8 * 24}, kernel=[3, 1], padding=[1, 0]"
    assert window("b 1 c8 h4 w6", "conv", 2, per_axis) == (
        "b c2/8 c8 h4 w6",
        [f"out = custom(x, filters=16, {given})"],
    )


def test_convolutions_beside_channels() -> None:
    """The same for each of them: its parameters count once."""
    assert window("b c3 c8/3 h4", "conv", 2, {"kernel": [1, 3]}) == (
        "b c2 c8/2 h2",
        [
            "out/groups = identity(x)", "out/channels = identity(out/groups)",
            "out = conv(out/channels, groups=8, params=20, kernel=[3, 1], filters=16)",
        ],
    )  # fmt: skip


FOLDED = [
    ("b.d5 c8 h4 w6", "conv", 3, {"kernel": [3, 3]}, "b.d5 c3 h2 w4", ["out = conv(x, kernel=[3, 3, 1], filters=3)"]),
    ("b.c2/8 c8 h4", "max_pool", None, {"kernel": [2]}, "b.c2/8 c8 h2",
     ["out = max_pool(x, kernel=[2, 1, 1])"]),
    ("d5.b c8 h4", "conv_transpose", 2, {"kernel": [2], "stride": [2]}, "d5.b c2 h8",
     ["out = conv_transpose(x, kernel=[2, 1, 1], stride=[2, 1, 1], filters=2)"]),
]  # fmt: skip


@pytest.mark.parametrize(("x", "type", "filters", "per_axis", "after", "expected"), FOLDED)
def test_images_of_a_batch_in_which_axes_lie(
    x: str, type: str, filters: int | None, per_axis: dict[str, Any], after: str, expected: list[str]
) -> None:
    made = tracer(3)
    assert layout(made.window("out", type, mapped(x), filters, per_axis)) == after
    assert layers(made) == expected


@pytest.mark.parametrize("x", ["b c8 h4", "b.h2/2 c8 h2", "b.h4 c8 h4", "b.h? c8 w4", "b.h4.w2.d3 c8 1"])
def test_no_images_of_a_batch(x: str) -> None:
    assert tracer(2).in_batch(mapped(x)) == []


def test_places() -> None:
    assert [Places(3, 2, 1, 1, 0).count(n) for n in (2, 3, 4, 5)] == [1, 1, 2, 2]
    assert Places(1, 1, 1, 0, 0).single and not Places(1, 2, 1, 0, 0).single


@pytest.mark.parametrize(("word", "sides"), [("same", [1, 1]), ("same_lower", [1, 1]), ("causal", [2, 0])])
def test_a_word_for_padding_is_what_it_says(word: str, sides: list[int]) -> None:
    found, other = tracer(1), tracer(1)
    x, window = mapped("b 1 c8 h4"), {"kernel": [3, 3]}
    one = found.over_channels("out", "conv", x, 4, window, {"padding": word}, _none)
    two = other.over_channels("out", "conv", x, 4, {**window, "padding": [sides, sides]}, {}, _none)
    assert one == two and layers(found) == layers(other)


def test_a_word_that_depends_on_a_size_that_is_not_known() -> None:
    given = {"kernel": [3, 3], "stride": [1, 2]}
    assert tracer(1).over_channels("out", "conv", mapped("b 1 c8 h?"), 4, given, {"padding": "same"}, _none) is None


def _none(*_: object, **__: object) -> Map:
    raise AssertionError
