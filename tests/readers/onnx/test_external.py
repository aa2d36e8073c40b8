"""External data: what lies in the model's folder is looked through, and nothing else is opened."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from onnx import helper

import rfcli
from tests.readers.onnx.test_kernels import A, masked, model, rand


def beside(data: bytes, folder: Path, location: str = "weights.bin") -> str:
    """A model of which all tensors lie in another file, as PyTorch's exporter writes it."""
    made = onnx.ModelProto.FromString(data)
    written = bytearray()
    for tensor in made.graph.initializer:
        piece = tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in {"location": location, "offset": len(written), "length": len(piece)}.items():
            tensor.external_data.add(key=key, value=str(value))
        written += piece
    folder.mkdir(exist_ok=True)
    (folder / location).write_bytes(written)
    (folder / "net.onnx").write_bytes(made.SerializeToString())
    return str(folder / "net.onnx")


@pytest.mark.parametrize("width", [4, 64])
def test_masks_in_files_beside_the_model(tmp_path: Path, width: int) -> None:
    weight = rand(width, width, 3, 3)
    conv = helper.make_node("Conv", ["x", "w"], ["y"], name="conv", pads=[1, 1, 1, 1])
    folded = beside(model(width, ("w", weight * A), nodes=[conv]), tmp_path / "folded")
    factor = beside(masked(weight, A), tmp_path / "factor")
    plain = beside(model(width, ("w", weight), nodes=[conv]), tmp_path / "plain")
    for path, said in ((folded, "strictly_causal"), (factor, "strictly_causal"), (plain, None)):
        found = rfcli.load(path)
        assert found.entries[-1].layer.given.get("mask") == said
        assert rfcli.compute(found).layers[-1].cost.params == width * width * 9


def test_files_elsewhere_are_not_opened(tmp_path: Path) -> None:
    """Outside the model's folder nothing is read, by a path or by a link; nor what is cut off."""
    conv = helper.make_node("Conv", ["x", "w"], ["y"], name="conv", pads=[1, 1, 1, 1])
    data = model(4, ("w", rand(4, 4, 3, 3) * A), nodes=[conv])
    (tmp_path / "stolen.bin").write_bytes((rand(4, 4, 3, 3) * A).tobytes())
    for location in ("../stolen.bin", str(tmp_path / "stolen.bin"), "link.bin", ""):
        path = beside(data, tmp_path / "net")
        raw = (tmp_path / "net" / "net.onnx").read_bytes()
        made = onnx.ModelProto.FromString(raw)
        made.graph.initializer[0].external_data[0].value = location
        (tmp_path / "net" / "net.onnx").write_bytes(made.SerializeToString())
        link = tmp_path / "net" / "link.bin"
        if not link.is_symlink():
            link.symlink_to(tmp_path / "stolen.bin")
        assert rfcli.load(path).entries[-1].layer.given.get("mask") is None
    path = beside(data, tmp_path / "net")
    (tmp_path / "net" / "weights.bin").write_bytes(b"short")
    assert rfcli.load(path).entries[-1].layer.given.get("mask") is None
