"""What is known of a text is the same whether all of it is read, or only what has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import yaml
from server.test_reading import edited, own, told

from rfcli import resources
from rfcli.description.limits import Limits
from rfcli.server.completions import completions
from rfcli.server.hints import hints
from rfcli.server.hovers import hover
from rfcli.server.kept import Kept
from rfcli.server.reading import Read
from rfcli.server.texts import Text

LINES = [
    "",
    "  # note",
    "  - {type: relu}",
    "  - type: conv\n    kernel: 3",
    "expect:",
    "layers:",
    "---",
    "...",
    "  -",
    "\t- x",
]


def typed(text: str, random: Random) -> str:
    """A text after an edit as people make them: a line more, less, elsewhere or twice, a number or word changed."""
    lines = text.split("\n")
    at = random.randrange(len(lines))
    what = random.randrange(7)
    if what == 0:
        lines.insert(at, random.choice(LINES))
    elif what == 1:
        del lines[at : at + random.choice([1, 1, 2, 5])]
    elif what == 2:
        lines.insert(random.randrange(len(lines) + 1), lines[at])
    elif what == 3:
        lines[at] = " " * random.choice([1, 2, 4]) + lines[at]
    elif what == 4:
        lines[at] = lines[at].replace("3", "5").replace("conv", "pool")
    elif what == 5:
        lines[at:at] = lines[at : at + random.choice([1, 3, 8])]
    else:
        return edited(text, random)
    return "\n".join(lines)


def facts(read: Read) -> tuple[object, ...]:
    """All that is told of a text."""
    tokens = [(one.line, one.column, one.path, one.key, str(one.node.value)[:40]) for one in read.tree.tokens]
    return read.problems, hints(read), read.judged(), tokens, read.names and read.names.paths("*")


def changes(text: str, seed: int, edits: int, path: str = "net.rf.yaml") -> None:
    """Edits of a text, each read with what is kept and without; after a wrong one often goes back to the last."""
    random, kept = Random(seed), Kept()
    before = text
    for _ in range(edits):
        read = Read(text, path, kept=kept)
        assert facts(read) == facts(Read(text, path)), text
        if read.rows is not None:
            before = text
        elif random.random() < 0.7:
            text = before
        text = typed(text, random)


def read(path: str, json_: int | None = None) -> str:
    """A file; as JSON with an indentation where one is given, all of it in one line where that is 0."""
    text = Path(path).read_text(encoding="utf-8")
    return text if json_ is None else json.dumps(yaml.safe_load(text), indent=json_ or None)


SMALL = sorted(resources.architectures().values(), key=os.path.getsize)[:24]


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.random) for seed in range(2, 6))])
def test_edits(seed: int) -> None:
    for at in range(seed, len(SMALL), 6):
        changes(read(SMALL[at]), seed, 5)
        changes(read(SMALL[at], seed % 3), seed, 5, "net.json")


HEAD = "format: 1\ninput: {size: 64, channels: 3}\nlayers:\n"
BODY = """\
  - {name: a, type: conv, kernel: 3, filters: 8}
  - name: b
    type: sequence
    layers:
      - {type: conv, kernel: 3, filters: 8}
      - type: relu
      - {type: conv, kernel: 3, filters: 8}
  - {type: relu}
