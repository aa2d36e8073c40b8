"""Chunks computed by the workers of a dask cluster, handed out in order with a limited look-ahead.

dask distributes: it gives a chunk to a worker, and to another one where that has died. What is added here is the order,
the look-ahead, that all have one version of rf, and going on when the scheduler has been away.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections import deque
from contextlib import contextmanager, suppress
from pkgutil import resolve_name

import rfcli
from rfcli.diagnostics import CallError, said_by
from rfcli.extras import needed
from rfcli.sweeping.chunks import Chunk, OtherVersion, Pace, computed, packed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from rfcli.sweeping.chunks import Sweep, Task

    Found = Chunk | CallError | OtherVersion

AHEAD = 3
"""Chunks for each thread of a worker that are handed out, computed, or wait for those before them."""

SECONDS = 2.0
"""What a chunk should take: far longer than what handing it out costs."""

RETRIES = 3
"""How often a chunk is handed out again on which workers have died, by which no row was written."""

ANSWER, AWAY, WORKERS = 15.0, 60.0, 300.0
"""Seconds to wait for a scheduler, for one that has gone away to come back, and for the first worker."""

LOOK = 2.0
"""Seconds after which is looked whether the scheduler is still there, and how many workers there are."""


def chunks(sweep: Sweep, start: int, address: str) -> Generator[Chunk]:
    """All chunks from a place in the sweep on, in order. Raises `CallError`."""
    needed("distributed", "a cluster", extra="dask")
    with _silent():
        cluster = _Cluster(sweep, start, address)
        try:
            yield from cluster.chunks()
        finally:
            cluster.close()


def on_worker(asked: bytes, task: Task) -> tuple[str, Found]:
    """The chunk of a task, on a worker, and the worker's address."""
    from distributed import get_worker

    return get_worker().address, computed(asked, task)


class _Gone(Exception):
    """The scheduler has gone away, or has forgotten what it was given."""


