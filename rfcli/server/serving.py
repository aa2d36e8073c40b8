"""The server: what an editor asks and tells, each answered by functions of the text."""

from __future__ import annotations

import asyncio
import gc
import os

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams

from rfcli import resources
from rfcli.server import completions, hints, hovers, mends, outline, protocol, references
from rfcli.server.opened import Opened, Server
from rfcli.server.texts import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, TypeVar

    from rfcli.server.reading import Read
    from rfcli.settings.finding import Finder

    T = TypeVar("T")

REPORT = "rf.report"
"""The command that writes `rf report` of a file; its argument is the file's URI."""

COLLECT_EVERY = 50_000
"""Objects after which Python looks for circles: reading makes many objects, and few circles."""


def serve(finder: Finder) -> None:
    """Answers on standard input and output until the editor ends it; settings are found anew for each text."""
    gc.enable()
    gc.set_threshold(COLLECT_EVERY, 20, 20)
    made(finder).start_io()


def made(finder: Finder) -> Server:
    """A server that answers."""
    server = Server(finder)
    for name, heard in _TOLD.items():
        server.feature(name)(_bound(server, heard))
    for name, (answer, options) in _ASKED.items():
        server.feature(name, options)(_guarded(server, _bound(server, answer)))

    async def report(uri: str) -> str | None:
        return await _report(server, uri)

    server.command(REPORT)(report)
    return server


def _bound(server: Server, answer: Callable[[Server, Any], Awaitable[T]]) -> Callable[[Any], Awaitable[T]]:
    """An answer of this server."""

    async def bound(params: Any) -> T:
        return await answer(server, params)

    return bound


def _guarded(server: Server, answer: Callable[[Any], Awaitable[T]]) -> Callable[[Any], Awaitable[T | None]]:
    """An answer that ends no server: a bug is told, and nothing is answered."""

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


# What an editor tells


async def _opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    server.opened[params.text_document.uri] = Opened(params.text_document.language_id)
    server.changed(params.text_document.uri)


async def _changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    server.changed(params.text_document.uri)


async def _saved(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    """Others may extend what was saved."""
    for uri, one in server.opened.items():
        one.version = None
        server.changed(uri)


async def _closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    one = server.opened.pop(uri, None)
    if one is not None and one.task is not None:
        one.task.cancel()
        one.task = None  # they would hold each other
    server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))


_TOLD: dict[str, Callable[[Server, Any], Awaitable[None]]] = {
    lsp.TEXT_DOCUMENT_DID_OPEN: _opened,
    lsp.TEXT_DOCUMENT_DID_CHANGE: _changed,
    lsp.TEXT_DOCUMENT_DID_SAVE: _saved,
    lsp.TEXT_DOCUMENT_DID_CLOSE: _closed,
}


# What it asks


async def _hints(server: Server, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    read = await server.read(params.text_document.uri)
    found = hints.hints(read, params.range.start.line + 1, params.range.end.line + 1)
    return [protocol.hint(read.text, one, server.encoding) for one in found]


async def _hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    read, line, column = await _at(server, params)
    found = hovers.hover(read, line, column)
    if found is None:
        return None
    where = None if found.range is None else protocol.place(read.text, found.range, server.encoding)
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, found.text), where)


async def _completions(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
    read, line, column = await _at(server, params)
    good = server.about(params.text_document.uri).good
    start, found = completions.completions(read, good, line, column)
    where = protocol.place(read.text, Range(line, start, column), server.encoding)
    again = any(one.kind in ("type", "key") for one in found)  # other tools' words join by what is typed
    return lsp.CompletionList(again, [protocol.completion(one, where) for one in found])


async def _definition(server: Server, params: lsp.DefinitionParams) -> list[lsp.Location]:
    read, line, column = await _at(server, params)
    own = params.text_document.uri
    return [
        lsp.Location(
            own if one.path == read.path else str(uris.from_fs_path(os.path.abspath(one.path))),
            protocol.place(read.text, one.range, server.encoding),
        )
        for one in references.definition(read, line, column)
    ]


async def _references(server: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
    read, line, column = await _at(server, params)
    found = references.references(read, line, column, params.context.include_declaration)
    return [lsp.Location(params.text_document.uri, protocol.place(read.text, one, server.encoding)) for one in found]


async def _symbols(server: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
    read = await server.read(params.text_document.uri)
    return [protocol.symbol(read.text, one, server.encoding) for one in outline.symbols(read)]


async def _folds(server: Server, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
    read = await server.read(params.text_document.uri)
    return [lsp.FoldingRange(first - 1, last - 1) for first, last in outline.folds(read)]


async def _actions(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """Mends of the problems in some lines, and the page of the network."""
    uri = params.text_document.uri
    read = await server.read(uri)
    first, last = params.range.start.line + 1, params.range.end.line + 1
    problems = [one for one in await server.judged(uri) or () if first <= one.span.line <= last]
    found = [protocol.mend(uri, read, one, server.encoding) for two in problems for one in mends.mends(read, two)]
    if read.rows is not None:
        command = lsp.Command(title="Open rf report", command=REPORT, arguments=[uri])
        found.append(lsp.CodeAction(title=command.title, kind=lsp.CodeActionKind.Source, command=command))
    return found


async def _renamable(server: Server, params: lsp.PrepareRenameParams) -> lsp.Range | None:
    read, line, column = await _at(server, params)
    here = references.at(read, line, column)
    return None if here is None else protocol.place(read.text, here.range, server.encoding)


async def _renamed(server: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
    """The edits that rename what stands at a place. Raises `JsonRpcInvalidParams` where the name is refused."""
    read, line, column = await _at(server, params)
    try:
        edits = references.renamed(read, line, column, params.new_name)
    except references.Refused as error:
        raise JsonRpcInvalidParams(str(error)) from None
    return protocol.edit(params.text_document.uri, read.text, edits, server.encoding)


_ASKED: dict[str, tuple[Callable[[Server, Any], Awaitable[Any]], Any]] = {
    lsp.TEXT_DOCUMENT_INLAY_HINT: (_hints, None),
    lsp.TEXT_DOCUMENT_HOVER: (_hover, None),
    lsp.TEXT_DOCUMENT_COMPLETION: (
        _completions,
        lsp.CompletionOptions(trigger_characters=[":", " ", "[", "{", "$", ","]),
    ),
    lsp.TEXT_DOCUMENT_DEFINITION: (_definition, None),
    lsp.TEXT_DOCUMENT_REFERENCES: (_references, None),
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: (_symbols, None),
    lsp.TEXT_DOCUMENT_FOLDING_RANGE: (_folds, None),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (_actions, None),
    lsp.TEXT_DOCUMENT_PREPARE_RENAME: (_renamable, None),
    lsp.TEXT_DOCUMENT_RENAME: (_renamed, lsp.RenameOptions(prepare_provider=True)),
}


async def _report(server: Server, uri: str) -> str | None:
    """Writes the page of a network and has the editor show it; its path."""
    read = await server.read(uri)
    if read.rows is None:
        said = "rf report: the description has problems"
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, said))
        return None
    path = await asyncio.get_running_loop().run_in_executor(server.checking, _page, read)
    window = server.client_capabilities.window
    if window is not None and window.show_document is not None and window.show_document.support:
        server.window_show_document(lsp.ShowDocumentParams(str(uris.from_fs_path(path)), external=True))
    else:
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, f"rf report: {path}"))
    return path


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
