"""Chunks by several processes: the same, in the same order, and whatever happens to a process."""

import os
import subprocess
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from rfcli.diagnostics import CallError
from rfcli.sweeping import local
from rfcli.sweeping.chunks import Chunk, Pace, Sweep, Task, in_turn
from sweeping.asked import asked


def rows(sweep: Sweep, jobs: int, start: int = 0) -> list[object]:
    return [row for chunk in local.chunks(sweep, start, jobs) for row in chunk.rows]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are started however little there is to do."""
    monkeypatch.setattr(local, "FEW", 0.0)


@pytest.mark.usefixtures("at_once")
def test_rows_are_the_same() -> None:
    sweep = asked({"k": range(1, 40), "n": range(1, 9)}, where="size % 3 != 1")
    alone = [row for chunk in in_turn(sweep, 0) for row in chunk.rows]
    assert rows(sweep, 2) == alone
    at = next(in_turn(sweep, 0)).task.stop + 5
    assert rows(sweep, 3, at) == [row for chunk in in_turn(sweep, at) for row in chunk.rows]


def test_little_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_Pool", None)
    assert len(rows(asked({"k": [1, 3, 5]}), 2)) == 3
    assert local.cores() >= 1


@pytest.mark.usefixtures("at_once")
def test_a_condition_that_fails_later_on() -> None:
    """It holds in the first chunk, which is computed here."""
    sweep = asked({"k": range(1, 30), "n": [1]}, where="k < 25 or layer > 3")
    with pytest.raises(CallError, match="cannot be worked out"):
        rows(sweep, 2)


@pytest.mark.usefixtures("at_once")
def test_a_process_that_dies_is_replaced() -> None:
    """What it had is computed anew; no row is lost, and none stands twice."""
    sweep = asked({"k": range(1, 30), "n": range(1, 50)})
    alone = [row for chunk in in_turn(sweep, 0) for row in chunk.rows]
    pool = local._Pool(sweep, 0, 2, Pace(0.05))
    found, killed = [], 0
    for chunk in pool.chunks():
        found += chunk.rows
        if killed < 2 and len(found) > 20 * (killed + 1):
            killed += _killed(list(pool.executor._processes.values()))
    assert killed == 2
    assert found == alone


def _killed(processes: list[BaseProcess]) -> int:
    """Kills the first that lives: 1, or 0 where a pool that has just broken has none left."""
    for process in processes:
        if process.is_alive():
            process.kill()
            process.join()
            return 1
    return 0


def _dying(asked: bytes, task: Task) -> Chunk:
    os._exit(9)


def test_what_kills_every_process_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "computed", _dying)
    pool = local._Pool(asked({"k": [1, 3]}), 0, 1, Pace(1))
    with pytest.raises(CallError, match=r"a process has died 4 times at settings 0 to 1 .*-j 1"):
        list(pool.chunks())


SLOW = """\
import sys, time
from sweeping.asked import asked
from rfcli.sweeping import local
local.FEW = 0.0
if __name__ == "__main__":
    for chunk in local.chunks(asked({"k": range(1, 60), "n": range(1, 400)}), 0, 2):
        print(chunk.task.stop, flush=True)
"""


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    path = os.pathsep.join([str(Path(__file__).parent.parent), str(Path(__file__).parent.parent.parent)])
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "slow.py")], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )
    assert process.stdout is not None
    while True:
        line = process.stdout.readline()
        assert line, "it ends too early"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if len(children) > 1:  # those that compute, and what looks after their resources
            break
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.01)
