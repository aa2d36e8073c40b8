"""Packages that only some commands need, and the name under which rf itself is installed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rfcli import extras, resources
from rfcli.diagnostics import CallError

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COMMAND = re.compile(r"pip install (?:-e )?[\"'`]([^\"'`\[]*)(?:\[(\w+)\])?[\"'`]")
"""A command in a text, and the extra that it installs."""


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """rf as if it were installed, not run from a checkout."""
    monkeypatch.setattr(extras, "checkout", lambda: None)


def test_a_package_that_is_installed() -> None:
    import json

    assert extras.needed("json", "reading JSON") is json


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("", 'reading clay needs no_such_tablet: pip install "receptive-field-cli[no_such_tablet]"'),
        ("clay", 'reading clay needs no_such_tablet: pip install "receptive-field-cli[clay]"'),
    ],
)
@pytest.mark.usefixtures("installed")
def test_a_package_that_is_missing(extra: str, message: str) -> None:
    with pytest.raises(CallError) as error:
        extras.needed("no_such_tablet", "reading clay", extra=extra)
    assert str(error.value) == message


@pytest.mark.usefixtures("installed")
def test_torch_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(CallError) as error:
        extras.torch()
    assert str(error.value) == 'this needs torch: pip install "receptive-field-cli[torch]"'


def test_a_clone_is_told_how_to_install_from_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    if resources.checkout() is None:
        pytest.skip("rf is installed")
    monkeypatch.chdir(ROOT)
    assert extras.install("torch") == 'pip install -e ".[torch]"'
    monkeypatch.chdir(ROOT / "tests")
    assert extras.install("torch") == f'pip install -e "{ROOT}[torch]"'


def test_the_project_has_that_name_and_the_extras_that_are_named() -> None:
    assert PROJECT["name"] == extras.DISTRIBUTION
    assert PROJECT["optional-dependencies"]["dev"][0] == f"{extras.DISTRIBUTION}[test]"
    assert {"torch", "onnx"} <= set(PROJECT["optional-dependencies"])


def test_texts_name_it_and_never_the_project_of_others_that_is_called_rfcli() -> None:
    """PyPI's `rfcli` is not ours: nothing may tell anybody to install it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no checkout with git")
    named = set()
    for path in (ROOT / name for name in listed.stdout.split("\0") if name):
        if path.suffix in {".py", ".pyi", ".md", ".toml", ".yaml"} and path.is_file() and path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"rfcli\[\w|install (-e )?\"?rfcli\b", text), path
            named |= {(what, extra) for what, extra in COMMAND.findall(text) if "{" not in what}
    assert (extras.DISTRIBUTION, "torch") in named
    assert {what for what, _ in named} <= {extras.DISTRIBUTION, "."}
    assert {extra for _, extra in named} <= {*PROJECT["optional-dependencies"], ""}
