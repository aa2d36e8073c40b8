"""The console blocks of README.md, architectures/README.md and of transcripts/: every command is run and its output compared.

A YAML block whose first line is `# NAME.yaml` is a file beside the commands. Standard output comes first, then standard
error, then `[exit N]` where N is not 0. `pytest --rewrite` writes what is printed now; review the diff like code.
"""

import doctest
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DOCUMENTS = [
    HERE.parent / "README.md",
    HERE.parent / "architectures" / "README.md",
    *sorted((HERE / "transcripts").glob("*.md")),
]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"# ([\w.-]+\.(?:yaml|json))\n")


def output(command: str, folder: Path) -> str:
    scripts = sysconfig.get_path("scripts")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("RF_", "NO_COLOR", "FORCE_COLOR"))}
    environment["PATH"] = scripts + os.pathsep + environment["PATH"]
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=600
    )
    status = f"[exit {done.returncode}]\n" if done.returncode else ""
    return done.stdout + done.stderr + status


def replayed(block: str, folder: Path) -> str:
    """A console block with the output of its commands as it is now."""
    lines = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            lines.append(line + output(line[2:], folder))
    return "".join(lines)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_console_blocks(document: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = document.read_text(encoding="utf-8")
    blocks = 0
    changed = text
    for kind, block in FENCE.findall(text):
        if named := NAMED.match(block):
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
        elif kind == "console":
            blocks += 1
            now = replayed(block, tmp_path)
            if request.config.getoption("rewrite"):
                changed = changed.replace(f"```console\n{block}```", f"```console\n{now}```")
            else:
                assert now == block
    assert blocks, "a document without console blocks"
    if changed != text:
        document.write_text(changed, encoding="utf-8")


def test_there_are_transcripts() -> None:
    assert len(DOCUMENTS) > 3


def test_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    tried = 0
    for kind, block in FENCE.findall(text):
        if named := NAMED.match(block):
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
        elif kind == "pycon":
            parsed = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
            tried += doctest.DocTestRunner(verbose=False).run(parsed).attempted
            assert doctest.DocTestRunner(verbose=False).run(parsed).failed == 0
    assert tried


def test_first_block_holds_two_commands() -> None:
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    kind, block = FENCE.findall(text)[0]
    lines = block.splitlines()
    assert kind == "sh"
    assert len(lines) == 2
    assert lines[1].endswith("python -m pytest -q"), "what .ci/run calls"
    assert sys.version_info >= (3, 11)
