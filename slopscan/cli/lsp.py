"""`slopscan lsp`: the server an editor starts."""

from __future__ import annotations

from slopscan.errors import UsageError


def lsp() -> None:
    """Serve an editor over standard input and output (Language Server Protocol).

    Editors start this; the page on editors says how. Needs the extra: slopscan-prose[lsp].
    """
    try:
        from slopscan.lsp.server import make_server  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            f"the editor server needs a library that is not installed: {error.name}",
            fix="pip install 'slopscan-prose[lsp]'",
        ) from error
    make_server().start_io()
