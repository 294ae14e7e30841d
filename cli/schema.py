"""``badges schema``: the JSON Schemas of rule files, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from engine.schema import schemas, schemas_for

from .folder import read_folder


@click.command("schema")
@click.argument("kind", required=False, type=click.Choice(list(schemas())))
@click.option("--rules", type=click.Path(path_type=Path), metavar="DIR", help="Complete the ids of this rule set.")
@click.option("--write", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write a file for each kind.")
def command(kind: str | None, rules: Path | None, folder: Path | None) -> None:
    """Print the JSON Schemas of rule files by kind, or the one of KIND.

    With --rules they know the ids of that rule set: editors complete event types, metrics, badges and catalogs, and the
    data of events in scenarios. A rule set with errors completes what it has.
    """
    known = schemas_for(read_folder(rules).compiled().names) if rules else schemas()
    found = known if kind is None else {kind: known[kind]}
    if folder is None:
        click.echo(_text(found if kind is None else found[kind]))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in found.items():
        file = folder / schema_file(name)
        file.write_text(_text(schema) + "\n", encoding="utf-8")
        click.echo(file)


def schema_file(kind: str) -> str:
    """The name of the file with the schema of a kind of rule file."""
    return f"{kind}.schema.json"


def _text(schema: Any) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2)
