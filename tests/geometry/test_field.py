"""The algebra of fields, law by law, and published recurrences."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rfcli.geometry.field import NOTHING, Field, Reads, center_differences, periodic, same_stride
from rfcli.layers._phases import adaptive_reads, scaled_reads, transposed_reads


def window(kernel: int, stride: int, padding: int, dilation: int = 1) -> Reads:
    return Reads(stride, ((-padding, dilation * (kernel - 1) - padding, dilation),))


windows = st.builds(window, st.integers(1, 4), st.integers(1, 3), st.integers(-2, 3), st.integers(1, 3))
upward = st.builds(transposed_reads, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2))
reads = st.one_of(windows, upward, st.builds(adaptive_reads, st.integers(1, 6), st.integers(1, 6)))


def taps(read: Reads, o: int) -> set[int]:
    """The inputs of output `o`, from the definition of `Reads`."""
    turns, phase = divmod(o, len(read.phases))
    found = read.phases[phase]
    if found is None:
        return set()
    first, last, step = found
    return set(range(first + turns * read.shift, last + turns * read.shift + 1, step))


def support(chain: list[Reads], o: int) -> set[int]:
    """Samples of the origin that reach output `o` through a chain, the layer nearest the origin first."""
    found = {o}
    for read in reversed(chain):
        found = {i for one in found for i in taps(read, one)}
    return found


def field_of(chain: list[Reads]) -> Field:
    found = Field()
    for read in chain:
        found = found.seen_by(read)
    return found


@given(st.lists(reads, max_size=4), st.integers(-20, 20))
def test_composition_is_the_hull_of_index_sets(chain: list[Reads], o: int) -> None:
    expected = support(chain, o)
    assert field_of(chain).bounds(o) == ((min(expected), max(expected)) if expected else None)


@given(st.lists(reads, max_size=4))
def test_a_field_has_its_smallest_period(chain: list[Reads]) -> None:
    field = field_of(chain)
    period = len(field.phases)
    for shorter in range(1, period):
        if period % shorter == 0 and field.shift * shorter % period == 0:
            step = field.shift * shorter // period
            moved = [None if b is None else (b[0] + step, b[1] + step) for b in field.phases]
            assert any(field.bounds(o + shorter) != moved[o] for o in range(period))


@given(st.lists(reads, max_size=3), st.lists(reads, max_size=3), st.integers(-10, 10))
def test_union_is_the_hull_of_both_and_commutes(one: list[Reads], other: list[Reads], o: int) -> None:
    a, b = field_of(one), field_of(other)
    assume(same_stride(a, b))
    both = support(one, o) | support(other, o)
    assert a.union(b).bounds(o) == ((min(both), max(both)) if both else None)
    assert a.union(b) == b.union(a)


@given(st.lists(reads, max_size=3), st.lists(reads, max_size=3), reads)
def test_composition_distributes_over_union(one: list[Reads], other: list[Reads], above: Reads) -> None:
    a, b = field_of(one), field_of(other)
    assume(same_stride(a, b))
    assert a.union(b).seen_by(above) == a.seen_by(above).union(b.seen_by(above))


def test_the_identity() -> None:
    read = window(3, 2, 1)
    assert Field().seen_by(read) == Field(2, ((-1, 1),))
    assert field_of([read]).seen_by(window(1, 1, 0)) == field_of([read])


@pytest.mark.parametrize(
    ("chain", "size", "stride", "padding"),
    [
        ([(3, 1, 1)] * 5, 11, 1, 5),
        ([(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1)], 99, 16, 32),  # AlexNet v2, conv3: Araujo et al. 2019
        ([(7, 2, 3), (3, 2, 1)], 11, 4, 5),
    ],
)
def test_recurrences(chain: list[tuple[int, int, int]], size: int, stride: int, padding: int) -> None:
    field = field_of([window(*layer) for layer in chain])
    assert (field.size, field.stride, -field.phases[0][0]) == (size, stride, padding)  # type: ignore[index]
    assert field.uniform


def test_phases_of_upsampling() -> None:
    assert field_of([scaled_reads(2)]) == Field(1, ((0, 0), (0, 0)))
    assert field_of([scaled_reads(2)]).stride == Fraction(1, 2)
    assert field_of([transposed_reads(1, 2, 1, 0)]).phase_sizes == (1, 0)
    assert field_of([scaled_reads(2), window(2, 2, 0)]) == Field()


def test_center_differences_cancel_at_a_skip_across_an_upsampling() -> None:
    down_up = field_of([window(2, 2, 0), scaled_reads(2)])
    assert center_differences(down_up, Field()) == [1, -1]


def test_equality_is_of_meaning() -> None:
    assert periodic(2, [(0, 1), (1, 2)]) == Field(1, ((0, 1),))


@given(st.lists(reads, max_size=4), st.integers(-30, 30))
def test_lookback_and_lookahead_bound_every_region(chain: list[Reads], o: int) -> None:
    field = field_of(chain)
    region = field.bounds(o)
    if region is not None:
        at = o * field.stride // 1
        assert at - region[0] <= field.lookback
        assert region[1] - at <= field.lookahead


@pytest.mark.parametrize(
    ("field", "around"),
    [
        (Field(), (0, 0)),
        (Field(8, ((-943, 56),)), (943, 56)),
        (Field(2, ((3, 4),)), (-3, 4)),
        (Field(1, ((-1, 0), (-1, 1))), (1, 1)),
        (Field(3, ((-4, 0), (-1, 1))), (4, 0)),
        (Field(1, (None, (-2, 5))), (2, 5)),
        (NOTHING, (None, None)),
    ],
)
def test_how_far_outputs_see_from_where_they_stand(field: Field, around: tuple[int | None, int | None]) -> None:
    assert (field.lookback, field.lookahead) == around
