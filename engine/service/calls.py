"""Calls that grant, revoke and erase: the first two are entries of the user's log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..fold import inside
from ..model import BADGE_GRANTED, BADGE_REVOKED, CALLS_SOURCE, Award, Badge, Event, Posted, Receipt, RuleSet, Viewer
from ..problems import did_you_mean
from ..progress import missing
from ..reconcile import is_older, record_of
from ..state import State
from ..store.protocol import AuditRecord, Transaction
from . import ledger
from .errors import Refused
from .ids import new_id
from .intake import ingest, refresh
from .session import Session


def find_badge(rules: RuleSet, name: str) -> Badge:
    """The badge of that id, also of a former one. Raises Refused (404)."""
    badge = rules.badges.get(rules.renames.get(name, name))
    if badge is None:
        raise unknown_badge(rules, name)
    return badge


def unknown_badge(rules: RuleSet, name: str) -> Refused:
    """The same answer for a badge that there is not and for one that must not be seen."""
    near = did_you_mean(name, (badge.id for badge in rules.badges.values() if not badge.secret))
    return Refused(404, "unknown-badge", f"There is no badge {name}.", {"help": near} if near else {})


def state_for(session: Session, user: str, badge: Badge) -> State:
    """The user's state as far as one badge and its prerequisites need it, brought to the rules in service."""
    refresh(session.transaction, session.rules, user, session.now)
    row = session.transaction.lock([user]).get(user)
    names = {badge.id} | {name for name, _ in (badge.prerequisites.items if badge.prerequisites else ())}
    heads = session.transaction.heads([user], sorted("b:" + name for name in names)) if row else {}
    return ledger.state_of(session.transaction, user, row, heads.get(user, {}))


def grant(session: Session, user: str, badge: str, tier: str | None, reason: str | None) -> tuple[bool, Award]:
    """Give a badge, or one of its tiers: whether it is new, and the award. Raises Refused (403, 404, 409)."""
    found = find_badge(session.rules, badge)
    state = state_for(session, user, found)
    if session.viewer.kind != "staff":
        _check_client(session, state, found, badge)
    wanted = _tier(found, tier)
    if (wanted or "") not in state.holding(found.id).tiers:
        return True, _write_grant(session, user, found, wanted, reason)
    held = session.transaction.awards(user, found.id)
    return False, next(award for award in held if award.tier == wanted and award.occurrence is None)


def _tier(badge: Badge, tier: str | None) -> str | None:
    if tier is None:
        return badge.tiers[0].id if badge.tiers else None
    if tier not in {known.id for known in badge.tiers}:
        near = did_you_mean(tier, (known.id or "" for known in badge.tiers))
        raise Refused(404, "unknown-tier", f"{badge.id} has no tier {tier}.", {"help": near} if near else {})
    return tier


def _check_client(session: Session, state: State, badge: Badge, name: str) -> None:
    """A user's own token gives only badges that say ``grant: client``, and only while the rules allow it."""
    holding = state.holding(badge.id)
    if badge.secret and not holding.held:
        raise unknown_badge(session.rules, name)
    if badge.grant != "client":
        raise Refused(403, "not-grantable", f"{badge.id} is not given by clients.")
    if holding.revoked:
        raise Refused(403, "revoked", f"{badge.id} was revoked by staff.")
    if holding.held:
        return
    if badge.retired:
        raise Refused(409, "retired", f"{badge.id} is retired: nobody new can earn it.")
    if not inside(badge.available, session.now):
        raise Refused(409, "unavailable", f"{badge.id} is not available now.")
    lacking = missing(state, badge.prerequisites)
    if lacking:
        extra = {"missing_prerequisites": [name for name in lacking if not _is_secret(session.rules, name)]}
        raise Refused(409, "locked", f"{badge.id} has prerequisites that are not met.", extra)


def _is_secret(rules: RuleSet, name: str) -> bool:
    return rules.badges[name.split(".")[0]].secret


def _write_grant(session: Session, user: str, badge: Badge, tier: str | None, reason: str | None) -> Award:
    data = {"badge": badge.id, "by": _actor(session.viewer)}
    data.update({key: text for key, text in (("tier", tier), ("reason", reason)) if text})
    receipt = _write(session, _entry(session, user, BADGE_GRANTED, data))
    if session.viewer.kind == "staff":
        _record(session, "grant", user, badge.id, {"tier": tier, "reason": reason})
    return next(award for award in receipt.awarded if (award.badge, award.tier) == (badge.id, tier))


def revoke(session: Session, user: str, badge: str, reason: str | None) -> int:
    """Take all of a badge away: how many awards that were. Raises Refused (404) if it was never held."""
    found = find_badge(session.rules, badge)
    state = state_for(session, user, found)
    held = session.transaction.awards(user, found.id)
    if not held:
        if state.holding(found.id).revoked:
            return 0
        raise Refused(404, "not-held", f"{user} does not hold {found.id}.")
    lasting = [a for a in held if a.kept or (not a.by_call and is_older(session.rules, a))]
    data: dict[str, Any] = {"badge": found.id, "by": _actor(session.viewer)}
    if reason:
        data["reason"] = reason
    if lasting:
        data["kept"] = [record_of(award) for award in lasting]
    _write(session, _entry(session, user, BADGE_REVOKED, data))
    _record(session, "revoke", user, found.id, {"awards": len(held), "reason": reason})
    return len(held)


def erase(transaction: Transaction, user: str, actor: str, now: int) -> bool:
    """Remove all that names a user; one record without a name says that an erasure was done."""
    found = transaction.erase(user)
    if found:
        transaction.record(AuditRecord(now, actor, "erase"))
    return found


def _write(session: Session, entry: Posted) -> Receipt:
    """Put a call into the user's log. Raises Refused (409) if the clock has gone back to before the user's snapshot."""
    receipt = ingest(session, [entry], reserved=True)[0]
    if receipt.status == "rejected":
        raise Refused(409, "compacted", f"The call's time {receipt.errors[0]['message']}.")
    return receipt


def _entry(session: Session, user: str, type_: str, data: Mapping[str, Any]) -> Posted:
    return Posted(Event(user, CALLS_SOURCE, new_id(), type_, session.now, None, data), timeless=True)


def _actor(viewer: Viewer) -> str:
    return viewer.name or viewer.kind


def _record(session: Session, action: str, user: str, badge: str, detail: Mapping[str, Any]) -> None:
    known = {key: value for key, value in detail.items() if value is not None}
    session.transaction.record(AuditRecord(session.now, _actor(session.viewer), action, user, badge, known))