class _Cluster:
    """A cluster that computes a sweep."""

    def __init__(self, sweep: Sweep, start: int, address: str) -> None:
        self.sweep, self.next, self.address, self.pace = sweep, start, address, Pace(SECONDS)
        self.asked = packed(sweep.asked)
        self.waiting: deque[tuple[Task, Any]] = deque()
        self.tries = 0
        self.threads, self.looked = 1, 0.0
        self.checked: set[str] = set()
        """Workers that have this version of rf."""
        try:
            self.client = self._connected(ANSWER)
        except _Gone:
            raise CallError(f"no dask scheduler answers at {address}") from None
        try:
            self.client.wait_for_workers(1, timeout=WORKERS)
        except TimeoutError:
            self.close()
            raise CallError(f"no worker has come to the scheduler at {address} for {WORKERS:.0f} s") from None

    def chunks(self) -> Generator[Chunk]:
        """All chunks, in order."""
        while self.waiting or self.next < self.sweep.total:
            try:
                self._fill()
                chunk = self._first()
            except _Gone:
                self._again()
                continue
            if chunk is not None:
                self.pace.learn(chunk)
                yield chunk

    def close(self) -> None:
        """Leaves the cluster; what it still computes is not wanted."""
        with suppress(Exception):
            self.client.cancel([future for _, future in self.waiting], force=True)
        self.waiting.clear()
        with suppress(Exception):
            self.client.close(timeout=5)

    def _connected(self, seconds: float) -> Any:
        """A client of the scheduler. Raises `_Gone` where none answers, and `CallError` for what is no address."""
        from distributed import Client

        try:
            _look_at(self.address)
            return Client(self.address, timeout=seconds, set_as_default=False)
        except (ValueError, TypeError, ImportError, Warning) as error:
            takes = f"--scheduler takes an address, tcp://10.0.0.5:8786, is '{self.address}'"
            raise CallError(f"{takes}: {said_by(error)}") from None
        except (OSError, TimeoutError, RuntimeError):
            raise _Gone from None

    def _fill(self) -> None:
        """Hands out chunks, as many as may be ahead. Raises `_Gone`."""
        while len(self.waiting) < AHEAD * self._width() and self.next < self.sweep.total:
            task = self.sweep.task(self.next, self.pace.count)
            self.waiting.append((task, self._submitted(task)))
            self.next = task.stop

    def _width(self) -> int:
        """Threads of all workers, as they were a moment ago. Raises `_Gone`."""
        if not self.looked or time.monotonic() - self.looked > LOOK:
            self.looked = time.monotonic()
            try:
                threads = self.client.nthreads()
                if not threads.keys() <= self.checked:
                    self._check(list(threads.keys() - self.checked))
            except CallError:
                raise
            except Exception:
                raise _Gone from None
            self.checked |= threads.keys()
            self.threads = max(1, sum(threads.values()))
        return self.threads

    def _check(self, workers: list[str]) -> None:
        """Raises `CallError` where the scheduler or a worker has another version of rf, or none."""
        ask = (resolve_name, "rfcli:__version__")
        told = self.client.run(*ask, workers=workers, on_error="return")
        found = {f"the worker {address}": version for address, version in told.items()}
        try:
            found["the scheduler"] = self.client.run_on_scheduler(*ask)
        except (ImportError, AttributeError) as error:
            found["the scheduler"] = error
        for who, version in found.items():
            if isinstance(version, ImportError | AttributeError):
                raise self._other(who, None)
            if isinstance(version, str) and version != rfcli.__version__:
                raise self._other(who, version)

    def _other(self, who: str, found: str | None) -> CallError:
        has = f"has rf {found}" if found else "has no rf"
        return CallError(f"{who} {has}, here it is {rfcli.__version__}: give the whole cluster the same version")

    def _submitted(self, task: Task) -> Any:
        try:
            return self.client.submit(on_worker, self.asked, task, pure=False)
        except Exception:
            raise _Gone from None

    def _first(self) -> Chunk | None:
        """The next chunk in order; None where it is handed out again. Raises `_Gone` and `CallError`."""
        task, future = self.waiting[0]
        worker, found = self._result(task, future)
        if found is None:
            return None
        self.waiting.popleft()
        if isinstance(found, CallError):
            raise found
        if isinstance(found, OtherVersion):
            raise self._other(f"the worker {worker}", found.here)
        self.tries = 0
        return found

    def _result(self, task: Task, future: Any) -> tuple[str, Found | None]:
        """What has become of a chunk, on which worker; nothing where it is handed out again."""
        from distributed.scheduler import KilledWorker

        while not future.done():
            if self.client.status != "running":
                raise _Gone
            with suppress(TimeoutError):
                future.exception(timeout=LOOK)
                break
            self._width()
        if future.cancelled() or future.status == "lost":
            raise _Gone
        try:
            worker, found = future.result(timeout=ANSWER)
        except KilledWorker:
            self.tries += 1
            if self.tries > RETRIES:
                numbers = f"settings {task.start:,} to {task.stop - 1:,}"
                raise CallError(
                    f"workers have died again and again at {numbers} of the sweep: do they have memory?"
                ) from None
            self.waiting[0] = (task, self._submitted(task))
            return "", None
        except (ImportError, AttributeError):
            raise self._other("a worker", None) from None
        except (OSError, TimeoutError):
            raise _Gone from None
        return worker, found

    def _again(self) -> None:
        """Waits until the scheduler is back, and hands out all anew that has not been computed. Raises `CallError`."""
        with suppress(Exception):
            self.client.close(timeout=5)
        deadline = time.monotonic() + AWAY
        while True:
            try:
                self.client = self._connected(5.0)
                self.client.wait_for_workers(1, timeout=max(1.0, deadline - time.monotonic()))
                self.waiting = deque([(task, self._submitted(task)) for task, _ in self.waiting])
                return
            except (_Gone, TimeoutError):
                if time.monotonic() > deadline:
                    raise CallError(
                        f"the scheduler at {self.address} has gone away, and has not come back for {AWAY:.0f} s"
                    ) from None
                time.sleep(0.5)


def _look_at(address: str) -> None:
    """Raises what is wrong with an address: a client of it would try for long to leave what it has not found."""
    from distributed.comm import get_address_host
    from distributed.security import Security

    get_address_host(address)
    if address.startswith("tls:") and Security().get_connection_args("client").get("ssl_context") is None:
        raise ValueError("certificates are missing, dask's own configuration names them (distributed.comm.tls)")


@contextmanager
def _silent() -> Generator[None]:
    """Keeps what dask tells its log about workers and schedulers off standard error: what matters is told here."""
    import distributed  # which gives its loggers levels of their own

    named = [name for name in logging.root.manager.loggerDict if name.startswith(f"{distributed.__name__}.")]
    levels = {log: log.level for log in map(logging.getLogger, [distributed.__name__, *named])}
    for log in levels:
        log.setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            for log, level in levels.items():
                log.setLevel(level)
