"""Posted events: judged by the rules in service, claimed, folded and stored in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import lt
from typing import Any

from msgspec.structs import replace

from ..model import (
    BADGE_COMPACTED,
    EVENT_RETRACTED,
    Event,
    Position,
    Posted,
    Progress,
    Receipt,
    Refusal,
    RuleSet,
    Viewer,
)
from ..progress import visible, written
from ..reconcile import record_of
from ..store.protocol import AuditRecord, EventKey, StoredEvent, Transaction, UserRow
from . import ledger, replaying
from .claiming import RAISED, claimed, repeated_in
from .judging import OWN, judge, refused
from .news import of_outcome
from .prefetching import prefetch
from .restoring import restore
from .session import Claim, Session


def ingest(session: Session, posts: Sequence[Posted | Refusal], reserved: bool = False) -> list[Receipt]:
    """One receipt for each entry, in the order given; one that is refused stops no other."""
    claims = _admitted(session, posts, reserved)
    rows = session.transaction.lock(sorted({claim.event.user for claim in claims}))
    _fold(session, rows, claimed(session, rows, claims))
    repeated_in(session)
    receipts = [session.receipts[index] for index in range(len(posts))]
    known = session.rules.events
    types = [post.event.type if isinstance(post, Posted) and post.event.type in known else None for post in posts]
    session.told += zip(types, receipts, strict=True)
    return receipts


def keys_of(posts: Iterable[Posted | Refusal]) -> list[EventKey]:
    """Of the entries that may be taken in."""
    events = [post.event for post in posts if isinstance(post, Posted)]
    return [(event.user, event.source, event.id) for event in events]


def _admitted(session: Session, posts: Sequence[Posted | Refusal], reserved: bool) -> list[Claim]:
    """The entries that may be known or new; those that cannot be either are answered."""
    claims: list[Claim] = []
    for index, post in enumerate(posts):
        if isinstance(post, Refusal):
            session.receipts[index] = refused(post, post.errors)
            continue
        event = post.event
        faults = judge(session, event, reserved)
        if faults and event.type in OWN:
            session.receipts[index] = refused(post, faults)
        elif event.type == BADGE_COMPACTED:
            session.receipts[index] = restore(session.transaction, session.rules, event, session.now)
        else:
            claims.append(Claim(index, post, event, (event.user, event.source, event.id), faults))
    return claims


# Folding


def _fold(session: Session, rows: Mapping[str, UserRow], claims: Sequence[Claim]) -> None:
    """Step the users whose new events are in order together; replay the others one by one."""
    by_user: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_user[claim.event.user].append(claim)
    plain = _plain(session, rows, by_user, claims)
    stepped = _step(session, rows, plain)
    for user in sorted(by_user.keys() - stepped):
        if not _rewind(session, rows.get(user), by_user[user]):
            _replay(session, user, by_user[user])


def _plain(
    session: Session, rows: Mapping[str, UserRow], by_user: Mapping[str, list[Claim]], claims: Sequence[Claim]
) -> dict[str, list[Claim]]:
    """The users whose events can be stepped over the stored state: newer than all, and no retraction involved.

    With their events in the order of the log.
    """
    times = [claim.event.time for claim in claims]
    if not all(map(lt, times, times[1:])):
        by_user = {user: sorted(part, key=_position) for user, part in by_user.items()}
    return {user: part for user, part in by_user.items() if _is_plain(session, rows.get(user), part)}


def _is_plain(session: Session, row: UserRow | None, claims: Sequence[Claim]) -> bool:
    for claim in claims:
        if claim.event.type == EVENT_RETRACTED:
            return False
    if row is None:
        return True
    if row.semantics != session.rules.semantics or _position(claims[0]) <= row.position:
        return False
    return not row.retractions or not session.transaction.retractions_of([claim.key for claim in claims])


def _position(claim: Claim) -> Position:
    return claim.event.position


def _step(session: Session, rows: Mapping[str, UserRow], plain: Mapping[str, list[Claim]]) -> set[str]:
    """Step users' new events over the stored state; those users for whom that is enough."""
    transaction, rules = session.transaction, session.rules
    events = {user: [claim.event for claim in claims] for user, claims in plain.items()}
    keys = ledger.keys_of(rules, [event for part in events.values() for event in part])
    if session.watch:
        keys.add(session.watch.fingerprint)
    heads = transaction.heads([user for user in plain if user in rows], sorted(keys))
    states = {user: ledger.state_of(transaction, user, rows.get(user), heads.get(user, _NONE)) for user in plain}
    if scattered := transaction.scattered(list(plain)):
        prefetch(transaction, rules, [(states[user], events[user]) for user in scattered])
    saved, stepped = [], set()
    for user, state in states.items():
        outcome = ledger.advance(transaction, rules, state, rows.get(user), events[user], session.now, session.watch)
        if outcome is not None:
            _answer(session, outcome, plain[user])
            saved.append(outcome.changes)
            stepped.add(user)
    transaction.save(saved)
    return stepped


