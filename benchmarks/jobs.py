"""What ``simulate`` and ``verify`` do, as a script of the standard library would do it for the workload's rules."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.model import Event

from .by_hand import User

_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_TEXTS = ("id", "source", "type", "subject", "time")
_DATA = {
    "login": {},
    "share": {},
    "quiz": {"score": int, "total": int, "provider": str},
    "sale": {"amount": (int, float)},
}
"""By type: what the data of an event must hold."""


def simulated(lines: Iterable[str]) -> str:
    """JSON lines of events to JSON of who holds what, and of the lines that are refused."""
    logs: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    refused = []
    for number, line in enumerate(lines, start=1):
        try:
            event = json.loads(line)
            reason = _fault(event)
            if reason is None:
                event["time"] = datetime.fromisoformat(event["time"])
        except ValueError as error:
            reason = str(error)
        if reason is None:
            first = logs.setdefault(event["subject"], {}).setdefault((event["source"], event["id"]), event)
            if first is not event and first != event:
                reason = "another event has this source and id"
        if reason is not None:
            refused.append({"line": number, "reason": reason})
    users = {user: _badges(log.values()) for user, log in sorted(logs.items())}
    return json.dumps({"users": users, "refused": refused})


def _fault(event: Any) -> str | None:
    """Why a record is no event."""
    if not isinstance(event, dict) or event.get("specversion") != "1.0":
        return "not a CloudEvent 1.0"
    for name in _TEXTS:
        if not isinstance(event.get(name), str) or not event[name]:
            return f"{name} is missing or no text"
    fields, data = _DATA.get(event["type"]), event.get("data")
    if fields is None or not isinstance(data, dict):
        return "an unknown type, or no data"
    for name, kind in fields.items():
        if not isinstance(data.get(name), kind):
            return f"data.{name} is missing or of another type"
    return None


def _badges(log: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    events = (
        Event(e["subject"], e["source"], e["id"], e["type"], (e["time"] - _EPOCH) // _TICK, 0, e["data"]) for e in log
    )
    held = _folded(events).held
    return {
        badge: {"awarded_at": (_EPOCH + time * _TICK).isoformat(), "source": source, "id": id_}
        for badge, (time, source, id_) in held.items()
    }


def _folded(events: Iterable[Event]) -> User:
    user = User()
    for event in sorted(events, key=lambda event: (event.time, event.source, event.id)):
        user.take(event)
    return user


def verified(file: str) -> tuple[int, list[str]]:
    """How many events there are in a database of ours, and whose awards are not those that its events give."""
    connection = sqlite3.connect(file)
    logs: dict[str, list[Event]] = {}
    count = 0
    for user, source, id_, type_, time, data in connection.execute(
        "select user_id, source, id, type, time, data from events"
    ):
        logs.setdefault(user, []).append(Event(user, source, id_, type_, time, 0, json.loads(data)))
        count += 1
    stored: dict[str, dict[str, tuple[int, str, str]]] = {}
    for user, badge, time, source, id_ in connection.execute(
        "select user_id, badge, awarded_at, source, id from awards"
    ):
        stored.setdefault(user, {})[badge] = (time, source, id_)
    connection.close()
    return count, [user for user, log in logs.items() if _folded(log).held != stored.get(user, {})]
