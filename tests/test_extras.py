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
    """rf as if it were installed from an index, not run from a checkout."""
    monkeypatch.setattr(extras, "checkout", lambda: None)
    monkeypatch.setattr(extras, "installed_from", lambda: "")


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


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("import no_such_glaze", "No module named 'no_such_glaze'"), ("raise ImportError('numpy is too old')", "numpy is too old"),
        ("raise TypeError('of another protobuf')", "TypeError: of another protobuf"),
    ],
)  # fmt: skip
def test_a_package_that_cannot_be_imported(
    raised: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is installed: to install it again would mend nothing."""
    (tmp_path / "broken_tablet.py").write_text(raised)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CallError) as error:
        extras.needed("broken_tablet", "reading clay")
    assert str(error.value) == f"reading clay needs broken_tablet, which cannot be imported: {said}"


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


class Installed:
    """A distribution that pip has installed."""

    def __init__(self, direct_url: str | None) -> None:
        self.direct_url = direct_url

    def read_text(self, name: str) -> str | None:
        return self.direct_url if name == "direct_url.json" else None


@pytest.mark.parametrize(
    ("direct_url", "told"),
    [
        (None, 'pip install "receptive-field-cli[plot]"'),
        ('{"url": "file://FOLDER", "dir_info": {}}', 'pip install "FOLDER[plot]"'),
        ('{"url": "file://FOLDER/gone", "dir_info": {}}', 'pip install "receptive-field-cli[plot]"'),
        ('{"url": "https://example.org/rf.git", "vcs_info": {"vcs": "git", "commit_id": "1"}}',
         'pip install "receptive-field-cli[plot] @ git+https://example.org/rf.git"'),
        ('{"url": "https://example.org/rf.whl", "archive_info": {}}', 'pip install "receptive-field-cli[plot]"'),
        ("{", 'pip install "receptive-field-cli[plot]"'),
        ("[]", 'pip install "receptive-field-cli[plot]"'),
    ],
)  # fmt: skip
def test_what_was_installed_from_a_clone_is_told_so(
    direct_url: str | None, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the README's first line, `pip install .`: no index has to have rf."""
    import importlib.metadata

    folder = tmp_path / "a clone"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    url = direct_url and direct_url.replace("FOLDER", str(folder).replace(" ", "%20"))
    monkeypatch.setattr(extras, "checkout", lambda: None)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Installed(url))
    assert extras.install("plot") == told.replace("FOLDER", str(folder))
    if '"dir_info"' in (direct_url or "") and "gone" not in (direct_url or ""):
        monkeypatch.chdir(folder)
        assert extras.install("plot") == 'pip install ".[plot]"'


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
    repositories = re.compile(rf"git\+https://example\.org/{extras.DISTRIBUTION}\.git@v[0-9.]+")
    assert {what for what, _ in named if not repositories.fullmatch(what)} <= {extras.DISTRIBUTION, "."}
    assert {extra for _, extra in named} <= {*PROJECT["optional-dependencies"], ""}
