"""The console blocks of README.md, architectures/README.md and of transcripts/: every command is run and its output compared.

A YAML block whose first line is `# NAME.yaml` is a file beside the commands. Standard output comes first, then standard
error, then `[exit N]` where N is not 0. `pytest --rewrite` writes what is printed now; review the diff like code.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from rfcli.cli.entry import run

HERE = Path(__file__).parent
DOCUMENTS = [
    HERE.parent / "README.md",
    HERE.parent / "architectures" / "README.md",
    *sorted((HERE / "transcripts").glob("*.md")),
]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ENVIRONMENT = ("RF_", "NO_COLOR", "FORCE_COLOR")
NAMED = re.compile(r"# ([\w.-]+\.(?:yaml|json))\n")


PLAIN = re.compile(r"""rf ([^|<>;&$`*?~\n'"]|'[^'\n]*'|"[^"$`\\\n]*")*""")
"""A command that needs no shell but for its quotes."""


def in_process(words: list[str], capture: pytest.CaptureFixture[str]) -> str:
    """What a command prints, run here: a process of its own for each would take most of the time."""
    status = run(words)
    out, err = capture.readouterr()
    return out + err + (f"[exit {status}]\n" if status else "")


def output(command: str, folder: Path) -> str:
    scripts = sysconfig.get_path("scripts")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT)}
    environment["PATH"] = scripts + os.pathsep + environment["PATH"]
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=600
    )
    status = f"[exit {done.returncode}]\n" if done.returncode else ""
    return done.stdout + done.stderr + status


def replayed(block: str, folder: Path, capture: pytest.CaptureFixture[str] | None) -> str:
    """A console block with the output of its commands as it is now; with `capture`, plain ones are run here."""
    lines = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            command = line[2:].rstrip("\n")
            here = capture is not None and PLAIN.fullmatch(command)
            lines.append(line + (in_process(shlex.split(command)[1:], capture) if here else output(command, folder)))
    return "".join(lines)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_console_blocks(
    document: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The README's commands are processes, as a reader's are; of the others those that need a shell."""
    text = document.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(ENVIRONMENT):
            monkeypatch.delenv(name)
    blocks = 0
    changed = text
    for kind, block in FENCE.findall(text):
        if named := NAMED.match(block):
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
        elif kind == "console":
            blocks += 1
            now = replayed(block, tmp_path, None if document is DOCUMENTS[0] else capfd)
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
