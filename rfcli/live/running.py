"""Runs other people's code aside: what it prints goes to standard error, what it changes is put back, and what it
raises is told in one line."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from contextlib import contextmanager, suppress

from rfcli.diagnostics import CallError, message_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from rfcli.live.named import Named

OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@contextmanager
def aside() -> Iterator[None]:
    """Code that runs within sees no arguments of ours, writes to standard error, and changes neither the streams, the
    folder nor where modules are looked for."""
    argv, path, folder = sys.argv, list(sys.path), _folder()
    collecting = gc.isenabled()
    sys.argv = ["rf"]
    gc.enable()  # traces hold cycles
    try:
        with _stdout_to_stderr(), _exits_told(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries say about themselves
            yield
    finally:
        sys.argv, sys.path[:] = argv, path
        if not collecting:
            gc.disable()
        if folder is not None and _folder() != folder:
            os.chdir(folder)


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Standard output as standard error: for Python, and for what writes to the file itself."""
    out, err = sys.stdout, sys.stderr
    kept = None
    with suppress(OSError, ValueError, AttributeError):
        out.flush()
        if out.fileno() == 1 and err.fileno() == 2:
            kept = os.dup(1)
            os.dup2(2, 1)
    sys.stdout = err
    try:
        yield
    finally:
        with suppress(OSError, ValueError, AttributeError):
            sys.stdout.flush()
        sys.stdout, sys.stderr = out, err
        if kept is not None:
            os.dup2(kept, 1)
            os.close(kept)


@contextmanager
def _exits_told() -> Iterator[None]:
    """An exit past all handlers becomes one that can be told, but for processes that the code begins."""
    really, own = os._exit, os.getpid()

    def leave(status: int) -> None:
        if os.getpid() != own:
            really(status)
        raise SystemExit(status)

    os._exit = leave  # type: ignore[assignment]
    try:
        yield
    finally:
        os._exit = really


@contextmanager
def told(named: Named, doing: str, help: str = "") -> Iterator[None]:
    """What code raises as a `CallError` that says where; an interrupt, and what is a `CallError`, pass through. `doing`
    says what fails, as "it cannot be imported"."""
    try:
        yield
    except (KeyboardInterrupt, CallError):
        raise
    except BaseException as error:
        more = help or mend(error)
        raise named.error(f"{doing}: {said(error)}" + (f" ({more})" if more else "")) from error


def said(error: BaseException) -> str:
    """An exception in one line, with the place in the code that raised it."""
    kind = type(error).__name__
    where = _place(error)
    if isinstance(error, SystemExit):
        return f"{where}it exits with {message_of(error) or 'status 0'}"
    message = error.msg if isinstance(error, SyntaxError) and error.msg else message_of(error)
    return f"{where}{kind}: {message}" if message else f"{where}{kind}"


def mend(error: BaseException) -> str:
    """What would mend an exception, where that is known."""
    name = getattr(error, "name", None)
    if isinstance(error, ModuleNotFoundError) and isinstance(name, str) and name:
        return f"install {name.partition('.')[0]} where rf is installed, or rf where that is"
    return ""


def _place(error: BaseException) -> str:
    """`model.py:12: `, the place in code that is neither ours nor a library's; else in a library; "" where none is."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_near(error.filename)}:{error.lineno}: "
    found = list(_frames(error.__traceback__))
    own = [one for one in found if f"{os.sep}site-packages{os.sep}" not in one[0]]
    last = (own or found)[-1:]
    return "".join(f"{_near(file)}:{line}: " for file, line in last)


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    """Files and lines, without ours, and without those of Python itself."""
    library = os.path.dirname(os.__file__)
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        packages = os.path.join(library, "site-packages")
        python = file.startswith(library + os.sep) and not file.startswith(packages)
        if not file.startswith(("<", OURS + os.sep)) and not python:
            yield file, traceback.tb_lineno
        traceback = traceback.tb_next


def _near(file: str) -> str:
    """A path as people write it: from the folder they are in."""
    folder = _folder()
    if folder is not None and file.startswith(folder + os.sep):
        return file[len(folder) + 1 :]
    return file.rpartition(f"{os.sep}site-packages{os.sep}")[2]


@contextmanager
def offline() -> Iterator[None]:
    """Without connections to anywhere: what a configuration says must not fetch anything."""
    import socket

    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        os.environ[name] = "1"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError("rf opens no connection: weights change no number")

    kept = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    found = socket.getaddrinfo
    for name in kept:
        setattr(socket.socket, name, refuse)
    socket.getaddrinfo = refuse  # type: ignore[assignment]
    try:
        yield
    finally:
        for name, method in kept.items():
            setattr(socket.socket, name, method)
        socket.getaddrinfo = found
