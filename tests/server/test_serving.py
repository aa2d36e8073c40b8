"""The server as clients know it: one of pygls on standard streams, and Neovim."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from server.session import ROOT, Session, with_session

import rfcli
from rfcli import resources
from rfcli.server.hints import hints
from rfcli.server.reading import Read

pytestmark = pytest.mark.lsp

TEXT = """\
format: 1
input: {size: 64, channels: 3}  # \U0001f600
layers:
  - {name: stem, type: conv, kernel: 3, stride: 2, filters: 8}  # \U0001f600
  - {name: up, type: conv_transpose, kernel: 3, stride: 2, filters: 8}
  - {name: sum, type: add, inputs: [stem, stem]}
"""


def position(text: str, line: int, word: str) -> tuple[int, int]:
    """Where a word stands, as the protocol counts it."""
    before = text.splitlines()[line - 1].partition(word)[0]
    return line - 1, len(before.encode("utf-16-le")) // 2


def test_a_session(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        from lsprotocol import types as lsp

        await session.open(TEXT)
        end = len(TEXT.splitlines()[3]) + 1  # the face takes two units
        assert await session.hints() == [
            (4, end, "3 px, stride 2, 31x31"), (5, len(TEXT.splitlines()[4]), "5 px, stride 1, 63x63"), (6, len(TEXT.splitlines()[5]), "3 px, stride 2, 31x31"),
        ]  # fmt: skip
        hover = await session.ask("hover", *position(TEXT, 4, "conv"))
        assert "| size | 3 |" in hover.contents.value and "Convolution: output" in hover.contents.value
        found = await session.ask("completion", *position(TEXT, 6, "stem, stem"))
        assert {one.label: one.detail for one in found.items}["stem"] == "3 px, stride 2, 31x31"
        (where,) = await session.ask("definition", *position(TEXT, 6, "stem, stem"))
        assert (where.uri, where.range.start.line, where.range.start.character) == (session.uri, 3, 11)
        references = await session.ask(
            "references", *position(TEXT, 6, "stem, stem"), context=lsp.ReferenceContext(True)
        )
        assert len(references) == 3
        edit = await session.ask("rename", *position(TEXT, 6, "stem, stem"), new_name="first")
        assert len(edit.changes[session.uri]) == 3
        (problem,) = await session.problems()
        assert (problem.code, problem.severity, problem.range.start.line) == (
            "RF504",
            lsp.DiagnosticSeverity.Warning,
            4,
        )
        assert problem.code_description.href.endswith("README.md#problems")
        client = session.client
        outline = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(session.document))
        assert [one.name for one in outline] == ["input", "layers"]
        folds = await client.text_document_folding_range_async(lsp.FoldingRangeParams(session.document))
        assert [(one.start_line, one.end_line) for one in folds] == [(2, 5)]
        page = await client.workspace_execute_command_async(lsp.ExecuteCommandParams("rf.report", [session.uri]))
        assert "<html" in Path(page).read_text(encoding="utf-8")
        assert session.said == [f"rf report: {page}"]

    with_session(tmp_path / "net.rf.yaml", use)


def test_a_mend_is_offered_and_mends(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        from lsprotocol import types as lsp

        wrong = TEXT.replace("kernel: 3, stride: 2, filters: 8}  #", "kernal: 3, stride: 2, filters: 8}  #")
        await session.open(wrong)
        codes = [one.code for one in await session.problems()]
        assert "RF101" in codes
        assert await session.hints() == []
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
        params = lsp.CodeActionParams(session.document, whole, lsp.CodeActionContext([]))
        (action,) = await session.client.text_document_code_action_async(params)
        (change,) = action.edit.changes[session.uri]
        lines = wrong.splitlines(keepends=True)
        line = lines[change.range.start.line]
        start, end = change.range.start.character, change.range.end.character
        lines[change.range.start.line] = line[:start] + change.new_text + line[end:]
        session.change("".join(lines))
        assert [one.code for one in await session.problems()] == ["RF504"]
        assert len(await session.hints()) == 3

    with_session(tmp_path / "net.rf.yaml", use)


def test_a_refused_name_is_told(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        from pygls.exceptions import JsonRpcException

        await session.open(TEXT)
        with pytest.raises(JsonRpcException, match="the name 'up' is taken"):
            await session.ask("rename", *position(TEXT, 4, "stem"), new_name="up")

    with_session(tmp_path / "net.rf.yaml", use)


def test_every_feature_on_every_bundled_network(tmp_path: Path) -> None:
    async def use(session: Session) -> None:
        from lsprotocol import types as lsp

        await session.open("")
        for name, path in resources.architectures().items():
            text = Path(path).read_text(encoding="utf-8")
            session.change(text)
            read = Read(text, path)
            assert [(line, label) for line, _, label in await session.hints()] == [
                (one.line, one.text) for one in hints(read)
            ], name
            token = next((one for one in read.tree.scalars() if one.path[-1] == "type"), read.tree.tokens[0])
            place = (token.line - 1, read.text.units(token.line, token.column))
            for request in ("hover", "completion", "definition"):
                await session.ask(request, *place)
            await session.ask("references", *place, context=lsp.ReferenceContext(True))
            await session.ask("prepare_rename", *place)
            client, document = session.client, session.document
            assert await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
            await client.text_document_folding_range_async(lsp.FoldingRangeParams(document))
            whole = lsp.Range(lsp.Position(0, 0), lsp.Position(len(read.text.lines), 0))
            await client.text_document_code_action_async(
                lsp.CodeActionParams(document, whole, lsp.CodeActionContext([]))
            )
        assert session.said == []

    with_session(tmp_path / "net.rf.yaml", use)


def test_other_encodings_and_files(tmp_path: Path) -> None:
    from lsprotocol import types as lsp

    general = lsp.GeneralClientCapabilities(position_encodings=[lsp.PositionEncodingKind.Utf32])

    async def use(session: Session) -> None:
        await session.open(TEXT)
        assert (await session.hints())[0] == (4, len(TEXT.splitlines()[3]), "3 px, stride 2, 31x31")
        session.change("on: [push]\n")
        assert await session.problems() == []
        assert await session.hints() == [] and await session.ask("hover", 0, 1) is None

    with_session(tmp_path / "net.yaml", use, lsp.ClientCapabilities(general=general))


def test_without_the_extra_one_line_names_the_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygls'] = None; from rfcli.cli.entry import run; sys.exit(run(['lsp']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ROOT},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("rf lsp: rf lsp needs pygls: pip install") and done.stderr.count("\n") == 1


NEOVIM = """
vim.cmd('edit net.rf.yaml')
local out = {}
local id = vim.lsp.start_client({name = 'rf', cmd = {PYTHON, '-m', 'rfcli', 'lsp'}, root_dir = vim.fn.getcwd()})
vim.lsp.buf_attach_client(0, id)
assert(vim.wait(30000, function() return vim.lsp.buf_is_attached(0, id) and vim.lsp.get_client_by_id(id).initialized end))
local document = {uri = vim.uri_from_bufnr(0)}
local function ask(method, params)
  params.textDocument = document
  local found = vim.lsp.buf_request_sync(0, method, params, 30000)
  local answer = found and found[id]
  return answer and (answer.result or answer.error) or vim.NIL
