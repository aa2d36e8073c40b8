"""Chunks computed by several processes of this machine, handed out in order with a limited look-ahead."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

from rfcli.diagnostics import CallError
from rfcli.sweeping.chunks import Chunk, Computing, OtherVersion, Pace, computed, in_turn, packed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from concurrent.futures import Future

    from rfcli.sweeping.chunks import Sweep, Task

AHEAD = 3
"""Chunks for each process that are handed out, computed, or wait for those before them."""

RETRIES = 3
"""How often a chunk is tried again whose process has died, by which no row was written."""

FEW = 2.0
"""Seconds that all the rest must be expected to take for other processes to be started at all."""


def collect_seldom() -> None:
    """Lets this process look for garbage seldom, and not among what there is: settings leave hardly any."""
    gc.freeze()
    gc.set_threshold(10_000)


def cores() -> int:
    """How many processes this one may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chunks(sweep: Sweep, start: int, jobs: int) -> Generator[Chunk]:
    """All chunks from a place in the sweep on, in order, by `jobs` processes; the first ones here, and all of them
    where that takes no time. Raises `CallError`."""
    if jobs == 1:
        yield from in_turn(sweep, start)
        return
    here, pace, began = Computing(sweep.asked), Pace(0.25), start
    spent = 0.0
    while start < sweep.total:
        chunk = here.chunk(sweep.task(start, pace.count))
        pace.learn(chunk)
        start, spent = chunk.task.stop, spent + chunk.seconds
        yield chunk
        if (sweep.total - start) * spent / (start - began) > FEW:
            break
    if start < sweep.total:
        yield from _Pool(sweep, start, jobs, pace).chunks()


class _Pool:
    """Processes that compute chunks; one that dies is replaced, and what it had to do is done anew."""

    def __init__(self, sweep: Sweep, start: int, jobs: int, pace: Pace) -> None:
        self.sweep, self.next, self.jobs, self.pace = sweep, start, jobs, pace
        self.asked = packed(sweep.asked)
        self.waiting: deque[tuple[Task, Future[Chunk | CallError | OtherVersion]]] = deque()
        self.executor = self._started()
        self.tries = 0

    def chunks(self) -> Generator[Chunk]:
        """All chunks, in order."""
        try:
            while self.waiting or self.next < self.sweep.total:
                self._fill()
                chunk = self._first()
                if chunk is not None:
                    self.pace.learn(chunk)
                    yield chunk
        finally:
            self._stop()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.jobs, get_context("spawn"), _begin)

    def _fill(self) -> None:
        """Hands out chunks, as many as may be ahead."""
        while len(self.waiting) < AHEAD * self.jobs and self.next < self.sweep.total:
            task = self.sweep.task(self.next, self.pace.count)
            try:
                self.waiting.append((task, self._submitted(task)))
            except BrokenProcessPool:
                self._restart()
                continue
            self.next = task.stop

    def _submitted(self, task: Task) -> Future[Chunk | CallError | OtherVersion]:
        """Hands out a chunk, for which a process may be started: one that is half started cannot be interrupted, nor
        can one that has not got so far as to ignore interrupts."""
        with _uninterrupted():
            return self.executor.submit(computed, self.asked, task)

    def _first(self) -> Chunk | None:
        """The next chunk in order; None where a process has died that may have had it. Raises `CallError`."""
        task, future = self.waiting[0]
        try:
            found = future.result()
        except BrokenProcessPool:
            self.tries += 1
            if self.tries > RETRIES:
                numbers = f"settings {task.start:,} to {task.stop - 1:,}"
                raise CallError(
                    f"a process has died {self.tries} times at {numbers} of the sweep: is there enough memory? "
                    "Fewer processes need less (-j 1)"
                ) from None
            self._restart()
            return None
        self.waiting.popleft()
        if isinstance(found, CallError):
            raise found
        if isinstance(found, OtherVersion):
            raise CallError(f"a process has rf {found.here}, this one {found.wanted}: it was changed meanwhile")
        self.tries = 0
        return found

    def _stop(self) -> None:
        """Ends all processes at once: what they still compute is not wanted."""
        self.waiting.clear()
        for process in list((self.executor._processes or {}).values()):
            process.kill()
        self.executor.shutdown(wait=True, cancel_futures=True)
        del self.executor  # with its locks, which would outlive a process that ends by an interrupt

    def _restart(self) -> None:
        """New processes, to which all is handed out anew that has not been computed."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._started()
        again = list(self.waiting)
        self.waiting.clear()
        for task, future in again:
            done = future.done() and not future.cancelled() and future.exception() is None
            self.waiting.append((task, future if done else self._submitted(task)))


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Keeps interrupts back, from this thread and from what it starts."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """A process leaves interrupts to the one that started it, and ends with that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
