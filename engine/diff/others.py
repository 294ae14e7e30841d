"""Everything but badges, before and after: event types, catalogs, shared metrics, leaderboards, actions, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..model import Criterion
from .changes import CHANGED, Finding
from .conditions import exchanged
from .counted import Pair, compare_counted
from .criteria import Sides
from .describe import phrase, some
from .notifications import SUBJECT, compare_notifications
from .payloads import compare_payloads
from .settings import compare_settings
from .texts import compare_texts, replaced
from .written import Written

Told = tuple[str, str, Finding]
"""Subject, id, and what is different."""
Place = tuple[Written, str]
"""A thing: the rule set in which it stands, and its id there."""
_ACTION = ("emits", "metric", "catalog", "badges", "leaderboard", "callers")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is to be known of a kind of things to compare two of them."""

    subject: str
    ids: Callable[[Written], Iterable[str]]
    differing: Callable[[Place, Place], Iterator[Finding]]
    described: Callable[[Place], str]
    """Of one that is new or gone, what it is."""


def compare_others(sides: Sides) -> Iterator[Told]:
    """The differences between all that is no badge."""
    before, after = sides
    for key, finding in compare_settings(before.rules.settings, after.rules.settings):
        yield "settings", key, finding
    for key, finding in compare_notifications(before, after):
        yield SUBJECT, key, finding
    for kind in _KINDS:
        old, new = set(kind.ids(before)), set(kind.ids(after))
        for id in sorted(old | new):
            yield from ((kind.subject, id, one) for one in _compare(kind, sides, id, id in old, id in new))


def _compare(kind: Kind, sides: Sides, id: str, was: bool, now: bool) -> Iterator[Finding]:
    before, after = (sides[0], id), (sides[1], id)
    if was and now:
        yield from kind.differing(before, after)
        return
    told = f"{'new' if now else 'removed'} {kind.subject}: {kind.described(after if now else before)}"
    yield Finding("added" if now else "removed", CHANGED, told.removesuffix(": "))


def _own_events(written: Written) -> list[str]:
    """The event types that files declare."""
    return [id for id in written.rules.events if written.file_of("event", id)]


def _event(old: Place, new: Place) -> Iterator[Finding]:
    was, now = (written.rules.events[id] for written, id in (old, new))
    if was.description != now.description:
        yield replaced("description", "description", was.description, now.description)
    yield from compare_payloads(was.payload, now.payload)


def _catalog(old: Place, new: Place) -> Iterator[Finding]:
    (before, name), (after, _) = old, new
    sizes = f"{len(before.rules.catalogs[name])} → {len(after.rules.catalogs[name])} items"
    for word, items in zip(("with", "without"), exchanged(before.catalogs, after.catalogs, name), strict=True):
        if items:
            yield Finding("items", CHANGED, f"{word} {some(items)}: {sizes}")
    yield from _described("catalog", old, new)


def _metric(old: Place, new: Place) -> Iterator[Finding]:
    """Looser is what counts more, tighter what counts less."""
    was, now = (Criterion(written.rules.metrics[id], 1) for written, id in (old, new))
    yield from compare_counted(Pair(was, now, old[0], new[0], steady=True, repeats=False))
    yield from _described("metric", old, new)


def _described(subject: str, old: Place, new: Place) -> Iterator[Finding]:
    """Another description, which a compiled rule set does not have."""
    was, now = (written.document(subject, id).get("description") for written, id in (old, new))
    if was != now:
        yield replaced("description", "description", was, now)


def _ranked(place: Place) -> str:
    written, id = place
    board = written.rules.leaderboards[id]
    metric = written.document("leaderboard", id).get("metric")
    return f"ranks by {f'metric {metric}' if metric else board.rank_by}{f' per {board.per}' if board.per else ''}"


def _leaderboard(old: Place, new: Place) -> Iterator[Finding]:
    if _ranked(old) != _ranked(new):
        yield Finding("rank_by", CHANGED, f"{_ranked(old)} → {_ranked(new)}")
    was, now = (written.rules.leaderboards[id] for written, id in (old, new))
    yield from compare_texts(was, now)


def _said(place: Place) -> dict[str, str]:
    """What an action says, by key."""
    written, name = place
    said = written.document("action", name)[name]
    return {key: _listed(said.get(key)) for key in _ACTION}


def _listed(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _action(old: Place, new: Place) -> Iterator[Finding]:
    was, now = _said(old), _said(new)
    for key in _ACTION:
        if was[key] != now[key]:
            yield Finding(key, CHANGED, f"{key} {was[key] or 'none'} → {now[key] or 'none'}")


def _acting(place: Place) -> str:
    return ", ".join(f"{key} {value}" for key, value in _said(place).items() if value)


def _items(place: Place) -> str:
    return some(place[0].rules.catalogs[place[1]])


def _counting(place: Place) -> str:
    return phrase(Criterion(place[0].rules.metrics[place[1]], 1), "n")


def _about(place: Place) -> str:
    return place[0].rules.events[place[1]].description


_KINDS = (
    Kind("event", _own_events, _event, _about),
    Kind("catalog", lambda written: written.rules.catalogs, _catalog, _items),
    Kind("metric", lambda written: written.rules.metrics, _metric, _counting),
    Kind("leaderboard", lambda written: written.rules.leaderboards, _leaderboard, _ranked),
    Kind("action", lambda written: written.rules.actions, _action, _acting),
)
