"""Figures that others published, from the bundled descriptions' own `expect`, and from the table of Araujo et al. (2019)."""

from pathlib import Path

import pytest

import rfcli
from rfcli import resources

BUNDLED = resources.architectures()

# Araujo, Norris & Sim (2019), table of receptive field parameters: end point, size, stride, and padding where it does
# not depend on the input size; resolution unknown.
UNKNOWN_SIZE = {
    "alexnet_v2": [("conv1", 11, 4, 0), ("pool1", 19, 8, 0), ("conv2", 51, 8, 16), ("conv5", 163, 16, 64)],
    "vgg_16": [("conv1/conv1_1", 3, 1, 1), ("pool1", 6, 2, 2), ("conv5/conv5_2", 164, 16, 74), ("pool5", 212, 32, 90)],
    "resnet_v1_50": [("block1", 35, 8, None), ("block2", 99, 16, None), ("block4", 483, 32, None)],
    "resnet_v1_152": [("block1", 35, 8, None), ("block2", 163, 16, None), ("block4", 1507, 32, None)],
    "inception_v2": [("Conv2d_1a_7x7", 7, 2, None), ("Mixed_4a", 123, 16, None), ("Mixed_5c", 699, 32, None)],
    "mobilenet_v1": [("Conv2d_0", 3, 2, None), ("Conv2d_13_pointwise", 315, 32, None)],
}


@pytest.mark.parametrize("name", BUNDLED)
def test_expectations_of_bundled_networks(name: str) -> None:
    architecture = rfcli.load(name)
    expectations = architecture.about["expect"]
    assert expectations
    for expected in expectations:
        report = rfcli.compute(architecture, input_size=expected.get("input_size", ()))
        if "layer" not in expected:
            assert {"params": report.total.params, "flops": report.total.flops}.items() >= {
                (key, value) for key, value in expected.items() if key in ("params", "flops")
            }
            continue
        layer = report.layer(expected["layer"])
        field = layer.receptive_field
        assert field is not None
        for key in ("size", "stride", "padding", "center"):
            if key in expected:
                assert getattr(field, key) == per_axis(expected[key], architecture.axes), (expected, key)
        for key in ("aligned", "uniform"):
            if key in expected:
                assert getattr(field, key) is expected[key]
        for key in ("output_size", "channels"):
            if key in expected:
                own = getattr(layer, key)
                assert own == (per_axis(expected[key], architecture.axes) if key == "output_size" else expected[key])
        assert "source" in expected or "reason" in expected


def per_axis(value: object, axes: int) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else (value,) * axes


@pytest.mark.parametrize("name", UNKNOWN_SIZE)
def test_unknown_input_size(name: str) -> None:
    report = rfcli.compute(name, input_size=None)
    for end_point, size, stride, padding in UNKNOWN_SIZE[name]:
        field = report.layer(end_point).receptive_field
        assert field is not None
        assert (field.size, field.stride) == ((size, size), (stride, stride))
        if padding is None:
            assert all(isinstance(value, rfcli.geometry.unknown.Unknown) for value in field.padding)
            assert field.notes
        else:
            assert field.padding == (padding, padding)


def test_every_bundled_network_is_documented() -> None:
    text = (Path(resources.folder("architectures")) / "README.md").read_text(encoding="utf-8")
    assert BUNDLED
    assert not [name for name in BUNDLED if name not in text]
