"""Files of Caffe: how they are told, and what is no network."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import rfcli
from readers.caffe.caffe_files import INPUT, computed, conv, problems
from rfcli.readers.kinds import reader_of


@pytest.mark.parametrize("name", ["deploy.prototxt", "deploy.txt", "-", "net.yaml"])
def test_told_by_its_content(name: str) -> None:
    for text in (
        'name: "n"\n' + INPUT,
        "layer {\n  # a comment\n\n  type: 'Input'",
        "layers { bottom: 3",
        "layer: {\n name:",
    ):
        assert reader_of(text.encode(), name) == "rfcli.readers.caffe.file"
    if "prototxt" not in name:
        assert reader_of(b"layers:\n- {type: conv, kernel: 3}\n", name) is None
        assert reader_of(b"layers: {name: 3, type: conv}\n", name) is None


def test_from_a_pipe() -> None:
    done = subprocess.run([sys.executable, "-m", "rfcli", "compute", "-f", "json", "-"], text=True, capture_output=True,
                          input='name: "small"\n' + INPUT + conv("a/b", "data", 4, 3))  # fmt: skip
    (network,) = json.loads(done.stdout)["networks"]
    assert (network["name"], network["layers"][0]["name"]) == ("small", "a/b"), done.stderr


def test_a_solver_names_its_network() -> None:
    assert problems('net: "train_val.prototxt"\nbase_lr: 0.01\n') == ["1: not a network of Caffe: it has no layers"]


def test_an_empty_file_and_bytes() -> None:
    assert problems("") and problems("layer { \x00 }")


def test_the_name_of_the_network() -> None:
    assert computed('name: "CaffeNet"\n' + INPUT + conv("c", "data", 4, 3)).name == "CaffeNet"


def test_comments_in_any_encoding() -> None:
    """Chinese comments of old files are often GBK."""
    text = ("# \u5377\u79ef\n" + INPUT + conv("c", "data", 4, 3)).encode("gbk")
    assert [one.name for one in rfcli.compute(rfcli.loads(text, "net.prototxt")).layers] == ["c"]
