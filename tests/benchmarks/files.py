"""Models of other tools, small and large, whose loading is timed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import yaml
from benchmarks.resnets import resnet50
from readers.caffe import caffe_files as caffe
from readers.darknet.cfg_files import text
from readers.darknet.test_published import DARKNET_53, HEAD
from readers.keras import keras_files as keras
from readers.monai.bundles import bundle
from readers.nnunet.plans import halved, later, plans, same
from readers.torch.archives import archive
from readers.yolo.rows import written
from readers.yolo.test_published import V5, V5_HEAD

import rfcli

HERE = Path(__file__).parent
READERS = HERE.parent / "readers"
STORED = (
    *(READERS / "tensorflow" / f"{name}.z" for name in (
        "lite/unet.tflite", "lite/resnet50.tflite", "lite/mobilenet_int8.tflite", "lite/efficientnet_b0.tflite",
        "saved/unet.pb", "saved/resnet50.pb", "saved/resnet50.frozen.pb", "saved/keras/decoder.keras",
    )),
    *(READERS / "keras" / "keras2" / f"{name}.json" for name in ("chain", "graph")),
    *(HERE / "models").glob("*.onnx.z"),
    *(HERE / "models").glob("*.pt2"),
)  # fmt: skip
"""Files among the tests' own, packed or not."""


def caffe_resnet() -> str:
    """Sixteen blocks of three convolutions, each with its normalisation and its scale."""
    rows, below = [caffe.sized(1, 3, 224, 224), caffe.conv("conv1", "data", 64, 7, 2, 3)], "conv1"
    for block in range(16):
        x = below
        for at, kernel in enumerate((1, 3, 1)):
            name = f"b{block}_{at}"
            rows += [caffe.conv(name, x, 256 if at == 2 else 64, kernel, 1, kernel // 2)]
            rows += [caffe.layer(kind, "", name, name, f"{name}_{kind}") for kind in ("BatchNorm", "Scale", "ReLU")]
            x = name
        if not block:
            rows += [caffe.conv("project", below, 256, 1)]
        rows += [caffe.layer("Eltwise", "", f"{x} {below if block else 'project'}", name=f"sum{block}")]
        below = f"sum{block}"
    return "".join(rows)


def unet3d() -> str:
    one = later([96, 128, 128], same(6, 3), [[1] * 3, *halved(6, 3)[1:]], [32, 64, 128, 256, 320, 320])
    return json.dumps(plans(c_3d_fullres=one))


def segresnet() -> str:
    return json.dumps(bundle("SegResNet", spatial_dims=3, in_channels=4, out_channels=3, init_filters=16))


def keras_resnet() -> dict[str, object]:
    """Batch norms, activations and merges of their own, as Keras has them."""
    tree: dict[str, object] = json.loads(rfcli.exported(rfcli.load("resnet_v1_50"), "keras-json"))
    return tree


def description() -> str:
    """A description of our own, flat, as JSON."""
    return json.dumps(yaml.safe_load(rfcli.described(rfcli.load("resnet_v1_152"), flat=True)), indent=1)


WRITTEN: dict[str, Callable[[], str | bytes]] = {
    "description.json": description,
    "n1.pt2": lambda: archive("n1"),
    "darknet53.cfg": lambda: text((256, 256), 3, [*DARKNET_53, *HEAD]),
    "resnet.prototxt": caffe_resnet,
    "yolov5l.yaml": lambda: written(V5, V5_HEAD, anchors=3),
    "nnUNetPlans.json": unet3d,
    "train.json": segresnet,
    "resnet50.json": lambda: json.dumps(keras_resnet()),
    "resnet50.keras": lambda: keras.archive(keras_resnet()),
    "resnet50.h5": lambda: keras.stored(keras_resnet()),
}


def models(folder: Path) -> dict[str, Path]:
    """The files in a folder, by what they are called in the report."""
    for name, weights in (("stripped", False), ("weighed", True)):
        resnet50(folder / f"{name}.onnx", weights)
    for path in STORED:
        data = path.read_bytes()
        made = folder / path.name.removesuffix(".z")
        made.write_bytes(zlib.decompress(data) if path.suffix == ".z" else data)
    for name, make in WRITTEN.items():
        made = make()
        (folder / name).write_bytes(made if isinstance(made, bytes) else made.encode())
    return {path.name: path for path in sorted(folder.iterdir())}
