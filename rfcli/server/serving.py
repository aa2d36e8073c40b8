"""The server: what an editor asks, answered by functions of the text. Only this module knows the protocol.

Texts are read beside the loop that answers. A request about a text is answered with that very text: where the text has
changed in the meantime, it is read again. Checks, which take longer, wait until nobody types.
"""

from __future__ import annotations

import asyncio
import gc
import os
from concurrent.futures import ThreadPoolExecutor
from functools import wraps

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from rfcli import __version__, resources
from rfcli.description.limits import Limits
from rfcli.diagnostics import Diagnostic, Span
from rfcli.server import completions, hints, hovers, mends, outline, references
from rfcli.server.kept import Kept
from rfcli.server.reading import Read
from rfcli.server.texts import Range, Text
from rfcli.settings.finding import Finder
from rfcli.settings.settled import limits_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import Any, TypeVar

    from rfcli.server.outline import Symbol
    from rfcli.server.texts import Edit

    T = TypeVar("T")

QUIET = 0.25
"""Seconds without a change after which a text is checked."""

REPORT = "rf.report"
"""The command that writes `rf report` of a file; its argument is the file's URI."""

COLLECT_EVERY = 50_000
"""Objects after which Python looks for circles: reading makes many objects, and few circles."""


class Protocol(LanguageServerProtocol):
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
        super().__init__("rf", __version__, lsp.TextDocumentSyncKind.Full, protocol_cls=Protocol)
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
        told = [_diagnostic(read, one, self.encoding) for one in problems]
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


# Places


def _range(text: Text, where: Range, encoding: str) -> lsp.Range:
    return lsp.Range(
        lsp.Position(where.line - 1, text.units(where.line, where.column, encoding)),
        lsp.Position(where.until - 1, text.units(where.until, where.end, encoding)),
    )


def _lines(text: Text, line: int, column: int, last: int, encoding: str) -> lsp.Range:
    """From a place to the end of a line."""
    last = max(line, min(last, len(text.lines)))
    end = text.units(last, len(text.line(last)) + 1, encoding)
    return lsp.Range(lsp.Position(line - 1, text.units(line, column, encoding)), lsp.Position(last - 1, end))


def _diagnostic(read: Read, problem: Diagnostic, encoding: str) -> lsp.Diagnostic:
    """A problem at its place; one of a file that is extended stands where that is named."""
    span, message = problem.span, problem.message
    if span.path != read.path:
        message = f"{span}: {message}"
        named = next((one for one in read.tree.tokens if one.path == ("extends",) and not one.key), None)
        span = Span(read.path, named.line, named.column) if named is not None else Span(read.path)
    token = read.tree.at(span.line, span.column)
    where = None
    if token is not None and (token.line, token.column) == (span.line, span.column):
        where = read.tree.span(token)
    end = where.end if where is not None else len(read.text.line(span.line)) + 1
    return lsp.Diagnostic(
        range=_range(read.text, Range(span.line, span.column, max(end, span.column)), encoding),
        message=message + (f"\nhelp: {problem.help}" if problem.help else ""),
        severity=lsp.DiagnosticSeverity.Warning if problem.code.startswith("RF5") else lsp.DiagnosticSeverity.Error,
        code=problem.code,
        code_description=lsp.CodeDescription(_manual()),
        source="rf",
    )


def _manual() -> str:
    """Where the codes are explained."""
    path = os.path.join(resources.folder("schemas"), "README.md")
    return f"{uris.from_fs_path(path)}#problems"


# Requests


def made(finder: Finder) -> Server:
    """A server that answers."""
    server = Server(finder)
    _watching(server)
    _looking(server)
    _writing(server)
    return server


def _guarded(server: Server, answer: Callable[[Any], Awaitable[T]]) -> Callable[[Any], Awaitable[T | None]]:
    """An answer that ends no server: a bug is told, and nothing is answered."""

    @wraps(answer)
    async def guarded(params: Any) -> T | None:
        try:
            return await answer(params)
        except JsonRpcInvalidParams:
            raise
        except Exception as error:
            said = f"a bug in rf: {type(error).__name__}: {error}"
            server.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, said))
            return None

    return guarded


