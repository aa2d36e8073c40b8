"""`rf export` without the frameworks: what is written, what is refused, and ONNX read back."""

from __future__ import annotations

import ast
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from oracle.networks import chains, graphs, unsized

import rfcli
from rfcli.geometry.unknown import Unknown
from rfcli.layers._registry import LAYERS
from rfcli.resources import architectures
from writers.exporting import CASES, SINGLE, described, refusals


def rf(*words: str, seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "rfcli", "export", *words]
    return subprocess.run(line, capture_output=True, timeout=600, env={**os.environ, "PYTHONHASHSEED": seed})


def network(layers: list[dict[str, Any]], **given: Any) -> rfcli.Architecture:
    document = {"format": 1, "input": {"size": [16, 16], "channels": 3}, "layers": layers, **given}
    return rfcli.loads(json.dumps(document), "net.json")


def test_every_layer_type_is_tried() -> None:
    assert set(SINGLE) | {name for name, cls in LAYERS.items() if cls.merge} == set(LAYERS)


# torch

REFUSED_BY_TORCH = {
    "max_unpool-0": "indices",
    "resize-4": "asymmetric",
    "resize-5": "align_corners",
    "lp_pool-1": "dilation",
    "custom-1": "whole map",
    "custom-2": "Einsum",
    "custom-3": "it states 7 parameters, a layer of its own would have 148",
    "custom-4": "it states 0 multiply-accumulates, a convolution of its kernel has 17280",
}


@pytest.mark.parametrize("case", CASES)
def test_torch_writes_each_layer_or_says_why_not(case: str) -> None:
    found = refusals(described(CASES[case]), "torch")
    if case in REFUSED_BY_TORCH:
        (message,) = [one for one in found if "'it'" in one]
        assert REFUSED_BY_TORCH[case] in message
    else:
        assert found == []


@pytest.mark.parametrize("name", architectures())
def test_bundled_networks_become_torch_modules(name: str) -> None:
    text = rfcli.exported(name, "torch")
    assert isinstance(text, str)
    tree = ast.parse(text)
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"torch", "torch.nn.functional"}
    *_, last = tree.body
    assert isinstance(last, ast.ClassDef) and last.name[0].isupper()


def test_repeated_scopes_are_one_class() -> None:
    text = rfcli.exported("resnet_v1_50", "torch")
    assert isinstance(text, str)
    assert text.count("class Unit(") == 1
    assert text.count("= Unit(") == 9, "two, three, five and two of the blocks' units, less the strided last ones"
    assert "class ResnetV150(nn.Module):" in text


def test_names_that_python_or_torch_has_are_changed() -> None:
    layers = [{"name": name, "type": "relu"} for name in ("forward", "type", "class", "3x3", "a b", "a_b", "x")]
    text = rfcli.exported(network(layers), "torch")
    assert isinstance(text, str)
    for attribute in ("forward_", "type_", "class_", "layer_3x3", "a_b", "a_b_2", "x"):
        assert f"self.{attribute} = nn.ReLU()" in text


def test_scopes_that_feed_each_other_are_taken_apart() -> None:
    """a/1 -> b/1 -> a/2 -> b/2: neither scope can be run as a whole before the other."""

    def scope(name: str, first: str, second: str) -> dict[str, Any]:
        inner = [{"name": "i", "type": "relu", "inputs": [first]}, {"name": "j", "type": "relu", "inputs": [second]}]
        return {"name": name, "type": "sequence", "layers": inner}

    text = rfcli.exported(network([scope("a", "input", "b/i"), scope("b", "a/i", "a/j")]), "torch")
    assert isinstance(text, str)
    compile(text, "net.py", "exec")
    run = [line.strip() for line in text.splitlines() if "(x)" in line]
    assert run == ["x = self.a_i(x)", "x = self.b_i(x)", "x = self.a_j(x)", "return self.b_j(x)"]


def test_what_no_output_uses_is_made_and_not_run() -> None:
    layers = [{"name": "a", "type": "conv", "kernel": 3, "filters": 2}, {"name": "aside", "type": "conv", "kernel": 1, "filters": 2},
              {"name": "b", "type": "relu", "inputs": ["a"]}]  # fmt: skip
    text = rfcli.exported(network(layers, outputs=["b"]), "torch")
    assert isinstance(text, str)
    assert "self.aside = nn.Conv2d(2, 2, 1)" in text and "self.aside(" not in text


