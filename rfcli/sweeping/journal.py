"""The file of a sweep as it grows: whole chunks, in order, and beside it a small file that says how far it is.

After each chunk the rows are on disk before the file beside it says so. Whenever the process dies, the rows up to what
that file says are right: what stands behind them is cut off, and the sweep goes on from there.
"""

from __future__ import annotations

import json
import os

from rfcli.diagnostics import CallError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rfcli.description.nodes import Plain

BESIDE = ".sweep.json"
"""Ending of the file that says how far a sweep is."""


class State(Value):
    """How far a sweep is: settings that are done, rows and bytes that they have made, settings with problems."""

    settings: int = 0
    rows: int = 0
    bytes: int = 0
    wrong: int = 0
    finished: bool = False


class Journal:
    """The rows of a sweep in a file, or until it is whole in its `part`. `sweep` says what makes it this one, by names
    that people know."""

    def __init__(self, path: str, sweep: dict[str, Plain], part: str | None = None) -> None:
        self.path, self.sweep, self.beside = path, sweep, path + BESIDE
        self.part = part or path
        self.state = State()
        self._stream: BinaryIO | None = None

    def resume(self) -> None:
        """Takes up what is there; from the beginning where nothing is. Raises `CallError` where it is no such sweep."""
        if not os.path.exists(self.beside):
            if os.path.exists(self.path) and os.path.getsize(self.path):  # else it was opened, and nothing more
                raise CallError(
                    f"{self.path} is there, and {self.beside}, which would say how far it is, is not: give another "
                    "file, or delete it to begin anew"
                )
            return
        found = self._read()
        other = [
            f"{key}: {_short(found['sweep'].get(key))} there, {_short(self.sweep.get(key))} here"
            for key in dict.fromkeys([*self.sweep, *found["sweep"]])
            if found["sweep"].get(key) != self.sweep.get(key)
        ]
        if other:
            raise CallError(f"{self.path} is of another sweep ({'; '.join(other)}): give another file")
        self.state = State(**found["done"])
        if self.state.finished and not os.path.exists(self.path):
            raise CallError(f"{self.path} is not there, which {self.beside} tells of: delete that to begin anew")
        written = self.path if self.state.finished else self.part
        size = os.path.getsize(written) if os.path.exists(written) else 0
        if size < self.state.bytes and written == self.part:
            raise CallError(
                f"{written} has {size:,} bytes of the {self.state.bytes:,} that {self.beside} tells: somebody has "
                "changed it; delete both to begin anew"
            )

    def refuse_unfinished(self) -> None:
        """Raises `CallError` where a sweep would be lost that is not finished."""
        if os.path.exists(self.beside):
            done = self._read()["done"]
            if not done["finished"]:
                raise CallError(
                    f"{self.path} is a sweep that is not finished, {done['settings']:,} settings are done: --resume "
                    f"goes on with it; delete {self.beside} to begin anew"
                )

    def _read(self) -> Plain:
        """What the file beside says. Raises `CallError`."""
        try:
            with open(self.beside, encoding="utf-8") as stream:
                found = json.load(stream)
            State(**found["done"])
            assert type(found["sweep"]) is dict
        except (OSError, ValueError, KeyError, TypeError, AssertionError):
            raise CallError(f"{self.beside} cannot be read as what a sweep writes: delete it to begin anew") from None
        return found

    def open(self, head: bytes) -> None:
        """Opens the file behind the rows that are right; `head` is what a new one begins with. Raises `CallError` where
        another process writes it."""
        stream = os.fdopen(os.open(self.part, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        self._stream = stream
        if not _locked(stream):
            self.close()
            raise CallError(f"another sweep is writing {self.path}")
        if not self.state.bytes:
            self._tell()  # before what an earlier sweep has left is gone
        stream.truncate(self.state.bytes)
        stream.seek(self.state.bytes)
        if not self.state.bytes:
            self.add(head, 0, 0, 0)

    def add(self, text: bytes, settings: int, rows: int, wrong: int) -> None:
        """Adds the rows of a chunk, of which so many settings are done."""
        assert self._stream is not None, "it is open"
        self._stream.write(text)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        state = self.state
        self.state = State(state.settings + settings, state.rows + rows, state.bytes + len(text), state.wrong + wrong)
        self._tell()

    def close(self) -> None:
        """Closes the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def finish(self) -> None:
        """Says that the sweep is whole."""
        self.close()
        self.state = self.state.replaced(finished=True)
        self._tell()

    def _tell(self) -> None:
        """Writes the file beside, whole or not at all."""
        done = {name: getattr(self.state, name) for name in State._fields}
        temporary = self.beside + ".tmp"
        with open(temporary, "w", encoding="utf-8") as stream:
            json.dump({"sweep": self.sweep, "done": done}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, self.beside)


def _locked(stream: BinaryIO) -> bool:
    """Whether a file is ours alone to write, where the system can tell."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:
        return True
    try:
        flock(stream, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True


def _short(value: Plain) -> str:
    text = value if type(value) is str else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
