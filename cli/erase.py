"""``badges erase``: removes all that names a user."""

from __future__ import annotations

import click

from .options import database_option, opened, operator


@click.command("erase")
@click.argument("user")
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
def command(user: str, yes: bool, database: str) -> None:
    """Remove all that is stored of USER: events, awards, progress, and the records that name the user. For good."""
    if not yes:
        click.confirm(f"Erase all that is stored of {user}? It cannot be undone.", abort=True, err=True)
    with opened(database) as service:
        found = service.erase(user, operator())
    click.echo(f"All that was stored of {user} is erased." if found else f"Nothing is stored of {user}.")
