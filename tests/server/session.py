"""A client that speaks to `rf lsp` on its standard streams."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import rfcli

ROOT = str(Path(rfcli.__file__).parents[1])


class Session:
    """A client with one text open."""

    def __init__(self, client: Any, uri: str) -> None:
        self.client, self.uri, self.version = client, uri, 0
        self.published: dict[int | None, list[Any]] = {}
        self.said: list[str] = []
        self.told = asyncio.Event()

    async def open(self, text: str, language: str = "yaml") -> None:
        from lsprotocol import types as lsp

        self.version += 1
        item = lsp.TextDocumentItem(self.uri, language, self.version, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, text: str) -> None:
        from lsprotocol import types as lsp

        self.version += 1
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.version, self.uri),
                [lsp.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def hints(self, last: int = 10**6) -> list[tuple[int, int, str]]:
        from lsprotocol import types as lsp

        params = lsp.InlayHintParams(self.document, lsp.Range(lsp.Position(0, 0), lsp.Position(last, 0)))
        found = await self.client.text_document_inlay_hint_async(params)
        return [(one.position.line + 1, one.position.character, one.label) for one in found or []]

    async def ask(self, name: str, line: int, character: int, **more: Any) -> Any:
        """Asks something of a place, counted from 0 as the protocol does."""
        from lsprotocol import types as lsp

        kind = {"hover": "HoverParams", "completion": "CompletionParams", "definition": "DefinitionParams",
                "references": "ReferenceParams", "rename": "RenameParams",
                "prepare_rename": "PrepareRenameParams"}[name]  # fmt: skip
        params = getattr(lsp, kind)(text_document=self.document, position=lsp.Position(line, character), **more)
        return await getattr(self.client, f"text_document_{name}_async")(params)

    async def problems(self) -> list[Any]:
        """The problems of the text as it stands now."""
        while self.version not in self.published:
            self.told.clear()
            await asyncio.wait_for(self.told.wait(), 60)
        return self.published[self.version]

    @property
    def document(self) -> Any:
        from lsprotocol import types as lsp

        return lsp.TextDocumentIdentifier(self.uri)


def with_session(path: Path, use: Callable[[Session], Awaitable[None]], capabilities: Any = None) -> None:
    """Starts a server, uses it, and ends it."""
    from lsprotocol import types as lsp
    from pygls.lsp.client import LanguageClient

    async def main() -> None:
        client = LanguageClient("tests", "1")
        session = Session(client, path.as_uri())

        @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: Any) -> None:
            session.published[params.version] = list(params.diagnostics)
            session.told.set()

        @client.feature(lsp.WINDOW_LOG_MESSAGE)
        def logged(params: Any) -> None:
            session.said.append(params.message)

        @client.feature(lsp.WINDOW_SHOW_MESSAGE)
        def shown(params: Any) -> None:
            session.said.append(params.message)

        environment = {**os.environ, "PYTHONPATH": ROOT}
        await client.start_io(sys.executable, "-m", "rfcli", "lsp", cwd=str(path.parent), env=environment)
        await client.initialize_async(lsp.InitializeParams(capabilities=capabilities or lsp.ClientCapabilities()))
        client.initialized(lsp.InitializedParams())
        try:
            await use(session)
        finally:
            await asyncio.wait_for(client.shutdown_async(None), 60)
            client.exit(None)
            await asyncio.wait_for(client.stop(), 60)

    asyncio.run(main())
