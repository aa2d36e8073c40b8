"""Files and archives: how they are told, and those that are damaged."""

from __future__ import annotations

import copy
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

import rfcli
from readers.keras.keras_files import (
    CONV,
    GOOD,
    archive,
    chain,
    computed,
    single,
)
from readers.keras.test_calls import text, wrong


def test_archives() -> None:
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        model = copy.deepcopy(GOOD)
        model["config"]["layers"][1]["shared_object_id"] = 140234567890123  # An address, as Keras writes it.
        report = rfcli.compute(rfcli.loads(archive(model, how=how), "m.keras"))
        assert report.layers == computed(GOOD).layers


def test_told_by_content(tmp_path: Path) -> None:
    """Whatever the ending: also behind white space and a byte-order mark, from a folder, and by `rf` from stdin."""
    (tmp_path / "m.yaml").write_bytes(b"\xef\xbb\xbf\n " + json.dumps(GOOD).encode())
    (tmp_path / "m.bin").write_bytes(archive(GOOD))
    (tmp_path / "m.keras").write_text(json.dumps(GOOD))
    for path in tmp_path.iterdir():
        assert rfcli.load(path).entries[0].name == "a"
    for data in (json.dumps(GOOD).encode(), archive(GOOD)):
        done = subprocess.run(
            [sys.executable, "-m", "rfcli", "compute", "-f", "json", "-"], input=data, capture_output=True
        )
        assert json.loads(done.stdout)["networks"][0]["layers"][0]["output_size"] == [7, 7], done.stderr


def test_from_keras() -> None:
    model = SimpleNamespace(name="live", to_json=lambda: json.dumps(GOOD))
    assert rfcli.compute(rfcli.from_keras(model)).layers == computed(GOOD).layers
    assert rfcli.from_keras(model).source == "live.json"
    with pytest.raises(rfcli.CallError, match="a Keras model that states its layers is needed, is dict"):
        rfcli.from_keras({})


def bomb() -> bytes:
    return archive(b'{"class_name":' + b" " * (64 << 20))


def with_method(data: bytes, method: int) -> bytes:
    """An archive whose entries claim another compression."""
    made = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = made.find(sign)
        while start >= 0:
            made[start + place] = method
            start = made.find(sign, start + 4)
    return bytes(made)


def encrypted(data: bytes) -> bytes:
    made = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = made.find(sign)
        while start >= 0:
            made[start + place] |= 1
            start = made.find(sign, start + 4)
    return bytes(made)


def many() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(20_000):
            made.writestr(f"{number:030}", b"")
        made.writestr("config.json", json.dumps(GOOD))
    return stream.getvalue()


@pytest.fixture
def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive(GOOD, ("config.json", "config.json"))


ARCHIVES = {
    "bomb": (bomb(), "RF009", "larger than 4194304 bytes"),
    "no entry": (archive(GOOD, ("metadata.json",)), "RF012", "without a 'config.json'"),
    "pytorch": (archive(GOOD, ("net/data.pkl", "net/version")), "RF012", "a PyTorch file is not read"),
    "cut": (archive(GOOD)[:-40], "RF012", "a damaged archive"),
    "start only": (b"PK\x03\x04", "RF012", "a damaged archive"),
    "encrypted": (encrypted(archive(GOOD)), "RF012", "is encrypted"),
    "bzip2": (archive(GOOD, how=zipfile.ZIP_BZIP2), "RF012", "compressed in a way"),
    "method": (with_method(archive(GOOD), 77), "RF012", "compressed in a way"),
    "stored": (with_method(archive(GOOD), 0), "RF012", "a damaged archive"),
    "sum": (archive(GOOD, how=zipfile.ZIP_STORED).replace(b"Conv2D", b"Conv3D", 1), "RF012", "a damaged archive"),
    "entries": (many(), "RF012", "too many entries"),
    "no json": (archive("[1]"), "RF012", "not a Keras model"),
    "bad json": (archive('{"class_name": }'), "RF003", "not well-formed JSON"),
    "binary": (archive(b"{\xff"), "RF002", "not UTF-8"),
}


@pytest.mark.parametrize(("data", "code", "message"), ARCHIVES.values(), ids=ARCHIVES)
def test_bad_archives(data: bytes, code: str, message: str) -> None:
    started = time.process_time()
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(data, "m.keras")
    (problem,) = raised.value.diagnostics
    assert (problem.code, message in problem.message) == (code, True), problem
    assert time.process_time() - started < 5


def test_an_archive_with_two_models(twice: bytes) -> None:
    with pytest.raises(rfcli.DescriptionError, match=r"has 2 entries 'config.json'"):
        rfcli.loads(twice, "m.keras")


def test_places_in_archives() -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(archive(text(wrong({**CONV, "strides": 0}))), "m.keras")
    (problem,) = raised.value.diagnostics
    assert problem.span.path == "m.keras/config.json" and problem.span.line > 1


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "a damaged HDF5 file"),
        (b"\x80\x02}q", "a PyTorch file is not read"),
        (b"", "empty"),
    ],
)
def test_other_files_of_that_name(head: bytes, message: str) -> None:
    with pytest.raises(rfcli.DescriptionError, match=message):
        rfcli.loads(head, "m.h5" if head else "m.json")


@pytest.mark.parametrize("inside", [GOOD, {"keras_version": "2.15.0", "backend": "tensorflow", "model_config": GOOD}])
def test_models_of_tensorflow_js(inside: object, tmp_path: Path) -> None:
    """The converter writes what Keras states; what is made with TensorFlow.js writes the model itself."""
    model = {"format": "layers-model", "generatedBy": "keras v2.15.0", "modelTopology": inside, "weightsManifest": []}
    (tmp_path / "model.json").write_text(json.dumps(model))
    assert rfcli.compute(rfcli.load(tmp_path / "model.json")).layers == computed(GOOD).layers


@pytest.mark.parametrize("model", [GOOD, {**chain(("Dense", {"output_dim": 2})), "keras_version": "1.2.2"}])
def test_texts_in_json(model: dict[str, object], tmp_path: Path) -> None:
    """What `json.dump(model.to_json(), file)` writes, as a course of 2017 had it: a text that holds the model."""
    (tmp_path / "model.json").write_text(json.dumps(json.dumps(model)))
    found, wanted = (rfcli.compute(one) for one in (tmp_path / "model.json", rfcli.loads(json.dumps(model), "m.json")))
    assert [one.name for one in found.layers] == [one.name for one in wanted.layers]


def test_texts_in_json_that_are_wrong() -> None:
    whole = json.dumps(json.dumps(single((9, 9, 3), "Conv2D", {"kernel_size": 0, "filters": 4})))
    for written, message in ((whole, "m.json/text:1:"), (whole[:90], "a text that does not end")):
        with pytest.raises(rfcli.DescriptionError, match=message):
            rfcli.loads(written, "m.json")
