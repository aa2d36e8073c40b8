"""What comes with the package."""

import json
from pathlib import Path

import pytest

from rfcli import resources


def test_architectures_are_sorted_and_there() -> None:
    found = resources.architectures()
    assert list(found) == sorted(found)
    assert all(resources.architecture(name) == path and Path(path).is_file() for name, path in found.items())


@pytest.mark.parametrize("name", ["", "no_such_network", "../README", "alexnet.yaml", "a/alexnet"])
def test_names_of_no_architecture(name: str) -> None:
    assert resources.architecture(name) is None


@pytest.mark.parametrize("name", ["architecture", "result"])
def test_schemas(name: str) -> None:
    assert json.loads(Path(resources.schema(name)).read_text(encoding="utf-8"))["$schema"].startswith("https://")


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("nets/unet.rf.yaml", "unet"),
        ("unet.yml", "unet"),
        ("unet.json", "unet"),
        ("unet.onnx", "unet.onnx"),
        (".yaml", ".yaml"),
    ],
)
def test_stems(path: str, stem: str) -> None:
    assert resources.stem(path) == stem
