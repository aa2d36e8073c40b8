"""Files that are known, and not read."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

import rfcli
from readers.keras.keras_files import stored
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers import refused
from rfcli.readers.draft import ForeignError
from rfcli.readers.kinds import reader_of

REFUSED = [
    (b"\x80\x02}q\x00.", "net.bin", "a PyTorch file is not read: opening it would run its code", "rf compute torch:model.py:Net --example 1x3x224x224"),
    (b"anything", "net.PTH", "a PyTorch file is not read: opening it would run its code", "export the model to ONNX"),
    (b"\x08\0\0\0\0\0\0\0{\"a\":", "net", "the file has a model's weights alone, not its layers", "rf compute torch:model.py:Net"),
    (b"", "a/net.safetensors", "the file has a model's weights alone, not its layers", "rf compute torch:model.py:Net"),
    (b"\x93NUMPY\x01", "x", "the file has arrays, not a network's layers", "write a description"),
    (b"node {", "net.pbtxt", "a graph of TensorFlow as text is not read", "as_text=False"),
    (b"import torch\nlayers {\n", "model.py", "Python code is not run for the name of its file", "rf compute torch:model.py:NAME"),
    (b"bplist", "net.mlmodel", "a Core ML model is not read", "converted from"),
    (b"ftrt", "net.engine", "a compiled engine is not read", "converted from"),
    (b'<?xml version="1.0"?>\n<net name="m" version="11">', "net.xml", "a model of OpenVINO is not read", "converted from"),
    (b"7767517\n75 83\n", "net.param", "a model of ncnn is not read", "converted from"),
    (b'{"format": "graph-model", "modelTopology"', "model.json", "a graph of TensorFlow.js is not read", "converted from"),
    (b'{\n  "nodes": [\n {"op": "null"', "net-symbol.json", "a symbol of MXNet is not read", "export the model to ONNX"),
    (b'{"network_def": {}}', "inference.json", "the file changes a bundle of MONAI, and makes no network", "give rf the bundle's"),
    (b"imports: []\nnetwork_def:\n", "inference.yaml", "the file changes a bundle of MONAI, and makes no network", "give rf the bundle's"),
    (b'{"architectures": ["A"], "model_type": "resnet"}', "config.json", "a configuration of Transformers has no layers", "rf compute transformers:config.json makes its model"),
    (b"name: a\ntype: model\nformat_version: 0.5.3\n", "rdf.yaml", "a model of bioimage.io is not read", "ONNX file"),
    (b"\x1c\0\0\0ET12", "net.bin", "a program of ExecuTorch is compiled, and not read", "torch.export.save"),
    (b"anything", "net.pte", "a program of ExecuTorch is compiled, and not read", "torch.export.save"),
    (b"\x1f\x8b\x08\0", "a/net.onnx.gz", "a compressed file is not opened", "gunzip -k a/net.onnx.gz && rf compute a/net.onnx"),
    (b"\x1f\x8b\x08\0", "net.onnx", "a compressed file is not opened", "gunzip -k net.onnx, and give rf the file that is in it"),
    (b"\x1f\x8b\x08\0", "saved.tar.gz", "a compressed file is not opened", "tar xf saved.tar.gz, and give rf the file"),
    (b"BZh91AY", "my net.yaml.bz2", "a compressed file is not opened", "bunzip2 -k 'my net.yaml.bz2' && rf compute 'my net.yaml'"),
    (b"\xfd7zXZ\0", "net.h5.xz", "a compressed file is not opened", "unxz -k net.h5.xz && rf compute net.h5"),
    (b"7z\xbc\xaf\x27\x1c", "net.7z", "a compressed file is not opened", "7z x net.7z, and give rf the file"),
    (b"net/\0" + bytes(252) + b"ustar", "net.tar", "a compressed file is not opened", "tar xf net.tar, and give rf the file"),
    (b"\0\0\0\0\2", "a/yolov3.weights", "weights of Darknet have no layers", "rf compute a/yolov3.cfg reads its network"),
    (b"\n\7AlexNet", "net.caffemodel", "weights of Caffe are not read", "rf compute deploy.prototxt"),
    (b"\1\2", "model.ckpt-100.index", "a checkpoint of TensorFlow has a model's weights alone, not its layers", "rf compute FOLDER reads it"),
    (b"\1\2", "variables.data-00000-of-00001", "a checkpoint of TensorFlow has a model's weights alone, not its layers", "tf.saved_model.save"),
    (b"GGUF", "net.gguf", "a language model's weights have no layers that rf reads", "rf compute transformers:config.json"),
    (b"\x81", "net.msgpack", "the file has a model's weights alone, not its layers", "jax2tf.convert and tf.saved_model.save"),
    (b"\1\2", "net.pdparams", "the file has a model's weights alone, not its layers", "rf compute torch:model.py:Net"),
    (b"\1\2", "net-0000.params", "weights of MXNet are not read", "export the model to ONNX"),
    (b"ftrt", "net.plan", "a compiled engine is not read", "converted from"),
    (b'{"keras_version": "3.15.1", "date_saved": "2026-11-29"}', "metadata.json", "the file tells when Keras saved a model, not its layers", "give rf the .keras file"),
    (b"\0\0\6\x08\1", "ckpt-1.index", "a checkpoint of TensorFlow has a model's weights alone, not its layers", "tf.saved_model.save"),
    (b"\0\0\6\x08\1", "a/variables.index", "a checkpoint of TensorFlow has a model's weights alone, not its layers", "rf compute FOLDER reads it"),
    (b'model_checkpoint_path: "model.ckpt-9"\n', "checkpoint", "a checkpoint of TensorFlow has a model's weights alone, not its layers", "tf.saved_model.save"),
    (b"\x18\0\0\0\0\0\0\0", "logs/events.out.tfevents.1700000000.host.1.0.v2", "a log of training, for TensorBoard, is not read", "its SavedModel's folder"),
    (b"\1\2", "net.mnn", "a model that was converted for a runtime is not read", "converted from"),
    (b"\x80\x09", "net.bin", "not a model that is read", "rf reads descriptions, ONNX"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "name", "message", "help"), REFUSED)
def test_each_is_told_by_its_content_or_its_name(head: bytes, name: str, message: str, help: str) -> None:
    expected = "rfcli.readers.refused"
    assert reader_of(head, name) == (None if message.startswith("not a model") else expected)


def zipped(*entries: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for entry in entries:
            archive.writestr(entry, "x")
    return made.getvalue()


SAVED = ("saved_model.pb", "fingerprint.pb", "keras_metadata.pb", "variables/variables.index")
HELD = [
    (["net.onnx"], "'net.onnx'", "unzip net.zip && rf compute net.onnx"),
    (["a/net.H5"], "'a/net.H5'", "unzip net.zip && rf compute a/net.H5"),
    (["train.json"], "'train.json'", "unzip net.zip && rf compute train.json"),
    (["yolo.yaml"], "'yolo.yaml'", "unzip net.zip && rf compute yolo.yaml"),
    (["net.pt2"], "'net.pt2'", "unzip net.zip && rf compute net.pt2"),
    (["saved/saved_model.pb"], "'saved'", "unzip net.zip && rf compute saved"),
    (["saved_model.pb"], "'saved_model.pb'", "unzip net.zip && rf compute saved_model.pb"),
    ([f"{folder}/{name}" for folder in ("a", "b") for name in SAVED], "2 models, 'a', 'b'", "unzip net.zip && rf compute a b"),
    (["b/", "b/saved_model.pb", "a/", "a/saved_model.pb"], "2 models, 'b', 'a'", "unzip net.zip && rf compute b a"),
    (["labels.json", "x/my net.onnx", "run.yaml"], "'x/my net.onnx'", "unzip net.zip && rf compute 'x/my net.onnx'"),
    ([f"{at}.tflite" for at in range(6)], "6 models, '0.tflite', '1.tflite', '2.tflite', '3.tflite' and 2 more",
     "unzip net.zip -d net && rf compute net"),
    (["MAR-INF/MANIFEST.json", "net.onnx"], "", "unzip it, and give rf the model that is in it"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "named", "help"), HELD)
def test_models_in_an_archive_are_told_with_the_commands(entries: list[str], named: str, help: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(zipped(*entries), "net.zip")
    (found,) = raised.value.diagnostics
    told = f"a ZIP archive is not opened: it has {named}" if named else "an archive of TorchServe is not opened"
    assert (found.message, found.help) == (told, help)


def test_an_archive_without_a_name_is_unzipped_by_whoever_has_it() -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(zipped("a/saved_model.pb", "b/saved_model.pb"))
    assert raised.value.diagnostics[0].help == "unzip it, and give rf what is in it"


def test_a_model_behind_others_in_an_archive_is_told() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("README.md", "x")
        archive.writestr("model/net.onnx", "x")
    with pytest.raises(rfcli.DescriptionError, match="it has 'model/net"):
        rfcli.loads(made.getvalue(), "net.zip")


@pytest.mark.parametrize(
    "text",
    [
        b'{"format": 1, "layers": [{"type": "conv", "model_type": 3}]}',
        b'{"layers": [{"plans_name": "x"}], "format": 1}',
        b"layers:\n- {type: conv, kernel: 3}\nformat: 1\nnetwork_def: 1\n",
        b"format_version: 1\nformat: 1\ntype: model\n",
        b"layers:\n- {type: conv, kernel: 3}\n",
        b"layers: [\n{type: conv, kernel: 3}\n]\n",
        b"layer: 3\n",
        b"{}",
    ],
)
def test_descriptions_are_none_of_them(text: bytes) -> None:
    assert reader_of(text, "net.yaml") is None


def test_what_is_found_in_a_folder_is_told_by_its_bytes_alone() -> None:
    assert reader_of(b'{"model_type": "resnet"}') is None and reader_of(b"7767517\n") is None


@pytest.mark.parametrize("line", [b"\n", b" ", b"layer\n", b"format_version:\n", b'"model_type" ', b"{", b"<?xml ?>\n"])
def test_long_texts_are_looked_through_at_once(line: bytes) -> None:
    begun = time.process_time()
    reader_of((line * (1 << 16))[: 1 << 16], "net.yaml")
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(("head", "name", "message", "help"), REFUSED)
def test_what_to_do_instead_is_told(head: bytes, name: str, message: str, help: str) -> None:
    with pytest.raises(ForeignError) as raised:
        refused.read(io.BytesIO(head), File(name), Limits(), Problems())
    assert raised.value.message == message
    assert help in raised.value.help


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["archive/data.pkl", "archive/version"], "a PyTorch file is not read"),
        (["m/data.pkl", "m/constants.pkl", "m/code/a.py"], "a TorchScript file is not read"),
        (["m/models/model.json", "m/archive_format"], "an archive of torch.export without a program"),
        (["serialized_exported_program.json", "version"], "an archive of torch.export without a program"),
        (["a.npy", "b.npy"], "the file has arrays, not a network's layers"),
        (["data.pkl"], "a PyTorch file is not read"),
        (["metadata.json"], "a ZIP archive without a 'config.json'"),
        ([], "a ZIP archive without a 'config.json'"),
    ],
)
def test_archives(names: list[str], message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        refused.refused_archive(names)


def archive(pickled: bytes) -> bytes:
    """How an archive of torch.save begins."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("archive/data.pkl", pickled)
        made.writestr("archive/version", b"3")
    return stream.getvalue()


