"""Every example of every --help is run as it stands there; a new example joins by itself.

What needs another machine, a framework or an editor is read only: its options are those of the command.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bioimage.models import LATER, written
from cli.conftest import RF
from revisions.commits import commit, git, started

from rfcli import resources
from rfcli.cli.declarations import COMMANDS, command
from rfcli.cli.fast import parse
from rfcli.cli.init import FIRST

NET = """\
format: 1
input: {size: [512, 512], channels: 3}
parameters: {width: 1, units: [2, 2], k: 3, depth: 2}
defaults: {conv: {kernel: $k, padding: same, filters: $(round(32 * width))}}
layers:
  - {name: stem, type: conv, stride: 2}
  - {name: stage3, type: sequence, repeat: "$(units[0])", layers: [{type: conv}, {type: conv, dilation: 4}]}
  - {name: block3, type: conv, repeat: "$(min(depth, 4))", stride: 2}
  - {name: block4, type: conv}
  - {name: head, type: conv}
expect: [{layer: head, stride: 8}]
"""
SOLID = """\
format: 1
input: {size: [512, 512, 128], channels: 1}
layers: [{name: a, type: conv, kernel: 5, padding: 2}]
"""
CODEC = """\
format: 1
input: {size: [96000], channels: 1}
layers: [{type: conv, kernel: 7, stride: 960, padding: 3}, {type: conv_transpose, kernel: 960, stride: 960}]
"""
TABLE = "<!-- rf table: net.yaml --depth 1 --columns layer,size -->\n<!-- end of rf table -->\n"
DARKNET = (
    "[net]\nheight=32\nwidth=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\nactivation=relu\n"
)

READ_ONLY = {
    "rf compute torch:model.py:Net --example 1x3x224x224": "the extra torch; tests/live",
    "rf compute timm:resnet50 --depth 2 --columns layer,output_size,params,size": "torch and timm; tests/live",
    "rf erf net.yaml --sample 50 --nonlinearity relu": "the extra torch; tests/measuring",
    "rf verify net.yaml": "the extra torch", "rf verify resnet50 unet": "the extra torch",
    "rf verify net.yaml --layer 'stage3/**' -f json": "the extra torch",
    "rf report net.yaml --watch": "it waits; tests/cli/test_watching.py",
    "rf sweep net.yaml --grid k=1:99 --grid depth=1:999 -o all.parquet --resume": "the extra parquet, and 98,901 settings",
    "rf sweep net.yaml --grid k=1:99 --scheduler tcp://10.0.0.5:8786 -o all.csv": "a cluster",
    "rf lsp": "it waits for an editor; tests/server",
}  # fmt: skip
ANSWERED = {
    "rf check net.yaml --min-size 224 --layer block4": 1,
    "rf check net.yaml --max-lookahead 0": 1,
    "rf check net.yaml --select ALL --ignore RF509": 1,
    "rf table README.md": 1,
    "rf table": 1,
    "rf table --check": 1,
}
"""Exit statuses that are not 0: what is asked for is not so here."""
WITH = {"rf tile net.yaml --tile 256x256x64 --image 512x512x128 -f csv": {"net.yaml": SOLID}}
"""Files that are others than usual."""


def examples(name: str) -> Iterator[str]:
    """The examples of a command, without what is said beside them."""
    block = re.search(r"\x08\n(.*?)\n\n", command(name).help + "\n\n", re.DOTALL)
    assert block is not None
    for line in block[1].splitlines():
        yield re.split(r"\s{2,}", line.strip())[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rf: RF) -> Path:
    """A folder with all that the examples speak of, and a program `rf`, which is what is tested."""
    pytest.importorskip("onnx")
    for name, text in (("net.yaml", NET), ("other.yaml", NET), ("codec.yaml", CODEC), ("README.md", TABLE),
                       ("points", "3,3\n1,2\n"), ("other.csv", "name,size,top1\nmine,101,0.7\n"), ("net.cfg", DARKNET),
                       ("yolov3.cfg", DARKNET)):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("bad.yaml",):
        (tmp_path / name).unlink()
    bundled = resources.architectures()
    (tmp_path / "unet.yaml").write_text(Path(bundled["unet"]).read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copytree(Path(bundled["unet"]).parent, tmp_path / "architectures")
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "net.yaml").write_text(NET, encoding="utf-8")
    written(tmp_path, LATER)
    for name in ("model", "other", "net"):
        assert rf("export", "alexnet", "--to", "onnx", "-o", f"{name}.onnx")[0] == 0
    from PIL import Image

    Image.new("RGB", (64, 64), "gray").save(tmp_path / "cat.jpg")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "rf").write_text(f'#!/bin/sh\nexec {sys.executable} -m rfcli "$@"\n', encoding="utf-8")
    for name in ("jq", "dot"):
        (programs / name).write_text("#!/bin/sh\nexec cat\n", encoding="utf-8")
    for program in programs.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("PYTHONPATH", str(Path(resources.__file__).parent.parent))
    return tmp_path


def with_revisions(folder: Path) -> None:
    """Makes the folder a repository of two commits, with the revisions that the examples speak of."""
    started(folder)
    wider = NET + "# a comment\n"
    commit(folder, {"old.yaml": NET, "nets/net.yaml": wider})
    git(folder, "tag", "v1.0")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    commit(folder, {"new.yaml": wider, "nets/net.yaml": NET})
    git(folder, "tag", "v1.1")


@pytest.mark.parametrize("name", COMMANDS)
def test_examples(name: str, folder: Path, rf: RF) -> None:
    problems = []
    if name == "diff":
        with_revisions(folder)
    for example in examples(name):
        words = shlex.split(example)
        in_shell = bool({"|", "<", ">"} & set(words))
        assert words[:2] == ["rf", name] or in_shell, example
        if example in READ_ONLY:
            assert parse(command(name), words[2:]) is not None, example
            continue
        for file, text in ({"net.yaml": NET, "README.md": TABLE} | WITH.get(example, {})).items():
            (folder / file).write_text(text, encoding="utf-8")
        if name == "init":
            for file in ("net.yaml", "my_net.yaml"):
                (folder / file).unlink(missing_ok=True)
        if in_shell:
            shell = ["bash", "-o", "pipefail", "-c", example]
            done = subprocess.run(shell, cwd=folder, capture_output=True, text=True, timeout=600)
            status, err = done.returncode, done.stderr
        else:
            status, _, err = rf(*words[1:])
        if status != ANSWERED.get(example, 0):
            problems.append(f"{example}: {status}: {err}")
    assert not problems, "\n".join(problems)


def test_the_first_description_is_an_example_too() -> None:
    """Whose comments test_init.py runs."""
    assert "rf compute {file}" in FIRST


def test_what_is_only_read_is_there() -> None:
    known = {example for name in COMMANDS for example in examples(name)}
    assert set(READ_ONLY) <= known and set(ANSWERED) <= known and set(WITH) <= known


ROOT = Path(__file__).parent.parent.parent
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DOCUMENTS = ["README.md", "schemas/README.md", "architectures/README.md", "CHANGELOG.md"]


def named(text: str) -> Iterator[list[str]]:
    """The words of every command that a text names between backticks, and of its blocks for a shell."""
    for kind, block in FENCE.findall(text):
        yield from (shlex.split(line) for line in block.splitlines() if kind == "sh" and line.startswith("rf "))
    for said in re.findall(r"`(rf [^`]*)`", FENCE.sub("", text)):
        yield shlex.split(re.split(r" [|<>] ", " ".join(said.split()))[0])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_and_options_that_documents_name_are_there(document: str) -> None:
    wrong = []
    for words in named((ROOT / document).read_text(encoding="utf-8")):
        if words[1:2] == ["COMMAND"]:
            continue
        flags = (
            {flag for option in command(words[1]).options for flag in option.flags} if words[1] in COMMANDS else set()
        )
        told = {word.partition("=")[0] for word in words[2:] if re.match("--?[a-z]", word)}
        if words[1] not in COMMANDS or told - flags - {"--help"}:
            wrong.append(" ".join(words))
    assert not wrong


def test_commands_between_the_lines_of_the_readme(folder: Path, rf: RF) -> None:
    """Those of its own net.yaml and of bundled networks, as of models that are there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    net = next(block for _, block in FENCE.findall(text) if block.startswith("# net.yaml"))
    with_revisions(folder)
    (folder / "net.yaml").write_text(net, encoding="utf-8")
    run = 0
    for words in named(text):
        if len(words) > 2 and "-" not in words and not any(":" in word for word in words):
            run += 1
            assert rf(*words[1:])[0] == 0, words
    assert run >= 6
