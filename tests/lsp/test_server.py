"""Sessions with the editor server: pygls' own client, and Neovim where it is installed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from slopscan import scan_text

ROOT = Path(__file__).resolve().parents[2]
RULE = "negative-parallelism"
TIC = "It is not just a tool, but a way of thinking."
WIDTH = max(f.span.length for f in scan_text(TIC, parse=False).findings if f.rule == RULE)
SERVER = (sys.executable, "-m", "slopscan", "lsp")
SETTINGS = {"select": [RULE], "parse": False}


class Session:
    """A client with one open document."""

    def __init__(self, client: LanguageClient, path: Path) -> None:
        self.client = client
        self.uri = path.as_uri()
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.messages: asyncio.Queue[str] = asyncio.Queue()
        self.version = 1
        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(
            lambda params: self.published.put_nowait(params)  # noqa: PLW0108 - takes attributes
        )
        client.feature(types.WINDOW_SHOW_MESSAGE)(
            lambda params: self.messages.put_nowait(params.message)
        )

    async def begin(
        self, text: str, options: Any, encodings: list[str] | None, asked: Any = None
    ) -> None:
        general = types.GeneralClientCapabilities(position_encodings=encodings)
        workspace = types.WorkspaceClientCapabilities(configuration=asked is not None)
        self.client.feature(types.WORKSPACE_CONFIGURATION)(lambda params: [asked])
        await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(general=general, workspace=workspace),
                initialization_options=options,
            )
        )
        self.client.initialized(types.InitializedParams())
        item = types.TextDocumentItem(self.uri, "markdown", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        self.version += 1
        place = types.Range(types.Position(*start), types.Position(*end))
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, self.uri),
                [types.TextDocumentContentChangePartial(text=text, range=place)],
            )
        )

    async def diagnostics(self, version: int | None = None) -> list[types.Diagnostic]:
        """Wait for the diagnostics of a version, the newest by default."""
        while True:
            got = await asyncio.wait_for(self.published.get(), 60)
            if got.version in (None, version or self.version):
                return list(got.diagnostics)

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)


def session(  # noqa: PLR0917
    path: Path,
    text: str,
    work: Callable[[Session], Awaitable[None]],
    options: Any = SETTINGS,
    encodings: list[str] | None = None,
    asked: Any = None,
) -> None:
    async def run() -> None:
        client = LanguageClient("test", "1")
        await client.start_io(*SERVER)
        talk = Session(client, path)
        try:
            await talk.begin(text, options, encodings, asked)
            await work(talk)
            await client.shutdown_async(None)
            client.exit(None)
        except BaseException:
            if client._server is not None:  # nobody asked it to end
                client._server.kill()
            raise
        finally:
            await client.stop()

    asyncio.run(asyncio.wait_for(run(), 120))


def spot(shown: types.Diagnostic) -> tuple[int, int, int, int]:
    start, end = shown.range.start, shown.range.end
    return start.line, start.character, end.line, end.character


def test_diagnostics_follow_the_edits(tmp_path: Path) -> None:
    async def work(talk: Session) -> None:
        (first,) = await talk.diagnostics()
        assert (first.code, first.source, spot(first)) == (RULE, "slopscan", (0, 6, 0, 6 + WIDTH))
        assert first.severity is types.DiagnosticSeverity.Warning
        talk.change((0, 0), (0, 0), "New.\n\n")
        (moved,) = await talk.diagnostics()
        assert spot(moved) == (2, 6, 2, 6 + WIDTH)
        for letter in "abc":  # a burst: only the last edit has to be answered
            talk.change((2, 0), (3, 0), f"{letter}\n")
        assert await talk.diagnostics() == []
        talk.client.text_document_did_close(types.DidCloseTextDocumentParams(talk.document))
        assert await talk.diagnostics() == []

    session(tmp_path / "a.md", f"{TIC}\n", work)


@pytest.mark.parametrize(
    ("encoding", "column"), [(None, 9), ("utf-16", 9), ("utf-8", 11), ("utf-32", 8)]
)
def test_columns_count_what_the_editor_counts(
    tmp_path: Path, encoding: str | None, column: int
) -> None:
    async def work(talk: Session) -> None:
        (shown,) = await talk.diagnostics()
        assert spot(shown) == (0, column, 0, column + WIDTH)

    session(tmp_path / "a.md", f"🫖 {TIC}\n", work, encodings=[encoding] if encoding else None)


def test_a_hover_explains_and_an_action_silences(tmp_path: Path) -> None:
    async def work(talk: Session) -> None:
        (shown,) = await talk.diagnostics()
        on = types.HoverParams(talk.document, types.Position(0, 10))
        hover = await talk.client.text_document_hover_async(on)
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.value.startswith(f"**{RULE}** (warning)")
        page = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
        promised = page.split("```markdown\n")[1].split("\n```")[0]
        pattern = ".*".join(map(re.escape, promised.split("...")))
        assert re.fullmatch(pattern, hover.contents.value, re.DOTALL)
        off = types.HoverParams(talk.document, types.Position(0, 40))
        assert await talk.client.text_document_hover_async(off) is None

        asked = types.CodeActionParams(talk.document, shown.range, types.CodeActionContext([shown]))
        actions = await talk.client.text_document_code_action_async(asked)
        assert actions is not None
        titles = [action.title for action in actions]
        assert titles == [
            f"Silence {RULE} on this line",
            f"Silence {RULE} in this file",
            f"Read about {RULE}",
        ]
        edit = actions[0].edit
        assert edit is not None and edit.changes is not None
        (change,) = edit.changes[talk.uri]
        at = change.range.start
        talk.change((at.line, at.character), (at.line, at.character), change.new_text)
        assert await talk.diagnostics() == []

    session(tmp_path / "a.md", f"{TIC}  \nMore.\n", work)


def test_residue_can_be_taken_out(tmp_path: Path) -> None:
    async def work(talk: Session) -> None:
        (shown,) = await talk.diagnostics()
        asked = types.CodeActionParams(talk.document, shown.range, types.CodeActionContext([shown]))
        first, *_ = await talk.client.text_document_code_action_async(asked) or []
        assert first.title == "Take it out"
        assert first.edit is not None and first.edit.changes is not None
        (change,) = first.edit.changes[talk.uri]
        start, end = change.range.start, change.range.end
        assert (start.character, end.character, change.new_text) == (12, 22, "")
        talk.change((start.line, start.character), (end.line, end.character), "")
        assert await talk.diagnostics() == []

    settings = {"select": ["special-token"], "parse": False}
    session(tmp_path / "a.md", "🫖 It ended.<|im_end|>\n", work, options=settings)


def test_settings_come_from_files_and_from_the_editor(tmp_path: Path) -> None:
    (tmp_path / "slopscan.toml").write_text(f'parse = false\nselect = ["{RULE}"]\n')

    async def work(talk: Session) -> None:
        assert len(await talk.diagnostics()) == 1
        talk.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"slopscan": {"ignore": [RULE]}})
        )
        assert await talk.diagnostics() == []
        talk.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"slopscan": {"ignroe": [RULE]}})
        )
        message = await asyncio.wait_for(talk.messages.get(), 60)
        assert 'did you mean "ignore"?' in message

    session(tmp_path / "a.md", f"{TIC}\n", work, options=None)


def test_an_editor_may_give_its_settings_when_asked(tmp_path: Path) -> None:
    async def work(talk: Session) -> None:
        while [item.code for item in await talk.diagnostics()] != [RULE]:
            pass  # the text may be scanned once before the settings are there

    session(tmp_path / "a.md", f"{TIC} Let's delve.\n", work, options=None, asked=SETTINGS)


def test_a_configuration_file_counts_from_when_it_is_written(tmp_path: Path) -> None:
    config = tmp_path / "slopscan.toml"
    config.write_text(f'parse = false\nselect = ["{RULE}"]\n')

    async def work(talk: Session) -> None:
        assert len(await talk.diagnostics()) == 1
        config.write_text('parse = false\nselect = ["litotes"]\n')
        os.utime(config, ns=(1, 1))
        talk.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(config.as_uri()))
        )
        assert await talk.diagnostics() == []
        config.unlink()
        (tmp_path / "pyproject.toml").write_text(
            f'[tool.slopscan]\nparse = false\nselect = ["{RULE}"]\n'
        )
        talk.change((1, 0), (1, 0), "More.\n")
        assert len(await talk.diagnostics()) == 1

    session(tmp_path / "a.md", f"{TIC}\n", work, options=None)


def test_a_mistake_in_a_configuration_file_is_shown(tmp_path: Path) -> None:
    (tmp_path / "slopscan.toml").write_text("sellect = []\n")

    async def work(talk: Session) -> None:
        assert await talk.diagnostics() == []
        assert 'did you mean "select"?' in await asyncio.wait_for(talk.messages.get(), 60)

    session(tmp_path / "a.md", f"{TIC}\n", work, options=None)


NEOVIM = """
local id = vim.lsp.start_client({cmd = {%s}, name = "slopscan", init_options = %s})
vim.lsp.buf_attach_client(0, id)
local function codes(wanted)
  vim.wait(60000, function() return #vim.diagnostic.get(0) == wanted end, 20)
  local found = {}
  for _, item in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, {item.code, item.lnum, item.col, item.end_col, item.message})
  end
  return found
