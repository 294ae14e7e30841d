"""One event as a JSON record, read with every fault of it named, and written back.

Source: CloudEvents 1.0, section 3.1, and its JSON format.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from .. import jsontext
from ..calendar import format_local, parse_instant
from ..model import BADGE_COMPACTED, BADGE_GRANTED, BADGE_REVOKED, CALLS_SOURCE, Event, Posted, Refusal
from .limits import LONGEST, Limits, span
from .media import PLAIN, is_json, media_type

SPECVERSION = "1.0"
ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype")
"""The attributes that are read; all others are extensions, which are ignored."""
_UNUSUAL = frozenset(("datacontenttype", "data_base64", "timeless"))
RESERVED = "badge."
"""How the types begin that the engine writes itself."""

Fault = Mapping[str, str]
"""``field``, ``message`` and, where known, ``help``."""


def from_json(value: Any) -> Posted | Refusal:
    """One decoded event, as an import or a simulation reads it: also a reserved entry that an export wrote.

    Without a time it is ``timeless``, at instant 0.
    """
    if not isinstance(value, dict):
        return Refusal(None, None, (fault("", f"an event must be a JSON object, not {_kind(value)}"),))
    return _plain(value) or _doubtful(value)


def _plain(value: Mapping[str, Any]) -> Posted | None:
    """The event of a record in which surely nothing is amiss, as in nearly all; None if one has to look closer."""
    get = value.get
    user: Any = get("subject")
    source: Any = get("source")
    id_: Any = get("id")
    kind: Any = get("type")
    time: Any = get("time")
    data = get("data", {})
    for text in (user, source, id_, kind):
        if type(text) is not str or not text.isascii() or not text.isprintable() or not 0 < len(text) <= LONGEST:
            return None
    if user[0] == "." or "/" in user or kind.startswith(RESERVED) or source == CALLS_SOURCE or type(data) is not dict:
        return None
    if get("specversion") != SPECVERSION or not _UNUSUAL.isdisjoint(value):
        return None
    try:
        instant, offset = (0, None) if time is None else parse_instant(time)
        jsontext.check(data)
    except (ValueError, TypeError):
        return None
    if time is not None and offset is None:
        return None
    return Posted(Event(user, source, id_, kind, instant, offset, data), time is None)


def _doubtful(value: Mapping[str, Any]) -> Posted | Refusal:
    """As ``from_json``, attribute by attribute."""
    attributes = {name: value[name] for name in ATTRIBUTES if value.get(name) is not None}
    faults = (*_attribute_faults(attributes), *_reserved_faults(attributes), *_data_faults(value))
    if faults:
        return Refusal(_echo(value.get("source")), _echo(value.get("id")), faults)
    event = _event(attributes, value.get("data", {}))
    if value.get("timeless") is True:
        event = replace(event, offset=None)
    return Posted(event, timeless="time" not in attributes)


def admitted(entry: Posted | Refusal, now: int, limits: Limits) -> Posted | Refusal:
    """An entry that a service may post: within the limits, at the time it says, or at ``now``; nothing reserved."""
    if isinstance(entry, Refusal):
        return entry
    event, timeless = entry.event, entry.timeless
    own_time = () if timeless or _is_timely(event.time, now, limits) else _time_faults(event, now, limits)
    sizes = () if limits.are_widest else _size_faults(event, limits)
    faults = (*_posting_faults(event), *sizes, *own_time)
    if faults:
        return Refusal(event.source, event.id, faults)
    return replace(entry, event=replace(event, time=now)) if timeless else entry


def are_admitted(posts: Sequence[Posted], now: int, limits: Limits) -> bool:
    """Whether a service may surely post all of these, in which nothing is reserved."""
    if not limits.are_widest or not posts:
        return limits.are_widest
    times = [post.event.time for post in posts]
    return _is_timely(max(times), now, limits) and _is_timely(min(times), now, limits)


def event_json(event: Event) -> dict[str, Any]:
    """An event as a CloudEvent, with the offset that its own time carried; ``timeless`` if it was sent without one."""
    timeless = event.offset is None and not event.type.startswith("badge.")
    return {
        "specversion": SPECVERSION,
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.user,
        "time": format_local(event.time, event.offset),
        "data": event.data,
        **({"timeless": True} if timeless else {}),
    }


def user_fault(user: str) -> str | None:
    """Why a text cannot name a user, as a sentence; None if it can."""
    if user in (".", "..") or "/" in user:
        return "a user is not . or .. and has no / in it"
    return id_fault(user)


def id_fault(text: str) -> str | None:
    """Why a text cannot be a source or an id, as a sentence; None if it can."""
    if not 1 <= len(text) <= LONGEST:
        return f"it must have 1 to {LONGEST} characters, not {len(text)}"
    if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        return "it must be free of control characters"
    return None


def fault(field: str, message: str, help: str | None = None) -> Fault:
    """The record of one fault."""
    return {"field": field, "message": message} | ({"help": help} if help else {})


def _event(attributes: Mapping[str, Any], data: Mapping[str, Any]) -> Event:
    time, offset = parse_instant(attributes["time"]) if "time" in attributes else (0, None)
    source = attributes["source"]
    offset = None if source == CALLS_SOURCE else offset
    return Event(attributes["subject"], source, attributes["id"], attributes["type"], time, offset, data)


def _posting_faults(event: Event) -> Sequence[Fault]:
    if event.type.startswith(RESERVED):
        return (_reserved(event.type),)
    if event.source == CALLS_SOURCE:
        return (fault("source", f"{CALLS_SOURCE} is where calls come from", "send a source of your own"),)
    return ()


def _size_faults(event: Event, limits: Limits) -> Iterator[Fault]:
    """What a server refuses that takes less than the engine could."""
    if limits.name < LONGEST:
        for name, text in zip(("id", "source", "type", "subject"), _names(event), strict=True):
            if len(text) > limits.name:
                yield fault(name, f"{name} must have at most {limits.name} characters, not {len(text)}")
    if limits.depth < jsontext.MAX_DEPTH:
        try:
            jsontext.check(event.data, limits.depth)
        except jsontext.BadJSON as error:
            yield fault("data", f"data {error}")


def _names(event: Event) -> tuple[str, str, str, str]:
    return event.id, event.source, event.type, event.user


def _is_timely(time: int, now: int, limits: Limits) -> bool:
    return time <= now + limits.ahead and (limits.age is None or time >= now - limits.age)


def _time_faults(event: Event, now: int, limits: Limits) -> Iterator[Fault]:
    if event.time > now + limits.ahead:
        place = f"more than {span(limits.ahead)} ahead of the server's clock"
        yield fault("time", f"{format_local(event.time, event.offset)} is {place}", "without time it is now")
    if limits.age is not None and event.time < now - limits.age:
        place = f"more than {span(limits.age)} ago: older events are not taken here"
        yield fault("time", f"{format_local(event.time, event.offset)} is {place}")


def _reserved_faults(attributes: Mapping[str, Any]) -> Iterator[Fault]:
    type, source = attributes.get("type"), attributes.get("source")
    exported = type in (BADGE_GRANTED, BADGE_REVOKED, BADGE_COMPACTED) and source == CALLS_SOURCE
    if isinstance(type, str) and type.startswith(RESERVED) and not exported:
        yield _reserved(type)


def _reserved(type: str) -> Fault:
    return fault("type", f"{_shown(type)} cannot be posted", f"types that begin with {RESERVED} are the engine's own")


def _attribute_faults(attributes: Mapping[str, Any]) -> Iterator[Fault]:
    for name, check in _CHECKS.items():
        if name in attributes:
            yield from check(name, attributes[name])
        elif name in _REQUIRED:
            yield fault(name, f"{name} is missing", _REQUIRED[name])


def _data_faults(value: Mapping[str, Any]) -> Iterator[Fault]:
    if "data_base64" in value:
        yield fault("data_base64", "data_base64 cannot be read", "send data, as a JSON object")
    data = value.get("data", {})
    if not isinstance(data, dict):
        yield fault("data", f"data must be a JSON object, not {_kind(data)}")
        return
    try:
        jsontext.check(data)
    except jsontext.BadJSON as error:
        yield fault("data", f"data {error}")


def _check_specversion(name: str, value: Any) -> Iterator[Fault]:
    if value != SPECVERSION:
        yield fault(name, f"specversion cannot be {_shown(value)}", _REQUIRED[name])


def _check_id(name: str, value: Any) -> Iterator[Fault]:
    yield from _text_faults(name, value, id_fault)


def _check_subject(name: str, value: Any) -> Iterator[Fault]:
    yield from _text_faults(name, value, user_fault)


def _text_faults(name: str, value: Any, reason: Callable[[str], str | None]) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield fault(name, f"{name} must be a text, not {_kind(value)}")
    elif sentence := reason(value):
        yield fault(name, f"{name} cannot be {_shown(value)}: {sentence}")


def _check_time(name: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield fault(name, f"time must be a text, not {_kind(value)}", "such as 2026-03-01T09:30:00Z")
        return
    try:
        if parse_instant(value)[1] is None:
            yield fault(name, f"{_shown(value)} has no offset", "add Z for UTC, or an offset such as +09:00")
    except ValueError as error:
        yield fault(name, f"{_shown(value)} {error}")


def _check_content(name: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, str) or not is_json(media_type(value)):
        yield fault(name, f"the data of an event must be {PLAIN}, not {_shown(value)}")


_CHECKS: Mapping[str, Callable[[str, Any], Iterator[Fault]]] = {
    "specversion": _check_specversion,
    "id": _check_id,
    "source": _check_id,
    "type": _check_id,
    "subject": _check_subject,
    "time": _check_time,
    "datacontenttype": _check_content,
}
_REQUIRED = {
    "specversion": f'send "specversion": "{SPECVERSION}"',
    "id": "a text that is the same whenever this event is sent again",
    "source": "a text that names the service the event comes from",
    "type": "one of the event types of the rule set",
    "subject": "the user that it happened to",
}


def _echo(value: Any) -> str | None:
    """A source or id as it was sent, where it can be sent back."""
    return value if isinstance(value, str) and id_fault(value) is None else None


def _shown(value: Any) -> str:
    """A text in quotes, cut to a length; the kind of anything else."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _kind(value)
    text = text if len(text) <= 80 else text[:77] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _kind(value: Any) -> str:
    names = {str: "a text", list: "a list", dict: "an object", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
