"""Sweeps in chunks: so many settings of one network at a time, computed in whatever process, with the same rows."""

from __future__ import annotations

import pickle
import time
from threading import local

import rfcli
from rfcli.diagnostics import CallError
from rfcli.sweeping.grid import Grid
from rfcli.sweeping.rows import Columns, Where, row
from rfcli.sweeping.variations import Description, Model, Variations
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from rfcli.pipeline import InputSizes
    from rfcli.sweeping.rows import Row

FIRST, LARGEST = 16, 4096
"""Settings of the first chunk, and of the largest ones."""


class Asked(Value):
    """What is asked of each setting: what all processes need to know."""

    version: str
    networks: tuple[Description | Model, ...]
    grid: Grid
    columns: Columns
    layer: str | None
    where: str | None
    input_size: InputSizes


class Sweep(Value):
    """A sweep: for each network, one after the other, the settings of these numbers."""

    asked: Asked
    numbers: Sequence[int]

    @property
    def total(self) -> int:
        """Settings of all networks."""
        return len(self.asked.networks) * len(self.numbers)

    def task(self, start: int, count: int) -> Task:
        """The settings from a place in the sweep on, at most so many, and of one network."""
        network, at = divmod(start, len(self.numbers))
        return Task(start, network, self.numbers[at : at + count])


class Task(Value):
    """Settings to be computed: those with these numbers, of the network with this one; `start` is their place in the
    sweep."""

    start: int
    network: int
    numbers: Sequence[int]

    @property
    def stop(self) -> int:
        """The place in the sweep after them."""
        return self.start + len(self.numbers)


class Chunk(Value):
    """Computed settings: the rows that are wanted, how many settings have problems, the first problem, and the seconds
    that it took."""

    task: Task
    rows: list[tuple[Row, tuple[str, ...]]]
    wrong: int
    problem: str
    seconds: float


class OtherVersion(Exception):
    """A process has another version of rf."""

    def __init__(self, here: str, wanted: str) -> None:
        super().__init__(here, wanted)
        self.here, self.wanted = here, wanted


class Computing:
    """Computes chunks of one sweep; what settings have in common is kept from chunk to chunk."""

    def __init__(self, asked: Asked) -> None:
        if asked.version != rfcli.__version__:
            raise OtherVersion(rfcli.__version__, asked.version)
        self.asked = asked
        self.where = None if asked.where is None else Where(asked.where, asked.columns)
        self._known: tuple[int, Variations] | None = None

    def chunk(self, task: Task) -> Chunk:
        """The rows of some settings. Raises `CallError` where they cannot be chosen as is asked."""
        begun, asked = time.perf_counter(), self.asked
        network = self._network(task.network)
        rows, wrong, problem = [], 0, ""
        for number in task.numbers:
            found, letters = row(network, asked.grid.setting(number), asked.columns)
            if found["problems"]:
                wrong, problem = wrong + 1, problem or found["problems"]
            if self.where is None or self.where.wants(found, letters):
                rows.append((found, letters))
        return Chunk(task, rows, wrong, problem, time.perf_counter() - begun)

    def _network(self, number: int) -> Variations:
        """One of the networks, which come one after the other."""
        if self._known is None or self._known[0] != number:
            asked = self.asked
            self._known = number, Variations(asked.networks[number], asked.input_size, asked.layer)
        return self._known[1]


class Pace:
    """How many settings make a chunk: so many that one takes about `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.count = seconds, FIRST

    def learn(self, chunk: Chunk) -> None:
        """Takes account of how long a chunk took."""
        settings = max(1, len(chunk.task.numbers))
        wanted = int(self.seconds * settings / max(chunk.seconds, 1e-6))
        self.count = max(1, min(wanted, 2 * self.count, LARGEST))


def packed(asked: Asked) -> bytes:
    """What is asked, for other processes."""
    return pickle.dumps(asked)


_computing = local()
"""What each thread of this process computes: the last that it was asked."""


def computed(asked: bytes, task: Task) -> Chunk | CallError | OtherVersion:
    """The chunk of a task, in a process of its own that is told what is asked; what ends the sweep is returned."""
    if getattr(_computing, "asked", None) != asked:
        try:
            _computing.last, _computing.asked = Computing(pickle.loads(asked)), asked
        except OtherVersion as error:
            return error
        except Exception as error:  # an older version knows no such values
            return OtherVersion(rfcli.__version__, f"another one ({type(error).__name__})")
    try:
        found: Chunk = _computing.last.chunk(task)
        return found
    except CallError as error:
        return error


def in_turn(sweep: Sweep, start: int) -> Generator[Chunk]:
    """All chunks from a place in the sweep on, computed here, one after the other."""
    computing, pace = Computing(sweep.asked), Pace(0.25)
    while start < sweep.total:
        chunk = computing.chunk(sweep.task(start, pace.count))
        pace.learn(chunk)
        start = chunk.task.stop
        yield chunk
