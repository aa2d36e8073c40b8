"""Masks of kernels: which taps are left, against the loops of PixelCNN's authors, and what is said of wrong ones."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest

from layers import built
from rfcli.geometry.field import Reads
from rfcli.layers._masks import (
    Mask,
    MaskKind,
    bits_of,
    digits,
    is_product,
    is_symmetric,
    projected,
    rows_of,
    said,
    step_of,
)
from rfcli.layers._parameters import ParameterError


@pytest.mark.parametrize("kernel", [(3,), (4,), (1, 3), (3, 3), (7, 7), (4, 5), (3, 3, 3), (2, 3, 4)])
def test_raster_order(kernel: tuple[int, ...]) -> None:
    """Filled as `mask[:, :, k//2, k//2 + (type == 'B'):] = 0; mask[:, :, k//2 + 1:] = 0`, axis by axis."""
    for word, kept in (("causal", 1), ("strictly_causal", 0)):
        left = dict.fromkeys(product(*map(range, kernel)), 1)
        for axis in range(len(kernel)):
            for tap in left:
                same = all(tap[before] == kernel[before] // 2 for before in range(axis))
                beyond = kernel[axis] // 2 + (kept if axis == len(kernel) - 1 else 1)
                if same and tap[axis] >= beyond:
                    left[tap] = 0
        assert Mask(word).over(kernel) == tuple(tap for tap, one in left.items() if one)


def test_mask_a_and_b() -> None:
    a, b = Mask("strictly_causal").over((3, 3)), Mask("causal").over((3, 3))
    assert rows_of(a, (3, 3)) == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert rows_of(b, (3, 3)) == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]
    assert len(Mask("strictly_causal").over((7, 7))) == 24 and len(Mask("causal").over((3, 3, 3))) == 14
    assert digits(b, (3, 3)) == "111 110 000" and digits(((0,), (2,)), (3,)) == "101"


def test_said_in_the_shortest_way() -> None:
    assert said(Mask("causal").over((5, 5)), (5, 5)) == "causal"
    assert said(Mask("strictly_causal").over((3,)), (3,)) == "strictly_causal"
    assert said(((0, 0), (1, 1)), (2, 2)) == [[1, 0], [0, 1]]
    assert said(tuple(product(range(2), range(2))), (2, 2)) is None
    assert said(Mask("causal").over((3, 3)), (3, 3), ()) == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]


WRONG = [
    ("sideways", 2, "must be causal, strictly_causal, or lists"),
    (3, 2, "is 3"),
    ([1, 0, 1], 2, "has 1 level of lists for 2 axes"),
    ([[1, 0], [1]], 2, "has 2 and 1 entries"),
    ([[1, 0], 1], 2, "lists of one length at each level"),
    ([[1, 2], [0, 1]], 2, "0 or 1 for each tap, has 2"),
    ([[0, 0], [0, 0]], 2, "keeps no tap"),
    ([], 1, "lists"),
    ([[]], 2, "lists"),
    ([[[[1]]]], 3, "one level of lists for each of 1 to 3 axes"),
    ([1, "x"], 1, "has 'x'"),
]


@pytest.mark.parametrize(("value", "axes", "told"), WRONG, ids=str)
def test_wrong_masks(value: object, axes: int, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        MaskKind().parse(value, axes)


def test_expressions_stand_for_anything_before_they_are_evaluated() -> None:
    assert MaskKind().parse("$m", None) and MaskKind().parse([1, "$(i)"], None) and MaskKind().parse([0, 0], None)
    assert MaskKind().parse([True, 0, 1.0], 1) == Mask(shape=(3,), taps=((0,), (2,)))


@pytest.mark.parametrize(
    ("type", "given", "told"),
    [
        ("conv", {"kernel": 5, "mask": [[1] * 3] * 3}, "the mask has 3x3 entries, the kernel 5x5 taps"),
        ("conv", {"kernel": 1, "mask": "strictly_causal"}, "leaves no tap of a kernel of 1x1"),
        ("conv", {"kernel": 300, "mask": "causal"}, "up to 65536 taps, this one has 90000"),
        ("conv_transpose", {"kernel": 2, "stride": 2, "mask": [[1, 0], [0, 1]]}, "at every phase"),
    ],
)
def test_masks_that_do_not_fit(type: str, given: dict[str, object], told: str) -> None:
    assert told in (built(type, 2, **given).contradiction() or "")


def test_a_transposed_convolution_takes_no_word() -> None:
    with pytest.raises(ParameterError, match="must be lists of 0 and 1"):
        built("conv_transpose", 2, kernel=3, mask="causal")


def test_axes_that_a_mask_tells_apart() -> None:
    assert built("conv", 2, kernel=3, mask=[[0, 1, 0], [1, 1, 1], [0, 1, 0]]).isotropic
    assert not built("conv", 2, kernel=3, mask="causal").isotropic
    assert not is_symmetric(((0, 1, 0), (1, 0, 0))) and is_symmetric(((0, 1, 0), (1, 0, 0), (0, 0, 1)))


def test_along_an_axis() -> None:
    taps = ((0, 1), (0, 5), (2, 1), (2, 5))
    assert (projected(taps, 0), projected(taps, 1), is_product(taps)) == ((0, 2), (1, 5), True)
    assert not is_product(taps[1:])
    assert (step_of((1, 5)), step_of((0, 2, 5)), step_of((3,))) == (4, 1, 1)
    assert (bits_of((1, 5)), bits_of((0, 2, 5)), bits_of((0, 2, 6))) == (0, 0b100101, 0b1011)


def test_reads_of_what_is_left() -> None:
    layer = built("conv", 1, kernel=6, dilation=2, padding=3, mask=[0, 1, 0, 1, 1, 0])
    assert layer.reads(0, 20) == Reads(1, ((-1, 5, 2),), (0b1101,))
    sparse = built("conv", 1, kernel=5, mask=[1, 0, 1, 0, 1])
    assert sparse.reads(0, 20) == Reads(1, ((0, 4, 2),)) and sparse.gap(0) == 2
    assert built("conv", 1, kernel=3, mask=[0, 1, 0]).gap(0) == 1
    assert built("conv", 2, kernel=3, mask=[[1] * 3] * 3).joint is None
    up = built("conv_transpose", 1, kernel=4, stride=2, mask=[1, 0, 1, 1])
    assert up.reads(0, 20) == Reads(1, ((-1, 0, 1), (-1, -1, 1)))


def test_costs_are_those_of_the_whole_kernel() -> None:
    masked, plain = (built("conv", 2, kernel=3, filters=8, **more) for more in ({"mask": "causal"}, {}))
    for count in ("params", "macs"):
        arguments = (4, (9, 9), (7, 7)) if count == "macs" else (4, (9, 9))
        assert getattr(masked, count)(*arguments) == getattr(plain, count)(*arguments)


def test_energies_share_out_all() -> None:
    layer = built("conv", 2, kernel=3, mask="causal")
    assert layer.energy(0, layer.reads(0, 9), 9) == ((0.6, 0.4),)
    assert layer.energy(1, layer.reads(1, 9), 9) == ((0.4, 0.4, 0.2),)
    up = built("conv_transpose", 2, kernel=3, stride=1, mask=[[1, 1, 0], [0, 0, 0], [0, 0, 1]])
    assert up.tap_energy == pytest.approx(1 / 3)
    assert sum(up.energy(0, up.reads(0, 9), 9)[0]) == pytest.approx(1)
    assert not up.gaps and built("conv_transpose", 1, kernel=4, stride=2, mask=[1, 0, 1, 0]).gaps
    assert prod(up.kernel) == 9
