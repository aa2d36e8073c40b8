"""Models run: what is known of layers that are not known, and of sizes."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import (
    CONV,
    SAME,
    chain,
    computed,
    functional,
    loaded,
    new,
    source,
)
from readers.keras.test_damaged import HOSTILE
from rfcli.geometry.unknown import Unknown


@pytest.mark.parametrize(
    ("kind", "config", "why"),
    [
        ("UpSampling2D", {"size": 2, "interpolation": "lanczos3"}, "lanczos3"),
        ("Resizing", {"height": 2, "width": 2, "antialias": True}, "antialias"),
        ("Lambda", {"function": ["4wEAAAA=", None, None]}, "Lambda"),
        ("Activation", {"activation": "my_own"}, "activation my_own"),
        ("MyLayer", {}, "MyLayer"),
        ("Custom>Conv2D", CONV, "Custom>Conv2D"),
        ("ConvLSTM2D", {"filters": 2, "kernel_size": 3}, "ConvLSTM2D"),
    ],
)
def test_unknown_layers_spoil_only_what_reads_them(kind: str, config: dict[str, Any], why: str) -> None:
    layers = [
        source((8, 8, 3)), new("Conv2D", "before", {**CONV, **SAME}, ["x"]), new(kind, "strange", config, ["before"]),
        new("Conv2D", "after", CONV, ["strange"]), new("Conv2D", "beside", CONV, ["before"]),
    ]  # fmt: skip
    report = computed(functional(layers, [("after", 0, 0), ("beside", 0, 0)]))
    strange = report.layer("strange")
    assert why in strange.receptive_field.size[0].reason
    assert isinstance(strange.output_size[0], Unknown)
    # Whatever they do to a map, some layers have no weights.
    weightless = kind in ("UpSampling2D", "Resizing", "Lambda")
    assert strange.cost.params == 0 if weightless else isinstance(strange.cost.params, Unknown)
    assert isinstance(report.layer("after").receptive_field.size[0], Unknown)
    assert report.layer("before").receptive_field.size == (3, 3)
    assert report.layer("beside").receptive_field.size == (5, 5)


def test_a_class_of_the_authors_is_none_of_keras() -> None:
    layers = [source((8, 8, 3)), new("Conv2D", "a", CONV, ["x"], module="my.layers")]
    (layer,) = computed(functional(layers, [("a", 0, 0)])).layers
    assert isinstance(layer.output_size[0], Unknown)


@pytest.mark.parametrize(("kind", "own", "keras"), [
    ("Attention", {"step_dim": 9}, {"use_scale": False}), ("LayerNormalization", {"gamma": "ones"}, {"axis": [-1]}),
    ("MultiHeadAttention", {"head_num": 2}, None), ("ReLU", {}, {"max_value": None}), ("Softmax", {}, {"axis": -1}),
    ("GaussianNoise", {}, {"stddev": 0.1}), ("Dense", {}, {"units": 3}), ("Conv2D", {"k": 3}, None),
    ("GlobalMaxPooling1D", None, {}), ("Add", None, {}),
])  # fmt: skip
def test_classes_of_the_authors_that_are_called_as_those_of_keras(kind: str, own: Any, keras: Any) -> None:
    """HDF5 files name no module: what Keras writes of its own layers tells them apart."""
    for config, known in ((own, False), (keras, True)):
        if config is not None:
            stated = {"trainable": True, "dtype": "float32", **config}
            given = ["x", "x"] if "Attention" in kind or kind == "Add" else "x"
            model = functional([source((9, 3)), new(kind, "a", stated, [given], module="")], [("a", 0, 0)])
            size = computed(model).layer("a").output_size[0]
            assert isinstance(size, Unknown) is not known, (kind, config)


def test_what_has_no_weights_though_it_is_not_read() -> None:
    kinds = {
        "Lambda": {},
        "Equalization": {},
        "RandomCrop": {"height": 3, "width": 3},
        "Softmax": {"axis": 1},
        "UnitNormalization": {"axis": 1},
    }
    for kind, config in kinds.items():
        found = computed(functional([source((9, 8, 3)), new(kind, "a", config, ["x"])], [("a", 0, 0)]))
        assert isinstance(found.layer("a").receptive_field.size[0], Unknown)
        assert found.total.params == 0
    theirs = new("Lambda", "a", {}, ["x"], module="my.layers")
    assert isinstance(computed(functional([source((9, 8, 3)), theirs], [("a", 0, 0)])).total.params, Unknown)


def test_shapes_that_the_file_states_of_unknown_layers() -> None:
    layers = [
        source((8, 8, 3)),
        new("Strange", "a", {}, ["x"]),
        new("Conv2D", "b", CONV, [("a", 0, 0, [None, 4, 5, 6])]),
    ]
    report = computed(functional(layers, [("b", 0, 0)]))
    assert (report.layer("a").output_size, report.layer("a").channels) == ((4, 5), 6)
    assert (report.layer("b").output_size, report.layer("b").cost.params) == ((2, 3), 3 * 3 * 6 * 4 + 4)
    sequence = chain(source((8, 8, 3)), ("Strange", {}), {"class_name": "Conv2D", "config": {"name": "c", **CONV},
                     "build_config": {"input_shape": [None, 4, 5, 6]}})  # fmt: skip
    assert computed(sequence).layer("c").cost.params == 3 * 3 * 6 * 4 + 4


def test_outputs_of_unknown_layers_that_nothing_states() -> None:
    layers = [source((8, 8, 3)), new("Strange", "a", {}, ["x"]), new("Conv2D", "b", CONV, ["x"])]
    report = computed(functional(layers, [("b", 0, 0), ("a", 0, 1)]))
    assert report.outputs == ("b", "a/2")
    assert "Strange" in report.layer("a/2").receptive_field.size[0].reason


def test_all_inputs_of_an_unknown_layer_lead_to_it() -> None:
    layers = [source((8, 8, 3)), source((8, 8, 3), "y"), new("Strange", "a", {}, [["x", "y"]])]
    model = functional(layers, [("a", 0, 0)], (("x", 0, 0), ("y", 0, 0)))
    for origin in "xy":
        assert isinstance(computed(model, origin=origin).layer("a").receptive_field.size[0], Unknown)


def test_layers_that_are_not_known_have_unknown_parameters() -> None:
    """Also where what is wrong is met after their weights were counted."""
    model = chain(
        source((6, 5, 3)), ("Reshape", {"target_shape": [30, 3]}), ("Conv1D", {"filters": 2, "kernel_size": 3})
    )
    report = computed(model)
    assert "axes are mixed" in report.layer("c").receptive_field.size[0].reason
    assert isinstance(report.layer("c").cost.params, Unknown) and isinstance(report.total.params, Unknown)


def test_inputs_without_channels_and_sequences() -> None:
    """Dimensions of an input turn out to be axes where a window slides over them, or where they are looked up."""
    model = chain(source((28, 28)), ("Reshape", {"target_shape": [28, 28, 1]}), ("Conv2D", CONV))
    assert computed(model).layer("c").receptive_field.size == (3, 3)
    words = chain(
        source((50,)), ("Embedding", {"input_dim": 1000, "output_dim": 16}), ("Conv1D", {"filters": 8, "kernel_size": 5}),
        ("GlobalMaxPooling1D", {}), ("Dense", {"units": 1}),
    )  # fmt: skip
    report = computed(words)
    assert (report.layer("b").output_size, report.layer("b").cost.params) == ((50,), 16000)
    assert (report.layer("c").receptive_field.size, report.layer("c").output_size) == ((5,), (46,))
    assert (report.layer("e").type, report.total.params) == ("linear", 16000 + 5 * 16 * 8 + 8 + 9)


def test_unknown_sizes() -> None:
    model = chain(source((None, None, 3)), ("Conv2D", {**CONV, "strides": 2, **SAME}), ("GlobalAveragePooling2D", {}),
                  ("Dense", {"units": 2}))  # fmt: skip
    report = computed(model)
    assert report.total.params == 112 + 10
    assert report.layer("b").receptive_field.size == (3, 3)
    assert computed(model, input_size=64).layer("b").output_size == (32, 32)


def test_unknown_names_are_printed_safely() -> None:
    report = rfcli.compute(rfcli.loads(HOSTILE["controls"], "m.json"))
    reason = report.layers[0].receptive_field.size[0].reason
    assert "\x1b" not in reason and "$(x)" in reason


def test_an_image_of_unknown_size_is_cut_where_the_call_tells_its_size() -> None:
    layers = [source((None, None, 3)), new("CenterCrop", "a", {"height": 4, "width": 5}, ["x"])]
    network = loaded(functional(layers, [("a", 0, 0)]))
    assert "unknown size" in rfcli.compute(network).layer("a").receptive_field.size[0].reason
    cut = rfcli.compute(network, input_size=(9, 8)).layer("a")
    assert (cut.output_size, cut.receptive_field.padding) == ((4, 5), (-2, -1))


def test_a_class_without_a_module_may_have_weights() -> None:
    """As HDF5 files state models of the authors' classes: neither a module nor whether they are trained."""
    layer = new("SubModel", "s", {"name": "s"}, ["x"])
    del layer["module"]
    report = computed(functional([source((6, 5, 2)), layer], [("s", 0, 0)]))
    assert isinstance(report.total.params, Unknown)