_NONE: Mapping[str, Any] = {}


def _rewind(session: Session, row: UserRow | None, claims: Sequence[Claim]) -> bool:
    """Put late events where they belong, if that takes no replay; whether it was done."""
    transaction, events = session.transaction, [claim.event for claim in claims]
    outcome = replaying.rewind(transaction, session.rules, row, events, session.now, session.watch) if row else None
    if outcome is None:
        return False
    _answer(session, outcome, claims)
    transaction.save([outcome.changes])
    return True


def _replay(session: Session, user: str, claims: Iterable[Claim]) -> None:
    """Replay a user's log with new events; retractions one by one, since each takes away just what hangs on it."""
    refresh(session.transaction, session.rules, user, session.now)
    waiting: list[Claim] = []
    for claim in claims:
        if claim.event.type != EVENT_RETRACTED:
            waiting.append(claim)
            continue
        _replay_together(session, user, waiting)
        _replay_together(session, user, [claim], retracting=True)
        waiting = []
    _replay_together(session, user, waiting)


def _replay_together(session: Session, user: str, claims: list[Claim], retracting: bool = False) -> None:
    if not claims:
        return
    transaction, events = session.transaction, [claim.event for claim in claims]
    row = transaction.lock([user]).get(user)
    outcome = replaying.rebuild(transaction, session.rules, row, user, events, session.now, retracting, session.watch)
    _answer(session, outcome, claims)
    if retracting:
        after = outcome.changes.row
        outcome.changes.row = replace(after, retractions=after.retractions + 1)
        _record_retraction(session, events[0], outcome)
    transaction.save([outcome.changes])


def _record_retraction(session: Session, event: Event, outcome: ledger.Outcome) -> None:
    dropped = [written(badge, tier) + (f"#{occ}" if occ else "") for badge, tier, occ in outcome.changes.dropped]
    detail = {"source": event.data["source"], "id": event.data["id"], "revoked": dropped}
    if "reason" in event.data:
        detail["reason"] = event.data["reason"]
    actor = session.viewer.name or session.viewer.kind
    session.transaction.record(AuditRecord(session.now, actor, "retract", event.user, None, detail))


def refresh(transaction: Transaction, rules: RuleSet, user: str, now: int) -> None:
    """Bring a user's state to the rules in service, silently, if another rule set folded it."""
    row = transaction.lock([user]).get(user)
    if row is not None and row.semantics != rules.semantics:
        replaying.refold(transaction, rules, row, now)


def is_current(transaction: Transaction, rules: RuleSet, user: str) -> bool:
    """Whether a rule set folded all that is stored of a user."""
    row = transaction.lock([user]).get(user)
    return row is None or row.semantics == rules.semantics


def _answer(session: Session, outcome: ledger.Outcome, claims: Sequence[Claim]) -> None:
    """Write receipts, and put the events with them among the changes."""
    hidden = hidden_from(session.rules, outcome.state, session.viewer)
    for claim, told in zip(claims, outcome.told, strict=True):
        posted, moved = claim.posted, _seen(told.moved, hidden) if hidden else told.moved
        records: list[Mapping[str, Any]] = [record_of(award) for award in told.given] if told.given else []
        if told.raised:
            records.append({RAISED: True})
        outcome.changes.events.append(StoredEvent(claim.event, posted.timeless, session.now, records, told.undo))
        receipt = Receipt(claim.event.source, claim.event.id, "accepted", tuple(told.given), tuple(moved))
        session.receipts[claim.index] = receipt
    if not session.silent:
        session.news += of_outcome(session.rules, outcome, [claim.event for claim in claims], session.now)


def _seen(moved: Iterable[Progress], hidden: frozenset[str]) -> list[Progress]:
    return [visible(progress, hidden) for progress in moved if progress.badge not in hidden]


def hidden_from(rules: RuleSet, state: Any, viewer: Viewer) -> frozenset[str]:
    """The secret and the retired badges that a user does not hold: nobody but staff sees them."""
    if viewer.kind == "staff" or not rules.shy:
        return _NOTHING
    return frozenset(name for name in rules.shy if not state.holds(name, None))


_NOTHING = frozenset[str]()
