"""``badges apply``: puts a rule set in service, and brings every user to it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from engine.calendar import format_instant
from engine.model import Award
from engine.printers import as_text
from engine.problems import RulesRejected
from engine.progress import award_name
from engine.service import Announce, Applied, Service

from .boundary import say
from .folder import Rejected, RuleFolder, read_folder
from .options import database_option, opened, operator, rules_argument
from .terminal import Report, counted, progress

Function = TypeVar("Function", bound=Callable[..., object])


def apply_options(function: Function) -> Function:
    """The options of the commands that put a rule set in service."""
    allow = click.option("--allow-remove", is_flag=True, help="Also if it removes badges that people hold.")
    announce = click.option("--announce", is_flag=True, help="List the awards that this gives, and tell their users.")
    return allow(announce(function))


@click.command("apply")
@rules_argument
@apply_options
@database_option
def command(rules: Path, allow_remove: bool, announce: bool, database: str) -> None:
    """Check a rule set, put it in service, rebuild what has to be rebuilt, and award what is due, silently.

    Safe to interrupt and run again; events are taken in meanwhile. `badges plan` says before what it will do. Exits
    with 1 if the rule set is refused.
    """
    folder = read_folder(rules)
    with opened(database) as service, progress("Rebuilding", users(service)) as report:
        applied = put_in_service(service, folder, allow_remove, report, told_of if announce else None)
    if applied.warnings:
        click.echo(as_text(applied.warnings, folder.files), err=True)
    say_applied(applied)


def put_in_service(
    service: Service,
    folder: RuleFolder,
    allow_remove: bool = False,
    report: Report | None = None,
    announce: Announce | None = None,
) -> Applied:
    """Apply the rule set of a folder. Raises Rejected if it has an error, Refused if the service refuses it."""
    try:
        return service.apply(folder.files, operator().name or "", allow_remove, report, announce)
    except RulesRejected as error:
        raise Rejected(folder, error.problems) from error


def told_of(user: str, award: Award) -> None:
    """A line for an award that a rebuild gave."""
    name = award_name(award.badge, award.tier, award.occurrence)
    click.echo(f"{user}: {name}, of {format_instant(award.awarded_at)}")


def say_applied(applied: Applied) -> None:
    """What was done, and what was left to others."""
    click.echo(told(applied))
    if applied.superseded:
        say("another rule set was put in service meanwhile; its own apply brings users to it.")


def told(applied: Applied) -> str:
    """What an apply did, in a sentence."""
    if applied.previous == applied.version:
        before = "was in service already"
    else:
        before = f"is in service, instead of {applied.previous}" if applied.previous else "is in service, the first one"
    rebuilt = f"{counted(applied.rebuilt, 'user')} rebuilt, {counted(applied.awarded, 'award')} given"
    return f"Version {applied.version} {before}; {rebuilt}."


def users(service: Service) -> int:
    """How many users there are, for a bar on a terminal."""
    return service.size() if sys.stderr.isatty() else 0
