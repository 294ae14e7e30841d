"""What a user holds after a replay: what the replay gives, and what was earned before and is kept.

Earned is earned: an automatic award that a replay no longer gives is kept as it was given, is held and counts in
``badge.awarded`` from its own time on. An award of an older version of its badge is not moved by today's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .fold import Key, awards_of, replay
from .model import BADGE_REVOKED, Award, Event, RuleSet, Snapshot
from .state import State


def reconcile(
    rules: RuleSet,
    user: str,
    log: Sequence[Event],
    stored: Iterable[Award],
    retracting: bool = False,
    start: Snapshot | None = None,
) -> State:
    """Replay a user's log; ``State.awards`` is then all that the user holds, kept awards marked.

    With ``retracting``, automatic awards that the replay no longer gives are dropped instead of kept: they hung on the
    event that was retracted. Awards kept before, given by a call or under an older version, stay.
    """
    current, pinned = sorted_out(rules, log, stored, start)
    kept = {key for key, award in current.items() if award.kept}
    losable = {key for key, award in current.items() if award.by_call or not retracting}
    settled: set[Key] = set()
    while True:
        state = replay(rules, user, log, [current[key] for key in sorted(kept, key=str)], pinned, start=start)
        lost = (losable | settled) - state.awards.keys() - kept
        regained = (state.regained & kept) - settled
        if not lost and not regained:
            return _marked(state)
        kept = (kept | lost) - regained
        settled |= regained


def sorted_out(
    rules: RuleSet, log: Iterable[Event], stored: Iterable[Award], start: Snapshot | None = None
) -> tuple[dict[Key, Award], list[Award]]:
    """The awards of today's badges: those that a replay is to give, by key, and those that no replay moves.

    Those of a snapshot are among neither: a replay has them from its start.
    """
    given = {as_given(award) for award in awards_of(rules, start)} if start else set()
    held = [award for award in _of_today(rules, stored) if as_given(award) not in given]
    older = {award.key: award for award in held if not award.by_call and is_older(rules, award)}
    current = {award.key: award for award in held if award.key not in older}
    revoked = [award for award in _of_today(rules, revoked_earlier(log)) if as_given(award) not in given]
    return current, [*older.values(), *revoked]


def as_given(award: Award) -> tuple[Key, int, str, str]:
    """Which award, by which entry: the same badge may be given again after it was revoked."""
    return award.key, award.awarded_at, award.source, award.id


def _of_today(rules: RuleSet, awards: Iterable[Award]) -> list[Award]:
    return [award for award in (renamed(rules, a) for a in awards) if award.badge in rules.badges]


def is_older(rules: RuleSet, award: Award) -> bool:
    """Whether an award was given under another version of its badge than today's."""
    return rules.badges[award.badge].version != award.badge_version


def renamed(rules: RuleSet, award: Award) -> Award:
    """The award under the id that its badge has today."""
    name = rules.renames.get(award.badge)
    return award._replace(badge=name) if name else award


def revoked_earlier(log: Iterable[Event]) -> list[Award]:
    """Awards that no replay gives and that staff took away: they count until then."""
    return [award_of(record) for e in log if e.type == BADGE_REVOKED for record in e.data.get("kept", ())]


def record_of(award: Award) -> dict[str, Any]:
    """An award as the log entry of its revocation keeps it."""
    return {
        "badge": award.badge,
        "tier": award.tier,
        "occurrence": award.occurrence,
        "awarded_at": award.awarded_at,
        "source": award.source,
        "id": award.id,
        "metadata": dict(award.metadata),
        "rules_version": award.rules_version,
        "badge_version": award.badge_version,
    }


def award_of(record: Mapping[str, Any]) -> Award:
    """The award that ``record_of`` wrote."""
    return Award(**record)


def _marked(state: State) -> State:
    """Of the awards of older versions, those that today's rules do not give are kept."""
    for key, award in state.awards.items():
        if key in state.pins and not award.by_call:
            state.awards[key] = award._replace(kept=key not in state.confirmed)
    return state
