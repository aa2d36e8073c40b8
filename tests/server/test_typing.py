"""Whole networks as somebody types them: no crash, no stale answer, and at the end what the command line says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from server.test_kept import facts
from server.test_reading import own, told

from rfcli import resources
from rfcli.server.completions import completions
from rfcli.server.hints import hints
from rfcli.server.hovers import hover
from rfcli.server.kept import Kept
from rfcli.server.reading import Read

pytestmark = pytest.mark.lsp


def strokes(text: str, random: Random, letters: float) -> Iterator[tuple[str, int]]:
    """A text as it grows, line by line, of which some are typed letter by letter, with the line that is typed; now and
    then a line that stands already is deleted, and typed again."""
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines):
        before = "".join(lines[:at])
        if random.random() < letters:
            for end in range(1, len(line)):
                yield before + line[:end], at + 1
        yield before + line, at + 1
        if at and random.random() < 0.1:
            gone = random.randrange(at)
            yield "".join([*lines[:gone], *lines[gone + 1 : at + 1]]), gone + 1
            left = random.randrange(len(lines[gone]))
            yield "".join([*lines[:gone], lines[gone][:left], *lines[gone + 1 : at + 1]]), gone + 1
            yield before + line, at + 1


def typed(path: str, seed: int, letters: float, every: int) -> tuple[str, Kept, int]:
    """Types a network, asks all of each step, and compares some with what is known without all that was kept."""
    random, kept, good, count = Random(seed), Kept(), None, 0
    text = Path(path).read_text(encoding="utf-8")
    for now, line in strokes(text, random, letters):
        read = Read(now, path, kept=kept)
        found = hints(read)
        assert not (found and read.problems)
        column = len(read.text.line(line)) + 1
        hover(read, line, random.randrange(1, column + 1))
        completions(read, good, line, column)
        count += 1
        if count % every == 0:
            assert facts(read) == facts(Read(now, path)), now
        good = read if read.rows is not None else good
    return text, kept, count


@pytest.mark.parametrize("name", sorted(resources.architectures())[::6])
def test_a_bundled_network_is_typed(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = resources.architectures()[name]
    text, kept, _ = typed(path, 18, 0.02, 60)
    read, whole = Read(text, path, kept=kept), Read(text, path)
    assert facts(read) == facts(whole)
    assert own(read) == told(path, text, capsys, monkeypatch)
    assert hints(read)
