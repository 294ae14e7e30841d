"""Tables of the pages that follow from the code: the keys of rule files, the commands, the routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from api import create_app
from api.openapi import describe
from api.settings import SETTINGS, Setting
from cli import main
from cli.boundary import TRACEBACK
from cli.options import DATABASE, DATABASE_VARIABLE
from engine.expressions.lexicon import FUNCTION_WORDS
from engine.schema import schemas
from engine.service import Service
from engine.store import MemoryStore

Schema = dict[str, Any]


def keys(kind: str) -> str:
    """The keys of a kind of rule file: what each holds and means."""
    rows = [
        f"| `{key}`{' *' if required else ''} | {holds} | {told} |"
        for key, holds, told, required in _keys(schemas()[kind])
    ]
    return "\n".join(["| key | holds | meaning |", "|---|---|---|", *rows])


def functions() -> str:
    """Every function of expressions: how it is written, and what it gives."""
    rows = [f"| `{written}` | {told} |" for written, told in FUNCTION_WORDS.values()]
    return "\n".join(["| function | gives |", "|---|---|", *rows])


def commands() -> str:
    """Every command of ``badges``, as its ``--help`` tells it."""
    context = click.Context(main, info_name="badges", **main.context_settings)
    return "\n\n".join(f"### {path}\n\n```text\n{told}\n```" for path, told in _commands(main, context))


def _commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    if not isinstance(command, click.Group):
        yield context.command_path, command.get_help(context)
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is not None:
            yield from _commands(inner, click.Context(inner, parent=context, info_name=name, terminal_width=100))


def routes() -> str:
    """Every route of the HTTP interface: what it does, and for whom."""
    paths = describe(create_app(Service(MemoryStore(), lambda: 0)))["paths"]
    rows = [
        f"| `{method.upper()} {path}` | {said['summary']} | {said['description'].removeprefix('For ')} |"
        for path, methods in paths.items()
        for method, said in methods.items()
    ]
    return "\n".join(["| route | does | for |", "|---|---|---|", *rows])


def settings() -> str:
    """Every variable of the environment."""
    rows = [f"| `{each.name}` | {each.means} | {each.without} |" for each in (*_OF_COMMANDS, *SETTINGS.values())]
    return "\n".join(["| variable | means | without it |", "|---|---|---|", *rows])


_OF_COMMANDS = (
    Setting(DATABASE_VARIABLE, "the database of every command: `sqlite:///file` or `postgresql://…`", f"`{DATABASE}`"),
    Setting(TRACEBACK, "set to anything, commands show the traceback of a fault of this program", "a sentence"),
)


def _keys(schema: Schema, prefix: str = "") -> Iterator[tuple[str, str, str, bool]]:
    outer = schema.get("properties", {})
    for key, value in outer.items():
        told = value.get("description", "").replace("\n", " ").replace("|", "\\|")
        yield prefix + key, _holds(value), told, key in schema.get("required", ())
        yield from _keys(value, f"{prefix}{key}.")
        inner = value.get("items", {}).get("properties", {})
        if not all(outer.get(name) == told for name, told in inner.items()):
            yield from _keys(value["items"], f"{prefix}{key}[].")


def _holds(schema: Schema) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kinds = schema.get("type", "anything")
    return " or ".join(_WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "`true` or `false`",
    "array": "list",
    "object": "mapping",
}
