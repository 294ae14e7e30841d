"""``badges backup``: a copy of the database, made while it is in use."""

from __future__ import annotations

from pathlib import Path

import click

from .boundary import Unable
from .options import database_option, opened


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def command(file: Path, database: str) -> None:
    """Copy a SQLite database, as it is at this moment, to a new file; nobody has to wait. (PostgreSQL: pg_dump.)"""
    with opened(database) as service:
        if not service.history():
            raise Unable(f"no rule set was ever applied to {database}: is it the right database?")
        service.backup(str(file))
    click.echo(f"{file} holds all that was stored at this moment, {file.stat().st_size:,} bytes.")
