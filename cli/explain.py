"""``badges explain``: why a user holds a badge, or what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from engine.progress import award_name
from engine.scenarios import because

from .options import database_option, format_option, opened, operator

Answer = Mapping[str, Any]


@click.command("explain")
@click.argument("user")
@click.argument("badge")
@format_option("text", "json")
@database_option
def command(user: str, badge: str, form: str, database: str) -> None:
    """Say why USER holds BADGE, or what is missing, with the newest events and why they did not count."""
    with opened(database) as service:
        answer = service.explanation(user, badge, operator())
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    click.echo(f"{user}, {badge}: {answer['state'].replace('_', ' ')}")
    for line in _lines(answer):
        click.echo(f"  {line}")


def _lines(answer: Answer) -> Iterator[str]:
    yield from map(_award, answer["awards"])
    yield from map(_criterion, answer["criteria"])
    yield from _prerequisites(answer["prerequisites"])
    yield from map(_event, answer["events"])
    if answer["compacted_until"]:
        yield f"what came before {answer['compacted_until']} is compacted: it counts, but is not listed"


def _award(award: Answer) -> str:
    name = award_name(award["badge"], award["tier"], award["occurrence"])
    how = "by a call" if award["by_call"] else f"with {award['event']['source']} {award['event']['id']}"
    kept = ", kept: the rules of today would not give it" if award["kept"] else ""
    return f"awarded: {name}, {award['awarded_at']}, {how}{kept}"


def _criterion(part: Answer) -> str:
    value = "undefined" if part["value"] is None else part["value"]
    compare = part["compare"].replace("_", " ")
    counted = f"{part['measure']} of {' or '.join(part['trigger'])}"
    when = f" when {part['when']}" if part["when"] else ""
    return f"{'met' if part['met'] else 'missing'}: {counted}{when}: {value}, {compare} {part['threshold']}"


def _prerequisites(prerequisites: Answer) -> Iterator[str]:
    items = prerequisites["items"]
    if items and prerequisites["needed"] < len(items):
        yield f"needs {prerequisites['needed']} of these {len(items)}:"
    for item in items:
        yield f"prerequisite {item['badge']}: {'held' if item['held'] else 'not held'}"


def _event(event: Answer) -> str:
    told = f"{event['time']} {event['type']} ({event['source']} {event['id']})"
    return f"{told} counted" if event["counted"] else f"{told} did not count: {_why(event)}"


def _why(event: Answer) -> str:
    """The reason, operand by operand where a condition was false."""
    conditions = [metric["condition"] for metric in event["metrics"] if metric["condition"]]
    false = [because(tree) for tree in conditions if tree.get("value") is False]
    return " and ".join(dict.fromkeys(false)) or str(event["reason"])
