"""Layers that work at each position by itself."""

from __future__ import annotations

import pytest

from readers.caffe.caffe_files import INPUT, computed, conv, layer, linear, sized


@pytest.mark.parametrize(
    ("kind", "stated", "type", "params"),
    [
        ("ReLU", "", "relu", 0),
        ("ReLU", "relu_param { negative_slope: 0.1 }", "leaky_relu", 0),
        ("ReLU", "relu_param { negative_slope: 0.0 }", "relu", 0),
        ("PReLU", "", "prelu", 3),
        ("PReLU", "prelu_param { channel_shared: true }", "prelu", 1),
        ("Dropout", "", "dropout", 0),
        ("BatchNorm", "", "batch_norm", 0),
        ("Scale", "", "channel_scale", 3),
        ("Scale", "scale_param { bias_term: true }", "custom", 6),
        ("Bias", "", "channel_scale", 3),
        ("LRN", "lrn_param { local_size: 5 }", "lrn", 0),
        ("Normalize", "norm_param { across_spatial: false }", "channel_scale", 3),
        ("Softmax", "", "softmax", 0),
        ("Power", "", "identity", 0),
    ],
)
def test_each(kind: str, stated: str, type: str, params: int) -> None:
    made = computed(INPUT + layer(kind, stated)).layer(kind.lower())
    assert (made.type, made.cost.params, made.receptive_field.size) == (type, params, (1, 1))


def test_a_response_norm_within_channels_has_a_window() -> None:
    made = computed(INPUT + layer("LRN", "lrn_param { local_size: 3 norm_region: WITHIN_CHANNEL }")).layer("lrn")
    assert (made.receptive_field.size, made.output_size, made.channels) == ((3, 3), (32, 48), 3)


@pytest.mark.parametrize(("kind", "stated"), [("MVN", ""), ("Normalize", "norm_param { across_spatial: true }")])
def test_statistics_of_the_whole_map(kind: str, stated: str) -> None:
    assert computed(INPUT + layer(kind, stated)).layer(kind.lower()).receptive_field.globally


def test_a_factor_from_another_blob() -> None:
    """A gate: squeeze-and-excitation as its authors wrote it."""
    text = INPUT + conv("c", "data", 4, 3)
    text += layer("Pooling", "pooling_param { pool: AVE global_pooling: true }", "c", name="squeeze")
    text += layer("Scale", "scale_param { axis: 0 }", "c squeeze", name="gate")
    made = computed(text).layer("gate")
    assert (made.type, made.receptive_field.size, made.receptive_field.globally) == ("multiply", (3, 3), True)


@pytest.mark.parametrize("channels", [4, 46, 30])
def test_a_factor_stands_at_the_axis_that_it_names(channels: int) -> None:
    """Squeeze-and-excitation by `InnerProduct`, as EAST's MobileNetV3 writes it: a factor of two dimensions is that of
    batch and channels, also where there are as many channels as samples along an axis."""
    text = INPUT + conv("c", "data", channels, 3)
    text += layer("Pooling", "pooling_param { pool: AVE global_pooling: true }", "c", name="squeeze")
    text += linear("fc", "squeeze", channels) + layer("Scale", "scale_param { axis: 0 }", "c fc", name="gate")
    report = computed(text + conv("after", "gate", 2, 3))
    assert [one.name for one in report.layers] == ["c", "squeeze", "fc", "gate", "after"]
    made = report.layer("after").receptive_field
    assert (made.size, made.globally, made.through) == ((5, 5), True, ("squeeze", "fc"))
    assert report.layer("gate").channels == channels and report.layer("gate").output_size == (30, 46)


def test_a_factor_from_another_blob_and_a_term_of_its_own() -> None:
    """The term has as many entries as the factor, which has one for each sample of the batch here."""
    text = sized(2, 3, 8, 8) + linear("squeeze", "data", 3)
    stated = "scale_param { axis: 0 bias_term: true }"
    made = computed(text + layer("Scale", stated, "data squeeze", name="gate")).layer("gate")
    assert (made.cost.params, made.receptive_field.size) == (2 * 3, (1, 1))


def test_a_factor_with_too_many_dimensions_is_unknown() -> None:
    text = INPUT + layer("Scale", "scale_param { axis: 1 }", "data data", name="gate")
    assert "4 dimensions from dimension 1 of 4 on" in str(computed(text).layer("gate").receptive_field.size)
