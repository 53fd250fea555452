"""Errors a person can act on.

Every expected failure says what happened, where, and what to do. The command line prints
the three parts without a traceback; anything that is not a `SlopscanError` is a bug.
"""

from __future__ import annotations


class SlopscanError(Exception):
    """An expected failure.

    Parameters
    ----------
    what : str
        What happened, lower case, no full stop.
    where : str, optional
        File, `file:line`, or option the failure belongs to.
    fix : str, optional
        What the reader of the message can do about it.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.fix}" if self.fix else head


class UsageError(SlopscanError):
    """The command line or an API call was used wrongly; the caller acts."""


class ConfigError(SlopscanError):
    """A configuration file is wrong; its owner acts."""


class InputError(SlopscanError):
    """A file or row cannot be read as text; the other inputs still are."""


class CatalogueError(SlopscanError):
    """A rule file or word list is wrong; the rule author acts."""


class ArtefactError(SlopscanError):
    """A shipped model or pipeline is missing, altered or of another version."""