end
local all = {start = {line = 0, character = 0}, ['end'] = {line = 99, character = 0}}
out.hints = ask('textDocument/inlayHint', {range = all})
out.hover = ask('textDocument/hover', {position = {line = 3, character = 26}})
out.completion = ask('textDocument/completion', {position = {line = 5, character = 34}})
vim.api.nvim_win_set_cursor(0, {4, 12})
out.rename = ask('textDocument/rename', {position = {line = 3, character = 12}, newName = 'first'})
vim.lsp.util.apply_workspace_edit(out.rename, 'utf-16')
out.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end)
out.problems = vim.diagnostic.get(0)
local file = io.open('out.json', 'w')
file:write(vim.json.encode(out))
file:close()
vim.lsp.stop_client(id)
vim.cmd('qall!')
"""


def test_neovim(tmp_path: Path) -> None:
    assert shutil.which("nvim"), "apt-get install neovim"
    (tmp_path / "net.rf.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "drive.lua").write_text(NEOVIM.replace("PYTHON", json.dumps(sys.executable)), encoding="utf-8")
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-c", "luafile drive.lua"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": ROOT, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
    )  # fmt: skip
    assert (tmp_path / "out.json").exists(), done.stderr
    out: dict[str, Any] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [one["label"] for one in out["hints"]] == [
        "3 px, stride 2, 31x31",
        "5 px, stride 1, 63x63",
        "3 px, stride 2, 31x31",
    ]
    assert "| size | 3 |" in out["hover"]["contents"]["value"]
    assert "stem" in [one["label"] for one in out["completion"]["items"]]
    assert out["lines"][3].startswith("  - {name: first,") and out["lines"][5].endswith("inputs: [first, first]}")
    assert [one["code"] for one in out["problems"]] == ["RF504"]


def test_what_is_told_is_what_the_api_says(tmp_path: Path) -> None:
    """The problems of a text with a wrong promise, through the protocol and from Python."""
    text = TEXT + "expect: [{layer: stem, size: 9}]\n"

    async def use(session: Session) -> None:
        await session.open(text)
        found = sorted(one.message.split("\n")[0] for one in await session.problems())
        assert found == sorted(one.message for one in rfcli.check(rfcli.loads(text, "net.yaml")).diagnostics)
        await asyncio.sleep(0)

    with_session(tmp_path / "net.rf.yaml", use)
