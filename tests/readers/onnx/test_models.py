"""ONNX files: real ones that the onnx package brings along, graphs made for one point each, and damaged ones."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

import rfcli
from rfcli.geometry.unknown import Unknown

LIGHT = sorted((Path(onnx.__file__).parent / "backend/test/data/light").glob("*.onnx"))


def model(nodes: list[Any], shape: list[Any], weights: dict[str, list[int]], opset: int = 17) -> bytes:
    """A graph from `x` to `y` with weights of the given shapes."""
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [helper.make_tensor(name, TensorProto.FLOAT, dims, bytes(4 * _count(dims)), raw=True)
         for name, dims in weights.items()],
    )  # fmt: skip
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    return bytes(made.SerializeToString())


def _count(dims: list[int]) -> int:
    count = 1
    for n in dims:
        count *= n
    return count


def conv(**attributes: Any) -> bytes:
    node = helper.make_node("Conv", ["x", "w"], ["y"], name="c", **attributes)
    return model([node], [1, 2, 15, 20], {"w": [4, 2, 3, 5]})


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_light(path: Path) -> None:
    """Classifiers of the ONNX model zoo, for 224 x 224 (inception_v2, resnet50 …): nothing in them is unknown."""
    architecture = rfcli.load(str(path))
    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
    report = rfcli.compute(architecture)
    assert type(report.total.params) is int and type(report.total.macs) is int
    assert report.layers[-1].channels == 1000


def test_light_is_there() -> None:
    assert len(LIGHT) == 9


@pytest.mark.parametrize(
    ("attributes", "size", "stride", "padding", "output"),
    [
        ({}, (3, 5), (1, 1), (0, 0), (13, 16)),
        ({"strides": [2, 3], "pads": [1, 2, 1, 2]}, (3, 5), (2, 3), (1, 2), (8, 7)),
        ({"dilations": [2, 1], "pads": [0, 0, 4, 4]}, (5, 5), (1, 1), (0, 0), (15, 20)),
        ({"auto_pad": "SAME_UPPER", "strides": [2, 3]}, (3, 5), (2, 3), (1, 1), (8, 7)),
        ({"auto_pad": "SAME_LOWER", "strides": [2, 3]}, (3, 5), (2, 3), (1, 2), (8, 7)),
        ({"auto_pad": "VALID"}, (3, 5), (1, 1), (0, 0), (13, 16)),
    ],
)
def test_conv(attributes: dict[str, Any], size: Any, stride: Any, padding: Any, output: Any) -> None:
    """By ONNX's definition of Conv: the kernel's shape is the weight's, SAME pads ceil(n/s)'s need, odd ones by name."""
    (layer,) = rfcli.compute(rfcli.loads(conv(**attributes), "c.onnx")).layers
    field = layer.receptive_field
    assert (layer.name, layer.channels, layer.cost.params) == ("c", 4, 4 * 2 * 3 * 5)
    assert (field.size, field.stride, field.padding, layer.output_size) == (size, stride, padding, output)


def test_unknown_operations_spoil_only_what_reads_them() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], name="first"),
        helper.make_node("Mystery", ["a"], ["b"], name="odd", domain="org.example"),
        helper.make_node("Conv", ["x", "w"], ["c"], name="beside"),
        helper.make_node("Add", ["b", "c"], ["y"], name="sum"),
    ]
    report = rfcli.compute(rfcli.loads(model(nodes, [1, 2, 15, 20], {"w": [2, 2, 3, 5]}), "m.onnx"))
    found = {layer.name: layer.receptive_field.size for layer in report.layers}
    assert found["first"] == found["beside"] == (3, 5)
    for name in ("odd", "sum"):
        assert ["org.example.Mystery" in one.reason for one in found[name]] == [True, True]


def test_unknown_operations_depend_on_all_their_inputs() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], name="first"),
        helper.make_node("Conv", ["x", "w"], ["b"], name="second"),
        helper.make_node("Mystery", ["a", "b", "a"], ["y"], name="odd", domain="org.example"),
    ]
    architecture = rfcli.loads(model(nodes, [1, 2, 15, 20], {"w": [2, 2, 3, 5]}), "m.onnx")
    for origin in ("first", "second"):
        field = rfcli.compute(architecture, origin=origin).layer("odd").receptive_field
        assert field is not None and all("org.example.Mystery" in one.reason for one in field.size)
    assert rfcli.check(architecture, select=["RF512"]).diagnostics == ()


def test_symbolic_sizes_are_unknown() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], name="c")
    report = rfcli.compute(rfcli.loads(model([node], ["N", 2, "H", "W"], {"w": [4, 2, 3, 5]}), "m.onnx"))
    assert report.layers[-1].output_size == (Unknown("the input size is not given"),) * 2
    assert report.layers[-1].receptive_field.size == (3, 5)


def test_external_weights_are_not_opened(tmp_path: Path) -> None:
    made = onnx.ModelProto.FromString(conv())
    (weight,) = made.graph.initializer
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    entry = weight.external_data.add()
    entry.key, entry.value = "location", "../../etc/nothing"
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    assert rfcli.compute(rfcli.load(str(tmp_path / "m.onnx"))).layers[-1].cost.params == 120


def test_old_opsets_are_refused() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    with pytest.raises(rfcli.DescriptionError, match="opset 6 is older than 7"):
        rfcli.loads(model([node], [1, 2, 15, 20], {"w": [4, 2, 3, 5]}, 6), "m.onnx")


@pytest.mark.parametrize("path", LIGHT[:3], ids=lambda path: path.stem)
def test_damaged(path: Path) -> None:
    """Whatever a damaged file holds, it is read or refused."""
    good, chance = path.read_bytes(), random.Random(7)
    outcomes = set()
    for _ in range(25):
        bad = bytearray(good)
        for _ in range(chance.choice([1, 4, 40])):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        data = bytes(bad[: chance.choice([len(bad), chance.randrange(len(bad))])])
        try:
            rfcli.compute(rfcli.loads(data, "m.onnx"))
            outcomes.add("read")
        except rfcli.DescriptionError:
            outcomes.add("refused")
    assert "refused" in outcomes


def test_without_onnx(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(conv())
    code = "import sys; sys.modules['onnx'] = None; from rfcli.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "compute", str(tmp_path / "m.onnx")], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert 'pip install "rfcli[onnx]"' in done.stderr and "Traceback" not in done.stderr
