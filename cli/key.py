"""``badges key``: the keys with which services and staff call the API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from engine.calendar import format_instant
from engine.service import SCOPES

from .boundary import FOUND
from .options import database_option, format_option, opened
from .terminal import table

if TYPE_CHECKING:
    from engine.store import KeyRow


@click.group("key")
def command() -> None:
    """Make, list and revoke keys of the API."""


@command.command("create")
@click.argument("name")
@click.option("--scope", required=True, metavar="SCOPES", help=f"Of {', '.join(SCOPES)}: one, or several with commas.")
@database_option
def create(name: str, scope: str, database: str) -> None:
    """Make a key, and print it: alone on a line, this once."""
    scopes = list(dict.fromkeys(part.strip() for part in scope.split(",") if part.strip()))
    with opened(database) as service:
        token = service.create_key(name, scopes)
    click.echo(f"The key {name} may: {', '.join(scopes)}. It is shown this once; only a hash of it is kept.", err=True)
    click.echo(token)


@command.command("list")
@format_option("text", "json")
@database_option
def list_keys(form: str, database: str) -> None:
    """List the keys and when each was used last, to the minute, without their secrets."""
    with opened(database) as service:
        keys = service.keys()
    if form == "json":
        click.echo(json.dumps([_record(key) for key in keys], ensure_ascii=False, indent=2))
        return
    rows = [(key.name, ",".join(key.scopes), format_instant(key.created_at), _instant(key) or "never") for key in keys]
    table(("name", "scopes", "created at", "last used"), rows)


def _record(key: KeyRow) -> dict[str, Any]:
    created = format_instant(key.created_at)
    return {"name": key.name, "scopes": list(key.scopes), "created_at": created, "last_used_at": _instant(key)}


def _instant(key: KeyRow) -> str | None:
    return None if key.last_used_at is None else format_instant(key.last_used_at)


@command.command("revoke")
@click.argument("name")
@database_option
@click.pass_context
def revoke(ctx: click.Context, name: str, database: str) -> None:
    """Revoke a key: from now on it opens nothing. Exits with 1 if there is none of that name."""
    with opened(database) as service:
        found = service.revoke_key(name)
    click.echo(f"The key {name} is revoked." if found else f"There is no key {name}.", err=not found)
    if not found:
        ctx.exit(FOUND)
