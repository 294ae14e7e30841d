"""Which of the posted events are new; the others are answered as duplicates or conflicts of the first one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..jsontext import same
from ..model import EVENT_RETRACTED, Award, Event, Receipt
from ..reconcile import award_of
from ..retention import differing
from ..store.protocol import Compacted, EventKey, StoredEvent, UserRow
from .history import lateness, past_of
from .judging import fault, refused
from .session import Claim, Session

RAISED = "raised"
"""The mark in a receipt that the event raised the metric which its action reads."""


def claimed(session: Session, rows: Mapping[str, UserRow], claims: Sequence[Claim]) -> list[Claim]:
    """The events that are new; the others are answered as duplicates or conflicts of the first one, or refused.

    What was taken in once is known, whatever the rules say of it today: who sends the same again learns that.
    """
    targets = [_target(claim.event) for claim in claims if claim.event.type == EVENT_RETRACTED]
    keys = [key for key in (*[claim.key for claim in claims], *targets) if key[0] in rows]
    known = session.transaction.known(keys)
    has_past = any(row.compacted is not None for row in rows.values())
    past = past_of(session.transaction, rows, keys) if has_past else {}
    asked = has_past or bool(targets)
    fresh: dict[EventKey, Claim] = {}
    for claim in claims:
        if claim.key in fresh and not claim.faults:
            session.repeated.append((claim, fresh[claim.key]))
            continue
        answer = _answer(session, rows, claim, known, past, fresh) if asked or claim.key in known else None
        if claim.faults and (answer is None or answer.status == "conflict"):
            answer = refused(claim.posted, claim.faults)
        if answer is not None:
            session.receipts[claim.index] = answer
        else:
            fresh[claim.key] = claim
    return list(fresh.values())


def _answer(
    session: Session,
    rows: Mapping[str, UserRow],
    claim: Claim,
    known: Mapping[EventKey, StoredEvent],
    past: Mapping[EventKey, Compacted],
    fresh: Mapping[EventKey, Claim],
) -> Receipt | None:
    """The answer to an entry that is not taken in; None if it is."""
    if claim.key in known:
        first = known[claim.key]
        return _repeated(claim, _differing(claim, first.event), _awarded(first.receipt))
    if claim.key in past:
        compacted = past[claim.key]
        return _repeated(claim, differing(compacted.digest, claim.posted), _awarded(compacted.receipt))
    if claim.faults:
        return None
    if faults := lateness(session.transaction, claim.event, rows.get(claim.event.user), past):
        return refused(claim.posted, faults)
    if claim.event.type == EVENT_RETRACTED and _names_retraction(claim, known, fresh):
        return refused(claim.posted, [fault("data.id", "a retraction cannot be retracted")])
    return None


def repeated_in(session: Session) -> None:
    """Answer the entries that repeat an earlier one of the same request, once that is answered."""
    for claim, earlier in session.repeated:
        awarded = session.receipts[earlier.index].awarded
        session.receipts[claim.index] = _repeated(claim, _differing(claim, earlier.event), awarded)


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
    errors = tuple({**fault(name, message), "code": "conflict"} for name in differs)
    return Receipt(event.source, event.id, "conflict", errors=errors)
