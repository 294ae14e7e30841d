"""The command line ``badges``: one file a command, which is imported when it is called."""

from __future__ import annotations

import atexit
import gc
from importlib import import_module

import click

import engine

from .boundary import Boundary
from .options import DATABASE_VARIABLE

COMMANDS = {
    "check": "check",
    "fmt": "fmt",
    "test": "scenarios",
    "simulate": "simulate",
    "diff": "diff",
    "plan": "plan",
    "apply": "apply",
    "history": "history",
    "rollback": "rollback",
    "serve": "serve",
    "explain": "explain",
    "verify": "verify",
    "import": "import_",
    "export": "export",
    "erase": "erase",
    "retention": "retention",
    "backup": "backup",
    "key": "key",
    "remind": "remind",
    "webhook": "webhook",
    "credential": "credential",
    "new": "new",
    "schema": "schema",
    "openapi": "openapi",
}
"""Names of commands, and of the modules whose ``command`` they are."""
OBJECTS = 50_000
"""Objects that are made and stay before Python searches the newest ones for garbage; its own default is 700. What a
request or a user's log makes goes as it ends, without a search, and is less than that."""

atexit.register(gc.freeze)  # what is there at the end is not searched for garbage: a tenth of a check of 1,000 badges


class Commands(Boundary):
    """Knows every command by name, and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = import_module(f".{module}", __name__).command
        return command


def _version(ctx: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
    """Say which version this is, and how it was built."""
    if is_asked and not ctx.resilient_parsing:
        from importlib.metadata import version

        built = "compiled" if engine.is_compiled() else "pure Python"
        click.echo(f"badges {version('badges-engine')}, {built}")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which it is.")
@click.option("--database", envvar=DATABASE_VARIABLE, metavar="URL", help="Of the database, for every command.")
@click.pass_context
def main(ctx: click.Context, database: str | None) -> None:
    """Badges declared in YAML: checked, tested, and awarded from events."""
    ctx.obj = database
    gc.set_threshold(OBJECTS)
