"""Sweeps on a real cluster of separate processes: a dask scheduler and workers, that die and come back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rfcli
from rfcli.diagnostics import CallError
from rfcli.sweeping import cluster
from rfcli.sweeping.chunks import Sweep, in_turn
from sweeping.asked import asked

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parent.parent.parent
LONG = 120
"""Seconds after which something is said to hang."""


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workers = folder, []  # type: ignore[var-annotated]
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler = self.start_scheduler()

    def _run(self, *words: str, path: Path | None = None) -> subprocess.Popen[bytes]:
        search = os.pathsep.join(map(str, filter(None, [path, ROOT, ROOT / "tests"])))
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]], stdout=log, stderr=log,
                cwd=self.folder, env={**os.environ, "PYTHONPATH": search}, start_new_session=True,
            )  # fmt: skip

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        self.scheduler = self._run("dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        return self.scheduler

    def add(self, threads: int = 1, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Adds a worker without a nanny, which would start it anew."""
        words = ["--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--death-timeout", "60"]
        self.workers.append(self._run("dask_worker", self.address, *words, path=path))
        return self.workers[-1]

    def stop(self) -> None:
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    yield found
    found.stop()


def long() -> Sweep:
    return asked({"k": range(1, 30), "n": range(1, 25)}, where="size % 3 != 1")


def alone(sweep: Sweep) -> list[Any]:
    return [row for chunk in in_turn(sweep, 0) for row in chunk.rows]


def test_rows_are_the_same(dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the same order, by two workers, of which one has two threads; also from a place within."""
    monkeypatch.setattr(cluster, "SECONDS", 0.1)
    dask.add()
    dask.add(threads=2)
    sweep = long()
    expected = alone(sweep)
    assert [row for chunk in cluster.chunks(sweep, 0, dask.address) for row in chunk.rows] == expected
    at = 500
    found = [row for chunk in cluster.chunks(sweep, at, dask.address) for row in chunk.rows]
    assert found == [row for chunk in in_turn(sweep, at) for row in chunk.rows]
    assert list(rfcli.sweep("tcn", {"kernel": [3, 5]}, scheduler=dask.address)) == list(
        rfcli.sweep("tcn", {"kernel": [3, 5]})
    )


def test_workers_that_die(dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "SECONDS", 0.2)
    dask.add()
    dask.add()
    sweep, found, killed = long(), [], 0
    for chunk in cluster.chunks(sweep, 0, dask.address):
        found += chunk.rows
        if killed < 2 and chunk.task.stop > 100 * (killed + 1):
            dask.workers[killed].kill()
            dask.add()
            killed += 1
    assert killed == 2
    assert found == alone(sweep)


def test_a_scheduler_that_goes_away_and_comes_back(dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "SECONDS", 0.2)
    dask.add()
    sweep, found, killed = long(), [], False
    for chunk in cluster.chunks(sweep, 0, dask.address):
        found += chunk.rows
        if not killed and chunk.task.stop > 100:
            dask.scheduler.kill()
            dask.scheduler.wait()
            dask.start_scheduler()
            dask.add()
            killed = True
    assert killed
    assert found == alone(sweep)


def test_nothing_is_said_of_a_scheduler_that_was_away(dask: Cluster, tmp_path: Path) -> None:
    """dask's own remarks stay in its log: each of its loggers has a level of its own."""
    dask.add()
    (tmp_path / "k.yaml").write_text(K)
    made = rf(tmp_path, "-o", "part.csv", "--scheduler", dask.address)
    beside, deadline = tmp_path / "part.csv.sweep.json", time.monotonic() + LONG
    while not beside.exists() or not json.loads(beside.read_text())["done"]["settings"]:
        assert made.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    dask.scheduler.kill()
    dask.scheduler.wait()
    time.sleep(1.0)
    dask.start_scheduler()
    dask.add()
    _, err = made.communicate(timeout=LONG)
    assert (made.returncode, err) == (0, b"3,000 settings, 3,000 rows, 2,663 with problems\n")


def test_a_scheduler_that_does_not_come_back(dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "SECONDS", 0.2)
    monkeypatch.setattr(cluster, "AWAY", 2.0)
    dask.add()
    found = cluster.chunks(long(), 0, dask.address)
    next(found)
    dask.scheduler.kill()
    with pytest.raises(CallError, match="has gone away, and has not come back for 2 s"):
        list(found)


def test_workers_of_another_version_are_refused(dask: Cluster, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "sitecustomize.py").write_text("import rfcli\nrfcli.__version__ = '0.0.7'\n")
    dask.add(path=tmp_path / "other")
    with pytest.raises(CallError, match=rf"the worker tcp://.* has rf 0.0.7, here it is {rfcli.__version__}"):
        list(cluster.chunks(long(), 0, dask.address))


def test_workers_without_rf_are_refused(dask: Cluster, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "sitecustomize.py").write_text("import sys\nsys.modules['rfcli'] = None\n")
    dask.add(path=tmp_path / "none")
    with pytest.raises(CallError, match=r"the worker tcp://.* has no rf, here it is"):
        list(cluster.chunks(long(), 0, dask.address))


def test_what_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    with pytest.raises(CallError, match="no dask scheduler answers at tcp"):
        list(cluster.chunks(long(), 0, "tcp://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nothing://x", "unknown address scheme"),
        ("nothing", "missing port number"),
        ("tcp://10.0.0.5", "missing port number"),
        ("tls://127.0.0.1:9", "certificates are missing"),
        ("ucx://127.0.0.1:9", "'ucx' protocol"),
    ],
)
def test_what_is_no_address(address: str, said: str, tmp_path: Path) -> None:
    """At once, and without what dask says on leaving a client that it never had."""
    (tmp_path / "k.yaml").write_text(K)
    made = rf(tmp_path, "--scheduler", address)
    out, err = made.communicate(timeout=20)
    assert (made.returncode, out, err.count(b"\n")) == (2, b"", 1)
    assert err.startswith(b"rf sweep: --scheduler takes an address, tcp://10.0.0.5:8786, is '") and said in err.decode()


