"""What a report is asked, and what it refuses."""

from functools import partial
from typing import Any

import pytest

import rfcli
from rfcli.api import answers

NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{name: a, type: conv, kernel: 3, filters: 8}, {name: b, type: max_pool, kernel: 2, stride: 2}]\n"
"""b sees 3 + (2 - 1) * 1 = 4 samples."""


@pytest.fixture(scope="module")
def report() -> rfcli.Report:
    return rfcli.compute(rfcli.loads(NET, "net.yaml"))


QUESTIONS: dict[str, Any] = {
    "compare": lambda report, layer: rfcli.compare([report], layer),
    "located": rfcli.located,
    "paths": rfcli.paths,
    "explained": rfcli.explained,
    "erf": rfcli.erf,
    "erf_map": rfcli.erf_map,
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
    assert answers.main_layer(report) == "b"
    classifier = "format: 1\ninput: {size: 9}\nlayers: [{name: c, type: conv, kernel: 3}, {type: global_avg_pool}]\n"
    assert answers.main_layer(rfcli.compute(rfcli.loads(classifier, "net.yaml"))) == "c"
    for name in ("vgg_16", "resnet50", "unet_small", "wavenet"):
        network = rfcli.compute(name)
        assert answers.main_layer(network) == rfcli.compare([network])[0][0].layer.name
    with pytest.raises(rfcli.CallError, match="the network has no layers"):
        answers.main_layer(rfcli.compute(rfcli.loads("format: 1\nlayers: []\n", "net.yaml")))


def test_a_network_without_layers() -> None:
    """`tile` looked for a layer that is called as the input, `suggest` blamed a global path."""
    empty = rfcli.loads("format: 1\nlayers: []\n", "net.yaml")
    for ask in (rfcli.tiles, rfcli.located, partial(rfcli.suggestions, at_least=9)):
        with pytest.raises(rfcli.CallError, match="the network has no layers"):
            ask(empty)


@pytest.mark.parametrize("ask", [rfcli.paths, rfcli.explained, rfcli.erf])
def test_the_layer_that_is_meant_where_none_is_named(ask: Any) -> None:
    """That of the commands: behind it a classifier pools the map to one sample."""
    assert ask("alexnet") == ask("alexnet", answers.main_layer("alexnet")) != ask("alexnet", "conv2")


def test_where_the_main_layer_lies() -> None:
    report = rfcli.compute("alexnet")
    main = answers.main_layer(report)
    assert rfcli.located(report).at((0, 0)).region == rfcli.located(report, main).at((0, 0)).region
    assert rfcli.erf_map(report) == rfcli.erf_map(report, main)


def test_tiles_are_those_of_the_first_output() -> None:
    """As `rf tile` takes it: it is what the network makes that is stitched."""
    report = rfcli.compute("unet")
    assert rfcli.tiles(report) == rfcli.tiles(report, report.outputs[0])
    with pytest.raises(rfcli.CallError, match="cannot be tiled: 'avgpool'"):
        rfcli.tiles("resnet18")
