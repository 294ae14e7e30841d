"""The JSON Schemas of rule files for one rule set: they know its ids, for editors to complete and to check.

A part that names something has ``x-names`` with the kind of what it names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..model import BADGE_AWARDED, EVENT_RETRACTED, EventType, RuleSet
from .parts import Schema
from .sentences import NOUNS

_KEYWORDS_OF_PLACES = ("$ref", "$dynamicRef", "$id", "$anchor", "$defs")
"""What a payload's schema may hold that means something else inside of another schema."""


def completed(rules: RuleSet, kinds: Mapping[str, Schema]) -> dict[str, Schema]:
    """The schemas by kind, each with the ids of a rule set where such ids are due."""
    return {kind: _named(rules, schema) for kind, schema in kinds.items()}


def _named(rules: RuleSet, part: Any) -> Any:
    if isinstance(part, list):
        return [_named(rules, inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {key: _named(rules, value) for key, value in part.items()}
    complete = _COMPLETE.get(part.get("x-names", ""))
    inner = complete(rules, inner) if complete else inner
    return _with_payloads(rules, inner) if "event" in part.get("properties", {}) else inner


def _one_of(names: Callable[[RuleSet], Iterable[str]]) -> Callable[[RuleSet, Schema], Schema]:
    """The part with the ids that it may hold; as it is where there are none."""

    def complete(rules: RuleSet, part: Schema) -> Schema:
        known = list(names(rules))
        if not known:
            return part
        is_list_too = "array" in part["type"]
        return {**part, **({"anyOf": [{"enum": known}, {"type": "array"}]} if is_list_too else {"enum": known})}

    return complete


def _suggested(names: Callable[[RuleSet], Iterable[str]], otherwise: Schema) -> Callable[[RuleSet, Schema], Schema]:
    """The part with texts that it may hold, among others."""

    def complete(rules: RuleSet, part: Schema) -> Schema:
        return {**part, "anyOf": [{"enum": list(names(rules))}, otherwise]} if any(names(rules)) else part

    return complete


def _triggers(rules: RuleSet) -> list[str]:
    return [type_ for type_ in rules.events if type_ != EVENT_RETRACTED]


def _posted(rules: RuleSet) -> list[str]:
    return [type_ for type_ in rules.events if type_ != BADGE_AWARDED]


def _awards(rules: RuleSet) -> list[str]:
    tiers = {id: [f"{id}.{tier.id}" for tier in badge.tiers] for id, badge in rules.badges.items()}
    return [name for id in sorted(tiers) for name in (id, *tiers[id])]


def _categories(rules: RuleSet) -> list[str]:
    return sorted({badge.category for badge in rules.badges.values() if badge.category})


def _sizes(rules: RuleSet) -> list[str]:
    return [f"size(catalog.{id})" for id in sorted(rules.catalogs)]


def _progress(rules: RuleSet, part: Schema) -> Schema:
    """Values by badge: of those that have criteria."""
    value, locale = part["additionalProperties"], rules.settings.locale
    known = {
        id: {**value, "description": f"The value of {badge.name.get(locale, id)}."}
        for id, badge in sorted(rules.badges.items())
        if badge.criteria
    }
    return {**part, "properties": known, "additionalProperties": False}


def _fields(rules: RuleSet, part: Schema) -> Schema:
    """The part whose description tells what the events of each type carry."""
    events = sorted((type_, event) for type_, event in rules.events.items() if event.payload.get("properties"))
    told = [f"{type_}: {_told(event)}" for type_, event in events]
    return {**part, "description": "\n\n".join([part["description"], *told])}


def _told(event: EventType) -> str:
    required = event.payload.get("required", ())
    return ", ".join(
        f"event.{name} ({_noun(schema)}{'' if name in required else ', optional'})"
        for name, schema in event.payload["properties"].items()
    )


def _noun(schema: Any) -> str:
    types = schema.get("type", ()) if isinstance(schema, dict) else ()
    named = [NOUNS.get(type_, type_) for type_ in ([types] if isinstance(types, str) else types)]
    return " or ".join(named) or "anything"


def _with_payloads(rules: RuleSet, step: Schema) -> Schema:
    """A scenario's step whose data are those of its event."""
    movable = [
        event
        for _, event in sorted(rules.events.items())
        if not any(f'"{keyword}"' in json.dumps(event.payload) for keyword in _KEYWORDS_OF_PLACES)
    ]
    return {**step, "allOf": [*step.get("allOf", ()), *map(_payload, movable)]}


def _payload(event: EventType) -> Schema:
    data = {**event.payload, "description": event.description or "The event's data."}
    return {
        "if": {"properties": {"event": {"const": event.id}}, "required": ["event"]},
        "then": {"properties": {"data": data}},
    }


_COMPLETE: Mapping[str, Callable[[RuleSet, Schema], Schema]] = {
    "trigger": _one_of(_triggers),
    "event": _one_of(_posted),
    "metric": _one_of(lambda rules: sorted(rules.metrics)),
    "badge": _one_of(lambda rules: sorted(rules.badges)),
    "award": _one_of(_awards),
    "category": _one_of(_categories),
    "catalog": _one_of(lambda rules: sorted(rules.catalogs)),
    "leaderboard": _one_of(lambda rules: sorted(rules.leaderboards)),
    "occurrence": _suggested(_awards, {"pattern": "#"}),
    "size": _suggested(_sizes, {}),
    "progress": _progress,
    "field": _fields,
}
