"""Which of TensorFlow's files one is, and the limits of it."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

import rfcli
from readers.tensorflow.lite.written import chain
from readers.tensorflow.saved import written as graphs
from rfcli.readers.kinds import reader_of

READER = "rfcli.readers.tensorflow.file"


def test_a_tensorflow_lite_model_is_told_by_its_content() -> None:
    data = chain("RELU")
    for name in ("net.tflite", "net", "net.yaml", "net.bin"):
        assert reader_of(data[:64], name) == READER
        assert [one.type for one in rfcli.compute(rfcli.loads(data, name)).layers] == ["conv", "relu"]


def test_a_file_that_only_has_the_name_is_refused() -> None:
    with pytest.raises(rfcli.DescriptionError, match="not a TensorFlow Lite model"):
        rfcli.loads(b"what is this" * 9, "net.tflite")


def test_a_graph_and_a_saved_model_are_told_by_their_content() -> None:
    data = graphs.chain("Relu")
    for name in ("net.pb", "net", "net.bin"):
        assert reader_of(data[:64], name) == READER
        assert [one.type for one in rfcli.compute(rfcli.loads(data, name)).layers] == ["conv", "relu"]


def test_a_saved_model_is_a_folder(tmp_path: Path) -> None:
    for name, data in (
        ("saved_model.pb", graphs.chain("Relu")),
        ("fingerprint.pb", b"\x08\x01"),
        ("keras_metadata.pb", b"\x0a\x01"),
    ):
        (tmp_path / name).write_bytes(data)
    for name in (tmp_path, tmp_path / "saved_model.pb"):
        done = subprocess.run([sys.executable, "-m", "rfcli", "compute", str(name)], capture_output=True, text=True)
        assert done.returncode == 0 and "relu_0" in done.stdout and not done.stderr


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(rfcli.DescriptionError, match="larger than 100 bytes"):
        rfcli.loads(chain("RELU"), "net.tflite", limits=rfcli.Limits(model_bytes=100))


def test_weights_are_passed_over(tmp_path: Path) -> None:
    """500 MB of weights behind the model take no memory and no time."""
    path = tmp_path / "net.tflite"
    with path.open("wb") as made:
        made.write(chain("RELU", "RELU"))
        made.truncate(500 << 20)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert len(rfcli.compute(rfcli.load(path)).layers) == 3
    assert time.process_time() - begun < 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10


def test_a_stream_is_read_as_a_file_is() -> None:
    assert len(rfcli.compute(rfcli.loads(io.BytesIO(chain("RELU")), "net.tflite")).layers) == 2
