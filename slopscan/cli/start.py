"""Where `slopscan` begins: a plain scan is run at once, all else goes through Typer.

Exit codes: 0 nothing to report, 1 findings, 2 usage, configuration, unreadable input or an
internal error. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from slopscan.errors import InputError, SlopscanError, UsageError
from slopscan.garbage import collect_rarely, end_at_once, leave_the_rest

COMMANDS: Final = frozenset(
    {
        *("scan", "report", "score", "compare", "mine", "train"),
        *("rules", "config", "voice", "lsp", "doctor"),
    }
)
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PIPE_CLOSED: Final = 141  # what a shell says of a process that a closed pipe ended
ISSUES: Final = "the project's issue tracker"


def program() -> int:
    """Run as a program of its own, which ends with the command."""
    code = main()
    if "typer" not in sys.modules and "spacy" not in sys.modules:  # a plain scan of strings
        end_at_once(code)
    leave_the_rest()
    return code


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    A user's mistake is told in two lines, a bug in one, with its traceback when the arguments
    hold --verbose (read here because a bug may come before they are parsed).
    """
    given = list(sys.argv[1:] if args is None else args)
    _prepare_streams()
    collect_rarely()
    try:
        return _run(given)
    except SlopscanError as error:
        _say(error)
        return 2
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0 if done.code is None else 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _closed()
    except Exception as error:
        is_full = isinstance(error, OSError) and error.errno in _FULL
        return _full(error) if is_full else _bug(error, verbose="--verbose" in given)


def _run(given: list[str]) -> int:
    # Imported once the collector has its pace: it would run a dozen times meanwhile.
    from slopscan.cli.quick import scan_options  # noqa: PLC0415
    from slopscan.cli.scanning import run_scan  # noqa: PLC0415
    from slopscan.nlp import lean  # noqa: PLC0415

    lean.choose()
    options = scan_options(given, COMMANDS)
    if options is not None:
        code = run_scan(options)
        sys.stdout.flush()
        return code
    from slopscan.cli.app import app  # noqa: PLC0415 - Typer costs more than a scan

    app(given, prog_name="slopscan")
    return 0


def _closed() -> int:
    """End quietly when whoever reads is gone: a pager that was left, `| head`."""
    # What is still waiting to be written would fail once more at the end of the process.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE_CLOSED


def _full(error: Exception) -> int:
    """Say that a result could not be written; what cannot be read was told before."""
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    where = str(getattr(error, "filename", None) or "standard output")
    fix = "what was written is not whole: make room, then run again"
    _say(InputError(f"the result could not be written: {reason}", where=where, fix=fix))
    _closed()
    return 2


def _bug(error: Exception, *, verbose: bool) -> int:
    if verbose:
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    _say(
        UsageError(
            f"internal error: {type(error).__name__}: {error}",
            fix=f"this is a bug in slopscan: please report it at {ISSUES}, with --verbose",
        )
    )
    return 2


def _say(error: SlopscanError) -> None:
    from slopscan.cli.messages import say_error  # noqa: PLC0415 - imports what shows results

    say_error(error)


def _prepare_streams() -> None:
    """A character the terminal cannot show must not end the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
