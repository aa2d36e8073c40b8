"""`rf config`: what holds for a file, and where it is from."""

import json
from pathlib import Path

import pytest
from cli.conftest import RF

SETTINGS = """\
[tool.rf]
select = ["RF4", "RF501"]
exclude = ["drafts", "nets/b*"]
[tool.rf.per-file-ignores]
"nets/*" = ["RF501"]
"*.json" = ["RF4"]
[tool.rf.limits]
layers = 500
nodes = 600
blocks = 7
"""


def test_as_data(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pyproject.toml").write_text(SETTINGS)
    monkeypatch.setenv("RF_LIMITS", "nodes=601,blocks=8")
    status, out, err = rf("config", "nets/b.yaml", "-f", "json", "--limit", "blocks=9")
    data = json.loads(out)
    held = {key: (one["value"], one["source"]) for key, one in data["settings"].items()}
    assert (status, err, data["file"], data["config"]) == (0, "", "nets/b.yaml", "pyproject.toml")
    assert held["select"] == (["RF4", "RF501"], "pyproject.toml:2:1")
    assert held["ignore"] == ([], "default")
    assert held["per-file-ignores"] == (["RF501"], "pyproject.toml:5:1")
    assert held["exclude"] == (["drafts", "nets/b*"], "pyproject.toml:3:1")
    assert held["excluded"] == (True, "pyproject.toml:3:22")
    assert held["format"] == ("table", "default")
    assert held["object-size"] == (None, "default")
    assert held["limits.layers"] == (500, "pyproject.toml:8:1")
    assert held["limits.nodes"] == (601, "RF_LIMITS")
    assert held["limits.blocks"] == (9, "--limit")
    assert held["limits.extends"] == (16, "default")


def test_of_a_folder_and_where_there_are_none(rf: RF) -> None:
    status, out, err = rf("config")
    assert (status, err) == (0, "no rf.toml, and no pyproject.toml with [tool.rf], from here upwards\n")
    assert out.startswith("setting") and "pyproject" not in out
    Path("pyproject.toml").write_text(SETTINGS)
    Path("nets").mkdir()
    status, out, err = rf("config", "nets")
    assert "excluded            no" in out and err == ""
    assert rf("config", "nets/x.json")[1].count("pyproject.toml:6:1") == 1
    assert "pyproject" not in rf("config", "nets", "--isolated")[1]


def test_standard_input_by_its_name(rf: RF) -> None:
    Path("sub").mkdir()
    Path("sub/rf.toml").write_text("object-size = 3")
    assert "sub/rf.toml:1:1" in rf("config", "-", "--stdin-name", "sub/net.yaml")[1]
