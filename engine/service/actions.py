"""The actions behind one endpoint: what each emits and reads is declared in ``actions.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..calendar import format_date, format_instant
from ..fold import value_of
from ..model import Action, Award, Event, Metric, Number, Posted, Receipt
from ..numeric import shown
from ..presentation import in_order, step_texts, text_in
from ..problems import did_you_mean
from ..progress import written
from ..state import State
from . import boards, ledger
from .calls import grant
from .claiming import RAISED
from .errors import Refused
from .history import past_of
from .ids import new_id
from .intake import ingest, refresh
from .session import Session

SOURCE = "badges:actions"
NAMES = ("award", "list", "check_streaks", "check_quiz_master", "record_score", "leaderboard", "score_leaderboard")
NO_PAYLOAD = frozenset({"action", "user_id", "id"})
"""Fields of the body that are not part of the event."""
ENTRIES = 10
MOST_ENTRIES = 1000

Body = Mapping[str, Any]


def act(session: Session, name: str, user: str, body: Body, key: str | None) -> dict[str, Any]:
    """Run an action for a user; its answer but for ``success``. Raises Refused (403, 404, 409, 422)."""
    if name not in NAMES:
        raise _bad_action("unknown-action", f"There is no action {name}.", did_you_mean(name, NAMES))
    if name == "award":
        return _award(session, user, body)
    if name == "list":
        return _list(session, user)
    action = session.rules.actions.get(name)
    if action is None:
        raise _bad_action("undeclared-action", f"The rules declare no action {name}.", "declare it in actions.yaml")
    if action.callers == "services" and session.viewer.kind == "user":
        raise Refused(403, "services-only", f"The action {name} is for services.")
    return _DECLARED[name](session, action, user, body, key)


def _award(session: Session, user: str, body: Body) -> dict[str, Any]:
    badge = body.get("badge_id")
    if not isinstance(badge, str) or not badge:
        raise _bad_field("badge_id", "must name the badge")
    name, _, tier = badge.partition(".")
    newly, award = grant(session, user, name, tier or None, None)
    return {"newly_awarded": newly, "badge": _badge(session, award)}


def _list(session: Session, user: str) -> dict[str, Any]:
    refresh(session.transaction, session.rules, user, session.now)
    held = in_order(session.transaction.awards(user), session.rules)
    return {"badges": [_badge(session, award) for award in held]}


def _badge(session: Session, award: Award) -> dict[str, Any]:
    rules = session.rules
    badge = rules.badges.get(award.badge)
    name, icon, _ = step_texts(badge, award.tier, rules, ()) if badge else (award.badge, "", 0)
    return {
        "badge_id": written(award.badge, award.tier),
        "badge_name": name,
        "icon_emoji": icon,
        "condition": text_in(badge.description, (), rules.settings.locale) if badge else "",
        "awarded_at": format_instant(award.awarded_at),
    }


def _check_streaks(session: Session, action: Action, user: str, body: Body, key: str | None) -> dict[str, Any]:
    """One check-in per user and counted day, so that calling again that day changes nothing."""
    day = _state(session, user, action.metric).moment(session.rules, session.now).ordinal
    receipt = _emit(session, action, user, body, f"{action.name}:{format_date(day)}", once=True)
    streak = _value(session, user, action.metric)
    fresh = receipt is not None and receipt.status == "accepted"
    return {"current_streak": streak, "awarded": _listed(action, receipt) if fresh else []}


def _check_quiz_master(session: Session, action: Action, user: str, body: Body, key: str | None) -> dict[str, Any]:
    receipt = _emit(session, action, user, body, _event_id(body, key))
    total = len(session.rules.catalogs[action.catalog]) if action.catalog else 0
    correct = _value(session, user, action.metric)
    return {"correct_count": correct, "total_providers": total, "awarded": _listed(action, receipt)}


def _record_score(session: Session, action: Action, user: str, body: Body, key: str | None) -> dict[str, Any]:
    receipt = _emit(session, action, user, body, _event_id(body, key))
    newly = receipt is not None and _raised(session, user, receipt)
    correct = _value(session, user, action.metric)
    return {"newly_correct": newly, "correct_count": correct, "awarded": _listed(action, receipt)}


def _board(value_name: str) -> Callable[[Session, Action, str, Body, str | None], dict[str, Any]]:
    def answer(session: Session, action: Action, user: str, body: Body, key: str | None) -> dict[str, Any]:
        limit = body.get("limit", ENTRIES)
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_ENTRIES:
            raise _bad_field("limit", f"must be a whole number from 1 to {MOST_ENTRIES}")
        board = action.leaderboard or ""
        entries = boards.leaderboard(session.transaction, session.rules, board, limit, None, (), session.now)
        return {"entries": [{"user_id": e.user, value_name: e.value, "rank": e.rank} for e in entries]}

    return answer


_DECLARED: dict[str, Callable[[Session, Action, str, Body, str | None], dict[str, Any]]] = {
    "check_streaks": _check_streaks,
    "check_quiz_master": _check_quiz_master,
    "record_score": _record_score,
    "leaderboard": _board("badge_count"),
    "score_leaderboard": _board("correct_count"),
}


def _emit(session: Session, action: Action, user: str, body: Body, event_id: str, once: bool = False) -> Receipt | None:
    """Post the event that an action emits; nothing if it only reads. Raises Refused for a payload that is refused."""
    if action.emits is None:
        return None
    data = {name: value for name, value in body.items() if name not in NO_PAYLOAD}
    event = Event(user, SOURCE, event_id, action.emits, session.now, None, data)
    session.watch = action.metric
    receipt = ingest(session, [Posted(event, timeless=True)])[0]
    if receipt.status == "conflict" and not once:
        raise Refused(409, "conflict", str(receipt.errors[0]["message"]), {"errors": list(receipt.errors)})
    if receipt.status == "rejected":
        raise Refused(422, "bad-event", str(receipt.errors[0]["message"]), {"errors": list(receipt.errors)})
    return receipt


def _event_id(body: Body, key: str | None) -> str:
    """The id of the event: the body's, else the header's, else a new one."""
    given = body.get("id", key)
    if given is None:
        return new_id()
    if not isinstance(given, str) or not 1 <= len(given) <= 200 or not given.isprintable():
        raise _bad_field("id", "must be a text of 1 to 200 characters without control characters")
    return given


def _raised(session: Session, user: str, receipt: Receipt) -> bool:
    """Whether the event raised the metric, also when it is answered again."""
    place, transaction = (user, receipt.source or "", receipt.id or ""), session.transaction
    stored = transaction.known([place]).get(place) or past_of(transaction, transaction.lock([user]), [place]).get(place)
    return stored is not None and any(RAISED in record for record in stored.receipt)


def _listed(action: Action, receipt: Receipt | None) -> list[str]:
    """The listed badges among the awards of a receipt."""
    names = [award.badge for award in receipt.awarded] if receipt else []
    return [name for name in action.badges if name in names]


def _state(session: Session, user: str, metric: Metric | None) -> State:
    refresh(session.transaction, session.rules, user, session.now)
    row = session.transaction.lock([user]).get(user)
    keys = [metric.fingerprint] if metric else []
    heads = session.transaction.heads([user], keys) if row and keys else {}
    return ledger.state_of(session.transaction, user, row, heads.get(user, {}))


def _value(session: Session, user: str, metric: Metric | None) -> Number:
    """A metric's value for a user now; 0 without one."""
    if metric is None:
        return 0
    state = _state(session, user, metric)
    now = max(session.now, state.position[0] if state.position else 0)
    return shown(value_of(state, metric, state.moment(session.rules, now)) or 0)


def _bad_action(type_: str, message: str, help_: str | None) -> Refused:
    error = {"field": "action", "message": message} | ({"help": help_} if help_ else {})
    return Refused(422, type_, message, {"errors": [error]})


def _bad_field(name: str, message: str) -> Refused:
    return Refused(422, "bad-field", f"{name} {message}.", {"errors": [{"field": name, "message": message}]})
