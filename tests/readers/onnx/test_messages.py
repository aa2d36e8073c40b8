"""The messages come without the package around them, and are its own where that is imported, too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
from benchmarks.resnets import resnet50
from onnx import helper, numpy_helper, save

LOADED = """
import sys
import rfcli
network = rfcli.load(sys.argv[1])
print(len(network.entries), "onnx" in sys.modules, "numpy" in sys.modules)
import onnx
from onnx import onnx_ml_pb2, shape_inference
from rfcli.readers.onnx.messages import messages
print(messages().ModelProto is onnx.ModelProto is onnx_ml_pb2.ModelProto)
print(shape_inference.infer_shapes(onnx.load(sys.argv[1])).graph.output[0].type.tensor_type.shape.dim[1].dim_value)
"""


def lines(code: str, *words: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def weighed(path: Path) -> None:
    """A convolution with weights that are passed over, and a bias."""
    weights = numpy.random.default_rng(0).random((64, 64, 3, 3), dtype=numpy.float32)
    held = [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(weights[0, :, 0, 0], "b")]
    ends = [[helper.make_tensor_value_info(name, 1, [1, 64, n, n])] for name, n in (("x", 9), ("y", 7))]
    nodes = [helper.make_node("Conv", ["x", "w", "b"], ["y"])]
    save(helper.make_model(helper.make_graph(nodes, "net", *ends, held)), path)


@pytest.mark.parametrize(("made", "layers", "channels"), [
    (lambda path: resnet50(path, False), 122, 1000), (weighed, 1, 64)])  # fmt: skip
def test_a_network_is_read_without_the_package(
    tmp_path: Path, made: Callable[[Path], None], layers: int, channels: int
) -> None:
    """And without NumPy, be there weights or not; what imports the package afterwards has the same messages."""
    path = tmp_path / "net.onnx"
    made(path)
    assert lines(LOADED, str(path)) == [f"{layers} False False", "True", str(channels)]


def test_those_of_the_package_are_taken() -> None:
    code = "import onnx, rfcli; from rfcli.readers.onnx.messages import messages\n"
    assert lines(code + "print(messages().ModelProto is onnx.ModelProto)") == ["True"]


def test_a_folder_of_that_name_is_no_package(tmp_path: Path) -> None:
    """Beside what is run: onnx is told to be missing."""
    (tmp_path / "onnx").mkdir()
    code = f"""
import sys
sys.path[:] = [one for one in sys.path if "site-packages" not in one]
sys.path.insert(0, {str(tmp_path)!r})
from rfcli.diagnostics import CallError
from rfcli.readers.onnx.messages import messages
try:
    messages("this")
except CallError as error:
    print(error)
"""
    (told,) = lines(code)
    assert told.startswith("this needs onnx.onnx_ml_pb2: pip install") and "[onnx]" in told
