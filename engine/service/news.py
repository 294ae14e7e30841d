"""What is new to somebody: awards given and revoked, and progress, told within the transaction that made them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ..model import Award, Event, Progress, RuleSet
from .ledger import Outcome

AWARDED = "awarded"
REVOKED = "revoked"
PROGRESSED = "progressed"


class News(Struct, frozen=True, gc=False):
    """One thing that became different for a user. Secret badges are told like all others: who passes it on sorts them
    out."""

    user: str
    kind: str
    """``awarded``, ``revoked`` or ``progressed``."""
    at: int
    """The instant of the transaction."""
    badge: str
    tier: str | None = None
    occurrence: str | None = None
    award: Award | None = None
    """What was given, if it was."""
    progress: Progress | None = None
    """How far the badge is now, if it moved."""
    cause: Event | None = None
    """The entry of the log that led to it; None if a change of the rules did."""


def of_outcome(rules: RuleSet, outcome: Outcome, events: Sequence[Event], now: int) -> list[News]:
    """What a user's new entries changed: each entry with its awards and moves, the last one with what was revoked.

    An award that a late event only corrected is nothing new.
    """
    news: list[News] = []
    for event, told in zip(events, outcome.told, strict=True):
        for award in told.given:
            news.append(of_award(event.user, award, now, event))
        for moved in told.moved:
            news.append(News(event.user, PROGRESSED, now, moved.badge, moved.tier, progress=moved, cause=event))
    if outcome.changes.dropped:
        news += _revoked(rules, outcome, events[-1], now)
    return news


def of_award(user: str, award: Award, now: int, cause: Event | None = None) -> News:
    """That a badge was given."""
    return News(user, AWARDED, now, *award.key, award=award, cause=cause)


def _revoked(rules: RuleSet, outcome: Outcome, event: Event, now: int) -> Iterator[News]:
    """Awards that are gone; one that is only kept under the new id of its badge is none of them."""
    stays = {award.key for award in outcome.changes.awards}
    for badge, tier, occurrence in outcome.changes.dropped:
        key = (rules.renames.get(badge, badge), tier, occurrence)
        if key not in stays:
            yield News(event.user, REVOKED, now, *key, cause=event)
