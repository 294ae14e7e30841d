"""The JSON Schemas of rule files for one rule set: they know its ids, for editors to complete and to check.

A part that names something has ``x-names`` with the kind of what it names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..model import BADGE_AWARDED, EVENT_RETRACTED, Named, Names
from .parts import Schema
from .sentences import NOUNS

_KEYWORDS_OF_PLACES = ("$ref", "$dynamicRef", "$id", "$anchor", "$defs")
"""What a payload's schema may hold that means something else inside of another schema."""


def completed(names: Names, kinds: Mapping[str, Schema]) -> dict[str, Schema]:
    """The schemas by kind, each with the ids of a rule set where such ids are due."""
    return {kind: _named(names, schema) for kind, schema in kinds.items()}


def _named(names: Names, part: Any) -> Any:
    if isinstance(part, list):
        return [_named(names, inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {key: _named(names, value) for key, value in part.items()}
    complete = _COMPLETE.get(part.get("x-names", ""))
    inner = complete(names, inner) if complete else inner
    return _with_payloads(names, inner) if "event" in part.get("properties", {}) else inner


def _one_of(known_to: Callable[[Names], Iterable[str]]) -> Callable[[Names, Schema], Schema]:
    """The part with the ids that it may hold; as it is where there are none."""

    def complete(names: Names, part: Schema) -> Schema:
        known = list(known_to(names))
        if not known:
            return part
        is_list_too = "array" in part["type"]
        return {**part, **({"anyOf": [{"enum": known}, {"type": "array"}]} if is_list_too else {"enum": known})}

    return complete


def _suggested(known_to: Callable[[Names], Iterable[str]], otherwise: Schema) -> Callable[[Names, Schema], Schema]:
    """The part with texts that it may hold, among others."""

    def complete(names: Names, part: Schema) -> Schema:
        return {**part, "anyOf": [{"enum": list(known_to(names))}, otherwise]} if any(known_to(names)) else part

    return complete


def _triggers(names: Names) -> list[str]:
    return [type_ for type_ in names.events if type_ != EVENT_RETRACTED]


def _posted(names: Names) -> list[str]:
    return [type_ for type_ in names.events if type_ != BADGE_AWARDED]


def _awards(names: Names) -> list[str]:
    tiers = {id: [f"{id}.{tier}" for tier in badge.tiers] for id, badge in names.badges.items()}
    return [name for id in sorted(tiers) for name in (id, *tiers[id])]


def _categories(names: Names) -> list[str]:
    return sorted({badge.category for badge in names.badges.values() if badge.category})


def _sizes(names: Names) -> list[str]:
    return [f"size(catalog.{id})" for id in sorted(names.catalogs)]


def _progress(names: Names, part: Schema) -> Schema:
    """Values by badge: of those that have criteria."""
    value = part["additionalProperties"]
    known = {
        id: {**value, "description": f"The value of {badge.title}."}
        for id, badge in sorted(names.badges.items())
        if not badge.is_granted
    }
    return {**part, "properties": known, "additionalProperties": False}


def _fields(names: Names, part: Schema) -> Schema:
    """The part whose description tells what the events of each type carry."""
    events = sorted((type_, event) for type_, event in names.events.items() if event.payload.get("properties"))
    told = [f"{type_}: {_told(event)}" for type_, event in events]
    return {**part, "description": "\n\n".join([part["description"], *told])}


def _told(event: Named) -> str:
    required = event.payload.get("required", ())
    return ", ".join(
        f"event.{name} ({_noun(schema)}{'' if name in required else ', optional'})"
        for name, schema in event.payload["properties"].items()
    )


def _noun(schema: Any) -> str:
    types = schema.get("type", ()) if isinstance(schema, dict) else ()
    named = [NOUNS.get(type_, type_) for type_ in ([types] if isinstance(types, str) else types)]
    return " or ".join(named) or "anything"


def _with_payloads(names: Names, step: Schema) -> Schema:
    """A scenario's step whose data are those of its event."""
    movable = [
        (type_, event)
        for type_, event in sorted(names.events.items())
        if event.payload and not any(f'"{keyword}"' in json.dumps(event.payload) for keyword in _KEYWORDS_OF_PLACES)
    ]
    return {**step, "allOf": [*step.get("allOf", ()), *(_payload(type_, event) for type_, event in movable)]}


def _payload(type_: str, event: Named) -> Schema:
    data = {**event.payload, "description": event.told or "The event's data."}
    return {
        "if": {"properties": {"event": {"const": type_}}, "required": ["event"]},
        "then": {"properties": {"data": data}},
    }


_COMPLETE: Mapping[str, Callable[[Names, Schema], Schema]] = {
    "trigger": _one_of(_triggers),
    "event": _one_of(_posted),
    "metric": _one_of(lambda names: sorted(names.metrics)),
    "badge": _one_of(lambda names: sorted(names.badges)),
    "award": _one_of(_awards),
    "category": _one_of(_categories),
    "catalog": _one_of(lambda names: sorted(names.catalogs)),
    "leaderboard": _one_of(lambda names: sorted(names.leaderboards)),
    "occurrence": _suggested(_awards, {"pattern": "#"}),
    "size": _suggested(_sizes, {}),
    "progress": _progress,
    "field": _fields,
}
