"""Other shapes, and other orders of dimensions."""

from __future__ import annotations

from typing import Any

import pytest

from readers.keras.keras_files import (
    CONV,
    chain,
    computed,
    functional,
    new,
    source,
)
from readers.keras.rows import Row, rows_held, tf

NUMPY = "keras.src.ops.numpy"
MAP = (4, 5, 3)
SAME = [("identity", {})]
COUNT = MAP[-1]
ROWS = [
    Row("Flatten", {}, MAP, [("flatten", {})]),
    Row("Flatten", {}, (6,), SAME),
    Row("Flatten", {}, (6, 1), SAME, moved=True),
    Row("Reshape", {"target_shape": [6]}, (6, 1), SAME, moved=True),
    Row("Squeeze", {"axis": 2}, (6, 1), SAME, module=NUMPY, moved=True),
    Row("Reshape", {"target_shape": [20, 3]}, MAP, SAME),
    Row("Reshape", {"target_shape": [-1]}, MAP, [("flatten", {})]),
    Row("Reshape", {"target_shape": [6, 4]}, (24,),
        SAME, moved=True),
    Row("Permute", {"dims": [2, 1, 3]}, MAP, SAME, moved=True),
    Row("RepeatVector", {"n": 7}, (6,), [("upsample", {"size": 7})]),
    Row("Reshape", {"newshape": [-1, 20, 3]}, MAP, SAME, module=NUMPY, moved=True),
    Row("Transpose", {"axes": [0, 2, 1, 3]}, MAP, SAME, module=NUMPY, moved=True),
    Row("Swapaxes", {"axis1": 1, "axis2": 2}, MAP, SAME, module=NUMPY, moved=True),
    Row("SwapAxes", {"axis1": 1, "axis2": -1}, MAP, SAME, module=NUMPY, keras=""),
    Row("Moveaxis", {"source": -1, "destination": 1}, MAP, SAME, module=NUMPY, moved=True),
    Row("ExpandDims", {"axis": 1}, MAP, SAME, module=NUMPY),
    Row("Squeeze", {"axis": 3}, (4, 5, 1), SAME, module=NUMPY),
    Row("Squeeze", {"axis": 2}, (6, 1, 3), SAME, module=NUMPY), Row("Squeeze", {}, (1, 6, 3), SAME, module=NUMPY),
    Row("Flatten", {}, MAP, [("flatten", {})], module=NUMPY, keras=""),
    Row("Shape", {}, MAP, [], module="keras.src.ops.core", keras=""),
    Row("Tile", {"repeats": [1, 2, 1, 1]}, MAP, [("pad", {"padding": [[0, 4], 0]}), ("pad", {"padding": [[4, 0], 0]}), ("add", {})],
        module=NUMPY),
    Row("Tile", {"repeats": [1, 4, 5, 1]}, (1, 1, 3), [("upsample", {"size": [4, 5]})], module=NUMPY),
    Row("BroadcastTo", {"shape": [3, 4, 5, 3]}, (1, 1, 3), [("upsample", {"size": [4, 5]})], module=NUMPY),
    *tf("broadcast_to", {"shape": [1, 4, 5, 3]}, (1, 1, 3), [("upsample", {"size": [4, 5]})]),
    Row("Repeat", {"repeats": 2, "axis": 3}, MAP, [("custom", {"filters": 2 * COUNT, "groups": COUNT, "params": 0, "macs": 0})],
        module=NUMPY),
    Row("Repeat", {"repeats": 3, "axis": 2}, MAP, [("upsample", {"scale": [1, 3], "coordinates": "asymmetric"})],
        module=NUMPY),
    Row("Tile", {"repeats": [1, 1, 1, 2]}, MAP, [("concat", {})], module=NUMPY),
    *tf("tile", {"multiples": [1, 1, 1, 2]}, MAP, [("concat", {})]),
    *tf("reshape", {"shape": [-1, 20, 3]}, MAP, SAME),
    *(row for name in ("transpose", "compat.v1.transpose") for row in tf(name, {"perm": [0, 2, 1, 3]}, MAP, SAME)),
    *(row for name in ("expand_dims", "compat.v1.expand_dims") for row in tf(name, {"axis": -1}, MAP, SAME)),
    *(row for name in ("squeeze", "compat.v1.squeeze") for row in tf(name, {"axis": [3]}, (4, 5, 1), SAME)),
    *(row for name in ("shape", "compat.v1.shape") for row in tf(name, {}, MAP, [])),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


def test_one_channel() -> None:
    """A map of one channel and one axis is the same map without the dimension of its channels; others are flattened."""
    first, again = (
        ("Conv1D", {"filters": 1, "kernel_size": 5, "padding": "same"}),
        ("Conv1D", {"filters": 2, "kernel_size": 3}),
    )
    for shape in ([20], [-1]):
        report = computed(chain(source((20, 3)), first, ("Reshape", {"target_shape": shape})))
        field = report.layer(report.outputs[0]).receptive_field
        assert (report.layer(report.outputs[0]).output_size, field.size, field.globally) == ((20,), (5,), False)
    flat = ("Flatten", {})
    report = computed(chain(source((20, 3)), first, flat, ("Reshape", {"target_shape": [20, 1]}), again))
    field = report.layer(report.outputs[0]).receptive_field
    assert (report.layer(report.outputs[0]).output_size, field.size, field.globally) == ((18,), (7,), False)
    report = computed(chain(source((20, 3)), first, flat, ("Dense", {"units": 4})))
    assert [layer.type for layer in report.layers][-2:] == ["flatten", "linear"]
    assert (report.layers[-1].receptive_field.globally, report.total.params) == (True, 16 + 84)
    report = computed(chain(source((20, 3)), first, flat, ("RepeatVector", {"n": 4})))
    assert (report.layers[-1].output_size, report.layers[-1].channels) == ((4,), 20)
    report = computed(chain(source((6, 8, 3)), ("Conv2D", {"filters": 1, "kernel_size": 3}), flat))
    assert (report.layers[-1].type, report.layers[-1].channels) == ("flatten", 24)
    report = computed(chain(source((1, 20, 3)), ("Conv2D", {"filters": 1, "kernel_size": [1, 5]}), flat))
    assert (report.layers[-1].output_size, report.layers[-1].receptive_field.size) == ((1, 16), (1, 5))


def test_blocks() -> None:
    """A patch merging of reshapes and a permutation, with channels last."""
    model = chain(
        source((8, 6, 3)),
        ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same"}),
        ("Reshape", {"target_shape": [4, 2, 3, 2, 4]}),
        ("Permute", {"dims": [1, 3, 2, 4, 5]}),
        ("Reshape", {"target_shape": [4, 3, 16]}),
        ("LayerNormalization", {}),
        ("Dense", {"units": 8, "use_bias": False}),
    )
    report = computed(model)
    merged = [(x.type, x.output_size, x.channels, x.receptive_field.size) for x in report.layers[-3:]]
    assert merged == [
        ("space_to_depth", (4, 3), 16, (4, 4)),
        ("layer_norm", (4, 3), 16, (4, 4)),
        ("conv", (4, 3), 8, (4, 4)),
    ]
    assert report.total.params == 112 + 32 + 128


def test_shapes() -> None:
    model = chain(
        source((8, 6, 3)),
        ("Permute", {"dims": [2, 1, 3]}),
        ("Reshape", {"target_shape": [48, -1]}),
        ("Reshape", {"target_shape": [6, 8, 3]}),
        ("Conv2D", {"filters": 4, "kernel_size": [3, 1]}),
        ("Flatten", {}),
        ("Dense", {"units": 5}),
        ("RepeatVector", {"n": 7}),
        ("Conv1D", {"filters": 2, "kernel_size": 3}),
    )
    report = computed(model)
    conv = report.layer("e")
    assert (conv.output_size, conv.receptive_field.size, conv.channels) == ((8, 4), (1, 3), 4)
    assert (report.layer("f").channels, report.layer("g").cost.params) == (128, 128 * 5 + 5)
    assert (report.layer("h").output_size, report.layer("i").output_size) == ((7, 1), (5, 1))
    assert (report.layer("i").cost.params, report.layer("i").receptive_field.globally) == (3 * 5 * 2 + 2, True)


def test_features_become_maps() -> None:
    """A generator: every position of the map that is made of features has read all of them."""
    model = chain(
        source((10,)),
        ("Dense", {"units": 4 * 5 * 6}),
        ("Reshape", {"target_shape": [4, 5, 6]}),
        ("Conv2DTranspose", {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same"}),
    )
    report = computed(model)
    made = report.layer("d")
    assert (report.layer("c").output_size, report.layer("c").channels) == ((4, 5), 6)
    assert (made.output_size, made.channels, made.cost.params) == ((8, 10), 3, 4 * 4 * 6 * 3 + 3)
    assert made.cost.macs == 4 * 4 * 6 * 3 * 4 * 5


def test_numbers_in_a_row_become_a_signal_of_one_channel() -> None:
    """As expand_dims makes it: the input's entries are positions, also where each is scaled before."""
    for target in [12, 1], [-1, 1]:
        for before in [], [("BatchNormalization", {})], [("Rescaling", {"scale": 0.1})]:
            shape = ("Reshape", {"target_shape": target})
            model = chain(source((12,)), *before, shape, ("Conv1D", {"filters": 2, "kernel_size": 3}))
            report = computed(model)
            conv = report.layers[-1]
            assert (conv.output_size, conv.receptive_field.size, conv.cost.params) == ((10,), (3,), 8)
            assert report.total.params == 8 + (24 if "Batch" in str(before) else 0)


def test_what_was_flattened_is_taken_apart_again() -> None:
    model = chain(
        source((6, 8, 2)), ("Flatten", {}), ("Dropout", {"rate": 0.1}), ("Reshape", {"target_shape": [6, 8, 2]}),
        ("Conv2D", CONV),
    )  # fmt: skip
    layer = computed(model).layer("e")
    assert (layer.receptive_field.size, layer.output_size) == ((3, 3), (4, 6))


def test_a_vector_that_is_given_the_shape_of_a_map_is_one() -> None:
    """784 numbers of a handwritten digit: the input is the map, also where each is scaled before, or read twice."""
    shape, conv = ("Reshape", {"target_shape": [28, 28, 1]}), ("Conv2D", {"filters": 4, "kernel_size": 3})
    pool = ("MaxPooling2D", {"pool_size": 2})
    for before in [], [("Dropout", {"rate": 0.1})], [("Rescaling", {"scale": 0.1})], [("BatchNormalization", {})]:
        report = computed(chain(source((784,)), *before, shape, conv, pool, conv))
        last = report.layers[-1]
        assert (last.output_size, last.receptive_field.size, last.receptive_field.stride) == ((11, 11), (8, 8), (2, 2))
        assert report.total.params == 40 + 4 * 9 * 4 + 4 + (2 * 784 if "Batch" in str(before) else 0)
    frames = computed(
        chain(source((24,)), ("Reshape", {"target_shape": [12, 2]}), ("Conv1D", {"filters": 3, "kernel_size": 5}))
    )
    assert (frames.layers[-1].output_size, frames.layers[-1].receptive_field.size) == ((8,), (5,))
    layers = [
        source((36,)), new("Reshape", "map", {"target_shape": [6, 6, 1]}, ["x"]),
        new("Conv2D", "conv", {"filters": 2, "kernel_size": 3}, ["map"]), new("Flatten", "flat", {}, ["conv"]),
        new("Concatenate", "both", {}, ["flat", "x"]), new("Dense", "out", {"units": 5}, ["both"]),
    ]  # fmt: skip
    both = computed(functional(layers, [("out", 0, 0)]))
    assert (both.layer("conv").receptive_field.size, both.layer("both").channels) == ((3, 3), 32 + 36)
    assert both.total.params == 20 + 5 * (32 + 36) + 5


@pytest.mark.parametrize(
    ("target", "kernel", "size", "stride"),
    [([1024, 1, 1], [512, 1], (2556, 1), (16, 1)), ([1, 1024, 1], [1, 512], (1, 2556), (1, 16)), ([1024, 1], 512, (2556,), (16,))],
)  # fmt: skip
def test_a_vector_that_is_given_the_shape_of_a_signal_is_one(
    target: list[int], kernel: Any, size: tuple[int, ...], stride: tuple[int, ...]
) -> None:
    """Sounds of 1024 samples, as CREPE takes them (Kim et al. 2018): a Reshape, and convolutions over two axes of which
    one has a single sample. 1 + 511 + 4*511 samples are seen."""
    dims = len(target) - 1
    conv = (
        f"Conv{dims}D",
        {"filters": 4, "kernel_size": kernel, "strides": [4 if n > 1 else 1 for n in target[:-1]], "padding": "same"},
    )
    report = computed(chain(source((1024,)), ("Reshape", {"target_shape": target}), conv, conv))
    assert report.graph.architecture.inputs[0].size == tuple(target[:-1])
    last = report.layers[-1]
    assert (last.receptive_field.size, last.receptive_field.stride) == (size, stride)
    assert last.output_size == tuple(-(-n // 16) for n in target[:-1])
