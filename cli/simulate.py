"""``badges simulate``: a rule set over a file of events, in memory."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from engine.progress import award_name
from engine.simulate import compare, instant_of, simulate

from .folder import loaded
from .lines import lines_of
from .options import format_option, rules_option
from .terminal import Report, counted, progress, table

STEP = 5_000
"""Lines after which it is told how far it is."""
FEW = 5
"""Up to so many users are told of one by one."""


@click.command("simulate")
@rules_option
@click.option("--events", required=True, metavar="FILE", help="CloudEvents, one a line; - is the standard input.")
@click.option("--as-of", "as_of", metavar="TIME", help="Leave later events out; the newest event's time by default.")
@click.option("--against", type=click.Path(path_type=Path), metavar="DIR", help="Rules to compare with.")
@format_option("text", "json")
def command(rules: Path, events: str, as_of: str | None, against: Path | None, form: str) -> None:
    """Put a file of events through a rule set, in memory, and show what it gives."""
    rule_set, other, until = loaded(rules), loaded(against) if against else None, _instant(as_of)
    lines = list(lines_of(events))
    with progress("Simulating", len(lines) * (2 if other else 1)) as report:
        answer = simulate(rule_set, _counted(lines, 0, report), until)
        if other:
            answer["against"] = compare(simulate(other, _counted(lines, len(lines), report), until), answer)
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(answer)


def _counted(lines: Sequence[str], before: int, report: Report) -> Iterator[str]:
    """The lines, of which it is told now and then how many have been read."""
    for number, line in enumerate(lines, start=before + 1):
        if number % STEP == 0:
            report(number)
        yield line


def _instant(text: str | None) -> int | None:
    try:
        return instant_of(text) if text else None
    except ValueError as error:
        raise click.BadParameter(f"{text} {error}", param_hint="--as-of") from error


def _print(answer: Mapping[str, Any]) -> None:
    users = answer["users"]
    _print_badges(users)
    if len(users) <= FEW:
        for user, standing in users.items():
            _print_user(user, standing)
    for badge, change in answer.get("against", {}).items():
        click.echo(f"{badge}: {len(change['gained'])} gain it, {len(change['lost'])} lose it")
    for refused in answer["rejected"]:
        click.echo(f"line {refused['line']} rejected: {refused['reason']}")
    for (badge, message), number in Counter((e["badge"], e["message"]) for e in answer["errors"]).items():
        click.echo(f"{badge} failed on {counted(number, 'event')}: {message}")
    told = f"{counted(len(users), 'user')}, {counted(len(answer['rejected']), 'line')} rejected"
    click.echo(f"{told}, {counted(len(answer['errors']), 'error')}.")


def _print_badges(users: Mapping[str, Any]) -> None:
    """A line a badge or tier: how many hold it, and when it was first and last awarded."""
    times: dict[str, list[str]] = defaultdict(list)
    for standing in users.values():
        for award in standing["badges"]:
            times[award_name(award["badge"], award["tier"], None)].append(award["awarded_at"])
    rows = [(name, str(len(found)), min(found), max(found)) for name, found in sorted(times.items())]
    table(("badge", "awards", "first", "last"), rows)


def _print_user(user: str, standing: Mapping[str, Any]) -> None:
    click.echo(f"{user}")
    for award in standing["badges"]:
        name = award_name(award["badge"], award["tier"], award["occurrence"])
        click.echo(f"  {award['awarded_at']}  {name}  {award['icon']} {award['name']}".rstrip())
    for step in standing["progress"]:
        if step["state"] != "earned":
            value = "undefined" if step["value"] is None else step["value"]
            percent = f"{step['percent']}%"
            name = award_name(step["badge"], step["tier"], None)
            click.echo(f"  {percent:>4}  {name}: {value} of {step['threshold']}, {step['state']}")
    click.echo()