end
local result = {codes(1)}
vim.api.nvim_buf_set_lines(0, 0, 0, false, {"A new line.", ""})
vim.wait(60000, function()
  local all = vim.diagnostic.get(0)
  return #all == 1 and all[1].lnum == 2
end, 20)
table.insert(result, codes(1))
vim.api.nvim_buf_set_lines(0, 2, 3, false, {"Plain words."})
table.insert(result, codes(0))
vim.fn.writefile({vim.fn.json_encode(result)}, "result.json")
vim.lsp.stop_client(id)
vim.cmd("qall!")
"""


@pytest.mark.skipif(shutil.which("nvim") is None, reason="needs Neovim")
def test_neovim_shows_findings_and_follows_edits(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"🫖 {TIC}\n", encoding="utf-8")
    words = ", ".join(json.dumps(word) for word in SERVER)
    options = f'{{select = {{"{RULE}"}}, parse = false}}'
    (tmp_path / "session.lua").write_text(NEOVIM % (words, options))
    subprocess.run(
        ["nvim", "--headless", "--clean", "a.md", "+luafile session.lua"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    first, second, third = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    # Neovim counts bytes: the teapot has four.
    assert [item[:4] for item in first] == [[RULE, 0, 11, 11 + WIDTH]]
    assert [item[:4] for item in second] == [[RULE, 2, 11, 11 + WIDTH]]
    assert third == []
