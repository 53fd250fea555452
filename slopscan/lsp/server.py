"""The language server: keeps an editor's open texts scanned.

One worker thread scans; a text that changes while it is scanned makes the scan give up, and
only paragraphs it has not seen are parsed. Requests wait for nothing: hovers and actions use
the last finished scan of the same text.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

import slopscan
from slopscan.catalogue.cards import rule_cards
from slopscan.config.keys import read_table
from slopscan.config.load import find_config
from slopscan.errors import SlopscanError
from slopscan.findings import Finding
from slopscan.lsp.live import Live, Overtaken
from slopscan.lsp.translate import (
    OPEN_RULE,
    Positions,
    actions,
    diagnostic,
    hover,
    settings_of,
)
from slopscan.report import FileReport
from slopscan.scan import Scanner
from slopscan.workspace import Overrides, Workspace

# A burst of key strokes is one edit.
_PAUSE: Final = 0.03
_OVERRIDES: Final = frozenset(Overrides.__slots__) - {
    "baseline",
    "voice",
    "model",
    "output_format",
    "fail_on",
}


# The configuration file of a folder, and when it was written.
_State: TypeAlias = tuple[Path | None, int]


@dataclass
class _Open:
    """An open text: its last finished scan, and which edit is the newest."""

    live: Live = field(default_factory=Live)
    edit: int = 0
    report: FileReport | None = None
    shown: list[tuple[Finding, types.Diagnostic]] = field(default_factory=list)


class Server(LanguageServer):
    """Open texts, and the workspace that says what holds for each."""

    def __init__(self) -> None:
        super().__init__("slopscan", slopscan.__version__)
        self.open: dict[str, _Open] = {}
        self.settings = Workspace()
        self._overrides = Overrides()
        self._given: Path | None = None
        self._state: dict[Path, _State] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scan")

    def configure(self, options: Any) -> None:
        """Take over an editor's settings: keys as in `slopscan.toml`, and `config`, a path."""
        try:
            table = dict(settings_of(options))
            given = table.pop("config", None)
            path = Path(given) if isinstance(given, str) and given else None
            values = read_table(table, Path("the editor's settings"))
            kept = {name: value for name, value in values.items() if name in _OVERRIDES}
            self._overrides, self._given = Overrides(**kept), path
            self._renew()
        except SlopscanError as error:
            self.tell(error)

    async def ask(self) -> None:
        """Take over the settings of an editor that gives them when it is asked."""
        workspace = self.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return
        item = types.ConfigurationItem(section="slopscan")
        try:
            found = await self.workspace_configuration_async(types.ConfigurationParams([item]))
        except JsonRpcException:  # it cannot, whatever it said
            return
        if found and found[0]:
            self.configure(found[0])
            await self.check_all()

    def _renew(self) -> None:
        """Read configuration files again; what is loaded and what is parsed stays."""
        self._state = {}
        self.settings = Workspace(
            self._overrides, config=self._given, resources=self.settings.resources
        )

    def _scanner(self, path: Path) -> Scanner:
        """Return the scanner for a file, by its configuration as it is on disk now."""
        folder = path.absolute().parent
        config = self._given or find_config(folder)
        state = (config, config.stat().st_mtime_ns if config and config.exists() else 0)
        if self._state.setdefault(folder, state) != state:
            self._renew()
            self._state[folder] = state
        return self.settings.scanner_for(path)

    async def check_all(self) -> None:
        """Scan every open text."""
        await asyncio.gather(*(self.check(uri) for uri in list(self.open)))

    def tell(self, error: SlopscanError) -> None:
        """Show a mistake in a file or a setting to the writer."""
        self.window_show_message(
            types.ShowMessageParams(types.MessageType.Warning, f"slopscan: {error}")
        )

    async def check(self, uri: str) -> None:
        """Scan a text and publish what was found, unless it changes meanwhile."""
        entry = self.open.setdefault(uri, _Open())
        entry.edit += 1
        edit = entry.edit
        await asyncio.sleep(_PAUSE)

        def is_overtaken() -> bool:
            return entry.edit != edit or self.open.get(uri) is not entry

        if is_overtaken():
            return
        document = self.workspace.get_text_document(uri)
        path, text, version = uris.to_fs_path(uri) or uri, document.source, document.version

        def scan() -> FileReport:
            return entry.live.scan(path, text, self._scanner(Path(path)), is_overtaken)

        loop = asyncio.get_running_loop()
        try:
            report = await loop.run_in_executor(self._worker, scan)
        except Overtaken:
            return
        except SlopscanError as error:
            self.tell(error)
            report = FileReport(path, text)
        if not is_overtaken():
            self._publish(uri, entry, report, version)

    def _publish(self, uri: str, entry: _Open, report: FileReport, version: int | None) -> None:
        positions = self.positions(report.text)
        rules = self.settings.catalogue.rules
        pages = {rule: rules[rule].path.as_uri() for rule in rules}
        entry.report = report
        entry.shown = [
            (item, diagnostic(item, report, uri, positions, pages.get(item.rule)))
            for item in report.findings
        ]
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, [shown for _, shown in entry.shown], version)
        )

    def positions(self, text: str) -> Positions:
        encoding = self.workspace.position_encoding
        return Positions(text, getattr(encoding, "value", encoding) or "utf-16")

    def touching(
        self, uri: str, place: types.Range
    ) -> tuple[Positions, list[tuple[Finding, types.Diagnostic]]] | None:
        """Return the findings a range touches; None while the text is newer than its scan."""
        entry = self.open.get(uri)
        if entry is None or entry.report is None:
            return None
        text = self.workspace.get_text_document(uri).source
        if entry.report.text != text:
            return None
        hits = [pair for pair in entry.shown if _touch(pair[1].range, place)]
        return self.positions(text), hits


def make_server() -> Server:
    """Return a server with its features; `start_io` runs it."""
    server = Server()

    @server.feature(types.INITIALIZED)
    async def initialized(ls: Server, params: types.InitializedParams) -> None:
        await ls.ask()

    @server.feature(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        ls.configure(params.initialization_options)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def reconfigured(ls: Server, params: types.DidChangeConfigurationParams) -> None:
        if params.settings:
            ls.configure(params.settings)
            await ls.check_all()
        else:
            await ls.ask()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        if params.text_document.uri.endswith(".toml"):
            await ls.check_all()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        await ls.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        await ls.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        ls.open.pop(uri, None)
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def explain(ls: Server, params: types.HoverParams) -> types.Hover | None:
        place = types.Range(params.position, params.position)
        found = ls.touching(params.text_document.uri, place)
        if found is None:
            return None
        positions, hits = found
        findings = [finding for finding, _ in hits]
        cards = rule_cards(ls.settings.catalogue, (item.rule for item in findings))
        return hover(findings, cards, positions)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def act(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        found = ls.touching(uri, params.range)
        if found is None:
            return []
        positions, hits = found
        return [action for item, shown in hits for action in actions(item, uri, positions, shown)]

    @server.command(OPEN_RULE)
    async def open_rule(ls: Server, rule: str) -> None:
        known = ls.settings.catalogue.rules
        if rule in known:
            await ls.window_show_document_async(
                types.ShowDocumentParams(known[rule].path.as_uri(), take_focus=True)
            )

    return server


def _touch(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end
