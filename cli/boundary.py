"""The one place where an error becomes a sentence for whoever called: no traceback, a stable exit code."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

FOUND = 1
"""Exit code: something was found, or refused."""
UNABLE = 2
"""Exit code: the command could not run."""
TRACEBACK = "BADGES_TRACEBACK"
"""A variable of the environment that lets tracebacks through, to report a fault of this program."""


class Unable(click.ClickException):
    """The command could not run; the message is a sentence."""

    exit_code = UNABLE

    def show(self, file: Any = None) -> None:
        say(self.format_message())


class Boundary(click.Group):
    """Runs a command, and says what went wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get(TRACEBACK):
                raise
            raise _ending(error) from error


def say(sentence: str) -> None:
    """A sentence of this program itself, on the standard error."""
    click.echo(f"badges: {sentence}", err=True)


def say_rejected(rejected: Any) -> None:
    """The problems for which a rule set is not put in service, on the standard error."""
    from engine.printers import as_text

    from .terminal import in_colour

    click.echo(as_text(rejected.problems, rejected.folder.files, in_colour(sys.stderr)), err=True)


def refusal(refused: Any) -> str:
    """What the service refused, with the way out where it names one."""
    way_out = refused.extra.get("help")
    return f"{refused.detail} {way_out}" if way_out else str(refused.detail)


def _ending(error: Exception) -> Exception:
    """How a command ends that raised an error. What knows the errors is imported only now: most commands have none."""
    from engine.service import Refused
    from engine.store import StoreOutdated, StoreUnavailable

    from .folder import BadFolder, Rejected

    if isinstance(error, Rejected):
        say_rejected(error)
        return click.exceptions.Exit(FOUND)
    if isinstance(error, Refused):
        say(refusal(error))
        return click.exceptions.Exit(UNABLE if error.status >= 500 else FOUND)
    if isinstance(error, OSError) and error.strerror:
        return Unable(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    if isinstance(error, BadFolder | StoreUnavailable | StoreOutdated | ValueError):
        return Unable(str(error))
    name = type(error).__name__
    return Unable(f"this is a fault of badges itself: {name}: {error} (set {TRACEBACK}=1 to see where)")
