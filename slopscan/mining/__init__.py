"""Tics that the catalogue does not have, proposed from texts by models and texts by people."""
