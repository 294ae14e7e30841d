"""Event types: those that files declare, and those that are built in."""

from __future__ import annotations

from typing import Any

from ..documents import Node
from ..model import BADGE_AWARDED, EVENT_RETRACTED, USER_UPDATED, EventType
from ..payloads import TIME_ZONE, PayloadCheck, SchemaFault, faults
from ..problems import Span
from .work import Document, Work

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
        "reason": {"type": "string"},
    },
}


def read_events(work: Work) -> None:
    """The event types of a rule set, by id."""
    for document in work.of("event"):
        work.events[document.id] = _declared(work, document)
    for document in work.again["event"]:
        _declared(work, document)
    for id, description, schema in _built_in(work.user):
        work.events[id] = EventType(id, description, schema, PayloadCheck(schema))


def _declared(work: Work, document: Document) -> EventType | None:
    payload = document.root.get("payload") if document.root is not None else None
    if document.root is None or payload is None or not check_schema(work, document, payload):
        return None
    description = document.root.get("description")
    schema = payload.plain()
    return EventType(document.id, description.value if description else "", schema, PayloadCheck(schema))


def _built_in(user: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    attributes = {name: _nullable(schema) for name, schema in user.items()}
    attributes["timezone"] = {"type": ["string", "null"], "format": TIME_ZONE}
    updated = {"type": "object", "properties": attributes, "additionalProperties": False}
    return [
        (USER_UPDATED, "Attributes of a user to merge; null removes one.", updated),
        (BADGE_AWARDED, "A badge was awarded.", AWARDED),
        (EVENT_RETRACTED, "An event of the same user is taken out of the log.", RETRACTED),
    ]


def _nullable(schema: Any) -> Any:
    """The schema of a value that may also be null."""
    if isinstance(schema, dict) and isinstance(schema.get("type"), str) and not {"enum", "const"} & schema.keys():
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def check_schema(work: Work, document: Document, node: Node, is_short: bool = False) -> bool:
    """Whether the schema of a payload, or (``is_short``) those of fields by name, are sound; notes what is not."""
    found = faults({"properties": node.plain()} if is_short else node.plain())
    for fault in found:
        path = fault.path[1:] if is_short else fault.path
        holder = node.at(path)
        if not holder.flawed:
            holder.flawed = True
            work.report("bad-schema", fault.message, document, _place(node, fault, path), fault.help)
    return not found


def _place(node: Node, fault: SchemaFault, path: tuple[Any, ...]) -> Span:
    if not fault.at_key:
        return node.at(path).span
    holder = node.at(path[:-1])
    return holder.keys[path[-1]].span if path[-1] in holder.keys else holder.span
