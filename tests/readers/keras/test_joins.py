"""Boxes and scores of a detector's levels, joined along positions: each level keeps its field."""

from __future__ import annotations

import pytest

from readers.keras.keras_files import computed, functional, new, source

LEVELS = {"a": ("x", 2), "b": ("a", 2)}


def net(*heads, ends, flat=False):
    """Two levels of a backbone, on each of which heads work; what comes behind is given."""
    layers = [source((16, 16, 3))]
    for name, (before, stride) in LEVELS.items():
        given = {"filters": 4, "kernel_size": 3, "strides": stride, "padding": "same"}
        layers.append(new("Conv2D", name, given, [before]))
        for head, count in (("loc", 4), ("conf", 6)):
            conv = {"filters": 2 * count, "kernel_size": 3, "padding": "same"}
            layers.append(new("Conv2D", f"{head}_{name}", conv, [name]))
            kind, config = ("Flatten", {}) if flat else ("Reshape", {"target_shape": [-1, count]})
            layers.append(new(kind, f"{head}s_{name}", config, [f"{head}_{name}"]))
    layers += [new("Concatenate", head, {"axis": 1}, [[f"{head}s_a", f"{head}s_b"]]) for head in ("loc", "conf")]
    return computed(functional([*layers, *heads], [(end, 0, 0) for end in ends]))


def fields(report):
    return {name: (report.layer(name).receptive_field.size, report.layer(name).output_size) for name in report.outputs}


def test_levels_go_their_own_way_through_what_works_at_positions():
    heads = [
        new("Activation", "scores", {"activation": "softmax"}, ["conf"]),
        new("Concatenate", "all", {"axis": -1}, [["loc", "scores"]]),
        new("Dropout", "out", {"rate": 0.5}, ["all"]),
    ]
    report = net(*heads, ends=["out"])
    assert fields(report) == {"out/1": ((7, 7), (8, 8)), "out/2": ((15, 15), (4, 4))}
    assert [report.layer(name).channels for name in report.outputs] == [2 * 10, 2 * 10]
    convolutions = [(3, 4), (4, 4), (4, 8), (4, 8), (4, 12), (4, 12)]
    assert report.total.params == sum(9 * c * filters + filters for c, filters in convolutions)


def test_weights_that_all_levels_share_are_counted_once():
    report = net(new("Dense", "fc", {"units": 5}, ["loc"]), ends=["fc"])
    assert sum(report.layer(name).cost.params for name in report.outputs) == 4 * 5 + 5
    assert [size for size, _ in fields(report).values()] == [(7, 7), (15, 15)]


def test_features_of_levels_are_taken_apart_again():
    """Flattened, joined and put into the shape of boxes: each box sees what its level does, not the whole map."""
    report = net(new("Reshape", "boxes", {"target_shape": [-1, 4]}, ["loc"]), ends=["boxes"], flat=True)
    assert fields(report) == {"boxes/1": ((7, 7), (8, 8)), "boxes/2": ((15, 15), (4, 4))}
    assert not any(report.layer(name).receptive_field.globally for name in report.outputs)


def test_features_of_levels_that_are_used_as_such_see_all():
    report = net(new("Dense", "fc", {"units": 5}, ["loc"]), ends=["fc"], flat=True)
    assert report.layer("fc").receptive_field.size == (None, None)
    assert report.layer("fc").cost.params == (8 * 8 * 8 + 4 * 4 * 8) * 5 + 5


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (new("Conv1D", "out", {"filters": 2, "kernel_size": 3}, ["loc"]), "Conv1D: maps that are joined are brought together"),
        (new("GlobalAveragePooling1D", "out", {}, ["loc"]), "maps that are joined are brought together"),
        (new("Reshape", "out", {"target_shape": [-1, 3]}, ["conf"]), "maps that are joined are put into another shape"),
        (new("Add", "out", {}, [["loc", "x"]]), "maps that are joined are brought together"),
    ],
    ids=["a window", "a pool", "another shape", "with another map"],
)  # fmt: skip
def test_what_brings_them_together_is_not_known(head, reason):
    report = net(head, ends=["out"])
    assert reason in report.layer("out").receptive_field.size[0].reason
