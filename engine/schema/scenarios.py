"""The JSON Schema of a scenario."""

from __future__ import annotations

from .parts import Schema, keyed, named, text, together, whole

_HELD = named("occurrence", "A badge, a tier (`quiz_master.gold`), or an occurrence (`weekly#2026-02-09`).")


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
            "event": named("event", "The type of event that happens."),
            "at": text("When: local to `timezone` unless it has an offset, or after the step before (+1d, +1h)."),
            "user": text("The user (default the scenario's)."),
            "data": {"type": "object", "description": "The event's data."},
            "id": text("The event's id, to retract or repeat it."),
            "source": text("The event's source."),
            "repeat": whole("How often it happens.", 1, maximum=10_000),
            "every": text("The time between repeats (1h, 1d)."),
            "awards": _badges("Exactly these new awards, in any order."),
            "grant": named("award", "A badge that a call grants."),
            "revoke": named("badge", "A badge that staff revokes."),
            "retract": text("The id of an event that is retracted."),
            "expect": _expect(),
        },
        (),
        minProperties=1,
        allOf=[together("every", "repeat")],
        **{"x-help": "write each one as keys and values: {event: …} or {expect: …}"},
    )


def _expect() -> Schema:
    return keyed(
        {
            "badges": _badges("Badges that the user must hold."),
            "without": _badges("Badges that the user must not hold."),
            "progress": {
                "type": "object",
                "additionalProperties": {"type": ["number", "null"], "description": "The badge's value."},
                "description": "Values of badges, by id.",
                "x-names": "progress",
            },
            "at": text("When it is looked at."),
            "user": text("The user that is looked at."),
        },
        minProperties=1,
        description="What must hold now.",
    )


def _badges(description: str) -> Schema:
    return {"type": "array", "items": _HELD, "description": description}
