"""ONNX files: real ones that the onnx package brings along, damaged ones, and what is refused."""

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
from readers.onnx.graphs import conv, model, of
from rfcli.description.limits import Limits
from rfcli.extras import install
from rfcli.geometry.unknown import Unknown

LIGHT = sorted((Path(onnx.__file__).parent / "backend/test/data/light").glob("*.onnx"))


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
    assert install("onnx") in done.stderr and "Traceback" not in done.stderr


def test_functions_of_a_model_are_what_they_consist_of() -> None:
    body = [helper.make_node("Relu", ["a"], ["b"], name="inner"), helper.make_node("Tanh", ["b"], ["c"], name="last")]
    function = helper.make_function("org.example", "Twice", ["a"], ["c"], body, [helper.make_opsetid("", 17)])
    nodes = [helper.make_node("Twice", ["x"], ["y"], name="t", domain="org.example")]
    architecture = rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y"], functions=(function,)), "m.onnx")
    assert [entry.layer.type for entry in architecture.entries] == ["relu", "tanh"]


def test_the_network_is_called_as_the_graph() -> None:
    assert rfcli.loads(conv(), "m.onnx").name == "net"


LIMITS = [
    ({"model_bytes": 100}, "larger than 100 bytes"),
    ({"layers": 2}, "more than 2 operations"),
]


@pytest.mark.parametrize(("limits", "why"), LIMITS)
def test_limits(limits: dict[str, int], why: str) -> None:
    nodes = [helper.make_node("Relu", [one], [other]) for one, other in ("xa", "ab", "by")]
    data = model(nodes, [1, 2, 8, 8], {"w": [10]})
    assert len(rfcli.loads(data, "m.onnx").entries) == 3
    with pytest.raises(rfcli.DescriptionError, match=why):
        rfcli.loads(data, "m.onnx", limits=Limits(**limits))


@pytest.mark.parametrize(
    "of_node",
    [{"name": "abcdef"}, {"op_type": "abcdef"}, {"domain": "abcdef"}, {"output": "abcdef"}, {"abcdef": 1}, {}],
)
def test_names_that_are_no_text_are_refused(of_node: dict[str, Any]) -> None:
    given = {"op_type": "Relu", "output": "y", **of_node}
    node = helper.make_node(given.pop("op_type"), ["x"], [given.pop("output")], **given)
    data = model([node], [1, 2, 8, 8], {} if of_node else {"abcdef": [10]})
    with pytest.raises(rfcli.DescriptionError, match="a name in it is not UTF-8"):
        rfcli.loads(data.replace(b"abcdef", b"abc\xff\xfe\xfd"), "m.onnx")


@pytest.mark.parametrize("data", [b"", b"\x08\x07", b"\xff" * 50], ids=["empty", "no graph", "noise"])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(rfcli.DescriptionError, match="ONNX model"):
        rfcli.loads(data, "m.onnx")
