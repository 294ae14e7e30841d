"""``badges plan``: what an apply would do to the rules and to the people, before it does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from engine.plan import Plan, as_markdown, as_text, plan_json
from engine.problems import RulesRejected

from .apply import users
from .folder import Rejected, read_folder
from .options import database_option, format_option, opened, rules_argument
from .terminal import in_colour, progress


@click.command("plan")
@rules_argument
@format_option("text", "markdown", "json")
@click.option("--allow-remove", is_flag=True, help="As if it may remove badges that people hold.")
@database_option
def command(rules: Path, form: str, allow_remove: bool, database: str) -> None:
    """Say what an apply would do: what changes, and who would gain what, move, or keep what they would not earn today.

    Reads the stored events of all users whom the change can touch; writes nothing. Exits with 1 if the rule set has an
    error.
    """
    folder = read_folder(rules)
    with opened(database) as service, progress("Planning", users(service)) as report:
        try:
            plan = service.plan(folder.files, allow_remove, report)
        except RulesRejected as error:
            raise Rejected(folder, error.problems) from error
    click.echo(_told(plan, form))


def _told(plan: Plan, form: str) -> str:
    if form == "json":
        return json.dumps(plan_json(plan), ensure_ascii=False, indent=2)
    return as_markdown(plan) if form == "markdown" else as_text(plan, in_colour(sys.stdout))
