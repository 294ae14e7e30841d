"""Figures for those who watch the engine run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..calendar import DAY
from ..model import RuleSet
from ..store.protocol import Transaction
from .alarms import Alarm, alarms


@dataclass(frozen=True, slots=True)
class RulesFigures:
    """The rule set in service, as a process sees it."""

    version: str
    since: int
    loaded_at: int
    """When this process took it up."""
    rebuilding: bool
    """There are users whom an apply has still to bring to it."""
    refused: bool
    """Newer rules were refused, and the last good ones stay."""


@dataclass(frozen=True, slots=True)
class StoredFigures:
    """What is stored, and what happened lately: costly to know."""

    counts: Mapping[str, int]
    """Users, events, awards, failures."""
    size: int
    """Bytes that the database takes."""
    lately: Mapping[str, Mapping[str, int]]
    """How many events by type, awards and failures by badge, in the days that count as lately."""
    alarms: tuple[Alarm, ...]


def stored_figures(transaction: Transaction, rules: RuleSet, now: int, days: int) -> StoredFigures:
    """What is stored; secret badges are not told apart, since whoever reads figures may not know them."""
    secret = frozenset(badge.id for badge in rules.badges.values() if badge.secret)
    lately = transaction.activity(now - days * DAY)
    counts = {
        kind: _together({name: found["count"] for name, found in by_name.items()}, secret)
        for kind, by_name in lately.items()
    }
    dead = alarms(transaction, rules, lately, now, days, secret)
    return StoredFigures(transaction.counts(), transaction.size(), counts, tuple(dead))


SECRET = "(secret)"
"""Stands for every secret badge."""


def _together(counts: Mapping[str, int], secret: frozenset[str]) -> dict[str, int]:
    shown = {name: count for name, count in counts.items() if name not in secret}
    hidden = [count for name, count in counts.items() if name in secret]
    return {**shown, SECRET: sum(hidden)} if hidden else shown
