"""What is posted, judged by the rules in service: its type, its payload, and who may post it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model import (
    BADGE_AWARDED,
    BADGE_COMPACTED,
    BADGE_GRANTED,
    BADGE_REVOKED,
    CALLS_SOURCE,
    EVENT_RETRACTED,
    Event,
    Posted,
    Receipt,
    Refusal,
)
from ..problems import did_you_mean
from ..reconcile import revoked_earlier
from .session import Session

Fault = dict[str, Any]


def judge(session: Session, event: Event, reserved: bool) -> Sequence[Fault]:
    """Why an event is refused by the rules in service; nothing if it is not."""
    event_type = session.rules.events.get(event.type)
    if event.type in OWN or event_type is None:
        faults = _own_faults(session, event, reserved)
        if faults or event_type is None or event.type != EVENT_RETRACTED:
            return faults
    reasons = event_type.validate(event.data)
    return [_payload_fault(reason) for reason in reasons] if reasons else ()


OWN = frozenset({BADGE_GRANTED, BADGE_REVOKED, BADGE_COMPACTED, EVENT_RETRACTED, BADGE_AWARDED})
"""Types that not everybody may post, or nobody."""


def _own_faults(session: Session, event: Event, reserved: bool) -> list[Fault]:
    """Why an event is refused whose type is the engine's own, or nobody's."""
    if event.type in (BADGE_GRANTED, BADGE_REVOKED):
        return _call_faults(event) if reserved else [fault("type", f"{event.type} cannot be posted: calls write it")]
    if event.type == BADGE_COMPACTED and reserved:
        return []
    if event.type != EVENT_RETRACTED:
        help_ = did_you_mean(event.type, session.rules.events)
        return [{**fault("type", f"there is no event type {event.type}", help_), "code": "unknown-event"}]
    if session.viewer.kind != "staff":
        return [{**fault("type", "only staff may retract an event"), "code": "forbidden"}]
    if event.data.get("source") == CALLS_SOURCE:
        return [fault("data.source", "a call is not retracted: grant or revoke the badge instead")]
    return []


def fault(field_name: str, message: str, help_: str | None = None) -> Fault:
    """A reason to refuse an entry."""
    found: Fault = {"field": field_name, "message": message}
    return {**found, "help": help_} if help_ else found


def _call_faults(event: Event) -> list[Fault]:
    if not isinstance(event.data.get("badge"), str):
        return [fault("data.badge", "must name a badge")]
    if not isinstance(event.data.get("tier"), str | None):
        return [fault("data.tier", "must name a tier")]
    if not isinstance(event.data.get("metadata", {}), dict):
        return [fault("data.metadata", "must be an object")]
    try:
        revoked_earlier([event])
    except (TypeError, AttributeError):
        return [fault("data.kept", "must list awards as an export writes them")]
    return []


def _payload_fault(reason: str | Mapping[str, Any]) -> Fault:
    if isinstance(reason, str):
        name, _, message = reason.partition(": ")
        return fault(name if message else "data", message or reason)
    return dict(reason)


def refused(post: Posted | Refusal, faults: Sequence[Mapping[str, Any]]) -> Receipt:
    """The answer to an entry that is not taken in."""
    source, id_ = (post.source, post.id) if isinstance(post, Refusal) else (post.event.source, post.event.id)
    return Receipt(source, id_, "rejected", errors=tuple(faults))
