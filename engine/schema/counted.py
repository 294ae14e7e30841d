"""The keys that say what is counted and how much of it is needed: a metric's, a criterion's and a badge's own."""

from __future__ import annotations

from ..measures import REGISTRY
from .parts import Schema, choice, demand, is_written, named, text


def counted() -> Schema:
    """What is counted: trigger, when, measure, and the keys of all measures."""
    return {
        "trigger": {
            "type": ["string", "array"],
            "minLength": 1,
            "minItems": 1,
            "uniqueItems": True,
            "items": named("trigger", "A type of event."),
            "description": "The type of event that counts, or a list of types.",
            "x-names": "trigger",
        },
        "when": text("An expression: events that fail it do not count.", **{"x-names": "field"}),
        "measure": choice("What is made of the events (default count).", *REGISTRY),
        **_measure_keys(),
    }


def _measure_keys() -> Schema:
    merged: dict[str, Schema] = {}
    told: dict[str, dict[str, list[str]]] = {}
    for kind, module in REGISTRY.items():
        for key, parameter in module.PARAMETERS.items():
            merged[key] = parameter
            told.setdefault(key, {}).setdefault(parameter["description"], []).append(kind)
    return {key: {**schema, "description": _told_once(told[key])} for key, schema in merged.items()}


def _told_once(kinds_by_meaning: dict[str, list[str]]) -> str:
    return "\n".join(f"For {', '.join(kinds)}: {meaning}" for meaning, kinds in kinds_by_meaning.items())


def threshold() -> Schema:
    """How much is needed."""
    return {
        "type": ["number", "string"],
        "description": "What the value must reach (default 1): a number, or an expression over catalogs.",
        "x-names": "size",
    }


def judged() -> Schema:
    """A shared metric, how much of it is needed, and in which direction."""
    return {
        "metric": named("metric", "A shared metric (metrics/*.yaml), instead of trigger, when and measure."),
        "threshold": threshold(),
        "compare": choice(
            "Whether the value must be at_least the threshold (default) or at_most.", "at_least", "at_most"
        ),
    }


def demands() -> list[Schema]:
    """What measures and their keys demand, where they belong."""
    own: Schema = {"not": {"required": ["metric"]}}
    needed = [
        demand("measure", kind, *module.REQUIRED, beside=own) for kind, module in REGISTRY.items() if module.REQUIRED
    ]
    latest = demand("latest", True, "when", beside=is_written("measure", "count_distinct"))
    return [*needed, latest, demand("period", "event", "when", beside=is_written("measure", "streak"))]
