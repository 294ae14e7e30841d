"""``badges openapi``: the description of the HTTP API."""

from __future__ import annotations

import json

import click

from engine.service import Service
from engine.store import MemoryStore

from .options import now


@click.command("openapi")
def command() -> None:
    """Print the OpenAPI 3.1 document of the API."""
    from api import create_app
    from api.openapi import describe

    document = describe(create_app(Service(MemoryStore(), now)))
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
