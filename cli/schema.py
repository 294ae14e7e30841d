"""``badges schema``: the JSON Schemas of rule files, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from engine.schema import schemas


@click.command("schema")
@click.argument("kind", required=False, type=click.Choice(list(schemas())))
@click.option("--write", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write a file for each kind.")
def command(kind: str | None, folder: Path | None) -> None:
    """Print the JSON Schemas of rule files by kind, or the one of KIND."""
    found = schemas() if kind is None else {kind: schemas()[kind]}
    if folder is None:
        click.echo(_text(found if kind is None else found[kind]))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in found.items():
        file = folder / f"{name}.schema.json"
        file.write_text(_text(schema) + "\n", encoding="utf-8")
        click.echo(file)


def _text(schema: Any) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2)
