"""What states the layers of a file of weights, by where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from rfcli.readers.nearby import stating, whole_of

NEARBY = [
    ("model.weights.h5", "config.json", "config.json"),
    ("variables.h5", "config.json", "config.json"),
    ("metadata.json", "config.json", "config.json"),
    ("group1-shard1of4.bin", "model.json", "model.json"),
    ("group1-shard1of4", "model.json", "model.json"),
    ("model.safetensors", "config.json", "transformers:config.json"),
    ("pytorch_model-00001-of-00002.bin", "config.json", "transformers:config.json"),
    ("net.caffemodel", "deploy.prototxt", "deploy.prototxt"),
    ("net.caffemodel", "net.prototxt", "net.prototxt"),
    ("yolo.weights", "yolo.cfg", "yolo.cfg"),
    ("net-0012.params", "net-symbol.json", "net-symbol.json"),
    ("net.h5", "config.json", ""),
    ("adapter.safetensors", "config.json", ""),
    ("net.weights", "other.cfg", ""),
]


@pytest.mark.parametrize(("name", "beside", "found"), NEARBY)
def test_a_file_beside(name: str, beside: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / beside).write_text("{}")
    monkeypatch.chdir(tmp_path)
    scheme, colon, rest = found.rpartition(":")
    assert stating(f"in/{name}") == (f"{scheme}{colon}in/{rest}" if found else "")
    assert stating(name) == ""
    monkeypatch.chdir(tmp_path / "in")
    assert stating(name) == found


def test_the_saved_model_that_a_file_or_folder_is_a_part_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved/variables").mkdir(parents=True)
    (tmp_path / "saved/saved_model.pb").write_bytes(b"")
    for part in ("saved/variables", "saved/variables/variables.index", "saved/assets/words.txt"):
        assert whole_of(part) == stating(part) == "saved"
    assert whole_of("saved") == whole_of("saved/variables/a/b") == ""
    monkeypatch.chdir(tmp_path / "saved/variables")
    assert whole_of("variables.index") == ".." and whole_of(".") == ".."
