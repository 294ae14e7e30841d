"""Dead rules: event types that rules wait for and that nobody sends any more, and rules that always fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ..calendar import DAY
from ..model import BADGE_AWARDED, EVENT_RETRACTED, USER_UPDATED, Badge, RuleSet
from ..store.protocol import Transaction

Activity = Mapping[str, Mapping[str, Any]]
"""As a transaction tells it."""
QUIET_DAYS = 30
QUIET, FAILING = "quiet-event", "always-failing"
NAMED = 5
"""How many badges a sentence names."""
_BUILT_IN = frozenset({USER_UPDATED, EVENT_RETRACTED})


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rule that does nothing any more, and nobody may have meant that."""

    kind: str
    name: str
    """The event type, or the badge (or the shared metric that no badge uses)."""
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """As the status of the rules tells it."""
        return {"kind": self.kind, "name": self.name, "sentence": self.sentence}


def alarms(
    transaction: Transaction, rules: RuleSet, lately: Activity, now: int, days: int, hidden: Set[str] = frozenset()
) -> list[Alarm]:
    """The dead rules by what happened in so many days until now; badges that are hidden are not named."""
    since = now - days * DAY
    quiet = {type: badges for type, badges in _awaited(rules).items() if type not in lately["events"]}
    known = _declared_before(transaction, quiet, since) if quiet else set()
    return [
        *(_quiet(type, badges, days, hidden) for type, badges in sorted(quiet.items()) if type in known),
        *(alarm for alarm in _failing(rules, lately, days) if alarm.name not in hidden),
    ]


def _awaited(rules: RuleSet) -> dict[str, Sequence[Badge]]:
    """The event types that live badges and leaderboards count, and these badges."""
    ranked = rules.ranked
    found: dict[str, Sequence[Badge]] = {}
    for type in rules.events:
        route = rules.routes[type]
        live = [badge for badge in route.badges if not badge.retired]
        boards = any(metric.fingerprint in ranked for metric in route.metrics)
        if type != BADGE_AWARDED and (live or boards):
            found[type] = live
    return found


def _declared_before(transaction: Transaction, types: Mapping[str, Any], since: int) -> set[str]:
    """Those of the types that rule sets have had from before an instant until now."""
    remaining: set[str] = set(types)
    for version in transaction.versions():
        remaining &= _BUILT_IN | {PurePosixPath(path).stem for path in version.files if path.startswith("events/")}
        if version.applied_at <= since:
            return remaining
    return set()


def _quiet(type: str, badges: Sequence[Badge], days: int, hidden: Set[str]) -> Alarm:
    names = [badge.id for badge in badges if badge.id not in hidden]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    waiting = f": it is what {', '.join(names[:NAMED])}{more} wait for" if names else ""
    return Alarm(QUIET, type, f"No event of the type {type} has happened for {days} days{waiting}.")


def _failing(rules: RuleSet, lately: Activity, days: int) -> Iterator[Alarm]:
    """Rules that failed on as many events as could have triggered them."""
    for name, failures in sorted(lately["failures"].items()):
        chances = sum(lately["events"].get(type, {"count": 0})["count"] for type in _triggers(rules, name))
        if 0 < chances <= failures["count"]:
            yield Alarm(FAILING, name, f"{name} failed on every event of the last {days} days that triggers it.")


def _triggers(rules: RuleSet, name: str) -> Sequence[str]:
    badge, metric = rules.badges.get(name), rules.metrics.get(name)
    if badge is not None:
        return () if badge.retired else tuple(badge.triggers)
    return tuple(metric.triggers) if metric else ()
