"""`rf import`: what is written computes the same, flat and folded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import pytest
from bundled import AKIN, NETWORKS
from hypothesis import given
from hypothesis import strategies as st
from oracle import networks
from oracle.against import thorough

import rfcli
from writers.description.describing import LIGHT, WIDTH, described, read, report_of, same_either_way
from writers.description.test_yaml import ODD


@given(st.one_of(networks.chains(), networks.graphs(), networks.unsized()))
@thorough(40)
def test_any_network(document: Any) -> None:
    import json

    try:
        network = rfcli.loads(json.dumps(document), "net.json")
        rfcli.compute(network)
    except rfcli.DescriptionError:
        return
    same_either_way(network)


@given(st.data())
@thorough(40)
def test_networks_with_repetition(data: st.DataObject) -> None:
    """Units of random layers, repeated with random widths, by names of all manners: with scopes, counted, both."""
    kinds = [
        {"type": "conv", "kernel": 3, "padding": 1}, {"type": "conv", "kernel": 1, "bias": False}, {"type": "relu"},
        {"type": "batch_norm"}, {"type": "conv", "kernel": [1, 3], "padding": [[0, 0], [1, 1]]}, {"type": "max_pool", "kernel": 3, "stride": 1, "padding": 1},
    ]  # fmt: skip
    units = data.draw(st.lists(st.lists(st.sampled_from(kinds), min_size=1, max_size=5), min_size=1, max_size=3))
    manner = data.draw(
        st.sampled_from(["n{n}", "stage{s}/unit{u}/{k}", "block{s}_{u}_{k}", "b{s}{c}_{k}", "{n}", "s{s}/{n}"])
    )
    layers: list[dict[str, Any]] = []
    number = 0
    for s in range(data.draw(st.integers(1, 4))):
        unit = data.draw(st.sampled_from(units))
        width = data.draw(st.sampled_from([4, 8, 16]))
        for u in range(data.draw(st.integers(1, 5))):
            start = layers[-1]["name"] if layers else "input"
            for k, kind in enumerate(unit):
                name = manner.format(s=s, u=u, k=k, n=number, c="abcdefgh"[u])
                layers.append({"name": name, **kind, **({"filters": width} if kind["type"] == "conv" else {})})
                number += 1
            if layers[-1]["type"] == "relu" and u and data.draw(st.booleans()):
                name = manner.format(s=s, u=u, k="add", n=number, c="abcdefgh"[u])
                layers.append({"name": name, "type": "concat", "inputs": [layers[-1]["name"], start]})
                number += 1
    network = described(layers)
    assert report_of(read(same_either_way(network))) == report_of(network)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.random) if one in AKIN else one for one in NETWORKS]
)
def test_bundled(name: str) -> None:
    same_either_way(rfcli.load(name))


@pytest.mark.parametrize("name", ["resnet50", "googlenet", "unet", "wavenet", "mobilenet_v2"])
def test_what_was_written_is_written_again(name: str) -> None:
    text = rfcli.described(name)
    assert rfcli.described(read(text)) == text


FOLDED = {
    "bvlc_alexnet": 29,
    "densenet121": 60,
    "inception_v1": 85,
    "inception_v2": 107,
    "resnet50": 55,
    "shufflenet": 53,
    "squeezenet": 47,
    "vgg19": 34,
    "zfnet512": 28,
}
"""Lines of what is written of the models that the onnx package brings along; `--flat` has one for each layer."""


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_onnx(path: Path) -> None:
    network = rfcli.load(str(path))
    text = same_either_way(network)
    assert report_of(network) == report_of(read(text))
    lines = text.splitlines()
    assert len(lines) <= FOLDED[path.stem.removeprefix("light_")]
    assert max(map(len, lines)) <= WIDTH


def onnx_model(names: list[str]) -> bytes:
    """A chain of convolutions and unknown operations, both called by odd names."""
    nodes, at = [], "x"
    for number, name in enumerate(names):
        kind, domain = ("Conv", "") if number % 2 == 0 else (name or "Odd", "org.example")
        nodes.append(
            onnx.helper.make_node(kind, [at, "w"] if kind == "Conv" else [at], [f"t{number}"], name=name, domain=domain)
        )
        at = f"t{number}"
    graph = onnx.helper.make_graph(
        nodes, "net", [onnx.helper.make_tensor_value_info("x", 1, [1, 2, 15, 20])], [onnx.helper.make_tensor_value_info(at, 1, None)],
        [onnx.helper.make_tensor("w", 1, [2, 2, 1, 1], bytes(16), raw=True)],
    )  # fmt: skip
    return bytes(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)]).SerializeToString())


def test_names_of_models() -> None:
    network = rfcli.loads(onnx_model([name for name in ODD for _ in (0, 1)]), "odd.onnx")
    text = same_either_way(network)
    assert report_of(network) == report_of(read(text))
    assert sum(entry.layer.type == "custom" for entry in read(text).entries) == len(ODD)