def test_shared_weights_are_refused() -> None:
    (message,) = refusals(network([{"type": "conv", "kernel": 3, "filters": 2, "params": 0}]), "torch")
    assert "it states 0 parameters, a layer of its own would have 56" in message


def test_unknown_channels_are_refused() -> None:
    text = "format: 1\ninput: {size: 16}\nlayers: [{type: conv, kernel: 3, filters: 2}, {type: relu}]\n"
    (message,) = refusals(rfcli.loads(text), "torch")
    assert "the channels of its input are not known" in message


# The command


def test_the_same_every_time() -> None:
    first, second = rf("inception_v3", seed="1"), rf("inception_v3", seed="2")
    assert first.returncode == 0 and first.stdout == second.stdout != b""


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "net.py"
    assert rf("vgg_a", "-o", str(target)).returncode == 0
    before = target.read_text(encoding="utf-8")
    assert before == rfcli.exported("vgg_a")
    (tmp_path / "odd.yaml").write_text("format: 1\ninput: {size: 9}\nlayers: [{type: conv, kernel: 1}]\n")
    done = rf(str(tmp_path / "odd.yaml"), "-o", str(target))
    assert done.returncode == 1 and b"RF601" in done.stderr
    assert target.read_text(encoding="utf-8") == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["net.py", "odd.yaml"]


def test_mistakes_of_the_call() -> None:
    with pytest.raises(rfcli.CallError, match="there is no target 'caffe' \\(there is torch"):
        rfcli.exported("vgg_a", "caffe")
    assert rf("vgg_a", "--input-size", "8x8x8").returncode == 2
    done = rf("vgg_a", "--input-size", "3")
    assert done.returncode == 1 and b"RF305" in done.stderr
    assert b"Traceback" not in done.stderr


# ONNX, read back

REFUSED_BY_ONNX = {
    "max_unpool-0": "indices",
    "attention-0": "no attention",
    "window_attention-0": "no attention",
    "resize-2": "area",
    "adaptive_avg_pool-0": "12 samples are no multiple of 5",
    "adaptive_max_pool-0": "14 samples are no multiple of 4",
    "custom-1": "whole map",
    "custom-2": "Einsum",
    "custom-3": "it states 7 parameters",
    "custom-4": "it states 0 multiply-accumulates",
}
SPREAD = {"separable_conv", "squeeze_excite", "batch_norm", "layer_norm", "silu", "swish"}
"""Types that may be several operations, among which their cost is spread."""
REARRANGED = {"pixel_shuffle-1", "pixel_unshuffle-1"}
"""Reshapes, which the importer only makes a layer of when the next one reads it."""
REARRANGING = {"pixel_shuffle", "pixel_unshuffle", "depth_to_space", "space_to_depth"}


def onnx_of(network: rfcli.Architecture | str) -> bytes:
    """The model, which is valid, and whose inferred shapes fit the outputs' that rf states."""
    data = rfcli.exported(network, "onnx")
    assert isinstance(data, bytes)
    onnx.checker.check_model(data, full_check=True)
    return data


def reads_back(
    report: rfcli.Report,
    data: bytes,
    omitted: str = "",
    file: str = "net.onnx",
    called: Callable[[str], str] = str,
) -> None:
    """What rf reads back is what it wrote: all layers but one are there, with the same geometry, fields and costs;
    `called` says how the target names a layer."""
    back = rfcli.compute(rfcli.loads(data, file))
    known = {one.name: one for one in back.layers}
    for one in report.layers:
        if one.name == omitted:
            continue
        other = known[called(one.name)]
        assert (other.output_size, other.channels) == (one.output_size, one.channels), one.name
        if one.receptive_field is None or other.receptive_field is None:
            assert one.receptive_field is other.receptive_field
        else:
            assert fields(other.receptive_field) == fields(one.receptive_field), one.name
        if one.type not in SPREAD:
            assert (other.cost.params, other.cost.macs) == (one.cost.params, one.cost.macs), one.name
    assert (back.total.params, back.total.macs) == (report.total.params, report.total.macs)


