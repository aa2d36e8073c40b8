"""Bundled files, and names of files."""

import json
import os
from pathlib import Path

import pytest

from rfcli import resources


def test_every_bundled_network_is_found_by_its_name():
    bundled = resources.architectures()
    assert len(bundled) > 40 and list(bundled) == sorted(bundled)
    for name, path in bundled.items():
        assert resources.architecture(name) == path and os.path.isfile(path)


@pytest.mark.parametrize("name", ["no_such_network", "", "../resnet50", "resnet50.yaml", "resnet50.rf.yaml"])
def test_other_names_are_no_bundled_networks(name):
    assert resources.architecture(name) is None


@pytest.mark.parametrize("name", ["architecture", "result", "difference"])
def test_schemas(name):
    with open(resources.schema(name), encoding="utf-8") as stream:
        assert json.load(stream)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("unet.yaml", "unet"),
        ("nets/unet.rf.yaml", "unet"),
        ("unet.yml", "unet"),
        ("unet.json", "unet"),
        ("unet.onnx", "unet.onnx"),
        ("a.b.yaml", "a.b"),
        (".yaml", ".yaml"),
        (".rf.yaml", ".rf"),
        ("unet", "unet"),
    ],
)
def test_stem(file, stem):
    assert resources.stem(file) == stem


def test_where_it_runs_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with its own schemas is installed; one beside the project's file runs from a checkout."""
    package = tmp_path / "rfcli"
    package.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", str(package))
    assert resources.checkout() is None
    (tmp_path / "pyproject.toml").touch()
    assert resources.checkout() == str(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert resources.checkout() == "."
    (package / "schemas").mkdir()
    assert resources.checkout() is None
