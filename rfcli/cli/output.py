"""Results and remarks out: colours, the width of a terminal, files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
import time

from rfcli.cli.declarations import UsageError
from rfcli.diagnostics import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

PROGRESS_AFTER = 2.0
"""Seconds after which progress is shown on a terminal."""


OUR_STDOUT = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""Other names of standard output, which may be a file by now that is not ours to replace."""


def colored(choice: str, stream: TextIO) -> bool:
    """Whether a stream gets colours: --color, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def terminal_width(output: str | None) -> int | None:
    """Characters of a line of standard output; None where it is no terminal or the result goes to the file `output`."""
    if output not in (None, "-", *OUR_STDOUT) or not sys.stdout.isatty():
        return None
    return os.get_terminal_size(sys.stdout.fileno()).columns or None


def write(chunks: Iterable[str] | bytes, path: str | None) -> None:
    """Writes a result to standard output or, whole or not at all, to a file: text, or bytes, which are not for
    terminals. Raises `UsageError`."""
    if path in (None, "-", *OUR_STDOUT):
        if isinstance(chunks, bytes):
            if sys.stdout.isatty():
                raise UsageError("this is binary, and standard output a terminal: write it to a file with -o FILE")
            sys.stdout.flush()
            sys.stdout.buffer.write(chunks)
            return
        for chunk in chunks:
            sys.stdout.write(chunk)
        return
    if "\0" in path:
        raise UsageError(f"cannot write {path}: a path has no null bytes")
    if os.path.abspath(path).startswith(("/dev/", "/proc/")) or (os.path.exists(path) and not os.path.isfile(path)):
        # A device, a pipe, or a stream of ours, which may lead to a file: none is to be replaced.
        try:
            _fill(path, chunks)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
        return
    # Beside what a link leads to, which may be another file system: a file is only moved within one.
    target = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.{os.getpid()}.tmp")
    try:
        try:
            with open(temporary, "wb"):
                pass
            if os.path.exists(target):
                os.chmod(temporary, os.stat(target).st_mode & 0o7777)
            _fill(temporary, chunks)
            os.replace(temporary, target)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
    except OSError as error:
        folder = os.path.dirname(path)
        lacks = isinstance(error, FileNotFoundError) and folder and not os.path.isdir(folder)
        why = f"there is no folder '{folder}'" if lacks else error.strerror or str(error)
        raise UsageError(f"cannot write {path}: {why}") from None


def _fill(path: str, chunks: Iterable[str] | bytes) -> None:
    """Writes into a file, after what a stream has written to it already."""
    if isinstance(chunks, bytes):
        with open(path, "ab") as binary:
            binary.write(chunks)
        return
    with open(path, "a", encoding="utf-8", newline="\n") as stream:
        for chunk in chunks:
            stream.write(chunk)


class Progress:
    """Shows progress on standard error, where that is a terminal, after some time."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total, self.count, self.started = total, 0, time.monotonic()
        self.active = not quiet and total > 1 and sys.stderr.isatty()
        self.shown = False

    def step(self, name: str) -> None:
        self.count += 1
        if self.active and time.monotonic() - self.started > PROGRESS_AFTER:
            self.shown = True
            print(f"\r\x1b[K{self.count}/{self.total} {printable(name)[:60]}", end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
