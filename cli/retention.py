"""``badges retention``: compacts the beginning of every log into a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .apply import users
from .boundary import FOUND
from .options import database_option, opened, operator
from .terminal import counted, progress

if TYPE_CHECKING:
    from engine.service import Retained


def _age(ctx: click.Context, option: click.Parameter, value: str) -> int:
    """An age such as 400d, in microseconds: a day at least, since what is compacted does not come back."""
    from engine.calendar import DAY
    from engine.measures import width

    try:
        age = width(value)
    except ValueError as error:
        raise click.BadParameter(f"{value} is no age such as 400d: a whole number and one of m, h, d, w.") from error
    if not DAY <= age <= 40_000 * DAY:
        raise click.BadParameter(f"{value} is not from a day to 40,000 days.")
    return age


@click.command("retention")
@click.option("--older", required=True, metavar="AGE", callback=_age, help="Such as 400d: only what is older.")
@click.option("--dry-run", is_flag=True, help="Only say what would be compacted.")
@database_option
@click.pass_context
def command(ctx: click.Context, older: int, dry_run: bool, database: str) -> None:
    """Compact the log: of entries older than AGE only what they come to is kept, for good.

    What users hold and how far they are stays as it is. A retry of what is compacted is still a duplicate; late events
    from before are rejected, and metrics that are new begin there. Safe to interrupt and run again. Exits with 1 if a
    log had to be left as it is.
    """
    with opened(database) as service:
        if dry_run:
            click.echo(_told(service.retainable(older), "would be"))
            return
        with progress("Compacting", users(service)) as report:
            done = service.retain(older, operator(), report)
    for user in done.left:
        click.echo(f"left as it is: {user}: what is stored is not what the log gives; `badges verify` tells more")
    click.echo(_told(done, "are" if done.entries != 1 else "is"))
    if done.left:
        ctx.exit(FOUND)


def _told(done: Retained, verb: str) -> str:
    from engine.calendar import format_instant

    entries = counted(done.entries, "entry", "entries")
    return f"{entries} of {counted(done.users, 'user')} before {format_instant(done.until)} {verb} compacted."