async def _at(server: Server, params: Any) -> tuple[Read, int, int]:
    """The text that a request is about, with the line and the column, from 1, of its place."""
    read = await server.read(params.text_document.uri)
    line = params.position.line + 1
    return read, line, read.text.column(line, params.position.character, server.encoding)


def _watching(server: Server) -> None:
    """What an editor tells: texts that it opens, changes, saves and closes."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.opened[params.text_document.uri] = Opened(params.text_document.language_id)
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        """Others may extend what was saved."""
        for uri, one in server.opened.items():
            one.version = None
            server.changed(uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        one = server.opened.pop(uri, None)
        if one is not None and one.task is not None:
            one.task.cancel()
            one.task = None  # they would hold each other
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))


def _looking(server: Server) -> None:
    """What changes nothing."""

    async def inlay(params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        read = await server.read(params.text_document.uri)
        return [
            lsp.InlayHint(
                position=lsp.Position(
                    one.line - 1, read.text.units(one.line, len(read.text.line(one.line)) + 1, server.encoding)
                ),
                label=one.text,
                padding_left=True,
                tooltip=", ".join(one.layers[:12]) + (" ..." if len(one.layers) > 12 else ""),
            )
            for one in hints.hints(read, params.range.start.line + 1, params.range.end.line + 1)
        ]

    async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        read, line, column = await _at(server, params)
        found = hovers.hover(read, line, column)
        if found is None:
            return None
        where = None if found.range is None else _range(read.text, found.range, server.encoding)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, found.text), where)

    async def complete(params: lsp.CompletionParams) -> lsp.CompletionList:
        read, line, column = await _at(server, params)
        good = server.about(params.text_document.uri).good
        start, found = completions.completions(read, good, line, column)
        where = _range(read.text, Range(line, start, column), server.encoding)
        again = any(one.kind in ("type", "key") for one in found)  # other tools' words join by what is typed
        return lsp.CompletionList(again, [_completion(one, where) for one in found])

    async def defined(params: lsp.DefinitionParams) -> list[lsp.Location]:
        read, line, column = await _at(server, params)
        return [
            lsp.Location(
                params.text_document.uri
                if one.path == read.path
                else str(uris.from_fs_path(os.path.abspath(one.path))),
                _range(read.text, one.range, server.encoding),
            )
            for one in references.definition(read, line, column)
        ]

    async def referred(params: lsp.ReferenceParams) -> list[lsp.Location]:
        read, line, column = await _at(server, params)
        found = references.references(read, line, column, params.context.include_declaration)
        return [lsp.Location(params.text_document.uri, _range(read.text, one, server.encoding)) for one in found]

    async def outlined(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        read = await server.read(params.text_document.uri)
        return [_symbol(read.text, one, server.encoding) for one in outline.symbols(read)]

    async def folded(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        read = await server.read(params.text_document.uri)
        return [lsp.FoldingRange(first - 1, last - 1) for first, last in outline.folds(read)]

    triggers = [":", " ", "[", "{", "$", ","]
    for name, answer, options in (
        (lsp.TEXT_DOCUMENT_INLAY_HINT, inlay, None),
        (lsp.TEXT_DOCUMENT_HOVER, hover, None),
        (lsp.TEXT_DOCUMENT_COMPLETION, complete, lsp.CompletionOptions(trigger_characters=triggers)),
        (lsp.TEXT_DOCUMENT_DEFINITION, defined, None),
        (lsp.TEXT_DOCUMENT_REFERENCES, referred, None),
        (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, outlined, None),
        (lsp.TEXT_DOCUMENT_FOLDING_RANGE, folded, None),
    ):
        server.feature(name, options)(_guarded(server, answer))


KINDS = {
    "type": lsp.CompletionItemKind.Class,
    "key": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.Value,
    "name": lsp.CompletionItemKind.Reference,
    "block": lsp.CompletionItemKind.Module,
    "network": lsp.CompletionItemKind.File,
    "code": lsp.CompletionItemKind.Constant,
}
SYMBOLS = {
    "section": lsp.SymbolKind.Namespace,
    "layer": lsp.SymbolKind.Field,
    "scope": lsp.SymbolKind.Struct,
    "block": lsp.SymbolKind.Class,
    "parameter": lsp.SymbolKind.Variable,
    "input": lsp.SymbolKind.Variable,
}


def _completion(one: completions.Completion, where: lsp.Range) -> lsp.CompletionItem:
    manual = lsp.MarkupContent(lsp.MarkupKind.Markdown, one.manual) if one.manual else None
    return lsp.CompletionItem(
        label=one.word,
        kind=KINDS[one.kind],
        detail=one.detail or None,
        filter_text=one.typed or None,
        documentation=manual,
        text_edit=lsp.TextEdit(where, one.insert or one.word),
    )


def _symbol(text: Text, one: Symbol, encoding: str) -> lsp.DocumentSymbol:
    whole = _lines(text, one.line, one.column, one.last, encoding)
    return lsp.DocumentSymbol(
        name=one.name or "?",
        kind=SYMBOLS[one.kind],
        range=whole,
        selection_range=lsp.Range(whole.start, whole.start),
        detail=one.detail or None,
        children=[_symbol(text, inner, encoding) for inner in one.inside],
    )


def _writing(server: Server) -> None:
    """What changes a text, or writes a file."""

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepared(params: lsp.PrepareRenameParams) -> lsp.Range | None:
        read, line, column = await _at(server, params)
        here = references.at(read, line, column)
        return None if here is None else _range(read.text, here.range, server.encoding)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        read, line, column = await _at(server, params)
        try:
            edits = references.renamed(read, line, column, params.new_name)
        except references.Refused as error:
            raise JsonRpcInvalidParams(str(error)) from None
        return _edit(server, params.text_document.uri, read, edits)

    async def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        read = await server.read(uri)
        found = []
        for problem in await server.judged(uri) or ():
            if not params.range.start.line <= problem.span.line - 1 <= params.range.end.line:
                continue
            for one in mends.mends(read, problem):
                found.append(
                    lsp.CodeAction(
                        title=one.title,
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[_diagnostic(read, problem, server.encoding)],
                        edit=_edit(server, uri, read, list(one.edits)),
                    )
                )
        if read.rows is not None:
            command = lsp.Command(title="Open rf report", command=REPORT, arguments=[uri])
            found.append(lsp.CodeAction(title=command.title, kind=lsp.CodeActionKind.Source, command=command))
        return found

    server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION)(_guarded(server, actions))

    @server.command(REPORT)
    async def report(uri: str) -> str | None:
        read = await server.read(uri)
        if read.rows is None:
            server.window_show_message(
                lsp.ShowMessageParams(lsp.MessageType.Warning, "rf report: the description has problems")
            )
            return None
        path = await asyncio.get_running_loop().run_in_executor(server.checking, _page, read)
        window = server.client_capabilities.window
        if window is not None and window.show_document is not None and window.show_document.support:
            server.window_show_document(lsp.ShowDocumentParams(str(uris.from_fs_path(path)), external=True))
        else:
            server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, f"rf report: {path}"))
        return path


def _edit(server: Server, uri: str, read: Read, edits: Sequence[Edit]) -> lsp.WorkspaceEdit:
    changes = [lsp.TextEdit(_range(read.text, one.range, server.encoding), one.text) for one in edits]
    return lsp.WorkspaceEdit(changes={uri: changes})


def _page(read: Read) -> str:
    """Writes the page of a network to a file of its own, and returns its path."""
    import tempfile

    from rfcli import report

    assert read.report is not None, "who asks has looked"
    folder = tempfile.mkdtemp(prefix="rf-report-")
    path = os.path.join(folder, f"{resources.stem(read.path) or 'net'}.html")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(str(report(read.report)))
    return path


def serve(finder: Finder) -> None:
    """Answers on standard input and output until the editor ends it; settings are found anew for each text."""
    gc.enable()
    gc.set_threshold(COLLECT_EVERY, 20, 20)
    made(finder).start_io()
