"""What is known of a text is what the command line says of it."""

from __future__ import annotations

import gc
import io
import json
import os
from pathlib import Path
from random import Random

import pytest

from rfcli import resources
from rfcli.cli.entry import run
from rfcli.description.limits import Limits
from rfcli.server.completions import completions
from rfcli.server.hints import hints
from rfcli.server.hovers import hover
from rfcli.server.kept import Kept
from rfcli.server.reading import Read, standing
from rfcli.settings.finding import Finder

BITS = [
    "{",
    "}",
    "[",
    "]",
    ":",
    " ",
    "\n",
    "- ",
    "$",
    "'",
    '"',
    ",",
    "kernel: 3",
    "type: conv",
    "\u00e9\U0001f600",
    "0",
    "9",
    "#",
    "&a",
    "*a",
    "\t",
]


def edited(text: str, random: Random) -> str:
    """A text after a random edit: something is put in, left out, doubled or replaced."""
    at = random.randrange(len(text) + 1)
    to = min(len(text), at + random.choice([0, 0, 1, 1, 2, 5, 20]))
    new = random.choice([*BITS, "", "", text[at:to] * 2, random.choice(text.splitlines() or [""]) + "\n"])
    return text[:at] + new + text[to:]


def told(
    path: str, text: str, capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> list[tuple[object, ...]]:
    """The problems that `rf validate` and `rf check` print of a text on standard input."""
    found = set()
    for command in ("validate", "check"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "replace"))))
        run([command, "-", "--stdin-name", path, "--diagnostics", "json", "-q"])
        data = json.loads(capture.readouterr().out)
        for one in data["diagnostics"]:
            found.add((one["path"], one["line"], one["column"], one["code"], one["message"]))
    return sorted(found)


def own(read: Read) -> list[tuple[object, ...]]:
    return sorted({(one.span.path, one.span.line, one.span.column, one.code, one.message) for one in read.judged()})


MORE = [pytest.param(seed, marks=pytest.mark.random) for seed in range(20, 60)]


@pytest.mark.parametrize("seed", [*range(20), *MORE])
def test_edits(seed: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    random = Random(seed)
    small = sorted(resources.architectures().values(), key=os.path.getsize)[:25]
    text = Path(random.choice(small)).read_text(encoding="utf-8")
    for _ in range(4):
        text = edited(text, random)
        read = Read(text, "net.rf.yaml")
        assert own(read) == told("net.rf.yaml", text, capsys, monkeypatch)
        found = hints(read)
        assert not (found and read.problems)
        line = random.randrange(1, len(read.text.lines) + 1)
        hover(read, line, random.randrange(1, len(read.text.line(line)) + 2))


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = resources.architectures()[name]
    text = Path(path).read_text(encoding="utf-8")
    assert own(Read(text, path)) == told(path, text, capsys, monkeypatch)


def test_the_settings_of_the_project_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "format: 1\nlayers: [{type: conv_transpose, kernel: 3, stride: 2}]\n"
    assert [one.code for one in Read(text, "net.yaml", Finder().of("net.yaml")).judged()] == ["RF504"]
    for settings in ('ignore = ["RF504"]', 'per-file-ignores = {"net.*" = ["RF5"]}', 'exclude = ["net.yaml"]'):
        Path("rf.toml").write_text(settings)
        assert Read(text, "net.yaml", Finder().of("net.yaml")).judged() == ()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("format: 1\nlayers: []\n  - {type: co", {"format", "layers"}),
        ("format: 1\nname: 'x\nlayers: []\n", None),
        ("format: 1\nlayers:\n  - {type: conv, \n  - {type: relu}\nexpect: []\n", {"format", "layers", "expect"}),
        ("{", None),
    ],
)
def test_what_stands_of_a_text_that_is_not_finished(text: str, keys: set[str] | None) -> None:
    root = standing(text, "net.rf.yaml", Limits())
    if keys is not None:
        assert root is not None and set(root.value) == keys


ODD = "format: 1\ninput: {size: 64}\nlayers:\n  - {name: \u00e9\U0001f600, type: conv, kernal: 3}  # \U0001f600\n  - {type: relu, name: b}\n"


@pytest.mark.parametrize(
    "text",
    [
        ODD,
        ODD.replace("\n", "\r\n"),
        ODD.replace("\n", "\r"),
        "\ufeff" + ODD,
        "\ufeff" + ODD.replace("kernal", "kernel"),
        ODD.replace("  - {name", "\t- {name"),
        ODD.replace("kernal: 3", "kernal:\t3"),
        ODD.replace("# \U0001f600", "# " + "x" * 200_000),
        ODD.replace("name: b", "name: b" + "b" * 70_000),
        ODD.replace("# \U0001f600", "# a\u2028b\x85c"),
        ODD.replace("name: b", 'name: "a\u2028b"'),
        ODD.replace("\n  - {type: relu", "\x00\n  - {type: relu"),
        ODD.replace("relu", "\ud83d"),
        '{"format": 1, "layers": [{"type": "conv", "kernal": 3, "name": "\U0001f600"}]}',
        '{"format": 1,\r\n "layers": [{"type": "conv",\r\n "kernal": 3}]}',
    ],
)
def test_odd_texts(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Problems stand where the command line says; what was kept of another text does not change them."""
    monkeypatch.chdir(tmp_path)
    kept = Kept()
    for path in ("net.rf.yaml", "net.rf.json"):
        for now in (text, text.replace("kernal", "kernel"), text):
            read = Read(now, path, kept=kept if path.endswith("yaml") else None)
            assert own(read) == told(path, now, capsys, monkeypatch)
            for line in range(1, len(read.text.lines) + 2):
                for column in (1, 12, 10**5):
                    hover(read, line, column)
                    completions(read, read, line, min(column, len(read.text.line(line)) + 1))
            hints(read)


@pytest.mark.parametrize("path", ["net.rf.yaml", "net.json"])
@pytest.mark.parametrize("wrong", ["", "paddin", "{"])
def test_what_was_read_goes_at_once(path: str, wrong: str) -> None:
    """No circles are left for Python to look for: memory would grow until it does."""
    layers = [{"type": "conv", "kernel": 3, "filters": 8, wrong or "padding": "same"} for _ in range(8)]
    texts = [json.dumps({"format": 1, "input": {"size": size}, "layers": layers}, indent=1) for size in (64, 65)]
    kept = Kept()

    def use(text: str) -> None:
        read = Read(text, path, kept=kept)
        assert bool(hints(read, 1, 99)) == (not wrong)
        hover(read, 5, 5)
        completions(read, read, 5, 5)
        read.judged()

    use(texts[0])
    gc.collect()
    gc.disable()
    try:
        for at in range(4):
            use(texts[at % 2])
        assert gc.collect() == 0
    finally:
        gc.enable()
