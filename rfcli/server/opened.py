"""The texts that an editor has open: what was read of each, and what is wrong with it.

Texts are read beside the loop that answers. A request about a text is answered with that very text: where the text has
changed in the meantime, it is read again. Checks, which take longer, wait until nobody types.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from rfcli import __version__
from rfcli.description.limits import Limits
from rfcli.diagnostics import Diagnostic, Span
from rfcli.server import protocol
from rfcli.server.kept import Kept
from rfcli.server.reading import Read
from rfcli.settings.finding import Finder
from rfcli.settings.settled import limits_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

QUIET = 0.25
"""Seconds without a change after which a text is checked."""


class _Forgetful(LanguageServerProtocol):
    """Forgets what was told once it is dealt with; pygls keeps the futures of all notifications, as if somebody could
    still cancel them."""

    def _execute_handler(self, msg_id: Any, handler: Any, callback: Any, *args: Any, **more: Any) -> None:
        super()._execute_handler(msg_id, handler, callback, *args, **more)
        running = self._request_futures
        future = running.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _: running.pop(msg_id, None))


class Opened:
    """A text that an editor has open: what was read of it last, and the last that had numbers."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.version: int | None = None
        self.read: Read | None = None
        self.good: Read | None = None
        self.task: asyncio.Task[None] | None = None
        self.problems: tuple[Diagnostic, ...] | None = None
        """What was found when it was checked; None before."""
        self.kept = Kept()
        self.changes = 0


class Server(LanguageServer):
    """Reads texts and remembers what was read last."""

    def __init__(self, finder: Finder) -> None:
        self.given, self.isolated = finder.given, finder.isolated
        super().__init__("rf", __version__, lsp.TextDocumentSyncKind.Full, protocol_cls=_Forgetful)
        self.opened: dict[str, Opened] = {}
        self.reading = ThreadPoolExecutor(1, "reading")
        self.checking = ThreadPoolExecutor(1, "checking")
        self.lock = asyncio.Lock()

    def about(self, uri: str) -> Opened:
        """What is kept of a text; of one that is not open nothing is."""
        return self.opened.get(uri) or Opened("")

    def text(self, uri: str) -> tuple[int, str]:
        """The version of a text, and the text; one that is not open is read, and empty where there is no such file."""
        document = self.workspace.get_text_document(uri)
        try:
            return document.version or 0, document.source
        except (OSError, UnicodeDecodeError):
            return 0, ""

    async def read(self, uri: str) -> Read:
        """What is known of a text as it stands now."""
        loop = asyncio.get_running_loop()
        opened = self.about(uri)
        async with self.lock:
            while True:
                version, text = self.text(uri)
                if opened.read is not None and opened.version == version:
                    return opened.read
                path = _path(uri, opened.language)
                finder = Finder(self.given, self.isolated)
                found = await loop.run_in_executor(self.reading, _read, text, path, finder, opened.kept)
                opened.read, opened.version, opened.problems = found, version, None
                if found.rows is not None:
                    opened.good = found

    def changed(self, uri: str) -> None:
        """Tells the problems of a text when nobody has typed for a while."""
        opened = self.about(uri)
        opened.changes += 1
        if opened.task is not None:
            opened.task.cancel()
        opened.task = asyncio.get_running_loop().create_task(self._check(uri, opened))

    async def _check(self, uri: str, opened: Opened) -> None:
        await asyncio.sleep(QUIET)
        problems = await self.judged(uri)
        if problems is None or uri not in self.opened or opened.read is None:
            return
        read = opened.read
        told = [protocol.diagnostic(read, one, self.encoding) for one in problems]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, told, opened.version))

    async def judged(self, uri: str) -> tuple[Diagnostic, ...] | None:
        """All problems of a text as it stands now; None where it changes before they are known."""
        read, opened = await self.read(uri), self.about(uri)
        if opened.problems is None:
            changes = opened.changes

            def pause() -> None:
                if opened.changes != changes:
                    raise _Changed

            found = await asyncio.get_running_loop().run_in_executor(self.checking, _judged, read, pause)
            if found is None or opened.read is not read or opened.changes != changes:
                return None
            opened.problems = found
        return opened.problems

    @property
    def encoding(self) -> str:
        """What the editor counts columns in."""
        found = self.workspace.position_encoding
        return str(getattr(found, "value", found) or "utf-16")


def _path(uri: str, language: str) -> str:
    """The file that a URI names; for a text that has none yet a name that tells its language."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return path or ("untitled.json" if language.startswith("json") else "untitled.rf.yaml")


def _read(text: str, path: str, finder: Finder, kept: Kept) -> Read:
    """A text with the settings that hold for it; wrong settings are its first problem."""
    try:
        settings = finder.of(path)
        limits = Limits(**dict(settings.limits)).with_settings(limits_around())
    except ValueError as error:
        found = Read(text, path)
        if found.own:
            said = Diagnostic(Span(path), "RF103", f"the settings of the project are wrong: {error}")
            found.problems = (said, *found.problems)
        return found
    return Read(text, path, settings, limits, kept)


class _Changed(Exception):
    """A text has changed while it was checked."""


def _judged(read: Read, pause: Callable[[], None]) -> tuple[Diagnostic, ...] | None:
    try:
        return read.judged(pause)
    except _Changed:
        return None
    except Exception as error:  # a rule that fails must not end the server
        return (*read.problems, Diagnostic(Span(read.path), "RF001", f"a bug in rf: {type(error).__name__}: {error}"))
