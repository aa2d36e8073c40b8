"""Chunks: their settings, their sizes, and the process that computes them."""

import pickle

import pytest

import rfcli
from rfcli.diagnostics import CallError
from rfcli.sweeping import asking, chunks
from rfcli.sweeping.chunks import Chunk, OtherVersion, Pace, Sweep, Task, computed, in_turn, packed
from sweeping.asked import NET, asked


def several() -> Sweep:
    networks = [asking.network_of({**NET, "parameters": {**NET["parameters"], "n": n}}, None, None) for n in (1, 2, 3)]
    return asking.sweep_of(networks, asking.grid_of({"k": range(1, 30)}), sample=20)


def test_a_task_is_of_one_network() -> None:
    sweep = several()
    assert sweep.total == 60
    at, tasks = 0, []
    while at < sweep.total:
        tasks.append(sweep.task(at, 7))
        at = tasks[-1].stop
    assert [len(task.numbers) for task in tasks] == [7, 7, 6] * 3
    assert [task.network for task in tasks] == [0] * 3 + [1] * 3 + [2] * 3
    assert [number for task in tasks[:3] for number in task.numbers] == list(sweep.numbers)


def test_rows_do_not_depend_on_chunks() -> None:
    sweep = several()
    whole = [row for chunk in in_turn(sweep, 0) for row in chunk.rows]
    for start in (1, 19, 20, 45, 60):
        assert [row for chunk in in_turn(sweep, start) for row in chunk.rows] == whole[start:]
    computing = chunks.Computing(sweep.asked)
    assert [row for at in range(60) for row in computing.chunk(sweep.task(at, 1)).rows] == whole


def test_problems_are_counted() -> None:
    (chunk,) = in_turn(asked({"k": [3, 99, 5, "x"]}, where="size > 5"), 0)
    assert (len(chunk.rows), chunk.wrong) == (1, 2)
    assert chunk.problem.startswith("RF305")


def test_chunks_grow_to_what_takes_some_time() -> None:
    pace = Pace(0.25)
    counts = []
    for seconds in (0.001, 0.001, 0.001, 0.0, 1.0, 0.25):
        counts.append(pace.count)
        pace.learn(Chunk(Task(0, 0, range(pace.count)), [], 0, "", seconds))
    assert counts == [16, 32, 64, 128, 256, 64]
    pace.learn(Chunk(Task(0, 0, range(1)), [], 0, "", 1000.0))
    assert pace.count == 1
    for _ in range(20):
        pace.learn(Chunk(Task(0, 0, range(pace.count)), [], 0, "", 0.0))
    assert pace.count == chunks.LARGEST


def test_what_another_process_computes() -> None:
    sweep = several()
    data = packed(sweep.asked)
    found = computed(data, sweep.task(25, 3))
    assert isinstance(found, Chunk)
    assert found.rows == next(in_turn(sweep, 25)).rows[:3]
    assert pickle.loads(pickle.dumps(found)) == found
    wrong = computed(packed(asked({"k": [3]}, where="layer > 1").asked), Task(0, 0, range(1)))
    assert isinstance(wrong, CallError)


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = asked({"k": [3]})
    data = packed(sweep.asked.replaced(version="0.0.7"))
    found = computed(data, sweep.task(0, 1))
    assert isinstance(found, OtherVersion)
    assert (found.here, found.wanted) == (rfcli.__version__, "0.0.7")
    older = computed(b"what it does not know", sweep.task(0, 1))
    assert isinstance(older, OtherVersion)
