"""Posted events: judged by the rules in service, claimed, folded and stored in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from ..jsontext import same
from ..model import (
    BADGE_AWARDED,
    BADGE_COMPACTED,
    BADGE_GRANTED,
    BADGE_REVOKED,
    CALLS_SOURCE,
    EVENT_RETRACTED,
    Award,
    Event,
    Metric,
    Posted,
    Receipt,
    Refusal,
    RuleSet,
    Viewer,
)
from ..problems import did_you_mean
from ..progress import visible, written
from ..reconcile import award_of, record_of, revoked_earlier
from ..retention import differing
from ..store.feeds import Notice
from ..store.protocol import AuditRecord, EventKey, StoredEvent, Transaction, UserRow
from . import ledger
from .history import lateness, past_of
from .news import News, of_outcome
from .prefetching import prefetch
from .restoring import restore

Fault = dict[str, Any]
Told = tuple[str | None, Receipt]
"""The type of an event, if the rules have it, and its receipt."""
RAISED = "raised"
"""The mark in a receipt that the event raised the metric which its action reads."""


@dataclass(slots=True)
class Claim:
    """A posted event on its way to a receipt."""

    index: int
    posted: Posted
    event: Event
    key: EventKey

    @classmethod
    def of(cls, index: int, posted: Posted) -> Claim:
        """The claim of the entry at a place of the request."""
        event = posted.event
        return cls(index, posted, event, (event.user, event.source, event.id))


@dataclass(slots=True)
class Session:
    """One request's transaction, rules, caller and instant, and the receipts so far."""

    transaction: Transaction
    rules: RuleSet
    viewer: Viewer
    now: int
    watch: Metric | None = None
    """The metric that an action reads: the receipt says whether the event raised it."""
    receipts: dict[int, Receipt] = field(default_factory=dict)
    repeated: list[tuple[Claim, Claim]] = field(default_factory=list)
    """Entries that repeat an earlier one of the same request."""
    told: list[Told] = field(default_factory=list)
    """All receipts of the request."""
    silent: bool = False
    """Nobody is told of what this changes: it happened elsewhere, and long ago."""
    news: list[News] = field(default_factory=list)
    """What the request changed, for those who pass it on."""
    notices: Sequence[Notice] = ()
    """What users are told of it."""


def ingest(session: Session, posts: Sequence[Posted | Refusal], reserved: bool = False) -> list[Receipt]:
    """One receipt for each entry, in the order given; one that is refused stops no other."""
    claims: list[Claim] = []
    for index, post in enumerate(posts):
        faults = post.errors if isinstance(post, Refusal) else judge(session, post.event, reserved)
        if isinstance(post, Refusal) or faults:
            session.receipts[index] = _refused(post, faults)
        elif post.event.type == BADGE_COMPACTED:
            session.receipts[index] = restore(session.transaction, session.rules, post.event, session.now)
        else:
            claims.append(Claim.of(index, post))
    rows = session.transaction.lock(sorted({claim.event.user for claim in claims}))
    by_user: dict[str, list[Claim]] = {}
    for claim in _claimed(session, rows, claims):
        by_user.setdefault(claim.event.user, []).append(claim)
    _fold(session, rows, by_user)
    for claim, earlier in session.repeated:
        awarded = session.receipts[earlier.index].awarded
        session.receipts[claim.index] = _repeated(claim, _differing(claim, earlier.event), awarded)
    receipts = [session.receipts[index] for index in range(len(posts))]
    session.told += zip((_type(session.rules, post) for post in posts), receipts, strict=True)
    return receipts


def keys_of(posts: Iterable[Posted | Refusal]) -> list[EventKey]:
    """Of the entries that may be taken in."""
    events = (post.event for post in posts if isinstance(post, Posted))
    return [(event.user, event.source, event.id) for event in events]


def _type(rules: RuleSet, post: Posted | Refusal) -> str | None:
    """The event type of an entry, if the rules have it."""
    return post.event.type if isinstance(post, Posted) and post.event.type in rules.events else None


# Judging


def judge(session: Session, event: Event, reserved: bool) -> Sequence[Fault]:
    """Why an event is refused by the rules in service; nothing if it is not."""
    event_type = session.rules.events.get(event.type)
    if event.type in _OWN or event_type is None:
        faults = _own_faults(session, event, reserved)
        if faults or event_type is None or event.type != EVENT_RETRACTED:
            return faults
    reasons = event_type.validate(event.data)
    return [_payload_fault(reason) for reason in reasons] if reasons else ()