def test_no_worker_comes(dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WORKERS", 1.0)
    with pytest.raises(CallError, match="no worker has come"):
        list(cluster.chunks(long(), 0, dask.address))


def test_a_condition_that_fails_on_a_worker(dask: Cluster) -> None:
    dask.add()
    with pytest.raises(CallError, match="cannot be worked out"):
        list(cluster.chunks(asked({"k": range(1, 30), "n": [1]}, where="k < 25 or layer > 3"), 0, dask.address))


K = "format: 1\ninput: {size: [64, 64], channels: 3}\nparameters: {k: 3, n: 2}\nlayers: [{type: conv, kernel: $k, filters: 4, repeat: $n}]\n"


def rf(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """`rf sweep`, which listens to interrupts even where the tests run in the background of a shell."""
    return subprocess.Popen(
        [sys.executable, "-m", "rfcli", "sweep", "k.yaml", "--grid", "k=1:30", "--grid", "n=1:100", *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def test_the_command_dies_and_goes_on(dask: Cluster, tmp_path: Path) -> None:
    """Killed while the cluster computes, gone on with on the cluster, interrupted, and finished by processes here."""
    dask.add()
    (tmp_path / "k.yaml").write_text(K)
    whole = rf(tmp_path, "-o", "whole.csv", "-j", "1")
    assert whole.communicate(timeout=LONG)[0] == b"" and whole.returncode == 0

    def begun(at_least: int, words: list[str]) -> subprocess.Popen[bytes]:
        process = rf(tmp_path, "-o", "part.csv", *words)
        beside, deadline = tmp_path / "part.csv.sweep.json", time.monotonic() + LONG
        while not beside.exists() or json.loads(beside.read_text())["done"]["settings"] <= at_least:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        return process

    first = begun(0, ["--scheduler", dask.address])
    first.kill()
    first.communicate()
    done = json.loads((tmp_path / "part.csv.sweep.json").read_text())["done"]["settings"]
    second = begun(done, ["--scheduler", dask.address, "--resume"])
    second.send_signal(signal.SIGINT)
    _, err = second.communicate(timeout=LONG)
    assert second.returncode == 130
    assert err.decode().splitlines()[-1].endswith("the same call with --resume goes on")
    third = rf(tmp_path, "-o", "part.csv", "--resume", "-j", "2")
    _, err = third.communicate(timeout=LONG)
    assert third.returncode == 0 and err.startswith(b"going on after ")
    assert (tmp_path / "part.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_both_ways_at_once_make_no_sense(tmp_path: Path) -> None:
    (tmp_path / "k.yaml").write_text(K)
    done = rf(tmp_path, "--scheduler", "tcp://127.0.0.1:9", "-j", "2")
    assert b"-j is for processes of this machine" in done.communicate(timeout=LONG)[1]
    assert done.returncode == 2
