"""``badges rollback``: puts an earlier version in service again."""

from __future__ import annotations

from pathlib import Path

import click

from engine.problems import RulesRejected

from .apply import apply_options, say_applied, told_of, users
from .folder import Rejected, RuleFolder
from .options import database_option, opened, operator
from .terminal import progress


@click.command("rollback")
@click.argument("version", required=False)
@apply_options
@database_option
def command(version: str | None, allow_remove: bool, announce: bool, database: str) -> None:
    """Put VERSION in service again, as a new number: a number of `badges history`, or (the beginning of) a hash.

    Without it, the version before the one in service. Nobody loses an award by this, but those of badges that the
    earlier version does not have, with --allow-remove. Exits with 1 if it is refused.
    """
    with opened(database) as service, progress("Rebuilding", users(service)) as report:
        try:
            by = operator().name or ""
            applied = service.rollback(by, version, allow_remove, report, told_of if announce else None)
        except RulesRejected as error:
            raise Rejected(RuleFolder(Path(), service.files(version)), error.problems) from error
    say_applied(applied)
