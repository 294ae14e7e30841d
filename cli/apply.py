"""``badges apply``: puts a rule set in service, and brings every user to it."""

from __future__ import annotations

from pathlib import Path

import click

from engine.printers import as_text
from engine.problems import RulesRejected
from engine.service import Applied, Service

from .folder import Rejected, RuleFolder, read_folder
from .options import database_option, opened, operator, rules_argument
from .terminal import Report, counted, progress


@click.command("apply")
@rules_argument
@click.option("--allow-remove", is_flag=True, help="Also if it removes badges that people hold.")
@database_option
def command(rules: Path, allow_remove: bool, database: str) -> None:
    """Check a rule set, put it in service, rebuild what has to be rebuilt, and award what is due, silently.

    Safe to interrupt and run again. Exits with 1 if the rule set is refused.
    """
    folder = read_folder(rules)
    with opened(database) as service, progress("Rebuilding", users(service)) as report:
        applied = put_in_service(service, folder, allow_remove, report)
    if applied.warnings:
        click.echo(as_text(applied.warnings, folder.files), err=True)
    click.echo(told(applied))


def put_in_service(
    service: Service, folder: RuleFolder, allow_remove: bool = False, report: Report | None = None
) -> Applied:
    """Apply the rule set of a folder. Raises Rejected if it has an error, Refused if the service refuses it."""
    try:
        return service.apply(folder.files, operator().name or "", allow_remove=allow_remove, report=report)
    except RulesRejected as error:
        raise Rejected(folder, error.problems) from error


def told(applied: Applied) -> str:
    """What an apply did, in a sentence."""
    if applied.previous == applied.version:
        before = "was in service already"
    else:
        before = f"is in service, instead of {applied.previous}" if applied.previous else "is in service, the first one"
    rebuilt = f"{counted(applied.rebuilt, 'user')} rebuilt, {counted(applied.awarded, 'award')} given"
    return f"Version {applied.version} {before}; {rebuilt}."


def users(service: Service) -> int:
    """How many users there are, for a bar; 0 before the first rule set."""
    return service.telemetry()["users"] if service.history() else 0
