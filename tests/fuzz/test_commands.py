"""The short campaign on commands: broken files of every format, and what watches the runs."""

import os
import signal
import time
from pathlib import Path
from random import Random

import pytest

from fuzz import workers
from fuzz.commands import CALLS, KEPT, made, tried
from fuzz.foreign import FORMATS, mutated
from fuzz.workers import tallied, watched
from rfcli.cli.declarations import COMMANDS


@pytest.mark.parametrize("block", [0, *(pytest.param(block, marks=pytest.mark.random) for block in (1, 2, 3))])
def test_commands_end_well(block: int) -> None:
    outcomes = []
    for number in range(60 * block, 60 * block + 60):
        said, _ = tried(*made("short", number))
        assert said.startswith("exit"), (number, said)
        outcomes.append(said)
    assert {"exit 0", "exit 1"} <= set(outcomes)


PATIENCE = 6
"""Tests share their machine; what once hung is still found."""


@pytest.mark.random
@pytest.mark.parametrize("path", sorted(KEPT.glob("*.*")), ids=lambda path: path.name)
def test_every_command_ends_well_on_every_find(path: Path) -> None:
    data = path.read_bytes()
    for line in CALLS:
        started = time.process_time()
        said, _ = tried(line, data, f"net{path.suffix}")
        assert said.startswith("exit"), (line, said)
        assert time.process_time() - started < PATIENCE * workers.SECONDS, line


def test_every_command_that_reads_a_network_is_tried() -> None:
    assert {line.split()[0] for line in CALLS} == set(COMMANDS) - {
        "rules",
        "list",
        "schema",
        "verify",
        "plot",
        "config",
        "init",
        "lsp",
        "table",
        "help",
    }


def test_every_format_is_mutated() -> None:
    """Some files of each stay readable."""
    for _, make in FORMATS:
        assert any(make(Random(number)) != make(Random(number + 1)) for number in range(3))
    assert {mutated(Random(number))[1] for number in range(80)} == {"net.json", *(name for name, _ in FORMATS)}


def hostile(number: int) -> str:
    """Every tenth run is one that no command may be."""
    if number % 10 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if number % 10 == 5:
        raise KeyError(number)
    if number % 10 == 7:
        return f"large: {len(b'x' * workers.MEMORY)}"
    if number % 10 == 9:
        end = time.process_time() + 0.6
        while time.process_time() < end:
            pass
    return "exit 0"


def test_runs_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends its process, raises, or takes too much is found, and the others are done."""
    monkeypatch.setattr(workers, "SECONDS", 0.4)
    told: list[tuple[int, str]] = []
    totals = tallied(watched(hostile, range(10), 2), lambda number, said: told.append((number, said.partition(":")[0])))
    assert totals == {"bug": 1, "died": 1, "exit 0": 6, "large": 1, "slow": 1}
    kinds = {3: "died", 5: "bug", 7: "large", 9: "slow"}
    assert sorted(told) == sorted(kinds.items())