TENSORS = b"ccollections\nOrderedDict\nq\0ctorch._utils\n_rebuild_tensor_v2\nctorch\nFloatStorage\n"
TOLD = [
    (archive(b"\x80\x02cnets.unet\nUNet\nq\0" + TENSORS), "net.pt", "it has a UNet of nets.unet", "rf compute torch:nets.unet:UNet --example"),
    (archive(b"\x80\x02}q\0" + TENSORS), "net.pth", "the file has a model's weights alone", "rf compute torch:model.py:Net"),
    (archive(b"\x80\x02}q\0" + TENSORS + b"cmodels.yolo\nModel\n"), "net.pt", "it has a Model of models.yolo", "torch:models.yolo:Model"),
    (archive(b"\x80\x02ctorch.nn.modules.container\nSequential\n" + TENSORS), "net.pt", "opening it would run its code", "export the model to ONNX"),
    (b"\x80\x02\x8a\n" + b"cnets.unet\nUNet\n" + TENSORS, "net.pth", "it has a UNet of nets.unet", "torch:nets.unet:UNet"),
    (b"\x80\x02\x8a\n" + TENSORS, "net.pth", "the file has a model's weights alone", "torch:model.py:Net"),
    (b"import torch\nclass Block(nn.Module):\nclass UNet(torch.nn.Module):\nclass Other(dict):\n", "a/net.py", "Python code", "rf compute torch:a/net.py:UNet --example 1x3x224x224 runs it, because that names it (it has Block, UNet)"),
    (b"from keras import layers\nclass A(keras.Model):\n", "my net.py", "Python code", "rf compute 'keras:my net.py:A' runs it"),
    (b"def f(): pass\n", "net.py", "Python code", "rf compute torch:net.py:NAME --example"),
    (b'{"model_type": "vit"}', "a/config.json", "a configuration of Transformers", "rf compute transformers:a/config.json makes"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "name", "message", "help"), TOLD)
