"""What is asked of many networks in short is what a report says."""

from typing import Any

import pytest

import rfcli
from rfcli import pipeline, resources
from rfcli.api.answers import main_layer
from rfcli.description.nodes import Problems
from rfcli.diagnostics import NoLayer
from rfcli.engine.brief import Brief, brief
from rfcli.geometry.unknown import Unknown


def of(network: Any, layer: str | None = None, **more: Any) -> Brief:
    problems = Problems()
    graph = pipeline.graph_of(pipeline.resized(rfcli.load(network), more.get("input_size", ())))
    found = brief(graph, layer, problems)
    assert found is not None and not problems
    return found


def agree(network: Any, **more: Any) -> Brief:
    report = rfcli.compute(network, **more)
    found = of(network, **more)
    layer = report.layer(main_layer(report))
    field = layer.receptive_field
    assert found.layer == layer.name
    assert (found.size, found.stride, found.padding) == (field.size, field.stride, field.padding)
    assert (found.output_size, found.cost) == (layer.output_size, report.total)
    return found


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks(name: str) -> None:
    agree(name)


CONV = {"type": "conv", "kernel": 3, "filters": 4}
ROWS: dict[str, dict[str, Any]] = {
    "1-D": {"input": {"size": [99]}, "layers": [CONV]},
    "3-D": {"input": {"size": [9, 8, 7]}, "layers": [CONV]},
    "unknown size": {"layers": [{**CONV, "stride": 2, "padding": "same"}]},
    "upsampled": {"input": {"size": [16, 8]}, "layers": [{"type": "conv_transpose", "kernel": 3, "stride": 2, "filters": 2}]},
    "only global": {"input": {"size": [16, 8]}, "layers": [CONV, {"type": "global_avg_pool"}]},
    "nothing but global": {"input": {"size": [16, 8], "channels": 4}, "layers": [{"type": "global_avg_pool"}]},
    "also global": {"input": {"size": [16, 8], "channels": 4}, "layers": [CONV, {"type": "squeeze_excite", "units": 2}]},
    "two inputs": {"inputs": {"a": {"size": 32}, "b": {"size": 32}},
                   "layers": [{**CONV, "inputs": ["a"], "name": "x"}, {**CONV, "inputs": ["b"], "name": "y"}]},
    "slid": {"inputs": {"a": {"size": 32}, "b": {"size": 8}}, "layers": [{"type": "correlation", "inputs": ["a", "b"]}]},
    "a slice": {"input": {"size": 32, "channels": 4}, "layers": [CONV, {"type": "channel_slice", "end": 2}, CONV]},
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_shapes(name: str) -> None:
    agree({"format": 1, **ROWS[name]})


def test_reasons() -> None:
    """Whatever is not known has its reason, and so has what is not all."""
    assert of({"format": 1, **ROWS["nothing but global"]}).notes == (
        "only a global path is left: every output sees all that reaches the global layer",
    )
    assert of({"format": 1, **ROWS["also global"]}).notes == ("also sees the whole map through 'squeeze_excite_1'",)
    unknown = of({"format": 1, **ROWS["unknown size"]})
    assert isinstance(unknown.output_size[0], Unknown)
    assert unknown.output_size[0].reason in unknown.notes
    assert of({"format": 1, **ROWS["two inputs"]}, "y").notes[-1] == "'a' does not reach it"


def test_layers_by_name() -> None:
    assert of("vgg_16", "pool3").size == (44, 44)
    assert of("resnet_v1_50", "block4").size == (483, 483)
    with pytest.raises(NoLayer, match="did you mean 'pool5'"):
        of("vgg_16", "pool55")


def test_an_unknown_size() -> None:
    agree("vgg_16", input_size=None)
    agree("vgg_16", input_size=(None, 288))


def test_strides_that_clash() -> None:
    problems = Problems()
    graph = pipeline.graph_of(rfcli.load({"format": 1, "input": {"size": None}, "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1}, {"name": "b", "type": "conv", "kernel": 3, "padding": 1, "inputs": ["a"]},
        {"type": "add", "inputs": ["a", "b"]}]}))  # fmt: skip
    assert brief(graph, None, problems) is not None
    empty = pipeline.graph_of(rfcli.load({"format": 1, "layers": []}))
    assert brief(empty, None, problems) is None
