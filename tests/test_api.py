"""The public functions: what they take and what they refuse."""

from typing import Any

import pytest

import rfcli
from rfcli import api

NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{name: a, type: conv, kernel: 3, filters: 8}, {name: b, type: max_pool, kernel: 2, stride: 2}]\n"
"""b sees 3 + (2 - 1) * 1 = 4 samples."""


@pytest.fixture(scope="module")
def report() -> rfcli.Report:
    return rfcli.compute(rfcli.loads(NET, "net.yaml"))


def test_a_network_is_an_architecture_or_what_load_takes() -> None:
    assert rfcli.compute("alexnet_v2").name == rfcli.compute(rfcli.load("alexnet_v2")).name == "alexnet_v2"
    with pytest.raises(OSError, match="No such file"):
        rfcli.compute("no_such_network")


QUESTIONS: dict[str, Any] = {
    "compare": lambda report, layer: rfcli.compare([report], layer),
    "located": rfcli.located,
    "paths": rfcli.paths,
    "explained": rfcli.explained,
    "erf": rfcli.erf,
    "erf_map": api.erf_map,
    "tiles": lambda report, layer: rfcli.tiles(report, layer, (8, 8)),
    "check": lambda report, layer: rfcli.check(report.graph.architecture, layers=[layer], expected={"size": 3}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_layer_that_is_not_there(name: str, report: rfcli.Report) -> None:
    with pytest.raises(rfcli.CallError) as error:
        QUESTIONS[name](report, "c")
    assert str(error.value).startswith("net.yaml: there is no layer 'c' (")


GLOBAL = "format: 1\ninput: {size: 8, channels: 2}\nlayers: [{name: g, type: global_avg_pool}]\n"
UNSIZED = "format: 1\nlayers: [{name: s, type: conv, kernel: 3, stride: 2, padding: same}]\n"


@pytest.mark.parametrize(
    ("text", "ask", "said"),
    [
        (
            GLOBAL,
            lambda report: rfcli.explained(report, "g"),
            "'g': only a global path leads to it: it sees the whole map",
        ),
        (GLOBAL, lambda report: rfcli.erf(report, "g"), "'g' sees the whole map along a global path only"),
        (
            GLOBAL,
            lambda report: rfcli.tiles(report, "g", (4, 4)),
            "it cannot be tiled: 'g' reads the whole map, so that",
        ),
        (UNSIZED, lambda report: rfcli.located(report, "s").at((0, 0)), "where 's' lies is not known: "),
        (NET, lambda report: rfcli.tiles(report, "b", (8, 8), max_tiles=3), "25 tiles, more than 3: take larger ones"),
    ],
)
def test_what_the_engine_cannot_answer_names_the_file(text: str, ask: Any, said: str) -> None:
    with pytest.raises(rfcli.CallError) as error:
        ask(rfcli.compute(rfcli.loads(text, "net.yaml")))
    assert str(error.value).startswith(f"net.yaml: {said}")


def test_the_layer_that_is_meant(report: rfcli.Report) -> None:
    """The last map that is larger than one sample, wherever no layer is named."""
    assert api.main_layer(report) == "b"
    classifier = "format: 1\ninput: {size: 9}\nlayers: [{name: c, type: conv, kernel: 3}, {type: global_avg_pool}]\n"
    assert api.main_layer(rfcli.compute(rfcli.loads(classifier, "net.yaml"))) == "c"
    for name in ("vgg_16", "resnet50", "unet_small", "wavenet"):
        network = rfcli.compute(name)
        assert api.main_layer(network) == rfcli.compare([network])[0][0].layer.name
    with pytest.raises(rfcli.CallError, match="the network has no layers"):
        api.main_layer(rfcli.compute(rfcli.loads("format: 1\nlayers: []\n", "net.yaml")))


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


def test_validate() -> None:
    clash = "format: 1\nlayers: [{name: p, type: max_pool, kernel: 2, stride: 2}, {type: add, inputs: [p, input]}]\n"
    assert [one.code for one in api.validate(rfcli.loads(clash, "net.yaml"))] == ["RF303"]
    assert api.validate(rfcli.loads(NET, "net.yaml")) == []


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
    assert api.reported(report) is report
    assert api.reported("unet_small").layer("logits").receptive_field == report.layer("logits").receptive_field


@pytest.mark.parametrize("ask", [rfcli.paths, rfcli.explained, rfcli.erf])
def test_the_layer_that_is_meant_where_none_is_named(ask: Any) -> None:
    """That of the commands: behind it a classifier pools the map to one sample."""
    assert ask("alexnet") == ask("alexnet", api.main_layer("alexnet")) != ask("alexnet", "conv2")


def test_where_the_main_layer_lies() -> None:
    report = rfcli.compute("alexnet")
    main = api.main_layer(report)
    assert rfcli.located(report).at((0, 0)).region == rfcli.located(report, main).at((0, 0)).region
    assert rfcli.erf_map(report) == rfcli.erf_map(report, main)


def test_tiles_are_those_of_the_first_output() -> None:
    """As `rf tile` takes it: it is what the network makes that is stitched."""
    report = rfcli.compute("unet")
    assert rfcli.tiles(report) == rfcli.tiles(report, report.outputs[0])
    with pytest.raises(rfcli.CallError, match="cannot be tiled: 'avgpool'"):
        rfcli.tiles("resnet18")
