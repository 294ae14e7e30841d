"""Everything but badges, before and after: settings, event types, catalogs, shared metrics, leaderboards, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from ..calendar import WEEKDAYS
from ..model import Criterion, EventType, Leaderboard, Metric, Settings
from .changes import CHANGED, TEXT_ONLY, Finding
from .conditions import Catalogs, exchanged
from .counted import Pair, compare_counted
from .criteria import Sides
from .describe import phrase, some
from .payloads import compare_payloads
from .texts import compare_texts, replaced
from .written import Written

Told = tuple[str, str, Finding]
"""Subject, id, and what is different."""
Thing = TypeVar("Thing")
_KEYS = ("emits", "metric", "catalog", "badges", "leaderboard", "callers")


def compare_others(sides: Sides) -> Iterator[Told]:
    """The differences between all that is no badge."""
    old, new = (written.rules for written in sides)
    yield from _settings(old.settings, new.settings)
    yield from _each("event", _own(sides[0]), _own(sides[1]), _event, lambda event: event.description)
    yield from _each(
        "catalog", _catalogs(sides[0]), _catalogs(sides[1]), _catalog, lambda one: some(one[0].items[one[1]])
    )
    yield from _each("metric", old.metrics, new.metrics, partial(_metric, sides), _counted)
    yield from _each("leaderboard", _boards(sides[0]), _boards(sides[1]), _leaderboard, lambda board: board[1])
    yield from _each("action", _actions(sides[0]), _actions(sides[1]), _action, _acting)


def _own(written: Written) -> dict[str, EventType]:
    """The event types that files declare."""
    events = written.rules.events
    return {id: event for id, event in events.items() if written.file_of("event", id)}


def _each(
    subject: str,
    old: Mapping[str, Thing],
    new: Mapping[str, Thing],
    differing: Callable[[Thing, Thing], Iterator[Finding]],
    described: Callable[[Thing], str],
) -> Iterator[Told]:
    for id in sorted({*old, *new}):
        if id in old and id in new:
            yield from ((subject, id, finding) for finding in differing(old[id], new[id]))
            continue
        kind, what = ("added", new[id]) if id in new else ("removed", old[id])
        told = f"{'new' if id in new else 'removed'} {subject}: {described(what)}".removesuffix(": ")
        yield subject, id, Finding(kind, CHANGED, told)


def _event(old: EventType, new: EventType) -> Iterator[Finding]:
    if old.description != new.description:
        yield replaced("description", "description", old.description, new.description)
    yield from compare_payloads(old.payload, new.payload)


def _catalogs(written: Written) -> dict[str, tuple[Catalogs, str]]:
    """The catalogs, each as the place where its items are known."""
    return {name: (written.catalogs, name) for name in written.rules.catalogs}


def _items(catalog: tuple[Catalogs, str]) -> str:
    catalogs, name = catalog
    return some(catalogs.items[name])


def _catalog(old: tuple[Catalogs, str], new: tuple[Catalogs, str]) -> Iterator[Finding]:
    (before, name), (after, _) = old, new
    sizes = f"{len(before.items[name])} → {len(after.items[name])} items"
    for word, items in zip(("with", "without"), exchanged(before, after, name), strict=True):
        if items:
            yield Finding("items", CHANGED, f"{word} {some(items)}: {sizes}")


def _metric(sides: Sides, old: Metric, new: Metric) -> Iterator[Finding]:
    """Looser is what counts more, tighter what counts less."""
    return compare_counted(Pair(Criterion(old, 1), Criterion(new, 1), *sides, steady=True, repeats=False))


def _counted(metric: Metric) -> str:
    return phrase(Criterion(metric, 1), "n")


def _boards(written: Written) -> dict[str, tuple[Leaderboard, str]]:
    """The leaderboards, each with what it ranks by."""
    return {id: (board, _ranked(written, board)) for id, board in written.rules.leaderboards.items()}


def _ranked(written: Written, board: Leaderboard) -> str:
    metric = written.document("leaderboard", board.id).get("metric")
    return f"ranks by {f'metric {metric}' if metric else board.rank_by}{f' per {board.per}' if board.per else ''}"


def _leaderboard(old: tuple[Leaderboard, str], new: tuple[Leaderboard, str]) -> Iterator[Finding]:
    if old[1] != new[1]:
        yield Finding("rank_by", CHANGED, f"{old[1]} → {new[1]}")
    yield from compare_texts(old[0], new[0])


def _actions(written: Written) -> dict[str, dict[str, str]]:
    """What each action says, its callers included."""
    said = written.document("action", "")
    return {name: {key: _listed(said[name].get(key)) for key in _KEYS} for name in written.rules.actions}


def _listed(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _action(old: dict[str, str], new: dict[str, str]) -> Iterator[Finding]:
    for key in _KEYS:
        if old[key] != new[key]:
            yield Finding(key, CHANGED, f"{key} {old[key] or 'none'} → {new[key] or 'none'}")


def _acting(action: dict[str, str]) -> str:
    return ", ".join(f"{key} {value}" for key, value in action.items() if value)


def _settings(old: Settings, new: Settings) -> Iterator[Told]:
    for key in ("timezone", "local_time", "week_start", "day_start", "locale"):
        was, now = _setting(old, key), _setting(new, key)
        if was != now:
            yield "settings", key, Finding(key, TEXT_ONLY if key == "locale" else CHANGED, f"{was} → {now}")
    for finding in compare_payloads(_attributes(old), _attributes(new)):
        yield "settings", "user", Finding("user", finding.direction, f"attributes of users: {finding.sentence}")


def _attributes(settings: Settings) -> Mapping[str, Any]:
    """The schema of what ``user.updated`` may tell: nothing that is not declared."""
    return {**settings.user_schema, "additionalProperties": False}


def _setting(settings: Settings, key: str) -> str:
    value = getattr(settings, key)
    if key == "week_start":
        return WEEKDAYS[value]
    return f"{value // 60:02d}:{value % 60:02d}" if key == "day_start" else str(value)
