"""The table of layer types."""

from __future__ import annotations

import inspect

from readers.caffe.caffe_files import INPUT, computed, layer
from rfcli.readers.caffe.calls import layer_type
from rfcli.readers.caffe.file import FAMILIES


def test_every_type_is_in_a_family() -> None:
    homes = {family.__name__ for family in FAMILIES}
    assert {makes.__module__ for makes in layer_type.values()} == homes
    assert all(next(iter(inspect.signature(makes).parameters)) == "call" for makes in layer_type.values())


def test_a_type_that_is_not_known_spoils_what_reads_it() -> None:
    report = computed(INPUT + layer("PSROIPooling") + layer("ReLU", "", "psroipooling") + layer("Sigmoid", ""))
    assert "PSROIPooling" in report.layer("relu").receptive_field.size[0].reason
    assert report.layer("sigmoid").receptive_field.size == (1, 1)


def test_dimensions_out_of_range() -> None:
    report = computed(INPUT + layer("Softmax", "softmax_param { axis: 7 }"))
    assert "its axis is 7, its bottom has 4" in report.layers[0].receptive_field.size[0].reason
