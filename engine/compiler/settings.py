"""Settings, catalogs and event types: what expressions may read."""

from __future__ import annotations

from typing import Any

from .. import payloads
from ..calendar import WEEKDAYS, zone_named
from ..documents import Node
from ..model import BADGE_AWARDED, EVENT_RETRACTED, USER_UPDATED, EventType, Settings
from ..problems import did_you_mean
from .work import Document, Work

BUILT_IN_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "name": {"type": "string"},
    "timezone": {"type": "string"},
    "locale": {"type": "string"},
    "listed": {"type": "boolean"},
}
AWARDED = {
    "type": "object",
    "required": ["badge", "points"],
    "properties": {
        "badge": {"type": "string"},
        "tier": {"type": "string"},
        "category": {"type": "string"},
        "points": {"type": "number"},
    },
}
RETRACTED = {
    "type": "object",
    "required": ["source", "id"],
    "properties": {
        "source": {"type": "string", "minLength": 1, "maxLength": 200},
        "id": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "additionalProperties": False,
}
_ZONES = ("UTC", "Europe/Berlin", "Europe/London", "Europe/Paris", "America/New_York", "America/Los_Angeles", "Asia/Tokyo")


def read_settings(work: Work) -> None:
    """The settings, and the attributes of users that rules may read."""
    document = next(iter(work.of("settings")), None)
    root = document.root if document else None
    properties: dict[str, Any] = {}
    if document and root is not None:
        properties = _user(work, document, root.get("user"))
        _zone(work, document, root.get("timezone"))
    schema = {"type": "object", "properties": properties}
    plain = {key: node.value for key in ("timezone", "local_time", "locale") if (node := root and root.get(key))}
    week, day = (root.get("week_start"), root.get("day_start")) if root is not None else (None, None)
    work.settings = Settings(
        **plain,
        week_start=WEEKDAYS.index(week.value) if week else 0,
        day_start=int(day.value[:2]) * 60 + int(day.value[3:]) if day else 0,
        user_schema=schema,
    )
    work.user = {**BUILT_IN_ATTRIBUTES, **properties}


def _zone(work: Work, document: Document, node: Node | None) -> None:
    if node is None:
        return
    try:
        zone_named(node.value)
    except ValueError as error:
        node.flawed = True
        help = did_you_mean(node.value, _ZONES) or "write one such as Europe/Berlin"
        work.report("bad-value", f"{error}.", document, node.span, help)


def _user(work: Work, document: Document, node: Node | None) -> dict[str, Any]:
    if node is None or not check_schema(work, document, node):
        return {}
    properties: dict[str, Any] = node.plain().get("properties", {})
    return properties


def read_catalogs(work: Work) -> None:
    """The items of each catalog."""
    for document in work.of("catalog"):
        items = document.root.get("items") if document.root is not None else None
        work.catalogs[document.id] = None if items is None else tuple(items.plain())


def read_events(work: Work) -> None:
    """The event types: built in, and declared."""
    for document in work.of("event"):
        work.events[document.id] = _event(work, document)
    for id, description, schema in _built_in(work):
        work.events[id] = EventType(id, description, schema, payloads.validator(schema))


def _event(work: Work, document: Document) -> EventType | None:
    root = document.root
    payload = root.get("payload") if root is not None else None
    if root is None or payload is None or not check_schema(work, document, payload):
        return None
    description = root.get("description")
    schema = payload.plain()
    return EventType(document.id, description.value if description else "", schema, payloads.validator(schema))


def _built_in(work: Work) -> list[tuple[str, str, dict[str, Any]]]:
    nullable = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in work.user.items()}
    updated = {"type": "object", "properties": nullable, "additionalProperties": False}
    return [
        (USER_UPDATED, "A user's attributes changed.", updated),
        (BADGE_AWARDED, "A badge was awarded.", AWARDED),
        (EVENT_RETRACTED, "An event of the user is taken out of the log.", RETRACTED),
    ]


def check_schema(work: Work, document: Document, node: Node) -> bool:
    """Whether a payload's schema is sound; notes what is not."""
    faults = payloads.faults(node.plain())
    for fault in faults:
        place = node.at(fault.path)
        if not place.flawed:
            place.flawed = True
            work.report("bad-schema", fault.message, document, place.span, fault.help)
    return not faults
