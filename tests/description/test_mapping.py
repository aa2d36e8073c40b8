"""Descriptions and foreign models as Python's own mappings."""

from __future__ import annotations

import json
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy
import pytest
import yaml

import rfcli
from rfcli.description.mapping import node_of

ARCHITECTURES = Path(__file__).parents[2] / "architectures"


@pytest.mark.parametrize("name", ["alexnet_v2", "resnet50", "wavenet", "unet", "vgg_16"])
def test_a_mapping_is_what_its_text_is(name: str) -> None:
    with open(ARCHITECTURES / f"{name}.yaml", encoding="utf-8") as file:
        mapping = yaml.safe_load(file)
    expected = rfcli.compute(name).as_json()
    for one in (mapping, MappingProxyType(mapping), OrderedDict(mapping)):
        assert rfcli.compute(one).as_json() | {"source": name} == expected | {"source": name}
        assert rfcli.compute(rfcli.loads(one)).as_json() == rfcli.compute(rfcli.load(one)).as_json()


def test_settings_and_sizes() -> None:
    mapping = {"format": 1, "parameters": {"k": 3}, "layers": ({"type": "conv", "kernel": "$k", "name": "c"},)}
    report = rfcli.compute(mapping, settings={"k": 5}, input_size=9)
    assert report.layer("c").receptive_field.size == (5, 5)
    assert report.name == "mapping"


def test_a_foreign_model() -> None:
    layers = [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 8, 8, 3], "name": "image"}},
        {"class_name": "Conv2D", "config": {"name": "c", "filters": 4, "kernel_size": [3, 3]}},
    ]
    model = {"class_name": "Sequential", "config": {"name": "net", "layers": layers}, "keras_version": "2.4.0"}
    assert rfcli.compute(model).as_json() == rfcli.compute(rfcli.loads(json.dumps(model), "<mapping>")).as_json()
    assert rfcli.compute(model).layer("c").receptive_field.size == (3, 3)


def test_places() -> None:
    mapping = {"format": 1, "layers": [{"type": "conv", "kernel": [3, 0]}, {"type": "relu", "kernal": 1}]}
    with pytest.raises(rfcli.DescriptionError) as error:
        rfcli.load(mapping)
    assert [(one.span.path, one.code) for one in error.value.diagnostics] == [
        ("<mapping>.layers[0].kernel[1]", "RF103"),
        ("<mapping>.layers[1]", "RF101"),
    ]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"a": (1, [2.5, None])}, {"a": [1, [2.5, None]]}),
        (Fraction(1, 2), 0.5),
        ("x", "x"),
        (True, True),
    ],
)
def test_values(value: Any, plain: Any) -> None:
    assert node_of(value).plain() == plain


def test_what_is_none() -> None:
    circle: dict[str, Any] = {"format": 1}
    circle["layers"] = [circle]
    with pytest.raises(TypeError, match="more than 200 mappings and lists within one another"):
        rfcli.load(circle)
    with pytest.raises(rfcli.DescriptionError, match="not an architecture description"):
        rfcli.load({})
    with pytest.raises(TypeError, match=r"<mapping>.layers: a description holds .*, not b'x' of type bytes"):
        rfcli.load({"layers": b"x"})


def test_numbers_of_numpy() -> None:
    mapping = {
        "format": numpy.int64(1),
        "input": {"size": [numpy.int32(9), numpy.float32(9.0)]},
        "layers": [{"name": "c", "type": "conv", "kernel": numpy.uint8(3), "bias": numpy.bool_(False), "filters": 2}],
    }
    report = rfcli.compute(mapping)
    assert report.layer("c").receptive_field.size == (3, 3)
    assert rfcli.compute(mapping, input_size=numpy.array([8, 7])).layer("c").output_size == (6, 5)
    assert rfcli.located(report, "c").at(numpy.array([1, 2])).region == ((1, 3), (2, 4))
