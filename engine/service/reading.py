"""What readers ask of a user, of the catalog and of the rules in service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..calendar import DAY, format_instant
from ..explain import explain
from ..model import Award, Badge, Progress, RuleSet, Viewer
from ..presentation import in_order
from ..progress import all_progress, visible
from ..state import State
from ..store.protocol import Transaction
from . import ledger
from .alarms import alarms
from .calls import find_badge, unknown_badge
from .errors import Refused
from .history import start_of
from .intake import hidden_from

RARITY_FROM = 10
"""Users below which a share says more about people than about badges."""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A badge as the catalog lists it; ``badge`` is None for a secret one that the viewer must not see."""

    badge: Badge | None
    holders: int
    rarity: float | None


@dataclass(frozen=True, slots=True)
class Wall:
    """All that a user's badge wall shows, as the user may see it."""

    name: str | None
    """The user's own, if one was told."""
    awards: Sequence[Award]
    """In the order in which they were earned."""
    progress: Sequence[Progress]
    catalog: Sequence[CatalogEntry]


def shareable(
    transaction: Transaction, rules: RuleSet, user: str, name: str, occurrence: str | None, viewer: Viewer
) -> Award:
    """The newest award of a badge or ``badge.tier`` that the user holds. Raises Refused (404).

    A secret is shared by its holder, or by staff: to others it is unknown.
    """
    id, _, tier = name.partition(".")
    badge = find_badge(rules, id)
    held = [a for a in in_order(transaction.awards(user, badge.id), rules) if not tier or a.tier == tier]
    found = [award for award in held if occurrence is None or award.occurrence == occurrence]
    if badge.secret and (viewer.kind not in ("user", "staff") or not held):
        raise unknown_badge(rules, id)
    if not found:
        raise Refused(404, "not-held", f"{user} does not hold {name}.")
    return found[-1]


def held(
    transaction: Transaction, rules: RuleSet, user: str, badge: str, tier: str | None, occurrence: str | None
) -> Award | None:
    """One award, if the user holds it."""
    id = rules.renames.get(badge, badge)
    known = id in rules.badges
    awards = transaction.awards(user, id) if known else []
    return next((award for award in awards if award.key == (id, tier, occurrence)), None)


def whole_state(transaction: Transaction, user: str) -> State:
    """Everything stored of a user; an empty state for an unknown one."""
    row = transaction.lock([user]).get(user)
    heads = transaction.all_heads(user) if row else {}
    return ledger.state_of(transaction, user, row, heads)


def progress(transaction: Transaction, rules: RuleSet, user: str, viewer: Viewer, now: int) -> list[Progress]:
    """The progress of all badges that the viewer may see."""
    state = whole_state(transaction, user)
    hidden = hidden_from(rules, state, viewer)
    return [visible(p, hidden) for p in all_progress(rules, state, seen_at(state, now), hidden)]


def wall(transaction: Transaction, rules: RuleSet, user: str, now: int) -> Wall:
    """A user's awards, progress and catalog, with the secrets that the user holds and no others."""
    state, viewer = whole_state(transaction, user), Viewer("user", user=user)
    hidden = hidden_from(rules, state, viewer)
    told = state.attributes.get("name")
    return Wall(
        name=told if isinstance(told, str) else None,
        awards=in_order(transaction.awards(user), rules),
        progress=[visible(p, hidden) for p in all_progress(rules, state, seen_at(state, now), hidden)],
        catalog=catalog(transaction, rules, viewer),
    )


def seen_at(state: State, now: int) -> int:
    """Now, or the newest event if that is ahead of the clock."""
    return max(now, state.position[0]) if state.position else now


def explanation(
    transaction: Transaction,
    rules: RuleSet,
    user: str,
    name: str,
    viewer: Viewer,
    now: int,
    locales: Sequence[str],
) -> dict[str, Any]:
    """Why a badge is earned, or what is missing. Raises Refused (404), also for a secret badge that is not held."""
    badge = find_badge(rules, name)
    state = whole_state(transaction, user)
    hidden = hidden_from(rules, state, viewer)
    if badge.id in hidden:
        raise unknown_badge(rules, name)
    log = transaction.events(user)
    awards = transaction.awards(user)
    start = start_of(transaction, transaction.lock([user]).get(user))
    return explain(rules, user, log, awards, badge, seen_at(state, now), hidden, locales, start)


def catalog(transaction: Transaction, rules: RuleSet, viewer: Viewer) -> list[CatalogEntry]:
    """Every badge that can be earned or is held, secret ones without their names."""
    holders, users = transaction.holders(), transaction.acted()
    held = {award.badge for award in transaction.awards(viewer.user)} if viewer.user else set()
    entries = []
    for _, badge in sorted(rules.badges.items()):
        if badge.retired and badge.id not in held and viewer.kind != "staff":
            continue
        hidden = badge.secret and badge.id not in held and viewer.kind != "staff"
        count = holders.get(badge.id, 0)
        entries.append(CatalogEntry(None, 0, None) if hidden else CatalogEntry(badge, count, _rarity(count, users)))
    return entries


def _rarity(holders: int, users: int) -> float | None:
    """Holders in % of the users with an event, one decimal; None below RARITY_FROM users.

    Who was given a badge and has no event is a holder, so that there can be more of them.
    """
    return min(round(100 * holders / users, 1), 100.0) if users >= RARITY_FROM else None


def catalog_entry(transaction: Transaction, rules: RuleSet, name: str, viewer: Viewer) -> CatalogEntry:
    """One badge of the catalog. Raises Refused (404), also for a secret one that the viewer does not hold."""
    badge = find_badge(rules, name)
    for entry in catalog(transaction, rules, viewer):
        if entry.badge is not None and entry.badge.id == badge.id:
            return entry
    raise unknown_badge(rules, name)


def rules_status(transaction: Transaction, rules: RuleSet, viewer: Viewer, now: int, days: int) -> dict[str, Any]:
    """The version in service, since when, what each badge and event type did lately, rules that fail and dead ones.

    Secret and retired badges are named to staff only.
    """
    hidden = {b.id for b in rules.badges.values() if b.secret or b.retired} if viewer.kind != "staff" else set()
    version = transaction.versions(1)[0]
    lately = transaction.activity(now - days * DAY)
    holders = transaction.holders()
    shown = sorted(rules.badges.keys() - hidden)
    badges = [_did("badge", name, lately["awards"], holders.get(name, 0)) for name in shown]
    return {
        "version": version.version,
        "since": format_instant(version.applied_at),
        "applied_by": version.by,
        "days": days,
        "badges": badges,
        "events": [_did("type", name, lately["events"]) for name in sorted(rules.events)],
        "failing": [record for record in transaction.failing(100) if record["badge"] not in hidden],
        "alarms": [alarm.as_json() for alarm in alarms(transaction, rules, lately, now, days, hidden)],
    }


def _did(kind: str, name: str, lately: dict[str, Any], holders: int | None = None) -> dict[str, Any]:
    found = lately.get(name)
    counts = {"count": found["count"] if found else 0, "last": format_instant(found["last"]) if found else None}
    return {kind: name, **counts, **({} if holders is None else {"holders": holders})}
