"""From a source to an architecture: schemes, and packages that are not there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import rfcli
from rfcli.diagnostics import CallError


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("model.py", "code is named keras:, timm:, torch:, transformers: and what is run"),
        ("pytorch:model.py:Net", "did you mean 'torch'?"),
        ("", "code is named"),
        ("torch:nope.py:Net", "there is no file nope.py"),
        ("keras:nope.py:Net", "there is no file nope.py"),
    ],
)
def test_sources_that_are_none(source: str, said: str) -> None:
    with pytest.raises(CallError) as error:
        rfcli.from_code(source)
    assert said in str(error.value)


def test_arguments_of_other_types() -> None:
    with pytest.raises(TypeError, match="source takes a string, not 3"):
        rfcli.from_code(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="module takes a string, not 3"):
        rfcli.from_code("timm:resnet18", module=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "missing", "said"),
    [
        ("torch:model.py:Net", "torch", 'torch:model.py:Net: it needs torch: pip install'),
        ("timm:resnet18", "timm", "timm:resnet18: it needs timm: pip install timm"),
        ("transformers:config.json", "transformers", "transformers:config.json: it needs transformers: pip install transformers"),
    ],
)  # fmt: skip
def test_packages_that_are_not_there(
    source: str, missing: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.py").write_text("raise SystemExit('it ran')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "torch", sys)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(CallError) as error:
        rfcli.from_code(source)
    assert said in str(error.value)
    assert ("[torch]" in str(error.value)) is (missing == "torch")


def test_a_package_that_does_not_fit_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As timm beside a torchvision that was built for another torch."""
    (tmp_path / "timm.py").write_text("raise RuntimeError('operator torchvision::nms does not exist\\nmore')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "timm", raising=False)
    monkeypatch.setitem(sys.modules, "torch", sys)
    with pytest.raises(CallError) as error:
        rfcli.from_code("timm:resnet18")
    told = "it needs timm, which cannot be imported: RuntimeError: operator torchvision::nms does not exist"
    assert str(error.value) == f"timm:resnet18: {told}"
