"""Networks as Python takes them: names, files, architectures, models of Keras."""

from typing import Any

import pytest

import rfcli
from rfcli.api import networks

NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{name: a, type: conv, kernel: 3, filters: 8}, {name: b, type: max_pool, kernel: 2, stride: 2}]\n"
"""b sees 3 + (2 - 1) * 1 = 4 samples."""


@pytest.fixture(scope="module")
def report() -> rfcli.Report:
    return rfcli.compute(rfcli.loads(NET, "net.yaml"))


def test_a_network_is_an_architecture_or_what_load_takes() -> None:
    assert rfcli.compute("alexnet_v2").name == rfcli.compute(rfcli.load("alexnet_v2")).name == "alexnet_v2"
    with pytest.raises(OSError, match="No such file"):
        rfcli.compute("no_such_network")


def test_exported_to_nowhere() -> None:
    with pytest.raises(rfcli.CallError, match=r"there is no target 'caffe' \(there is torch, onnx, keras-json\)"):
        rfcli.exported("alexnet_v2", "caffe")


class Model:
    """What Keras has."""

    name = "small"

    def __init__(self, text: object) -> None:
        self.text = text

    def to_json(self) -> object:
        if self.text is None:
            raise NotImplementedError
        return self.text


@pytest.mark.parametrize("model", [3, Model(None), Model(b"{}")])
def test_what_is_no_keras_model(model: object) -> None:
    with pytest.raises(rfcli.CallError, match="a Keras model that states its layers is needed, is"):
        rfcli.from_keras(model)


def test_what_a_prompt_or_a_notebook_prints_is_short(report: rfcli.Report) -> None:
    large = rfcli.compute("resnet_v1_200")
    assert repr(large) == "<Report of <Architecture 'resnet_v1_200' from 'resnet_v1_200': input 224x224; 677 layers>>"
    assert repr(report.graph.architecture) == "<Architecture 'net' from 'net.yaml': input 32x32; 2 layers>"
    for one in (
        large.graph,
        rfcli.located(large, "block4"),
        large.layer("block4"),
        rfcli.check(large.graph.architecture),
    ):
        assert len(repr(one)) < 2000
    several = rfcli.load({"format": 1, "inputs": {"a": {"size": [None, 8]}, "b": {"size": 8}}, "layers": []})
    assert "a ?x8, b 8x8; 0 layers" in repr(several)


NAMES = {"resnet_50": "resnet50", "vgg16": "vgg_16", "unett": "unet"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "ask",
    [
        rfcli.compute, rfcli.load, rfcli.check, rfcli.described, rfcli.exported, rfcli.verify,
        lambda name: rfcli.compare([name]), lambda name: rfcli.located(name, "a"), lambda name: rfcli.paths(name, "a"),
        lambda name: rfcli.explained(name, "a"), lambda name: rfcli.erf(name, "a"), lambda name: rfcli.erf_map(name, "a"),
        lambda name: rfcli.tiles(name, "a"), rfcli.sizes, rfcli.diagram, rfcli.report, rfcli.located, rfcli.paths,
        rfcli.explained, rfcli.erf, rfcli.erf_map, rfcli.tiles, rfcli.check_bioimage,
        lambda name: list(rfcli.sweep(name, {"k": [3]})), lambda name: rfcli.suggestions(name, at_least=9),
    ],
)  # fmt: skip
def test_every_function_takes_a_name_and_says_which_may_be_meant(name: str, ask: Any) -> None:
    with pytest.raises(OSError, match=f"{name}: cannot be read: No such file.*did you mean '{NAMES[name]}'"):
        ask(name)


@pytest.mark.parametrize("given", ["224x224", "224", "224,224"])
def test_a_size_is_no_text(given: str) -> None:
    for ask in (rfcli.compute, rfcli.check, rfcli.exported):
        with pytest.raises(TypeError, match=r"input_size takes an integer, None, or a sequence .*: write \(224"):
            ask("vgg_16", input_size=given)


def test_reports_are_computed_where_they_are_none() -> None:
    report = rfcli.compute("unet_small")
    assert networks.reported(report) is report
    assert networks.reported("unet_small").layer("logits").receptive_field == report.layer("logits").receptive_field
