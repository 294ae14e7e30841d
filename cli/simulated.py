"""What a simulation gives, as text and as JSON, piece by piece."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from engine.jsontext import indented
from engine.progress import award_name
from engine.shares import CHANGES, ERRORS, GAINED, LOST, REJECTED, STANDINGS, Outcome, Row

from .terminal import counted, tabulated

FEW = 5
"""Up to so many users are told of one by one."""


def as_json(outcome: Outcome, compared: bool) -> Iterator[str]:
    """One JSON object, as ``json.dumps`` writes it in lines; with ``compared``, who gains and who loses what."""
    users = ([f"{indented(user)}: {text}"] for user, text in outcome.rows(STANDINGS))
    rejected = ([indented({"line": line, "reason": reason}, 2)] for line, reason in outcome.rows(REJECTED))
    errors = ([text] for _, text in outcome.rows(ERRORS))
    yield '{\n  "users": '
    yield from _block("{}", 1, users)
    yield ',\n  "rejected": '
    yield from _block("[]", 1, rejected)
    yield ',\n  "errors": '
    yield from _block("[]", 1, errors)
    if compared:
        yield ',\n  "against": '
        yield from _block("{}", 1, (_change(name, rows) for name, rows in _changes(outcome)))
    yield "\n}\n"


def _block(around: str, depth: int, items: Iterable[Iterable[str]]) -> Iterator[str]:
    """An object or a list whose items are made as they are written."""
    inner, mark = "\n" + "  " * (depth + 1), around[0]
    for item in items:
        yield mark + inner
        yield from item
        mark = ","
    yield around if mark == around[0] else "\n" + "  " * depth + around[1]


def _changes(outcome: Outcome) -> Iterator[tuple[str, Iterator[Row]]]:
    return groupby(outcome.rows(CHANGES), key=itemgetter(0))


def _change(name: str, rows: Iterator[Row]) -> Iterator[str]:
    """Who gains an award, then who loses it: the rows are in this order."""
    kinds = groupby(rows, key=itemgetter(1))
    kind, users = next(kinds)
    yield f"{indented(name)}: {{"
    for each, end in ((GAINED, ","), (LOST, "\n    }")):
        yield f'\n      "{each}": '
        yield from _block("[]", 3, ([indented(user)] for *_, user in users) if each == kind else ())
        yield end
        kind, users = next(kinds, (kind, iter(()))) if each == kind else (kind, users)


def as_text(outcome: Outcome) -> Iterator[str]:
    """What is held, and by few users who holds it, what changes, and what went wrong."""
    figures = outcome.figures
    rows = [(name, str(count), first, last) for name, (count, first, last) in sorted(figures.awards.items())]
    yield from tabulated(("badge", "awards", "first", "last"), rows)
    if figures.users <= FEW:
        for user, text in outcome.rows(STANDINGS):
            yield from _user(user, json.loads(text))
    for name, changes in _changes(outcome):
        kinds = Counter(kind for _, kind, _ in changes)
        yield f"{name}: {kinds[GAINED]} gain it, {kinds[LOST]} lose it\n"
    for line, reason in outcome.rows(REJECTED):
        yield f"line {line} rejected: {reason}\n"
    errors = map(json.loads, (text for _, text in outcome.rows(ERRORS)))
    for (badge, message), number in Counter((e["badge"], e["message"]) for e in errors).items():
        yield f"{badge} failed on {counted(number, 'event')}: {message}\n"
    told = f"{counted(figures.users, 'user')}, {counted(figures.rows[REJECTED], 'line')} rejected"
    yield f"{told}, {counted(figures.rows[ERRORS], 'error')}.\n"


def _user(user: str, standing: Mapping[str, Any]) -> Iterator[str]:
    yield f"{user}\n"
    for award in standing["badges"]:
        name = award_name(award["badge"], award["tier"], award["occurrence"])
        yield f"  {award['awarded_at']}  {name}  {award['icon']} {award['name']}".rstrip() + "\n"
    for step in standing["progress"]:
        if step["state"] != "earned":
            value = "undefined" if step["value"] is None else step["value"]
            percent = f"{step['percent']}%"
            name = award_name(step["badge"], step["tier"], None)
            yield f"  {percent:>4}  {name}: {value} of {step['threshold']}, {step['state']}\n"
    yield "\n"
