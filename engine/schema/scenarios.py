"""The JSON Schema of a scenario."""

from __future__ import annotations

from .badges import BADGE_OR_TIER
from .parts import Schema, keyed, text, whole


def scenario() -> Schema:
    """A file of ``scenarios/``."""
    return keyed(
        {
            "description": text("What the scenario shows."),
            "timezone": text("The user's time zone."),
            "user": text("The user (default user)."),
            "steps": {"type": "array", "items": _step(), "minItems": 1, "description": "What happens, one by one."},
        },
        ("steps",),
    )


def _step() -> Schema:
    return keyed(
        {
            "event": text("The type of event that happens."),
            "at": text("When: local to `timezone` unless it has an offset, or after the step before (+1d, +1h)."),
            "user": text("The user (default the scenario's)."),
            "data": {"type": "object", "description": "The event's data."},
            "id": text("The event's id, to retract or repeat it."),
            "source": text("The event's source."),
            "repeat": whole("How often it happens.", 1, maximum=10_000),
            "every": text("The time between repeats (1h, 1d)."),
            "awards": _badges("Exactly these new awards, in any order."),
            "grant": text("A badge that a call grants."),
            "revoke": text("A badge that staff revokes."),
            "retract": text("The id of an event that is retracted."),
            "expect": _expect(),
        },
        minProperties=1,
    )


def _expect() -> Schema:
    return keyed(
        {
            "badges": _badges("Badges that the user must hold."),
            "without": _badges("Badges that the user must not hold."),
            "progress": {
                "type": "object",
                "additionalProperties": {"type": ["number", "null"]},
                "description": "Values of badges, by id.",
            },
            "at": text("When it is looked at."),
            "user": text("The user that is looked at."),
        },
        minProperties=1,
        description="What must hold now.",
    )


def _badges(description: str) -> Schema:
    return {"type": "array", "items": BADGE_OR_TIER, "description": description}
