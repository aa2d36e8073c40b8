"""Many runs in few processes: each run is watched for time and memory, and one that ends its process is found."""

from __future__ import annotations

import gc
import mmap
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Iterator

SECONDS = 2.0
"""What a run may take of a processor."""
MEMORY = 512 << 20
"""What a process may take of memory."""
STUCK = 200
"""Seconds after which a run without an end is ended, on a busy machine."""
SHIFT = 400
"""Runs after which a process makes room for a new one."""

Run = Callable[[int], str]
"""Does a run and says in one line what became of it."""


class Slow(BaseException):
    """A run that takes too long: nothing catches it on the way."""


def watched(run: Run, numbers: range, jobs: int = 2, patience: float = 1.0) -> Iterator[tuple[int, str]]:
    """What becomes of each run: what it says, "slow", "large" with what was taken, or "died" with the signal. On a busy
    machine a run takes `patience` times as long."""
    todo = [numbers[at : at + SHIFT] for at in range(0, len(numbers), SHIFT)][::-1]
    shifts: dict[int, _Shift] = {}
    while todo or shifts:
        while todo and len(shifts) < jobs:
            shift = _Shift(run, todo.pop(), patience)
            shifts[shift.reading] = shift
        for reading in select.select(list(shifts), [], [], STUCK * patience)[0] or list(shifts):
            found, left = shifts[reading].told()
            yield from found
            if left is not None:
                del shifts[reading]
                if left:
                    todo.append(left)


class _Shift:
    """A process that does some runs, one after another."""

    def __init__(self, run: Run, numbers: range, patience: float) -> None:
        self.numbers, self.patience = numbers, patience
        self.at = mmap.mmap(-1, 8)
        self.reading, writing = os.pipe()
        self.rest = b""
        self.child = os.fork()
        if self.child == 0:
            try:
                os.close(self.reading)
                self._work(run, writing)
            finally:
                os._exit(0)
        os.close(writing)

    def _work(self, run: Run, writing: int) -> None:
        signal.signal(signal.SIGPROF, _slow)
        for number in self.numbers:
            self.at[:] = (number + 1).to_bytes(8, "little")
            said = _measured(run, number, self.patience)
            os.write(writing, f"{number} {' '.join(said.split())[:300]}\n".encode("utf-8", "replace"))
            gc.collect() if number % 10 == 0 else None
            if said.startswith("large"):
                return

    def told(self) -> tuple[list[tuple[int, str]], range | None]:
        """What was said since, and, where the process has ended, the runs that are left."""
        waiting = select.select([self.reading], [], [], 0)[0]
        data = os.read(self.reading, 1 << 16) if waiting else b""
        *lines, self.rest = (self.rest + data).split(b"\n")
        found = [(int(line.split()[0]), line.decode().partition(" ")[2]) for line in lines]
        if data:
            return found, None
        if not waiting:
            os.kill(self.child, signal.SIGKILL)
        _, status = os.waitpid(self.child, 0)
        os.close(self.reading)
        last = int.from_bytes(self.at[:], "little") - 1
        if status:
            found.append((last, f"died: {'stuck' if not waiting else signal.Signals(status & 127).name}"))
        return found, range(last + 1, self.numbers.stop)


def _slow(*_: object) -> None:
    raise Slow


def _measured(run: Run, number: int, patience: float) -> str:
    started, before = _seconds(), _peak()
    signal.setitimer(signal.ITIMER_PROF, 4 * SECONDS * patience)
    try:
        said = run(number)
    except Slow:
        said = "slow: without an end"
    except Exception as error:
        said = f"bug: {type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    took, peak = _seconds() - started, _peak()
    if peak > MEMORY and peak - before > MEMORY // 4:
        return f"large: {peak >> 20} MiB, {said}"
    return f"slow: {took:.1f} s, {said}" if took > patience * SECONDS else said


def _seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _peak() -> int:
    return 1024 * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def tallied(found: Iterator[tuple[int, str]], tell: Callable[[int, str], None]) -> dict[str, int]:
    """How many runs ended in which way; finds are told."""
    totals: dict[str, int] = {}
    started = time.monotonic()
    for count, (number, said) in enumerate(found, 1):
        kind = said.partition(":")[0]
        totals[kind] = totals.get(kind, 0) + 1
        if kind in FINDS:
            tell(number, said)
        if count % 5000 == 0:
            tell(-1, f"{count} runs, {time.monotonic() - started:.0f} s, {dict(sorted(totals.items()))}")
    return dict(sorted(totals.items()))


FINDS = ("bug", "slow", "large", "died")