outputs: [b]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      - type: relu\n", "      - type: relu\n      - {type: relu}\n"),
        ("      - type: relu\n", ""),
        ("      - type: relu\n", "      - type: relu\n  - {type: relu}\n"),  # ends the list around it
        ("      - type: relu\n", "      - type: relu\n        name: c\n"),
        ("  - {type: relu}\n", "  - {type: relu}\n  - {type: relu}\n"),
        ("  - {type: relu}\n", "  - {type: relu}\n\n  # the end\n"),
        ("  - {type: relu}\n", "  - {type: relu}\n..."),
        ("  - {type: relu}\n", "  - {type: relu\n"),
        ("outputs: [b]", "outputs: [b, a]"),
        ("outputs: [b]", "outputs:\n  - b\n  - a"),
        ("size: 64", "size: 32"),
        ("size: 64, channels", "size: 64,\n  channels"),
        ("filters: 8}\n  - name: b", "filters: 9}\n  - name: b"),
        ("layers:\n  - {name", "parameters: {w: 3}\nlayers:\n  - {name"),
        ("  - {name: a", "  - {name: a, chain: true"),
        ("  - name: b\n", "  - name: b\n    repeat: 2\n"),
        ("layers:\n  - {name", "layers:\n  - {type: relu}\n  - {name"),
        ("    layers:\n", "    layers: &x\n"),
    ],
)
def test_what_is_kept_is_used(old: str, new: str) -> None:
    """An edit, and the way back."""
    assert old in HEAD + BODY
    text, kept = HEAD + BODY, Kept()
    assert not Read(text, "net.rf.yaml", kept=kept).problems
    for now in (text.replace(old, new, 1), text, text.replace(old, new, 1)):
        assert facts(Read(now, "net.rf.yaml", kept=kept)) == facts(Read(now, "net.rf.yaml"))


def test_most_nodes_stay() -> None:
    kept, text = Kept(), HEAD + "  - {type: conv, kernel: 3, filters: 8, padding: same}\n" * 100
    first = Read(text, "net.rf.yaml", kept=kept)
    lines = text.split("\n")
    lines[50] = lines[50].replace("3", "5")
    lines.insert(60, lines[60])
    second = Read("\n".join(lines), "net.rf.yaml", kept=kept)
    assert first.root is not None and second.root is not None
    before, after = ({id(one) for one in read.root.value["layers"].value} for read in (first, second) if read.root)
    assert len(before & after) >= 85 and [one.line for one in hints(second)] == list(range(4, 105))
    assert first.architecture is not None and second.architecture is not None
    layers = {id(entry.layer) for entry in first.architecture.entries}
    assert sum(id(entry.layer) in layers for entry in second.architecture.entries) >= 85


