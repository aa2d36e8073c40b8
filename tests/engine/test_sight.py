"""What is seen of an origin, and what people are told of it."""

from __future__ import annotations

import pytest

import rfcli
from engine import conv, report
from rfcli.diagnostics import DescriptionError


def test_axes_that_are_alike_are_looked_at_once() -> None:
    assert len(report(conv(), size=[8, 8]).sight.distinct) == 1
    sight = report(conv(), size=[8, 9]).sight
    assert sight.axes == sight.distinct
    assert len(sight.axes) == 2


def test_layers_that_change_nothing_share_their_field() -> None:
    net = report(conv(), {"type": "relu"}, size=[8])
    assert net.layers[0].receptive_field is net.layers[1].receptive_field


def test_misaligned_merges() -> None:
    """Centers (k-1)/2 - p: 1 and 1/2."""
    net = report(
        conv(3, name="a"),
        conv(2, name="b", inputs=["input"], padding=[[0, 1]]),
        {"type": "add", "name": "sum", "inputs": ["a", "cut"]},
        {"type": "crop", "name": "cut", "inputs": ["b"], "cropping": [[0, 2]]},
        {"type": "relu", "name": "after", "inputs": ["sum"]},
        size=[8],
    )
    said = "misaligned: center 1 through 'a', 0.5 through 'cut'"
    assert said in net.layer("sum").receptive_field.notes
    assert "misaligned at 'sum'" in net.layer("after").receptive_field.notes
    assert net.layer("after").receptive_field.aligned is False


def test_axes_with_only_a_global_path() -> None:
    net = report({"type": "window_attention", "windows": [1, 2]}, {"type": "global_avg_pool"}, size=[8, 8])
    assert (
        "only a global path is left along h: every output sees all that reaches the global layer"
        in net.layers[0].receptive_field.notes
    )
    assert (
        "only a global path is left: every output sees all that reaches the global layer"
        in net.layers[1].receptive_field.notes
    )


def test_layers_that_the_origin_does_not_reach() -> None:
    layers = (conv(name="a"), conv(name="b", inputs=["input"]))
    net = report(*layers, size=[8], how={"origin": "a"})
    assert net.layer("b").receptive_field is None
    assert net.layer("a").receptive_field.size == (1,)


def test_strides_that_clash() -> None:
    with pytest.raises(DescriptionError, match="paths have different strides: 1 through 'a', 2 through 'b'"):
        report(
            {"type": "relu", "name": "a"},
            {"type": "resize", "name": "up", "size": 8},
            {"type": "resize", "name": "c", "size": 8, "inputs": ["a"]},
            conv(1, name="b", stride=2, inputs=["input"]),
            {"type": "add", "inputs": ["a", "b"]},
        )


def test_axes_whose_paths_lie_alike_are_told_once() -> None:
    """In unet_3d the sizes of d differ from those of h and w, so that d is looked at by itself."""
    layer = rfcli.compute("unet_3d").layer("cat3")
    assert layer.receptive_field is not None
    (note,) = (note for note in layer.receptive_field.notes if note.startswith("misaligned"))
    assert note == (
        "misaligned: center 31.5 through 'crop3', 33.5 through 'up3'; balanced: the differences cancel over a period"
    )
