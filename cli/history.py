"""``badges history``: the rule sets that have been in service."""

from __future__ import annotations

import json
from typing import Any

import click

from .options import database_option, format_option, opened
from .terminal import table


@click.command("history")
@format_option("text", "json")
@database_option
def command(form: str, database: str) -> None:
    """List the versions that have been in service, newest first."""
    with opened(database) as service:
        versions = service.history()
    if form == "json":
        click.echo(json.dumps(versions, ensure_ascii=False, indent=2))
        return
    rows = [(str(v["number"]), v["version"], v["applied_at"], v["by"], _note(v, versions)) for v in versions]
    table(("number", "version", "applied at", "by", ""), rows)


def _note(version: dict[str, Any], versions: list[dict[str, Any]]) -> str:
    """Whether it is in service, and which earlier one it repeats."""
    earlier = [v["number"] for v in versions if v["version"] == version["version"] and v["number"] < version["number"]]
    notes = (version is versions[0] and "in service", earlier and f"as number {max(earlier)}")
    return ", ".join(note for note in notes if note)