def fields(found: Any) -> tuple[Any, ...]:
    """All of a field but the names of what it came through, and reasons, which name layers."""
    rows = (found.size, found.stride, found.padding, found.center, found.phase_sizes, (found.aligned, found.uniform))
    return (found.globally, *(tuple(None if isinstance(one, Unknown) else one for one in row) for row in rows))


@pytest.mark.parametrize("case", CASES)
def test_onnx_writes_each_layer_or_says_why_not(case: str) -> None:
    network = described(CASES[case])
    found = refusals(network, "onnx")
    if case in REFUSED_BY_ONNX:
        (message,) = [one for one in found if "'it'" in one]
        assert REFUSED_BY_ONNX[case] in message
    else:
        assert found == []
        reads_back(rfcli.compute(network), onnx_of(network), "it" if case in REARRANGED else "")


@pytest.mark.parametrize("name", [
    "alexnet", "resnet18", "resnet_v2_50", "mobilenet_v1", "mobilenet_v3_large", "efficientnet_b0", "convnext_tiny",
    "googlenet", "inception_v2", "deeplab_v3", "unet", "highres3dnet", "wavenet", "patchgan_70", "bagnet_9",
])  # fmt: skip
def test_bundled_networks_become_onnx_models(name: str) -> None:
    data = onnx_of(name)
    reads_back(rfcli.compute(name), data)
    assert len(data) < 120 * 1024, "weights are not stored"


def odd(report: rfcli.Report, layer: Any) -> bool:
    """Whether the importer takes a layer for another: a scale of one channel for a number, a pool of one sample for
    nothing, a rearrangement for a layer that goes before the next."""
    sizes = [report.graph.sizes[report.graph.names.number(name)] for name in layer.inputs]
    return (
        layer.type in REARRANGING
        or (layer.type, layer.channels) == ("channel_scale", 1)
        or ("pool" in layer.type and any(1 in one for one in sizes))
    )


@pytest.mark.parametrize("strategy", [chains(), graphs(), unsized()], ids=["chains", "graphs", "unsized"])
def test_random_networks_become_onnx_models(strategy: Any) -> None:
    outcomes = {"read": 0, "refused": 0}

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(strategy)
    def holds(document: Any) -> None:
        network = rfcli.loads(json.dumps(document), "net.json")
        report = rfcli.compute(network)
        if refusals(network, "onnx"):
            outcomes["refused"] += 1
            return
        outcomes["read"] += 1
        data = onnx_of(network)
        if not any(odd(report, one) for one in report.layers):
            reads_back(report, data)

    holds()
    assert outcomes["read"] > 5, outcomes


def test_onnx_keeps_sizes_that_are_not_known() -> None:
    text = (
        "format: 1\ninput: {size: [null, 64], channels: 3}\n"
        "layers: [{type: conv, kernel: 3, stride: 2, padding: same, filters: 4}]\n"
    )
    model = onnx.load_from_string(onnx_of(rfcli.loads(text)))
    dims = model.graph.input[0].type.tensor_type.shape.dim
    assert [one.dim_param or one.dim_value for one in dims] == ["batch", 3, "input_h", 64]
    (conv,) = [node for node in model.graph.node if node.op_type == "Conv"]
    assert {one.name: one for one in conv.attribute}["auto_pad"].s == b"SAME_UPPER"


def test_onnx_names_are_the_layers() -> None:
    """Other operations of a layer are named below it."""
    layers = [{"name": "a/b", "type": "sequence", "layers": [{"name": "gate", "type": "squeeze_excite", "units": 2}]}]
    names = [node.name for node in onnx.load_from_string(onnx_of(network(layers))).graph.node]
    assert names[-1] == "a/b/gate" and all(name.startswith("a/b/gate/") for name in names[:-1])