_OWN = frozenset({BADGE_GRANTED, BADGE_REVOKED, BADGE_COMPACTED, EVENT_RETRACTED, BADGE_AWARDED})
"""Types that not everybody may post, or nobody."""


def _own_faults(session: Session, event: Event, reserved: bool) -> list[Fault]:
    """Why an event is refused whose type is the engine's own, or nobody's."""
    if event.type in (BADGE_GRANTED, BADGE_REVOKED):
        return _call_faults(event) if reserved else [_fault("type", f"{event.type} cannot be posted: calls write it")]
    if event.type == BADGE_COMPACTED and reserved:
        return []
    if event.type != EVENT_RETRACTED:
        help_ = did_you_mean(event.type, session.rules.events)
        return [{**_fault("type", f"there is no event type {event.type}", help_), "code": "unknown-event"}]
    if session.viewer.kind != "staff":
        return [{**_fault("type", "only staff may retract an event"), "code": "forbidden"}]
    if event.data.get("source") == CALLS_SOURCE:
        return [_fault("data.source", "a call is not retracted: grant or revoke the badge instead")]
    return []


def _fault(field_name: str, message: str, help_: str | None = None) -> Fault:
    fault: Fault = {"field": field_name, "message": message}
    return {**fault, "help": help_} if help_ else fault


def _call_faults(event: Event) -> list[Fault]:
    if not isinstance(event.data.get("badge"), str):
        return [_fault("data.badge", "must name a badge")]
    if not isinstance(event.data.get("tier"), str | None):
        return [_fault("data.tier", "must name a tier")]
    if not isinstance(event.data.get("metadata", {}), dict):
        return [_fault("data.metadata", "must be an object")]
    try:
        revoked_earlier([event])
    except (TypeError, AttributeError):
        return [_fault("data.kept", "must list awards as an export writes them")]
    return []


def _payload_fault(reason: str | Mapping[str, Any]) -> Fault:
    if isinstance(reason, str):
        name, _, message = reason.partition(": ")
        return _fault(name if message else "data", message or reason)
    return dict(reason)


def _refused(post: Posted | Refusal, faults: Sequence[Mapping[str, Any]]) -> Receipt:
    source, id_ = (post.source, post.id) if isinstance(post, Refusal) else (post.event.source, post.event.id)
    return Receipt(source, id_, "rejected", errors=tuple(faults))


# Claiming


def _claimed(session: Session, rows: Mapping[str, UserRow], claims: list[Claim]) -> list[Claim]:
    """The events that are new; the others are answered as duplicates or conflicts of the first one."""
    targets = [_target(c.event) for c in claims if c.event.type == EVENT_RETRACTED]
    keys = [key for key in (*(claim.key for claim in claims), *targets) if key[0] in rows]
    known, past = session.transaction.known(keys), past_of(session.transaction, rows, keys)
    fresh: dict[EventKey, Claim] = {}
    for claim in claims:
        first = known.get(claim.key)
        if first is None and claim.key in fresh:
            session.repeated.append((claim, fresh[claim.key]))
        elif first is not None:
            session.receipts[claim.index] = _repeated(claim, _differing(claim, first.event), _awarded(first.receipt))
        elif claim.key in past:
            differs = differing(past[claim.key].digest, claim.posted)
            session.receipts[claim.index] = _repeated(claim, differs, _awarded(past[claim.key].receipt))
        elif faults := lateness(session.transaction, claim.event, rows.get(claim.event.user), past):
            session.receipts[claim.index] = _refused(claim.posted, faults)
        elif claim.event.type == EVENT_RETRACTED and _names_retraction(claim, known, fresh):
            message = "a retraction cannot be retracted"
            session.receipts[claim.index] = _refused(claim.posted, [_fault("data.id", message)])
        else:
            fresh[claim.key] = claim
    return list(fresh.values())


def _target(event: Event) -> EventKey:
    return (event.user, event.data["source"], event.data["id"])


def _names_retraction(claim: Claim, known: Mapping[EventKey, StoredEvent], fresh: Mapping[EventKey, Claim]) -> bool:
    target = _target(claim.event)
    found = known[target].event if target in known else fresh[target].event if target in fresh else None
    return found is not None and found.type == EVENT_RETRACTED


def _differing(claim: Claim, first: Event) -> list[str]:
    event = claim.event
    parts = {
        "type": event.type != first.type,
        "data": not same(event.data, first.data),
        "time": not claim.posted.timeless and event.time != first.time,
    }
    return [name for name, differs in parts.items() if differs]


def _awarded(receipt: Sequence[Mapping[str, Any]]) -> tuple[Award, ...]:
    return tuple(award_of(record) for record in receipt if RAISED not in record)


