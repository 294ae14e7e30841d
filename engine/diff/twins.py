"""Which badge of one rule set is which of the other: by id, or by ``formerly``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model import Badge, RuleSet
from .changes import CHANGED, LOOSER, RENAMED, TIGHTER, Finding
from .describe import taken_by


@dataclass(frozen=True, slots=True)
class Matched:
    """The badges of two rule sets."""

    twins: tuple[tuple[Badge, Badge], ...]
    """Those that are in both, before and after."""
    added: tuple[Badge, ...]
    removed: tuple[Badge, ...]
    names: Mapping[str, str]
    """Ids of today, by former ones, of badges that were renamed."""


def matched(old: RuleSet, new: RuleSet) -> Matched:
    """The badges of two rule sets, each beside itself."""
    before = {badge.id: _before(old, new, badge) for _, badge in sorted(new.badges.items())}
    twins = tuple((was, new.badges[id]) for id, was in before.items() if was is not None)
    known = {was.id for was, _ in twins}
    return Matched(
        twins,
        tuple(new.badges[id] for id, was in before.items() if was is None),
        tuple(badge for id, badge in sorted(old.badges.items()) if id not in known),
        {was.id: now.id for was, now in twins if was.id != now.id},
    )


def _before(old: RuleSet, new: RuleSet, badge: Badge) -> Badge | None:
    if badge.id in old.badges:
        return old.badges[badge.id]
    former = [id for id in badge.formerly if id in old.badges and id not in new.badges]
    return old.badges[former[0]] if former else None


def come_and_gone(new: RuleSet, found: Matched) -> list[tuple[str, Finding]]:
    """What is said of badges that are new, renamed or removed, by id."""
    told = [(badge.id, Finding("added", LOOSER, _added(badge, found))) for badge in found.added]
    for was, now in found.twins:
        told += [(now.id, finding) for finding in _names(was, now)]
    for badge in found.removed:
        told += [(badge.id, _removed(badge, new))]
    return told


def _added(badge: Badge, found: Matched) -> str:
    told = f"new badge: {taken_by(badge)}"
    alike = next((other.id for other in found.removed if other.version == badge.version), None)
    if alike is None:
        return told
    return f"{told} (as {alike}, which is gone: `formerly: [{alike}]` would make it a rename, and awards would follow)"


def _names(was: Badge, now: Badge) -> Iterator[Finding]:
    """Its new id, and what it takes over: awards under former ids are its own."""
    if was.id != now.id:
        yield Finding("renamed", RENAMED, f"was {was.id}; awards follow", decides=False)
    for id in now.formerly:
        if id not in was.formerly and id != was.id:
            yield Finding("merged", CHANGED, f"takes over {id}: its awards follow")
    for id in was.formerly:
        if id not in now.formerly:
            yield Finding("formerly", CHANGED, f"no longer formerly {id}: its awards do not follow any more")


def _removed(badge: Badge, new: RuleSet) -> Finding:
    if badge.id in new.renames:
        return Finding("merged", RENAMED, f"is part of {new.renames[badge.id]} now; awards follow")
    return Finding("removed", TIGHTER, f"removed badge: {taken_by(badge)}")