def test_onnx_is_binary(tmp_path: Path) -> None:
    """It goes to a file or a pipe, never to a terminal."""
    target = tmp_path / "net.onnx"
    assert rf("unet_small", "--to", "onnx", "-o", str(target)).returncode == 0
    assert target.read_bytes() == rf("unet_small", "--to", "onnx").stdout == rfcli.exported("unet_small", "onnx")
    leader, follower = pty.openpty()
    line = [sys.executable, "-m", "rfcli", "export", "unet_small", "--to", "onnx"]
    done = subprocess.run(line, stdout=follower, stderr=subprocess.PIPE, timeout=600)
    os.close(leader)
    os.close(follower)
    assert done.returncode == 2
    assert done.stderr == (
        b"rf export: this is binary, and standard output a terminal: write it to a file with -o FILE\n"
    )


def test_without_onnx() -> None:
    code = "import sys; sys.modules['onnx'] = None; from rfcli.cli import main; sys.exit(main())"
    line = [sys.executable, "-c", code, "export", "unet_small", "--to", "onnx"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=600)
    assert done.returncode == 2
    assert 'pip install "rfcli[onnx]"' in done.stderr and "Traceback" not in done.stderr


# Keras

REFUSED_BY_KERAS = {
    "softmin-0": "no softmin",
    "lrn-0": "neighbouring channels",
    "max_unpool-0": "indices",
    "channel_slice-0": "some channels",
    "channel_slice-1": "some channels",
    "identity-1": "channels of zeros",
    "subsample-1": "channels of zeros",
    "pad-1": "padding_mode reflect",
    "pad-2": "padding_mode replicate",
    "pad-3": "padding_mode circular",
    "upsample-4": "align_corners",
    "resize-2": "area",
    "resize-4": "asymmetric",
    "resize-5": "align_corners",
    "window_attention-0": "inside windows",
    "conv-1": "padding_mode reflect",
    "conv-2": "padding_mode circular",
    "conv-4": "padding_mode replicate",
    "max_pool-1": "no dilation",
    "avg_pool-2": "no dilation",
    "lp_pool-0": "no lp_pool",
    "lp_pool-1": "no lp_pool",
    "conv_transpose-1": "no groups",
    "conv_transpose-3": "no stride together with a dilation",
    "custom-1": "whole map",
    "custom-2": "Einsum",
    "custom-3": "it states 7 parameters",
    "custom-4": "it states 0 multiply-accumulates",
}


def keras_of(network: rfcli.Architecture | str) -> dict[str, Any]:
    """The model's JSON as a document, whose every layer reads layers that come before it."""
    text = rfcli.exported(network, "keras-json")
    assert isinstance(text, str)
    model: dict[str, Any] = json.loads(text)
    assert list(model)[:2] == ["module", "class_name"] and model["class_name"] == "Functional"
    before: set[str] = set()
    for layer in model["config"]["layers"]:
        assert layer["name"] == layer["config"]["name"] not in before
        assert all(one.isalnum() or one in "_-" for one in layer["name"])
        for node in layer["inbound_nodes"]:
            assert {name for name, _ in read_by(node["args"])} <= before
        before.add(layer["name"])
    return model


def read_by(arguments: Any) -> list[tuple[str, list[int | None]]]:
    """Names and shapes of the tensors among the arguments of a call."""
    if isinstance(arguments, list):
        return [found for one in arguments for found in read_by(one)]
    return [(arguments["config"]["keras_history"][0], arguments["config"]["shape"])]


@pytest.mark.parametrize("case", CASES)
def test_keras_writes_each_layer_or_says_why_not(case: str) -> None:
    network = described(CASES[case])
    found = refusals(network, "keras-json")
    if case in REFUSED_BY_KERAS:
        (message,) = [one for one in found if "'it'" in one]
        assert REFUSED_BY_KERAS[case] in message
        return
    assert found == []
    sizes = {one.name: [None, *one.output_size, one.channels] for one in rfcli.compute(network).layers}
    for layer in keras_of(network)["config"]["layers"]:
        for node in layer["inbound_nodes"]:
            for name, shape in read_by(node["args"]):
                if name in sizes and len(shape) > 2:
                    assert shape == sizes[name]


