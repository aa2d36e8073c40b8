"""Names that are no file and no bundled network: each is told with what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

import rfcli
from rfcli.description.unfound import OTHERWISE, near_network

NET = "format: 1\nlayers: [{name: a, type: conv, kernel: 3}]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("net.yaml", "net.svg", "model.onnx", "nets/deep.rf.yaml", "home/own.yaml", ".hidden.yaml"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(NET, encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("net.yaml", ""),
        ("net", "did you mean 'net.yaml'?"),
        ("net.yml", "did you mean 'net.yaml'?"),
        ("Net.JSON", "did you mean 'net.yaml'?"),
        ("nett.yaml", "did you mean 'net.yaml'?"),
        ("model", "did you mean 'model.onnx'?"),
        ("model.onx", "did you mean 'model.onnx'?"),
        ("nets/deep.yaml", "did you mean 'nets/deep.rf.yaml'?"),
        ("nets/net.yaml", OTHERWISE),
        ("nowhere/net.yaml", "there is no folder 'nowhere'"),
        ('"net.yaml"', "did you mean 'net.yaml'?"),
        ("“net.yaml”", "did you mean 'net.yaml'?"),
        ("'resnet18'", "did you mean 'resnet18'?"),
        ("resnet18 ", "did you mean 'resnet18'?"),
        ("nets\\deep.rf.yaml", "did you mean 'nets/deep.rf.yaml'?"),
        ("C:\\nets\\net.yaml", "paths are written with / here"),
        ("net.yaml,resnet18", "a blank stands between networks: net.yaml resnet18"),
        ("net.yaml; unet", "a blank stands between networks: net.yaml unet"),
        ("*.yml", "no file has such a name"),
        ("--layer", "behind -- all words are networks: options stand before it"),
        ("18", "a number is no network: names are one word, resnet18, and so are sizes, 256x256"),
        ("224x224", "a number is no network: names are one word, resnet18, and so are sizes, 256x256"),
        ("https://example.org/net.yaml", "nothing is fetched: download it, and name the file"),
        ("s3://bucket/net.onnx", "nothing is fetched: download it, and name the file"),
        ("file:///tmp/net.yaml", "a file is named by its path, without file://"),
        ("model.py:Net", "did you mean 'torch:model.py:Net', or 'keras:model.py:Net'?"),
        ("torchvision:resnet18", "did you mean 'torch:torchvision.models:resnet18'?"),
        ("torchvision.models.resnet18", "did you mean 'torch:torchvision.models:resnet18'?"),
        ("keras.applications.VGG16", "did you mean 'keras:keras.applications:VGG16'?"),
        ("torhc:model.py:Net", "code is named torch:model.py:Net, keras:model.py:build, timm:NAME or "
         "transformers:CONFIG.json; did you mean 'torch'?"),
        ("alexnet.yaml", "did you mean 'alexnet'?"),
        ("ResNet-18", "did you mean 'resnet18'?"),
        ("VGG", "did you mean 'vgg_a' or 'vgg_16'?"),
        ("resnet", "did you mean 'resnet18', 'resnet34', 'resnet50', 'resnet101' or another of 'rf list'?"),
        ("densenet", "did you mean 'densenet121'?"),
        ("qqq", OTHERWISE),
        ("", OTHERWISE),
    ],
)  # fmt: skip
def test_what_was_meant(name: str, help: str) -> None:
    assert near_network(name) == help


def test_a_home_folder_that_the_shell_has_not_read(tmp_path: Path) -> None:
    assert near_network("~/own.yaml") == f"did you mean '{tmp_path}/home/own.yaml'?"


def test_what_is_meant_is_there() -> None:
    """Every name that a help gives can be taken in place of the wrong one."""
    for name in ("net", "nett.yaml", "nets/deep.yaml", "'resnet18'", "nets\\deep.rf.yaml", "alexnet.yaml", "ResNet-18"):
        rfcli.load(near_network(name).split("'")[1])


@pytest.mark.parametrize("name", ["net.bin", "net2.yaml"])
def test_what_is_no_text(name: str) -> None:
    Path(name).write_bytes(b"\x7fELF\x02\x01\x01\0\0\0\xd0\xff")
    with pytest.raises(rfcli.DescriptionError) as error:
        rfcli.load(name)
    assert error.value.diagnostics[0].message == "the file is binary, no text"
