"""What does not fit, for people."""

from __future__ import annotations

import time

import pytest

from graph import architecture, conv, refused
from rfcli.api.judging import validate
from rfcli.graph.misfits import spans

ADD = {"type": "add", "inputs": ["a", "b"]}

ROWS = [
    ([conv(9)], [8], "RF305", "conv 'conv_1': the kernel reaches over 9 samples, its input has 8"),
    (
        [conv(9)],
        [8, 12],
        "RF305",
        "conv 'conv_1': the kernel reaches over 9 samples, its input has 8 along h",
    ),
    (
        [conv(name="a"), conv(name="b"), ADD],
        [8],
        "RF302",
        "add 'add_1': inputs have different sizes: 6 from 'a', 4 from 'b'",
    ),
    (
        [conv(name="a"), conv(name="b", stride=2), ADD],
        [None],
        "RF303",
        "add 'add_1': paths have different strides: 1 through 'a', 2 through 'b'",
    ),
    (
        [conv(name="a"), conv(name="b"), ADD],
        [None],
        "RF302",
        "add 'add_1': inputs have different sizes: 510 from 'a', 508 from 'b' (with an input of 512; no large input size "
        "fits)",
    ),
    ([{"type": "upsample", "scale": 10**9, "repeat": 3}], [8], "RF307", None),
]


@pytest.mark.parametrize(("layers", "size", "code", "message"), ROWS)
def test_messages(layers: list[dict[str, object]], size: list[int | None], code: str, message: str | None) -> None:
    found = refused(*layers, size=size)
    assert [one for one, _ in found] == [code]
    assert message is None or found[0][1] == message


HALVES = [
    conv(name="a", padding=1), {"type": "max_pool", "kernel": 4}, {"name": "u", "type": "upsample", "scale": 4},
    {"type": "add", "inputs": ["a", "u"]},
]  # fmt: skip
TWO = [{"name": "p", "type": "max_pool", "kernel": 2, "inputs": ["a"]}, {"type": "concat", "inputs": ["p", "b"]}]


@pytest.mark.parametrize(
    ("layers", "size", "said"),
    [
        (HALVES, [17, 17], "; the nearest input sizes that fit: 16 and 20 along h and w"),
        (HALVES, [18, 20], "; the nearest input sizes that fit: 16 and 20 along h"),
        (HALVES, [18, 23], "; the nearest input sizes that fit: 16 and 20 along h; 20 and 24 along w"),
        (HALVES, [None, 3], "; the nearest input size that fits: 4 along w"),
        ([conv(9)], [5], "; the nearest input size that fits: 9 along w"),
        ([{"type": "space_to_depth", "scale": [1, 2, 4]}], [7, 7, 7],
         "; the nearest input sizes that fit: 6 and 8 along h; 4 and 8 along w"),
        # n samples make (n - 3)//2 + 1: 511, 255, ..., 3 and 1
        ([conv(3, stride=2, repeat=8)], [500], "; the nearest input size that fits: 511 along w"),
        # the only map that a linear layer takes is of one sample
        ([conv(7), {"type": "linear", "units": 2}], [None], "; input sizes that fit: only 7 along w"),
        # at a size of 1 all strides agree, which is no help for 20
        ([conv(name="a", padding=1), conv(1, name="b", stride=2, inputs=["input"]), ADD], [20],
         "or give both paths the same strides and paddings"),
    ],
)  # fmt: skip
def test_the_nearest_sizes_are_named(layers: list[dict[str, object]], size: list[int | None], said: str) -> None:
    found = validate(architecture(*layers, size=size))
    assert found and all(str(one.help).endswith(said) for one in found)


def test_the_nearest_sizes_of_one_of_several_inputs() -> None:
    document = {"format": 1, "inputs": {"a": {"size": [17]}, "b": {"size": [9]}}, "layers": TWO}
    (found,) = validate(document)
    assert str(found.help).endswith("; the nearest input sizes that fit: 18 for 'a' along w; 8 for 'b' along w")


def test_what_fits_is_found_at_once() -> None:
    """A mutation that a campaign found: strides of 64 beside a shortcut, sized anew for each of some hundred sizes."""
    layers = [conv(3, stride=2, padding="same")]
    layers += [{"type": "residual", "repeat": 12, "layers": [conv(3, stride=64, padding="same")]}]
    started = time.process_time()
    assert all("nearest" not in str(one.help) for one in validate(architecture(*layers, size=[33, 65])))
    assert time.process_time() - started < 1


def test_blocks_of_a_size_that_nobody_has_are_not_looked_for() -> None:
    """A mutation that a campaign found: what fits repeats after 65,283 samples, and each costs more than its maps."""
    blocks = [{"type": "space_to_depth", "scale": 65_283}, {"type": "relu"}]
    started = time.process_time()
    (found,) = validate(architecture(*blocks, size=[200, 200]))
    assert "cannot be split into blocks of 65283" in found.message and "nearest" not in str(found.help)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("numbers", "said"), [((), ""), ((4,), "4"), ((1, 2, 3, 7, 9, 10), "1-3, 7, 9-10"), ((0, 1), "0-1")]
)
def test_spans(numbers: tuple[int, ...], said: str) -> None:
    assert spans(numbers) == said
