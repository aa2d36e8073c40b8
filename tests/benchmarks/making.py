"""Made once, with torch 2.13, timm, torchvision and onnx: `python tests/benchmarks/making.py`. Small transformers and a ConvNeXt as
both exporters of torch and `torch.export.save` write them, into `models`: their structure, masks and small numbers;
longer weights are left out, or ones.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from witnesses.zoo import vision_models  # noqa: E402

from rfcli.readers.onnx.names import CLASSES, SCOPES  # noqa: E402
from rfcli.readers.onnx.wire import without_weights  # noqa: E402

NETWORKS = {
    "swin": ("swin_tiny_patch4_window7_224", {"embed_dim": 24, "num_heads": (1, 2, 4, 8)}),
    "vit": ("vit_tiny_patch16_224", {"embed_dim": 48}),
    "convnext": ("convnext_atto", {"dims": (8, 16, 32, 64)}),
}
SWIN_T = {
    "patch_size": [4, 4],
    "embed_dim": 24,
    "depths": [2, 2, 6, 2],
    "num_heads": [1, 2, 4, 8],
    "window_size": [7, 7],
}
"""torchvision's, which works out its masks in each block: the scripted exporter writes 6,200 nodes of it."""
FEW = 64
"""Numbers of a weight that are kept as they are."""


def stripped(data: bytes) -> bytes:
    """A model of ONNX without its weights."""
    import onnx

    model = onnx.ModelProto.FromString(without_weights(io.BytesIO(data), 1 << 26))
    for one in model.graph.initializer:
        count = len(one.raw_data) // 4
        if one.data_type == onnx.TensorProto.FLOAT and count > FEW and len(set(one.raw_data)) > 8:
            one.raw_data = b"\0\0\x80?" * count
    for node in model.graph.node:
        kept = [one for one in node.metadata_props if one.key in (SCOPES, CLASSES)]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    return bytes(model.SerializeToString())


def without(tree: Any) -> Any:
    """A program without where its operations were called."""
    if isinstance(tree, dict):
        return {key: without(one) for key, one in tree.items() if key not in ("stack_trace", "example_inputs")}
    return [without(one) for one in tree] if isinstance(tree, list) else tree


def program(archive: bytes) -> bytes:
    """An archive of a program without its weights."""
    found, made = zipfile.ZipFile(io.BytesIO(archive)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for one in found.infolist():
            data = found.read(one)
            if "/data/weights/weight_" in one.filename or "sample_inputs" in one.filename:
                continue
            if one.filename.endswith("models/model.json"):
                data = json.dumps(without(json.loads(data)), separators=(",", ":")).encode()
            written.writestr(one.filename, data)
    return made.getvalue()


def exported(module: Any, example: Any, path: Path, dynamo: bool) -> bytes:
    import torch

    given = {"external_data": False} if dynamo else {"opset_version": 17}
    torch.onnx.export(module, (example,), str(path), dynamo=dynamo, verbose=False, **given)
    return stripped(path.read_bytes())


def main() -> None:
    vision_models()
    import timm
    import torch
    from torchvision.models import SwinTransformer

    warnings.simplefilter("ignore")
    folder = Path(__file__).parent / "models"
    example = torch.zeros(1, 3, 224, 224)
    with torch.no_grad(), tempfile.TemporaryDirectory() as made:
        path = Path(made) / "model"
        for name, (network, given) in NETWORKS.items():
            module = timm.create_model(network, **given).eval()
            for kind, dynamo in (("script", False), ("dynamo", True)):
                data = exported(module, example, path, dynamo)
                (folder / f"{name}_{kind}.onnx.z").write_bytes(zlib.compress(data, 9))
            torch.export.save(torch.export.export(module, (example,)), f"{path}.pt2")
            (folder / f"{name}.pt2").write_bytes(program(Path(f"{path}.pt2").read_bytes()))
        for kind, dynamo in (("script", False), ("dynamo", True)):
            data = exported(SwinTransformer(**SWIN_T).eval(), example, path, dynamo)
            (folder / f"swin_t_{kind}.onnx.z").write_bytes(zlib.compress(data, 9))


if __name__ == "__main__":
    main()
