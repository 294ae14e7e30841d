"""``badges export``: every log, as JSON lines."""

from __future__ import annotations

import click

from engine.jsontext import dumps

from .options import database_option, opened


@click.command("export")
@database_option
def command(database: str) -> None:
    """Write every entry of every log as CloudEvents, one a line, as `badges import` reads them."""
    with opened(database) as service:
        for entry in service.export():
            click.echo(dumps(entry))
