"""The JSON Schemas (draft 2020-12) of rule files: a skeleton, and the parameters of each measure.

One schema serves the checker, the editor and the docs. ``x-demanded-by`` names the key whose value demands others;
``x-code`` is the code of a problem where it is not the usual one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from .calendar import WEEKDAYS
from .measures import REGISTRY

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ID = r"^[a-z][a-z0-9_]*$(?!\n)"
Schema = dict[str, Any]
LOCALE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)"
ACTIONS = ("check_streaks", "check_quiz_master", "record_score", "leaderboard", "score_leaderboard")


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "minLength": 1, "description": description, **more}


def _words(description: str) -> Schema:
    return {
        "type": ["string", "object"],
        "minLength": 1,
        "minProperties": 1,
        "patternProperties": {LOCALE: {"type": "string", "minLength": 1}},
        "additionalProperties": False,
        "description": f"{description} A text, or one per locale: {{en: …, ja: …}}.",
    }


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _whole(description: str, minimum: int, **more: Any) -> Schema:
    return {"type": "integer", "minimum": minimum, "description": description, **more}


def _choice(description: str, *values: str) -> Schema:
    return {"type": "string", "enum": list(values), "description": description}


def _list(description: str, items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True, "description": description, **more}


def _object(properties: Schema, required: tuple[str, ...] = (), **more: Any) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    return {**schema, "required": list(required)} if required else schema


def _demand(key: str, value: Any, *keys: str) -> Schema:
    """``key: value`` demands other keys."""
    return {
        "if": {"properties": {key: {"const": value}}, "required": [key]},
        "then": {"required": list(keys), "x-demanded-by": key},
    }


def _measure_keys() -> Schema:
    merged: dict[str, Schema] = {}
    for kind, module in REGISTRY.items():
        for key, parameter in module.PARAMETERS.items():
            told = f"For {kind}: {parameter['description']}"
            if key in merged and merged[key]["description"] != told:
                told = merged[key]["description"] + "\n" + told
            merged[key] = {**parameter, "description": told}
    return merged


def _counted() -> Schema:
    """The keys that say what is counted."""
    return {
        "trigger": {
            "type": ["string", "array"],
            "minLength": 1,
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "minLength": 1},
            "description": "The type of event that counts, or a list of types.",
        },
        "when": _text("An expression: events that fail it do not count."),
        "measure": _choice("What is made of the events (default count).", *REGISTRY),
        **_measure_keys(),
    }


def _judged() -> Schema:
    """The keys that say how much of it is needed."""
    return {
        "metric": _text("A shared metric (metrics/*.yaml), instead of trigger, when and measure."),
        "threshold": {
            "type": ["number", "string"],
            "description": "What the value must reach (default 1): a number, or an expression over catalogs.",
        },
        "compare": _choice("Whether the value must be at_least the threshold (default), or at_most.", "at_least", "at_most"),
    }


def _demands() -> list[Schema]:
    demands = [_demand("measure", kind, *module.REQUIRED) for kind, module in REGISTRY.items() if module.REQUIRED]
    return [*demands, _demand("latest", True, "when"), _demand("period", "event", "when")]


def _unless(keys: tuple[str, ...], required: str) -> Schema:
    return {"if": {"not": {"anyOf": [{"required": [key]} for key in keys]}}, "then": {"required": [required]}}


def _tier() -> Schema:
    return _object(
        {
            "id": _text("The tier's id: a badge `quiz_master` has a tier `quiz_master.gold`.", pattern=ID, **{"x-code": "bad-id"}),
            "threshold": _judged()["threshold"],
            "name": _words("The tier's name."),
            "icon": _text("An emoji, or the URL of an image."),
            "description": _words("What earns the tier."),
            "points": {"type": "number", "description": "Points of the tier (default 0)."},
        },
        ("id", "threshold"),
    )


def _prerequisites() -> Schema:
    items = _text("A badge, or a tier (`quiz_master.gold`).")
    return {
        "type": ["array", "object"],
        "items": items,
        "minItems": 1,
        "uniqueItems": True,
        "properties": {
            "any": _list("One of these is enough.", items),
            "at_least": _whole("How many of `of` are needed.", 1),
            "of": _list("The badges of which `at_least` are needed.", items),
            "category": _text("Every other badge of this category that has criteria and is not retired."),
        },
        "additionalProperties": False,
        "minProperties": 1,
        "dependentRequired": {"at_least": ["of"], "of": ["at_least"]},
        "description": "Badges that must be held first: a list (all), {any: [..]}, {at_least: 2, of: [..]} or {category: ..}.",
    }


def _available() -> Schema:
    return _object(
        {
            "from": _text("The first date (2026-12-01), or an instant (2026-12-01T09:00:00+01:00)."),
            "until": _text("The last date, included, or an instant, excluded."),
        },
        minProperties=1,
        description="Only events with a time inside count, and only they award.",
    )


def _badge() -> Schema:
    criterion = _object(
        {**_counted(), **_judged()}, allOf=[*_demands(), _unless(("metric",), "trigger")]
    )
    return _object(
        {
            "name": _words("The badge's name."),
            "description": _words("What earns it, for the user."),
            "icon": _text("An emoji, or the URL of an image."),
            "category": _text("Groups badges."),
            "points": {"type": "number", "description": "Points of an award (default 0)."},
            **_counted(),
            **_judged(),
            "criteria": {
                "type": "array",
                "items": criterion,
                "minItems": 1,
                "description": "Several criteria, all of which must hold at the same moment.",
            },
            "tiers": {
                "type": "array",
                "items": _tier(),
                "minItems": 1,
                "description": "Rising thresholds (falling with at_most), instead of the badge's own threshold and points.",
            },
            "prerequisites": _prerequisites(),
            "counts": _choice(
                "Whether what was done before the prerequisites were met counts.", "always", "after_prerequisites"
            ),
            "available": _available(),
            "repeatable": _flag("Awarded again, each time the threshold is reached anew."),
            "max_awards": _whole("At most so many awards of a repeatable badge.", 1),
            "grant": _choice("A badge without criteria, given by a call: who may call.", "client", "staff"),
            "secret": _flag("Hidden from those who do not hold it."),
            "retired": _flag("No new awards; holders keep it."),
            "formerly": _list("Former ids of this badge; their awards follow.", _text("A former id.")),
            "notify": _object(
                {"progress_at": _list("Percentages at which the user is told.", _whole("A percentage.", 1, maximum=99))},
                description="Notifications beside the one for the award.",
            ),
            "metadata": {
                "type": "object",
                "additionalProperties": _text("An expression over the awarding event."),
                "description": "Expressions, stored with the award.",
            },
        },
        ("name",),
        allOf=[*_demands(), _unless(("metric", "criteria", "grant"), "trigger")],
    )


def _settings() -> Schema:
    return _object(
        {
            "timezone": _text("IANA time zone of users who have told none (default UTC)."),
            "local_time": _choice("Whose zone decides local days: the user's (default), or the event's own offset.", "user", "event"),
            "week_start": _choice("The day on which weeks begin (default monday).", *WEEKDAYS),
            "day_start": _text("The wall clock time at which days begin (default 00:00).", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)"),
            "locale": _text("The locale of plain texts (default en).", pattern=LOCALE),
            "user": {"type": "object", "description": "JSON Schema of the user attributes that rules may read."},
        }
    )


def _event() -> Schema:
    return _object(
        {
            "description": _text("When this happens."),
            "payload": {"type": "object", "description": "JSON Schema (draft 2020-12) of the event's data: an object."},
        },
        ("payload",),
    )


def _catalog() -> Schema:
    item = {"type": ["string", "number"], "minLength": 1}
    return _object(
        {"description": _text("What is listed."), "items": _list("The ids, each once.", item, minItems=0)}, ("items",)
    )


def _metric() -> Schema:
    description = {"description": _text("What the metric measures.")}
    return _object({**description, **_counted()}, ("trigger",), allOf=_demands())


def _leaderboard() -> Schema:
    return _object(
        {
            "name": _words("The leaderboard's name."),
            "description": _words("What it ranks."),
            "rank_by": _choice("A metric's value, distinct badges held, or points of awards held.", "metric", "badges", "points"),
            "metric": _text("The shared metric, for rank_by: metric."),
            "per": _choice("For badges and points: awards of this calendar period.", "day", "week", "month", "year"),
        },
        ("name", "rank_by"),
        allOf=[_demand("rank_by", "metric", "metric")],
    )


def _actions() -> Schema:
    callers = _choice("Who may call it (default users).", "users", "services")
    acting = {
        "emits": _text("The type of event that it posts; without it, it only reads."),
        "metric": _text("The shared metric that it reads."),
        "catalog": _text("The catalog whose size it tells."),
        "badges": _list("The badges whose new awards it names.", _text("A badge.")),
        "callers": callers,
    }
    ranking = {"leaderboard": _text("The leaderboard that it reads."), "callers": callers}
    told = "What the action emits and reads, and who may call it."
    return _object(
        {name: _object(ranking if "leaderboard" in name else acting, description=told) for name in ACTIONS}
    )


def _scenario() -> Schema:
    badges = {"type": "array", "items": _text("A badge, or a tier (`quiz_master.gold`)."), "uniqueItems": False}
    expect = _object(
        {
            "badges": {**badges, "description": "Badges that the user must hold."},
            "without": {**badges, "description": "Badges that the user must not hold."},
            "progress": {
                "type": "object",
                "additionalProperties": {"type": ["number", "null"]},
                "description": "Values of badges, by id.",
            },
            "at": _text("When it is looked at."),
            "user": _text("The user that is looked at."),
        },
        minProperties=1,
        description="What must hold now.",
    )
    step = _object(
        {
            "event": _text("The type of event that happens."),
            "at": _text("When: local to `timezone` unless it has an offset, or after the step before (+1d, +1h)."),
            "user": _text("The user (default the scenario's)."),
            "data": {"type": "object", "description": "The event's data."},
            "id": _text("The event's id, to retract or repeat it."),
            "source": _text("The event's source."),
            "repeat": _whole("How often it happens.", 1),
            "every": _text("The time between repeats (1h, 1d)."),
            "awards": {**badges, "description": "Exactly these new awards, in any order."},
            "grant": _text("A badge that a call grants."),
            "retract": _text("The id of an event that is retracted."),
            "expect": expect,
        },
        minProperties=1,
    )
    return _object(
        {
            "description": _text("What the scenario shows."),
            "timezone": _text("The user's time zone."),
            "user": _text("The user (default user)."),
            "steps": {"type": "array", "items": step, "minItems": 1, "description": "What happens, one by one."},
        },
        ("steps",),
    )


_KINDS = {
    "settings": _settings,
    "event": _event,
    "catalog": _catalog,
    "metric": _metric,
    "badge": _badge,
    "leaderboard": _leaderboard,
    "actions": _actions,
    "scenario": _scenario,
}


@cache
def schema_of(kind: str) -> Schema:
    """The JSON Schema of a kind of rule file; not to be changed."""
    return {"$schema": DRAFT, "title": f"A badge rules file: {kind}", **_KINDS[kind]()}


def schemas() -> dict[str, Schema]:
    """The JSON Schema of every kind of rule file, by kind."""
    return {kind: schema_of(kind) for kind in _KINDS}
