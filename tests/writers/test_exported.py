"""`rf export` without the frameworks: the command, and what the targets have in common."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import rfcli
from rfcli.extras import install
from rfcli.layers._registry import LAYERS
from writers.exporting import SINGLE, network
from writers.reading_back import fields


def rf(*words: str, seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "rfcli", "export", *words]
    return subprocess.run(line, capture_output=True, timeout=600, env={**os.environ, "PYTHONHASHSEED": seed})


def test_every_layer_type_is_tried() -> None:
    assert set(SINGLE) | {name for name, cls in LAYERS.items() if cls.merge or cls.pair} == set(LAYERS)


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


def test_a_binary_target_is_not_shown(tmp_path: Path) -> None:
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
    assert install("onnx") in done.stderr and "Traceback" not in done.stderr


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
    # ONNX has torch's order of channels as TensorFlow's, and a shuffle behind it.
    kinds = (kind, "channel_shuffle") if (kind, target) == ("pixel_unshuffle", "onnx") else (kind,)
    assert other.type in kinds
    assert (other.output_size, other.channels) == (one.output_size, one.channels)
    assert one.receptive_field is not None and other.receptive_field is not None
    assert fields(other.receptive_field) == fields(one.receptive_field)