def test_the_command_that_gets_further_is_that_of_the_file(head: bytes, name: str, message: str, help: str) -> None:
    assert reader_of(head, name) == "rfcli.readers.refused"
    with pytest.raises(ForeignError) as error:
        refused.read(io.BytesIO(head), File(name), Limits(), Problems())
    assert message in error.value.message and help in error.value.help


FINGERPRINT = bytes([8, *[0xFF] * 9, 1, 0x10, *[0x88] * 9, 1, 0x18, 5])
"""A SavedModel's: its numbers are of 64 bits."""


def test_parts_of_a_saved_model_are_told_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved/variables").mkdir(parents=True)
    for name in ("saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"):
        (tmp_path / "saved" / name).write_bytes(b"\0\0\6\x08\1")
    (tmp_path / "saved/fingerprint.pb").write_bytes(FINGERPRINT)
    for name in ("variables.index", "variables.data-00000-of-00001"):
        with pytest.raises(rfcli.DescriptionError) as raised:
            rfcli.load(f"saved/variables/{name}")
        assert raised.value.diagnostics[0].help == "rf compute saved reads its layers"
    with pytest.raises(rfcli.DescriptionError, match="tells SavedModels of TensorFlow apart, and has no layers"):
        rfcli.load("saved/fingerprint.pb")
    with pytest.raises(OSError, match=r"a part of the SavedModel 'saved' \(rf compute saved reads it\)"):
        rfcli.load("saved/variables")
    monkeypatch.chdir(tmp_path / "saved/variables")
    with pytest.raises(OSError, match=r"rf compute \.\. reads it"):
        rfcli.load(".")


@pytest.mark.parametrize("other", ["net.xml", "net.param"])
def test_weights_of_runtimes_are_told_by_what_lies_beside(other: str, tmp_path: Path) -> None:
    path = tmp_path / "net.bin"
    path.write_bytes(bytes(64))
    assert reader_of(bytes(64), str(path)) is None, "else they are any bytes"
    (tmp_path / other).write_text("")
    with pytest.raises(rfcli.DescriptionError, match=r"a model of (?:OpenVINO|ncnn) is not read"):
        rfcli.load(path)


def test_an_unpacked_keras_archive(tmp_path: Path) -> None:
    """Its weights alone say where the layers are."""
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.weights.h5").write_bytes(stored(None, layer_names="y"))
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.load(tmp_path / "model.weights.h5")
    assert raised.value.diagnostics[0].help == f"rf compute {tmp_path}/config.json reads its layers"


def test_archives_of_torchscript_and_keras_are_others() -> None:
    assert reader_of(archive(b"\x80\x02c__torch__.nets\nNet\n"), "net.pt") == "rfcli.readers.keras.file"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("config.json", b"{}")
    assert reader_of(stream.getvalue(), "net.keras") == "rfcli.readers.keras.file"
