"""``badges verify``: replays every log and compares it with what is stored."""

from __future__ import annotations

import click

from .apply import users
from .boundary import FOUND
from .options import database_option, opened
from .terminal import counted, progress


@click.command("verify")
@database_option
@click.pass_context
def command(ctx: click.Context, database: str) -> None:
    """Replay every user's log and compare it with what is stored.

    Exits with 1 on a difference. Awards that are kept though a replay no longer gives them are listed, and are none.
    """
    with opened(database) as service:
        service.ready()
        with progress("Verifying", users(service)) as report:
            found = service.verify(report)
    for line in found.kept:
        click.echo(f"kept: {line}")
    for line in found.differences:
        click.echo(f"differs: {line}")
    if found.compacted:
        click.echo(f"replayed from a snapshot on: {counted(found.compacted, 'log')}")
    told = f"{counted(found.users, 'user')}, {counted(found.events, 'event')}"
    click.echo(f"{told}: {counted(len(found.differences), 'difference')}, {counted(len(found.kept), 'award')} kept.")
    if found.differences:
        ctx.exit(FOUND)
