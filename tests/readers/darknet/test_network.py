"""Networks read section by section: names, what steps read, sizes and channels on the way, and outputs."""

import pytest

import rfcli
from readers.darknet.cfg_files import LINEAR, MAX, conv, report_of, section_of, text
from rfcli.description.limits import Limits
from rfcli.geometry.unknown import Unknown


def test_names_are_those_that_darknet_prints():
    report = report_of(text((8, 8), 3, [conv(4, 3), MAX, ("route", {"layers": [-1, 0]})]).replace("-1, 0", "-1"))
    assert [one.name for one in report.layers] == [
        "conv_0/conv",
        "conv_0/batch_norm",
        "conv_0/activation",
        "maxpool_1",
        "route_2",
    ]
    assert report.layer("conv_0").name == "conv_0/activation"


def test_heads_are_outputs_even_where_they_are_read():
    sections = [conv(4, 3), ("yolo", {}), conv(4, 3, **LINEAR), ("empty", {}), ("route", {"layers": [0]}), ("yolo", {})]
    assert report_of(text((8, 8), 3, sections)).outputs == ("yolo_1", "empty_3", "yolo_5")


def test_unknown_sections_are_unknown_operations():
    report = report_of(text((8, 8), 3, [conv(4, 3), ("capsule", {"filters": 3}), conv(2, 3)]))
    capsule = report.layer("capsule_1")
    assert (capsule.type, isinstance(capsule.output_size[0], Unknown)) == ("custom", True)
    assert "capsule" in report.layer("conv_2").receptive_field.size[0].reason
    assert isinstance(report.total.params, Unknown)


@pytest.mark.parametrize("type", ["rnn", "gru", "lstm", "crnn", "conv_lstm", "history", "implicit", "[", "", "a b/é"])
def test_what_reads_more_than_a_map_is_not_known(type):
    cfg = text((8, 8), 3, [(type.strip("["), {"output": 5}), ("connected", {"output": 2})])
    assert all(isinstance(one, Unknown) for one in report_of(cfg).layers[0].receptive_field.size)


def test_steps_of_a_section_are_a_scope_that_stands_for_the_last():
    sections = [("empty", {}), conv(4, 3), conv(4, 3, **LINEAR), ("empty", {})]
    report = report_of(text((8, 8), 3, sections))
    assert [one.name for one in report.layers] == [
        "empty_0", "conv_1/conv", "conv_1/batch_norm", "conv_1/activation", "conv_2", "empty_3",
    ]  # fmt: skip
    reads = {one.name: one.inputs for one in report.layers}
    assert reads["conv_1/conv"] == ("empty_0",)
    assert reads["conv_1/batch_norm"] == ("conv_1/conv",)
    assert reads["conv_1/activation"] == ("conv_1/batch_norm",)
    assert reads["conv_2"] == ("conv_1/activation",), "a section reads what the whole section before makes"


SHAPES = {
    # a section behind 4 channels of 9 x 6: the map that Darknet says a [reorg] of it cannot be split into
    "empty": "9x6x4",
    "conv filters=5 size=3 stride=2 pad=1": "5x3x5",
    "conv filters=5 size=1": "9x6x5",
    "maxpool size=2 stride=2": "5x3x4",
    "upsample stride=3": "27x18x4",
    "route layers=0,0": "9x6x8",
    "crop crop_height=5 crop_width=7": "5x7x4",
    "connected output=3": "1x1x3",
}


@pytest.mark.parametrize("row", SHAPES)
def test_shapes_are_known_on_the_way(row):
    """What Darknet prints of a layer, height, width and channels, stands in the reason of what does not fit it."""
    cfg = text((9, 8 if "crop" in row else 6), 4, [("empty", {}), section_of(row), ("reorg", {"stride": 2})])
    report = report_of(cfg)
    height, width, channels = map(int, SHAPES[row].split("x"))
    before = report.layers[-2]
    assert (before.output_size, before.channels) == ((height, width), channels)
    assert f"of {SHAPES[row]} by 2" in report.graph.architecture.entries[-1].layer.given["unknown"]


def test_behind_what_is_not_known_nothing_is():
    cfg = text((9, 6), 4, [("capsule", {}), ("maxpool", {"size": 2}), ("reorg", {"stride": 2})])
    assert "of a map of unknown size" in rfcli.loads(cfg, "net.cfg").entries[-1].layer.given["unknown"]


@pytest.mark.parametrize(
    ("sections", "outputs"),
    [
        ([conv(4, 3), MAX], ("maxpool_1",)),
        ([conv(4, 3), ("yolo", {})], ("yolo_1",)),
        ([conv(4, 3), ("yolo", {}), ("route", {"layers": [0]}), MAX], ("yolo_1", "maxpool_3")),
        ([conv(4, 3), ("yolo", {}), ("yolo", {})], ("yolo_1", "yolo_2")),
    ],
)
def test_outputs(sections, outputs):
    """What nothing reads, and detection heads."""
    assert report_of(text((8, 8), 3, sections)).outputs == outputs


@pytest.mark.parametrize(
    ("limits", "why"), [({"layers": 4}, "more than 4 layers"), ({"nodes": 4}, "more than 4 inputs of layers")]
)
def test_limits(limits, why):
    """Steps count, not sections: a convolution here is three."""
    cfg = text((8, 8), 3, [conv(4, 3), conv(4, 3)])
    assert len(rfcli.loads(cfg, "net.cfg", limits=Limits(layers=6, nodes=6)).entries) == 6
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(cfg, "net.cfg", limits=Limits(**limits))
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.message, problem.span.line) == ("RF009", why, 12)
