"""Does something anew whenever files change: their times and sizes are looked at a few times a second."""

from __future__ import annotations

import os
import time

from rfcli.cli.declarations import UsageError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    State = tuple[tuple[int, int, int] | None, ...]
    """Of each file its time, size and number; None for one that is not there."""

EVERY = 0.3
"""Seconds from look to look."""


class Watched(Value):
    """What is looked at: files, and the page that was made of them, if any."""

    files: Sequence[str]
    page: str | None


def state(files: Iterable[str]) -> State:
    """How files stand."""
    return tuple([_stamp(name) for name in files])


def _stamp(name: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(name)
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def watching(
    anew: Callable[[], Watched], say: Callable[[str], None], wait: Callable[[], None] = lambda: time.sleep(EVERY)
) -> None:
    """Does something, and anew whenever a file that it has looked at changes; until an interrupt ends it. A file that
    changes from one look to the next is still being written."""
    files: list[str] = []
    before: State = ()
    first = True
    while True:
        files, before = _done(anew, files, first)
        if first:
            say("watching; Ctrl-C ends it")
        first = False
        last = now = before
        while now == before or now != last:
            wait()
            last, now = now, state(files)


def _done(anew: Callable[[], Watched], files: list[str], first: bool) -> tuple[list[str], State]:
    """Does it once; the files to look at, those of before too where it has made no page, and how they stood."""
    known = dict(zip(files, state(files), strict=True))
    try:
        found = anew()
    except UsageError as error:
        if first:
            raise
        import sys

        from rfcli.diagnostics import printable

        print(f"rf report: {printable(str(error))}", file=sys.stderr)
        return files, state(files)
    names = list(dict.fromkeys([*found.files, *(files if found.page is None else [])]))
    return names, tuple([known[name] if name in known else _stamp(name) for name in names])
