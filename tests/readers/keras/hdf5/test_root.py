"""Attributes of HDF5 files that h5py wrote, and Keras models in them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import rfcli
from readers.keras.keras_files import CONV, GOOD, computed, stored
from readers.keras.test_calls import text, wrong
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.hdf5.root import Root

VERSIONS: tuple[Any, ...] = ("earliest", ("earliest", "v108"), ("v110", "v110"), "latest")
HOW = {"vlen": lambda value: value, "utf8": lambda value: value.decode(), "fixed": np.bytes_}
MOST = 1 << 20


def written(values: dict[str, bytes], libver: Any = "latest", how: str = "vlen", userblock: int = 0) -> io.BytesIO:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=libver, userblock_size=userblock) as made:
        for name, value in values.items():
            made.attrs.create(name, HOW[how](value))
    return stream


@pytest.mark.parametrize(("libver", "how"), list(product(VERSIONS, HOW)))
def test_every_way_to_store_a_text(libver: Any, how: str) -> None:
    """In the header, in a heap, as an object of its own; a header holds no more than 64 KiB of them."""
    long = libver == "latest" or how != "fixed"
    for count, most in product((1, 3, 9, 40), (10, 5_000, *((70_000, 300_000) if long else ()))):
        values = {f"a{at}": b"small %d" % at for at in range(count - 1)} | {"model_config": b"x" * most}
        root = Root(written(values, libver, how))
        assert sorted(root.names) == sorted(values)
        assert {name: root.text(name, MOST) for name in values} == values


def test_trees_and_heaps_of_several_levels() -> None:
    values = {f"a{at}": b"value %d " % at * (1 + at % 30) for at in range(3000)}
    root = Root(written(values, how="fixed"))
    assert {name: root.text(name, MOST) for name in root.names} == values


@pytest.mark.parametrize("userblock", [512, 1024, 1 << 15])
def test_a_block_of_the_users_own_before_it(userblock: int, tmp_path: Path) -> None:
    path = tmp_path / "net.h5"
    path.write_bytes(stored(GOOD, userblock=userblock))
    assert rfcli.compute(rfcli.load(path)).layers == computed(GOOD).layers


def test_no_more_is_read_than_allowed() -> None:
    for how in HOW:
        assert Root(written({"model_config": b"x" * 5000}, how=how)).text("model_config", 100) == b"x" * 101


@pytest.mark.parametrize("value", [3, 2.5, [1, 2], np.array([b"a", b"b"]), np.zeros((2, 2)), h5py.Empty("S10")])
def test_an_attribute_that_is_no_text(value: Any) -> None:
    with pytest.raises(rfcli.DescriptionError, match="the attribute 'model_config' is no text"):
        rfcli.loads(stored(None, model_config=value), "m.h5")


def test_a_text_in_an_array_of_one_is_read() -> None:
    data = stored(None, model_config=np.array([json.dumps(GOOD).encode()]))
    assert rfcli.compute(rfcli.loads(data, "m.h5")).layers == computed(GOOD).layers


@pytest.mark.parametrize("name", ["m.h5", "m.hdf5", "m.keras", "m.yaml", "-"])
def test_told_by_its_content(name: str, tmp_path: Path) -> None:
    """A `.keras` file of an early Keras is HDF5 inside; a pipe has no name."""
    if name != "-":
        (tmp_path / name).write_bytes(stored(GOOD))
    command = [sys.executable, "-m", "rfcli", "compute", "-f", "json", name]
    done = subprocess.run(command, input=stored(GOOD), capture_output=True, cwd=tmp_path)
    assert json.loads(done.stdout)["networks"][0]["layers"][0]["output_size"] == [7, 7], done.stderr


def test_a_folder_has_them(tmp_path: Path) -> None:
    (tmp_path / "net.h5").write_bytes(stored(GOOD))
    command = [sys.executable, "-m", "rfcli", "validate", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "1 description is valid\n")


def test_places_in_the_configuration() -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(stored(text(wrong({**CONV, "strides": 0}))), "m.h5")
    (problem,) = raised.value.diagnostics
    assert problem.span.path == "m.h5/model_config" and problem.span.line > 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"layer_names": ["a", "b"]}, "the file has a model's weights alone, not its layers"),
        ({"layer_names0": ["a"]}, "the file has a model's weights alone, not its layers"),
        ({}, "an HDF5 file without the attribute 'model_config': a model's weights alone, or no model of Keras"),
    ],
)
def test_files_without_layers(more: dict[str, Any], message: str) -> None:
    with pytest.raises(rfcli.DescriptionError, match=message) as raised:
        rfcli.loads(stored(None, **more), "m.h5")
    assert "model.save('net.keras')" in (raised.value.diagnostics[0].help or "")


def test_a_configuration_that_is_too_large() -> None:
    with pytest.raises(rfcli.DescriptionError, match="larger than 4194304 bytes"):
        rfcli.loads(stored("{" + " " * (5 << 20)), "m.h5")


@pytest.mark.parametrize("length", range(0, 900, 7))
def test_a_file_that_ends_early(length: int) -> None:
    with pytest.raises((rfcli.DescriptionError, ForeignError)):
        rfcli.loads(stored(GOOD)[:length] or b"\x89HDF", "m.h5")
