"""What onnx's own code works out of a model: the nodes that its functions consist of, and shapes.

That code trusts the model: at a hostile one it aborts the process, fills the memory or does not end. So it runs in a
process of its own, which may take so much time and memory, and only for the models that need it.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

SECONDS = 0.5
"""Time of a processor, beside that for each node."""
SECONDS_EACH = 0.0005
"""For each node: over ten times what onnx takes for usual ones."""
MEMORY = 192 << 20
"""Bytes, beside those that the process has."""
MOST = 96 << 20
"""Bytes of a model with its shapes."""
WAIT = 10
"""Seconds after which a process that takes no time of a processor is given up."""


def inlined(model: Any, nodes: int) -> Any | None:
    """The model with its functions, of so many nodes in all, in place of the nodes that call them; None where that ends
    onnx."""
    from onnx import inliner

    def task() -> bytes:
        return bytes(inliner.inline_local_functions(model).SerializeToString())

    return _parsed(model, confined(task, SECONDS + SECONDS_EACH * nodes))


def inferred(model: Any) -> Any | None:
    """The model with the shapes that onnx infers; None where that ends it."""
    from onnx import shape_inference

    def task() -> bytes:
        return bytes(shape_inference.infer_shapes(model, data_prop=True).SerializeToString())

    return _parsed(model, confined(task, SECONDS + SECONDS_EACH * len(model.graph.node)))


def _parsed(model: Any, data: bytes | None) -> Any | None:
    from google.protobuf.message import DecodeError

    try:
        return (type(model).FromString(data) if data else model) if data is not None else None
    except DecodeError:
        return None


def confined(task: Callable[[], bytes], seconds: float) -> bytes | None:
    """What a task makes in a process of its own, within so many seconds of a processor: nothing where it raises, None
    where the process ends before. Where processes cannot be forked, it runs in this one."""
    if not hasattr(os, "fork"):
        return _tried(task)
    reading, writing = os.pipe()
    child = _forked()
    if child == 0:
        _worked(task, writing, seconds)
    os.close(writing)
    try:
        data = _received(reading)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return data[1:] if data[:1] == b"+" else None


def _tried(task: Callable[[], bytes]) -> bytes:
    try:
        return task()
    except MemoryError:
        raise
    except Exception:  # whatever onnx finds wrong with a model
        return b""


def _forked() -> int:
    """A copy of this process, which does nothing but its task: no other thread's locks matter to it."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _worked(task: Callable[[], bytes], writing: int, seconds: float) -> NoReturn:
    """Does a task within limits, writes what it makes, behind a sign that it is whole, and ends this process."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        _limit(seconds)
        data = memoryview(b"+" + _tried(task))
        while data:
            data = data[os.write(writing, data) :]
    finally:
        os._exit(0)


def _limit(seconds: float) -> None:
    import resource

    # Crashes end this process alone, and are nobody's news: a handler of the caller's would write where they happened.
    for number in (signal.SIGPROF, signal.SIGINT, signal.SIGTERM, signal.SIGABRT, signal.SIGSEGV):
        signal.signal(number, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # where the system does not tell, or another limit is lower
        with open("/proc/self/statm") as stream:
            pages = int(stream.read().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _received(reading: int) -> bytes:
    """All that a process writes, nothing where it is too much or the process is stuck."""
    pieces: list[bytes] = []
    size = 0
    waiting = select.poll()
    waiting.register(reading)
    while size <= MOST and waiting.poll(1000 * WAIT):
        piece = os.read(reading, 1 << 20)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    return b""
