"""The public names: one list, imported when they are asked for, with their types."""

import doctest
import importlib
import os
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rfcli

NAMES = [
    "TARGETS", "Architecture", "CallError", "Checked", "DescriptionError", "Diagnostic", "Difference", "Judged", "Limits", "Locator",
    "Report", "Suggestions", "Taken", "Verified", "check", "check_bioimage", "compare", "compute", "described", "diagram", "diff", "erf", "erf_map", "explained",
    "exported", "from_code", "from_keras", "from_nothing", "from_revision", "from_torch", "load", "loads", "located", "paths", "plot", "report", "sizes",
    "suggestions", "sweep", "tiles", "verify",
]  # fmt: skip
"""What users may rely on: the promise, apart from the list that keeps it."""

USER = """\
import rfcli
from rfcli import CallError, Locator, Report

def field(network: str, layer: str) -> tuple[object, ...]:
    report: Report = rfcli.compute(network, input_size=(224, None))
    found = report.layer(layer).receptive_field
    return () if found is None else found.size

locator: Locator = rfcli.located(rfcli.compute("vgg_16"), "pool5")
rows: list[dict[int, int]] = rfcli.paths(locator.report, "pool5")
said: str = rfcli.verify(locator.report)[0].broken
reveal_type(rfcli.check(rfcli.load("vgg_16")).diagnostics)
rfcli.compute(3)
rfcli.nothing
"""
"""A user's program; the last two lines are wrong."""


def test_names() -> None:
    assert sorted(rfcli.__all__) == sorted(NAMES)
    assert set(NAMES) < set(dir(rfcli))
    for name in NAMES:
        assert getattr(rfcli, name) is getattr(importlib.import_module("rfcli"), name)


def test_help_shows_them() -> None:
    text = pydoc.plain(pydoc.render_doc(rfcli))
    assert all(name in text for name in NAMES)


def test_a_name_that_is_none() -> None:
    with pytest.raises(AttributeError, match="module 'rfcli' has no attribute 'nothing'"):
        _ = rfcli.nothing  # type: ignore[attr-defined]
    assert not hasattr(rfcli, "__wrapped__")


def test_star() -> None:
    scope: dict[str, object] = {}
    exec("from rfcli import *", scope)
    assert set(NAMES) <= set(scope)


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("import rfcli", "rfcli."),
        ("from rfcli import __version__", "rfcli."),
        ("from rfcli import resources", "rfcli.api"),
        ("from rfcli import TARGETS", "rfcli.api"),
        ("from rfcli import compute", "rfcli.measuring"),
    ],
)
def test_only_what_is_asked_for_is_imported(code: str, without: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not [name for name in done.stdout.split() if name.startswith(without)]


def typed(program: str, folder: Path) -> list[str]:
    """What mypy says of a program, under --strict."""
    (folder / "user.py").write_text(program, encoding="utf-8")
    home = str(Path(rfcli.__file__).parents[1])
    checkout = {} if "site-packages" in home else {"MYPYPATH": home}
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={folder}", "user.py"],
        cwd=folder,
        env={**os.environ, **checkout},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_types_of_users_programs(tmp_path: Path) -> None:
    """Those of a program with two mistakes; of what a user copies from the documents nothing is told. One test: mypy
    keeps what it knows of the package in the folder."""
    revealed, call, name, found = typed(USER, tmp_path)
    assert revealed.endswith('Revealed type is "tuple[rfcli.diagnostics.Diagnostic, ...]"')
    assert call.startswith('user.py:13: error: Argument 1 to "compute" has incompatible type "int"')
    assert name.startswith("user.py:14: error: Module has no attribute")
    assert found.startswith("Found 2 errors")
    for program in copied():
        assert typed(program, tmp_path) == ["Success: no issues found in 1 source file"]


def examples(text: str) -> list[str]:
    """The Python of a document, a program for each block of code."""
    blocks = re.findall(r"^```(?:pycon|python)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    parser = doctest.DocTestParser()
    return ["".join(example.source for example in parser.get_examples(block)) for block in blocks]


def copied() -> list[str]:
    """The programs of the documents. The manual's blocks go on from each other."""
    home = Path(__file__).parents[1]
    readme = examples((home / "README.md").read_text(encoding="utf-8"))
    manual = "import rfcli\n" + "".join(examples((home / "schemas" / "README.md").read_text(encoding="utf-8")))
    assert any("report.layer(" in program for program in readme)
    assert ".receptive_field.size" in manual
    return [*readme, manual]