def _repeated(claim: Claim, differs: Sequence[str], awarded: tuple[Award, ...]) -> Receipt:
    """The answer to a known event, from what was answered at first."""
    event = claim.event
    if not differs:
        return Receipt(event.source, event.id, "duplicate", awarded=awarded)
    other = " and ".join(differs)
    message = f"another event of this source and id is known, with another {other}; the first one stands"
    errors = tuple({**_fault(name, message), "code": "conflict"} for name in differs)
    return Receipt(event.source, event.id, "conflict", errors=errors)


# Folding


def _fold(session: Session, rows: Mapping[str, UserRow], by_user: Mapping[str, list[Claim]]) -> None:
    """Step the users whose new events are in order together; replay the others one by one."""
    transaction, rules = session.transaction, session.rules
    plain = {user: claims for user, claims in by_user.items() if _is_plain(session, rows.get(user), claims)}
    keys = ledger.keys_of(rules, [claim.event for claims in plain.values() for claim in claims])
    if session.watch:
        keys.add(session.watch.fingerprint)
    heads = transaction.heads([user for user in plain if user in rows], sorted(keys))
    replayed = {user: claims for user, claims in by_user.items() if user not in plain}
    saved = []
    states = {user: ledger.state_of(transaction, user, rows.get(user), heads.get(user, {})) for user in plain}
    if transaction.is_far:
        prefetch(transaction, rules, [(states[user], _events(claims)) for user, claims in plain.items()])
    for user, claims in plain.items():
        row, events, state = rows.get(user), _events(claims), states[user]
        outcome = ledger.advance(transaction, rules, state, row, events, session.now, session.watch)
        if outcome is None:
            replayed[user] = claims
        else:
            _answer(session, outcome, claims)
            saved.append(outcome.changes)
    transaction.save(saved)
    for user, claims in sorted(replayed.items()):
        if not _rewind(session, rows.get(user), claims):
            _replay(session, user, claims)


def _events(claims: Iterable[Claim]) -> list[Event]:
    return [claim.event for claim in claims]


def _is_plain(session: Session, row: UserRow | None, claims: list[Claim]) -> bool:
    """Whether these events can be stepped over the stored state: newer than all, and no retraction involved."""
    events = [claim.event for claim in claims]
    if any(event.type == EVENT_RETRACTED for event in events):
        return False
    if row is None:
        return True
    if row.semantics != session.rules.semantics or not ledger.is_in_order(row, events):
        return False
    return not row.retractions or not session.transaction.retractions_of([claim.key for claim in claims])


def _rewind(session: Session, row: UserRow | None, claims: list[Claim]) -> bool:
    """Put late events where they belong, if that takes no replay; whether it was done."""
    transaction, events = session.transaction, [claim.event for claim in claims]
    outcome = ledger.rewind(transaction, session.rules, row, events, session.now, session.watch) if row else None
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
    outcome = ledger.rebuild(transaction, session.rules, row, user, events, session.now, retracting, session.watch)
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
        ledger.refold(transaction, rules, row, now)


def is_current(transaction: Transaction, rules: RuleSet, user: str) -> bool:
    """Whether a rule set folded all that is stored of a user."""
    row = transaction.lock([user]).get(user)
    return row is None or row.semantics == rules.semantics


def _answer(session: Session, outcome: ledger.Outcome, claims: Sequence[Claim]) -> None:
    """Write receipts, and put the events with them among the changes."""
    hidden = hidden_from(session.rules, outcome.state, session.viewer)
    for claim in claims:
        source, id_ = place = claim.key[1:]
        given, moved = outcome.given.get(place, ()), outcome.moved.get(place, ())
        records: list[Mapping[str, Any]] = [record_of(award) for award in given]
        if place in outcome.raised:
            records.append({RAISED: True})
        outcome.changes.events.append(
            StoredEvent(claim.event, claim.posted.timeless, session.now, records, outcome.undo.get(place))
        )
        if hidden:
            moved = [visible(progress, hidden) for progress in moved if progress.badge not in hidden]
        session.receipts[claim.index] = Receipt(source, id_, "accepted", tuple(given), tuple(moved))
    if not session.silent:
        session.news += of_outcome(session.rules, outcome, (claim.event for claim in claims), session.now)


def hidden_from(rules: RuleSet, state: Any, viewer: Viewer) -> frozenset[str]:
    """The secret and the retired badges that a user does not hold: nobody but staff sees them."""
    if viewer.kind == "staff":
        return frozenset()
    return frozenset(name for name in rules.shy if not state.holds(name, None))
