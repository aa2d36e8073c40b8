"""What an editor is told, in the protocol's words: places, problems, completions, symbols and edits of a text.

Lines and columns count from 1 and in characters here; there from 0, and in units that editor and server agree on.
"""

from __future__ import annotations

import os

from lsprotocol import types as lsp
from pygls import uris

from rfcli import resources
from rfcli.diagnostics import Diagnostic, Span
from rfcli.server.texts import Range, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.server.completions import Completion
    from rfcli.server.hints import Hint
    from rfcli.server.mends import Mend
    from rfcli.server.outline import Symbol
    from rfcli.server.reading import Read
    from rfcli.server.texts import Edit

_KINDS = {
    "type": lsp.CompletionItemKind.Class,
    "key": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.Value,
    "name": lsp.CompletionItemKind.Reference,
    "block": lsp.CompletionItemKind.Module,
    "network": lsp.CompletionItemKind.File,
    "code": lsp.CompletionItemKind.Constant,
}
_SYMBOLS = {
    "section": lsp.SymbolKind.Namespace,
    "layer": lsp.SymbolKind.Field,
    "scope": lsp.SymbolKind.Struct,
    "block": lsp.SymbolKind.Class,
    "parameter": lsp.SymbolKind.Variable,
    "input": lsp.SymbolKind.Variable,
}
MOST_NAMED = 12
"""Layers of a line that a hint names."""


def place(text: Text, where: Range, encoding: str) -> lsp.Range:
    """A place in a text."""
    return lsp.Range(
        lsp.Position(where.line - 1, text.units(where.line, where.column, encoding)),
        lsp.Position(where.until - 1, text.units(where.until, where.end, encoding)),
    )


def _to_line_end(text: Text, line: int, column: int, last: int, encoding: str) -> lsp.Range:
    """From a place to the end of a line."""
    last = max(line, min(last, len(text.lines)))
    end = text.units(last, len(text.line(last)) + 1, encoding)
    return lsp.Range(lsp.Position(line - 1, text.units(line, column, encoding)), lsp.Position(last - 1, end))


def hint(text: Text, one: Hint, encoding: str) -> lsp.InlayHint:
    """What stands at the end of a line."""
    named = ", ".join(one.layers[:MOST_NAMED])
    return lsp.InlayHint(
        position=lsp.Position(one.line - 1, text.units(one.line, len(text.line(one.line)) + 1, encoding)),
        label=one.text,
        padding_left=True,
        tooltip=named + (" ..." if len(one.layers) > MOST_NAMED else ""),
    )


def completion(one: Completion, where: lsp.Range) -> lsp.CompletionItem:
    """A word that may stand at a place."""
    manual = lsp.MarkupContent(lsp.MarkupKind.Markdown, one.manual) if one.manual else None
    return lsp.CompletionItem(
        label=one.word,
        kind=_KINDS[one.kind],
        detail=one.detail or None,
        filter_text=one.typed or None,
        documentation=manual,
        text_edit=lsp.TextEdit(where, one.insert or one.word),
    )


def symbol(text: Text, one: Symbol, encoding: str) -> lsp.DocumentSymbol:
    """An entry of the outline, with those inside it."""
    whole = _to_line_end(text, one.line, one.column, one.last, encoding)
    return lsp.DocumentSymbol(
        name=one.name or "?",
        kind=_SYMBOLS[one.kind],
        range=whole,
        selection_range=lsp.Range(whole.start, whole.start),
        detail=one.detail or None,
        children=[symbol(text, inner, encoding) for inner in one.inside],
    )


def diagnostic(read: Read, problem: Diagnostic, encoding: str) -> lsp.Diagnostic:
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
        range=place(read.text, Range(span.line, span.column, max(end, span.column)), encoding),
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


def mend(uri: str, read: Read, one: Mend, encoding: str) -> lsp.CodeAction:
    """A change that mends a problem."""
    return lsp.CodeAction(
        title=one.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(read, one.problem, encoding)],
        edit=edit(uri, read.text, one.edits, encoding),
    )


def edit(uri: str, text: Text, edits: Sequence[Edit], encoding: str) -> lsp.WorkspaceEdit:
    """Changes of a text."""
    return lsp.WorkspaceEdit(changes={uri: [lsp.TextEdit(place(text, one.range, encoding), one.text) for one in edits]})
