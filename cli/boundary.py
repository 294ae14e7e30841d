"""The one place where an error becomes a sentence for whoever called: no traceback, a stable exit code."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from engine.printers import as_text
from engine.service import Refused
from engine.store import StoreOutdated, StoreUnavailable

from .folder import BadFolder, Rejected
from .terminal import in_colour

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
        click.echo(f"badges: {self.format_message()}", err=True)


class Boundary(click.Group):
    """Runs a command, and says what went wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Rejected as error:
            show_rejected(error)
            raise click.exceptions.Exit(FOUND) from error
        except Refused as error:
            click.echo(f"badges: {refusal(error)}", err=True)
            raise click.exceptions.Exit(UNABLE if error.status >= 500 else FOUND) from error
        except (BadFolder, StoreUnavailable, StoreOutdated, ValueError, OSError) as error:
            raise _unable(error) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            raise _unable(error, "something went wrong that should not: ") from error


def show_rejected(error: Rejected) -> None:
    """The problems for which a rule set is not put in service, on the standard error."""
    click.echo(as_text(error.problems, error.folder.files, in_colour(sys.stderr)), err=True)


def refusal(error: Refused) -> str:
    """What the service refused, with the way out where it names one."""
    way_out = error.extra.get("help")
    return f"{error.detail} {way_out}" if way_out else error.detail


def _unable(error: Exception, prefix: str = "") -> Exception:
    if os.environ.get(TRACEBACK) or isinstance(error, BrokenPipeError):
        return error
    kind = "" if isinstance(error, BadFolder | StoreUnavailable | StoreOutdated) or not prefix else type(error).__name__
    told = ": ".join(part for part in (kind, _sentence(error)) if part)
    return Unable(prefix + told)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