@pytest.mark.parametrize("name", ["resnet50", "inception_v3", "mobilenet_v2", "convnext_tiny", "unet", "patchgan_70"])
def test_bundled_networks_become_keras_models(name: str) -> None:
    """Layers are there under their names, with `/` as `__`."""
    model = keras_of(name)
    names = {layer["name"] for layer in model["config"]["layers"]}
    assert {one.name.replace("/", "__") for one in rfcli.compute(name).layers} <= names
    assert model["config"]["output_layers"] == [rfcli.compute(name).outputs[0].replace("/", "__"), 0, 0]


def test_names_that_keras_has_not_stay_apart() -> None:
    layers = [{"name": name, "type": "relu"} for name in ("a.b", "a:b", "a_b", "a b")]
    names = [layer["name"] for layer in keras_of(network(layers))["config"]["layers"]]
    assert names == ["input", "a_b", "a_b_2", "a_b_3", "a_b_4"]


def test_paddings_that_keras_has_no_word_for_are_layers() -> None:
    layers = [{"name": "c", "type": "conv", "kernel": 3, "stride": 2, "padding": [[1, 0], [0, 2]], "filters": 2},
              {"name": "s", "type": "conv", "kernel": 3, "padding": 1, "filters": 2}]  # fmt: skip
    _, pad, conv, same = keras_of(network(layers))["config"]["layers"]
    assert (pad["class_name"], pad["config"]["padding"]) == ("ZeroPadding2D", [[1, 0], [0, 2]])
    assert (pad["name"], conv["name"], conv["config"]["padding"]) == ("c__pad", "c", "valid")
    assert same["config"]["padding"] == "same", "where that is the same at every size"


@pytest.mark.parametrize(
    "name",
    [
        "resnet50",
        "inception_v3",
        "mobilenet_v3_large",
        "densenet121",
        "efficientnet_b0",
        "deeplab_v3",
        "unet",
        "wavenet",
    ],
)
def test_keras_models_read_back(name: str) -> None:
    """What the importer of Keras models, which shares nothing with the exporter, reads of a bundled network."""
    text = rfcli.exported(name, "keras-json")
    assert isinstance(text, str)
    reads_back(rfcli.compute(name), text.encode(), "", "net.json", lambda one: one.replace("/", "__"))


SAME_IN_KERAS = [
    one
    for one in CASES
    if one not in REFUSED_BY_KERAS
    and not one.startswith(("flatten", "attention"))
    and one.rpartition("-")[0] not in REARRANGING
]
"""Not attention, whose projections Keras adds, nor what stands behind a flattening that Keras gives no size, nor
rearrangements, which are layers where they are read, or put out."""


@pytest.mark.parametrize("case", SAME_IN_KERAS)
def test_every_layer_reads_back_from_keras(case: str) -> None:
    """Sizes, channels and parameters; what Keras writes as several layers has the last one's name."""
    found = rfcli.compute(described(CASES[case]))
    back = rfcli.compute(rfcli.loads(str(rfcli.exported(described(CASES[case]), "keras-json")), "net.json"))
    known = {one.name: one for one in back.layers}
    for one in found.layers:
        assert (known[one.name].output_size, known[one.name].channels) == (one.output_size, one.channels), one.name
    assert back.total.params == found.total.params


@pytest.mark.parametrize(("target", "file"), [("keras-json", "net.json"), ("onnx", "net.onnx")])
@pytest.mark.parametrize("kind", ["pixel_shuffle", "pixel_unshuffle"])
def test_rearrangements_that_are_put_out_are_layers(kind: str, target: str, file: str) -> None:
    """Reshapes and a transposition at the end of a model: its output has the size that it has."""
    layers = [
        {"name": "c", "type": "conv", "kernel": 3, "padding": 1, "filters": 16},
        {"name": "it", "type": kind, "scale": 2},
    ]
    found = rfcli.compute(network(layers))
    data = rfcli.exported(network(layers), target)
    back = rfcli.compute(rfcli.loads(data, file))
    one, other = found.layer(found.outputs[0]), back.layer(back.outputs[0])
    assert (other.type, other.output_size, other.channels) == (kind, one.output_size, one.channels)
    assert one.receptive_field is not None and other.receptive_field is not None
    assert fields(other.receptive_field) == fields(one.receptive_field)
