"""The editor server: `slopscan lsp`. Only `server.py` imports pygls."""
