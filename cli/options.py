"""Options that several commands share, and the service that they lead to."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from engine.model import Viewer
    from engine.service import Service

DATABASE_VARIABLE = "BADGES_DATABASE_URL"
DATABASE = "sqlite:///badges.db"
RULES = "rules"

Function = TypeVar("Function", bound=Callable[..., Any])

rules_argument: Callable[[Function], Function] = click.argument(
    "rules", default=RULES, type=click.Path(path_type=Path), metavar="[RULES]"
)
rules_option: Callable[[Function], Function] = click.option(
    "--rules", default=RULES, show_default=True, type=click.Path(path_type=Path), help="The folder of the rule set."
)


def database_option(function: Function) -> Function:
    """``--database URL``, which may also stand before the command or in the environment."""
    help_text = f"sqlite:///FILE or postgresql://…; else {DATABASE_VARIABLE}, else {DATABASE}."
    option = click.option("--database", metavar="URL", callback=_database, help=help_text)
    return option(function)


def format_option(*formats: str) -> Callable[[Function], Function]:
    """``--format``, the first one by default."""
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], show_default=True)


@contextmanager
def opened(database: str) -> Iterator[Service]:
    """The service over a database, closed at the end. What it needs is imported only now: `check` has no database."""
    from engine.service import Service
    from engine.store import open_store

    store = open_store(database)
    try:
        yield Service(store, now)
    finally:
        store.close()


def now() -> int:
    """The instant by this machine's clock, in microseconds."""
    return time.time_ns() // 1000


def operator() -> Viewer:
    """Who sits at the command line: staff, under the name of the machine's user."""
    from engine.model import Viewer

    return Viewer("staff", name=f"cli:{_name()}")


def _name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _database(ctx: click.Context, option: click.Parameter, value: str | None) -> str:
    return value or ctx.find_root().obj or DATABASE
