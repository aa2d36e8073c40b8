"""Numbers of a layer along one axis, from its field."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine import conv, report
from rfcli.engine.fields import Mixed
from rfcli.engine.numbers import GLOBAL_ONLY, NO_OUTPUT_ZERO, READS_NOTHING, Numbers, numbers_of
from rfcli.geometry.field import NOTHING, Field
from rfcli.geometry.unknown import Unknown

WHY = Unknown("why")

ROWS = [
    (Field(), Numbers(1, 1, 0, 0, 0, 0, (1,), True, True)),
    (Field(2, ((-3, 7),)), Numbers(11, 2, 3, 2, 3, 7, (11,), True, True)),
    (Field(2, ((-3, 6),)), Numbers(10, 2, 3, Fraction(3, 2), 3, 6, (10,), True, True)),
    (Field(1, ((0, 1), (0, 2))), Numbers(3, Fraction(1, 2), 0, Fraction(1, 2), 0, 2, (2, 3), False, True)),
    (Field(1, (None, (0, 2))), Numbers(3, Fraction(1, 2), NO_OUTPUT_ZERO, NO_OUTPUT_ZERO, 0, 2, (0, 3), False, True)),
    (Field(3, ((-4, 0), (-1, 1))), Numbers(5, Fraction(3, 2), 4, -2, 4, 0, (5, 3), False, True)),
    (NOTHING, Numbers(*(READS_NOTHING,) * 6, (0,), False, True)),
    (None, GLOBAL_ONLY),
    (WHY, Numbers(*(WHY,) * 8, True)),
]


@pytest.mark.parametrize(("field", "expected"), ROWS)
def test_numbers_of_fields(field: Field | Unknown | None, expected: Numbers) -> None:
    assert numbers_of(field, True, 8) == expected


def test_paths_of_several_strides_have_a_size_but_no_stride() -> None:
    """Outputs 0..3 see samples 0..o and 0..2o of two paths of one sample each."""
    found = numbers_of(Mixed((Field(1, ((0, 0),)), Field(2, ((0, 0),)))), True, 4)
    assert (found.size, found.padding, found.center) == (4, 0, 0)
    assert isinstance(found.stride, Unknown)
    assert (found.uniform, found.aligned) == (False, False)


def test_reasons() -> None:
    assert numbers_of(WHY, True, 8).reasons == ["why"] * 8
    assert numbers_of(Field(), WHY, 8).reasons == ["why"]
    assert numbers_of(Field(), True, 8).reasons == []


def test_what_all_input_sizes_agree_on() -> None:
    """`same` with a stride of 2 pads an even size by (0, 1), an odd one by (1, 1): size and stride are known."""
    net = report(conv(stride=2, padding="same"))
    found = net.sight.axes[0].numbers(1)
    assert (found.size, found.stride, found.uniform, found.aligned) == (3, 2, True, True)
    assert isinstance(found.padding, Unknown)
    assert "padding 'same' with a stride above 1 at 'conv_1'" in found.padding.reason


def test_what_an_unknown_size_decides_is_not_a_number() -> None:
    """A crop down to the size of a map: where it starts depends on the size."""
    net = report(
        {"type": "pad", "name": "a", "padding": [[1, 0]]},
        {"type": "resize", "name": "b", "size": 4},
        {"type": "crop", "inputs": ["a"], "like": "b"},
    )
    found = net.sight.axes[0].numbers(3)
    assert (found.size, found.stride) == (1, 1)
    assert isinstance(found.padding, Unknown)
    assert isinstance(found.center, Unknown)