JSON = """\
{"format": 1, "input": {"size": 64, "channels": 3}, "blocks": {"b": {"layers": [{"type": "relu"}]}},
 "layers": [
  {"name": "a", "type": "conv", "kernel": 3, "filters": 8},
  {"name": "c", "type": "sequence", "layers": [{"type": "relu"}, {"block": "b"}]}, {"type": "relu"}
 ], "outputs": ["c"]}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3,", "5,"),
        ("8}", '8, "stride": 2}'),
        ('{"type": "relu"}, {"block"', '{"block"'),
        ('{"type": "relu"}, {"block"', '{"type": "relu"},\n{"block"'),
        ('{"type": "relu"}\n ]', '{"type": "relu"}, {"type": "relu"}\n ]'),
        (', {"type": "relu"}\n ]', "\n ]"),
        (', {"type": "relu"}\n ]', ",\n ]"),
        (', {"type": "relu"}\n ]', ', {"type": "relu"}] ]'),
        ('"layers": [\n', '"layers": [\n {"type": "relu"},\n'),
        ('  {"name": "a", "type": "conv", "kernel": 3, "filters": 8},\n', ""),
        ('["c"]', '["c", "a"]'),
        ('["c"]', "[]"),
        ('["c"]', "[NaN]"),
        ('"size": 64', '"size": [64, 32]'),
        ('"size": 64', '"size": 64, "size": 64'),
        ('[{"type": "relu"}]', '[{"type": "conv", "kernel": 3, "filters": 8}]'),
        ('"name": "a"', '"name": "\\ud800"'),
        ('"name": "a"', '"name": "a\x01"'),
        ('"name": "a"', '"name": "c"'),
        ('"kernel"', '"kernal"'),
        ('"format": 1', '"format": 2'),
        ("]}", "]"),
        ("\n", "\r\n"),
        ("\n", "\r"),
    ],
)
@pytest.mark.parametrize("text", [JSON, JSON.replace("\n", ""), JSON.replace("\n", "\r\n")])
def test_what_is_kept_of_json_is_used(text: str, old: str, new: str) -> None:
    if "\n" in text:
        assert old in JSON
    kept = Kept()
    assert not Read(text, "net.json", kept=kept).problems
    wrong = text.replace('"relu"', '"rel"', 1)
    for now in (text.replace(old, new, 1), text, wrong, wrong.replace(old, new, 1), text.replace(old, new)):
        assert facts(Read(now, "net.json", kept=kept)) == facts(Read(now, "net.json"))


def test_most_of_json_stays() -> None:
    layers = ",\n".join(['  {"type": "conv", "kernel": 3, "filters": 8, "padding": "same"}'] * 100)
    text, kept = '{"format": 1, "input": {"size": 64}, "layers": [\n' + layers + "\n]}", Kept()
    first = Read(text, "net.json", kept=kept)
    lines = text.split("\n")
    lines[80] = lines[80].replace("kernel", "kernal")
    assert Read("\n".join(lines), "net.json", kept=kept).problems
    lines[50] = lines[50].replace("3", "5")
    assert Read("\n".join(lines), "net.json", kept=kept).problems
    lines[80] = lines[50]
    assert Read("\n".join(lines), "net.json", kept=kept).rows is not None
    lines.insert(60, lines[60])
    second = Read("\n".join(lines), "net.json", kept=kept)
    assert first.root is not None and second.root is not None
    before, after = ({id(one) for one in read.root.value["layers"].value} for read in (first, second) if read.root)
    assert len(before & after) >= 85 and [one.line for one in hints(second)] == list(range(2, 103))


def test_a_parameter_that_makes_a_layer_wrong_is_told_each_time() -> None:
    text = "format: 1\nparameters: {k: 3}\ninput: {size: 64}\nlayers:\n  - {type: conv, kernel: $k}\n"
    kept = Kept()
    for k in ("3", "0", "0 ", "3", "0"):
        now = text.replace("k: 3", f"k: {k}")
        assert facts(Read(now, "net.rf.yaml", kept=kept)) == facts(Read(now, "net.rf.yaml"))


def test_other_limits_read_anew() -> None:
    kept = Kept()
    Read(HEAD + BODY, "net.rf.yaml", kept=kept)
    assert kept.root(Text(HEAD + BODY), Limits()) is not None
    assert kept.root(Text(HEAD + BODY), Limits(nodes=100)) is None
    read = Read(HEAD + BODY, "net.rf.yaml", limits=Limits(nesting=2), kept=kept)
    assert [one.code for one in read.problems] == ["RF009"]


CLOSING = {"[": "]", "{": "}", "(": ")", '"': '"', "'": "'"}


def strokes(text: str) -> Iterator[str]:
    """A text as somebody types it: brackets and quotes are closed at once, and typed over."""
    before, after = "", ""
    for letter in text:
        if after.startswith(letter) and letter in CLOSING.values():
            after = after[1:]
        elif letter in CLOSING:
            after = CLOSING[letter] + after
        before += letter
        if letter == "\n":
            after = ""
        yield before + after


@pytest.mark.lsp
@pytest.mark.parametrize("text", [HEAD + BODY, (HEAD + BODY).replace("\n", "\r\n")])
def test_a_network_is_typed_and_deleted_again(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each stroke reads as the whole text does, and now and then as the command line says."""
    monkeypatch.chdir(tmp_path)
    forth, kept, numbers = list(strokes(text)), Kept(), 0
    for at, now in enumerate([*forth, *(text[:end] for end in range(len(text) - 1, -1, -1))]):
        read, whole = Read(now, "net.rf.yaml", kept=kept), Read(now, "net.rf.yaml")
        assert (read.problems, hints(read)) == (whole.problems, hints(whole)), now
        numbers += read.rows is not None
        if at % 25 == 0:
            assert facts(read) == facts(whole)
            assert own(read) == told("net.rf.yaml", now, capsys, monkeypatch)
            line = len(now[:at].split("\n"))
            hover(read, line, 5)
            completions(read, read, line, 9)
    assert numbers > 2
