"""JSON Schemas of what requests and answers hold, by name: the one place where the OpenAPI document takes them from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cloudevents import LONGEST
from engine.diff import DIRECTIONS
from engine.service.actions import NAMES as ACTIONS
from engine.service.webhooks.showing import HEALTH
from engine.webhooks import STATES
from engine.wording import KINDS

Schema = Mapping[str, Any]
LONGEST_REASON = 1000
"""Characters of a sentence about why."""

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object", "additionalProperties": True}
INSTANT: Schema = {"type": "string", "format": "date-time", "description": "UTC, RFC 3339, with `Z`."}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"}
USER: Schema = {**NAME, "pattern": r"^(?!\.{1,2}$)[^/\x00-\x1f\x7f-\x9f]*$"}
SENTENCE: Schema = {"type": "string", "maxLength": LONGEST_REASON, "pattern": r"^[^\x00]*$"}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def many(schema: Schema) -> Schema:
    """A list of them."""
    return {"type": "array", "items": schema}


def record(properties: Mapping[str, Schema], optional: tuple[str, ...] = (), **more: Any) -> Schema:
    """An object whose properties are all there, but for the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required, **more}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_FAULT = record({"field": TEXT, "message": TEXT, "help": TEXT, "code": TEXT}, optional=("help", "code"))

_AWARD = record(
    {
        "badge": TEXT,
        "tier": nullable(TEXT),
        "occurrence": {
            **nullable(TEXT),
            "description": "Of a repeating badge: a count, or a period's first day.",
        },
        "name": TEXT,
        "icon": TEXT,
        "points": NUMBER,
        "awarded_at": INSTANT,
        "event": record({"source": TEXT, "id": TEXT}, description="The event, or call, that completed it."),
        "metadata": OBJECT,
        "rules_version": TEXT,
    }
)

_FIGURES = {
    "value": {**nullable(NUMBER), "description": "Null while it is undefined."},
    "threshold": NUMBER,
    "percent": {"type": "integer", "minimum": 0, "maximum": 100},
    "remaining": nullable(NUMBER),
}
_LIFE = {
    "expires_at": {**nullable(INSTANT), "description": "When the value will next fall without a new event."},
    "longest": {**nullable(WHOLE), "description": "The longest run of a streak."},
}

_CRITERION = record(
    {"metric": nullable(TEXT), "compare": {"enum": ["at_least", "at_most"]}, **_FIGURES, "met": FLAG, **_LIFE}
)

_PROGRESS = record(
    {
        "badge": TEXT,
        "tier": {**nullable(TEXT), "description": "The next one to reach."},
        **_FIGURES,
        "state": {"enum": ["earned", "unavailable", "locked", "in_progress"]},
        "missing_prerequisites": many(TEXT),
        **_LIFE,
        "criteria": many(_ref("Criterion")),
    },
    optional=("criteria",),
)

_EVENT = record(
    {
        "specversion": {"const": "1.0"},
        "id": {**NAME, "description": "The same whenever the event is sent again."},
        "source": NAME,
        "type": NAME,
        "subject": {**USER, "description": "The user: no `/`, no control characters, not `.` or `..`."},
        "time": {"type": "string", "format": "date-time", "description": "Absent means now. It needs an offset."},
        "datacontenttype": {**TEXT, "pattern": r"^[^/\s;]+/([^/\s;]+\+)?[jJ][sS][oO][nN]$"},
        "data": OBJECT,
    },
    optional=("time", "datacontenttype", "data"),
)

_ABOUT = record(
    {
        "badge": TEXT,
        "tier": {**nullable(TEXT), "description": "The one to reach."},
        "name": TEXT,
        "icon": TEXT,
        "value": {**nullable(NUMBER), "description": "Of a streak, its length."},
        "threshold": NUMBER,
        "remaining": nullable(NUMBER),
        "percent": WHOLE,
        "expires_at": {**nullable(INSTANT), "description": "When the streak ends."},
    }
)
_NOTIFICATION = record(
    {
        "id": {**WHOLE, "description": "Counts the user's notifications; a higher one is newer."},
        "kind": {"enum": list(KINDS)},
        "at": INSTANT,
        "read": FLAG,
        "title": TEXT,
        "text": TEXT,
        "items": {
            **many({"anyOf": [_ref("Award"), _ABOUT]}),
            "description": "The badges that it is about: awards if that is its kind, else how far each is.",
        },
    }
)

_RECEIPT = record(
    {
        "id": nullable(TEXT),
        "source": nullable(TEXT),
        "status": {"enum": ["accepted", "duplicate", "conflict", "rejected"]},
        "awarded": many(_ref("Award")),
        "progress": many(_ref("Progress")),
        "errors": many(_ref("Fault")),
    }
)

_PROBLEM = record(
    {
        "type": {"type": "string", "format": "uri-reference", "description": "Stable; a client may branch on it."},
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "errors": many(_ref("Fault")),
    },
    optional=("errors",),
    description="RFC 9457.",
)

_BADGE = record(
    {
        "id": TEXT,
        "name": TEXT,
        "description": TEXT,
        "icon": TEXT,
        "category": nullable(TEXT),
        "points": NUMBER,
        "threshold": {**nullable(NUMBER), "description": "Null with several criteria, or none."},
        "tiers": many(_ref("Tier")),
        "repeatable": FLAG,
        "grant": {"enum": ["client", "staff", None]},
        "secret": FLAG,
        "retired": FLAG,
        "available": record({"from": nullable(INSTANT), "until": nullable(INSTANT)}),
        "holders": WHOLE,
        "rarity": {**nullable(NUMBER), "description": "% of users with an event; null below 10 users."},
    }
)
_TIER = record({"id": TEXT, "name": TEXT, "description": TEXT, "icon": TEXT, "threshold": NUMBER, "points": NUMBER})
_HIDDEN = record({"secret": {"const": True}}, additionalProperties=False, description="A secret not to be seen.")

_ENTRY = record({"rank": WHOLE, "user": TEXT, "name": nullable(TEXT), "value": NUMBER})

_APPLY = record(
    {
        "files": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "Texts by path in the folder.",
        },
        "allow_remove": {**FLAG, "description": "Remove badges that people hold."},
        "announce": {**FLAG, "description": "List the awards that this gives, and tell their users."},
    },
    optional=("allow_remove", "announce"),
)
_ANNOUNCED = {"allOf": [_ref("Award"), record({"user": TEXT})]}

_CHANGE = {
    "type": "object",
    "description": "Its first key says what changes, a badge or something else, by its id.",
    "properties": {"kind": TEXT, "direction": {"enum": list(DIRECTIONS)}, "sentence": TEXT, "file": nullable(TEXT)},
    "required": ["kind", "direction", "sentence", "file"],
}
_FIGURE = record({"value": nullable(NUMBER), "threshold": NUMBER, "percent": WHOLE})
_MOVE = record({"user": TEXT, "before": {"anyOf": [_FIGURE, {"type": "null"}]}, "after": _FIGURE})
_EXAMPLE = record({"user": TEXT, "tier": nullable(TEXT), "occurrence": nullable(TEXT), "awarded_at": INSTANT})
_GROUP = record({"users": WHOLE, "awards": WHOLE, "examples": many(_EXAMPLE)})
_PLAN = record(
    {
        "version": TEXT,
        "previous": {**nullable(TEXT), "description": "The version in service."},
        "refused": {**FLAG, "description": "Whether an apply refuses it: it removes badges that people hold."},
        "removed": {"type": "object", "additionalProperties": WHOLE, "description": "Such badges, and their holders."},
        "changes": many(_ref("Change")),
        "metrics": {
            **many(record({"metric": nullable(TEXT), "badges": many(TEXT)})),
            "description": "Those counted anew from the stored events, and which badges use each.",
        },
        "badges": many(
            record(
                {
                    "badge": TEXT,
                    "gains": {**_GROUP, "description": "Who gains it now."},
                    "keeps": {**_GROUP, "description": "Who would not qualify today, and keeps it."},
                    "loses": {**_GROUP, "description": "Who loses it, as the badge is removed."},
                    "progress": record({"users": WHOLE, "examples": many(_MOVE)}),
                    "dependents": {**many(TEXT), "description": "What hangs on it."},
                }
            )
        ),
        "users": {**WHOLE, "description": "All users."},
        "rebuilt": {**WHOLE, "description": "Users whose log an apply replays."},
        "events": {**WHOLE, "description": "Entries of their logs."},
        "seconds": {**NUMBER, "description": "About how long an apply takes."},
        "warnings": many(OBJECT),
    }
)

_ACTION = record(
    {
        "action": {"enum": list(ACTIONS)},
        "user_id": {**nullable(USER), "description": "With a key: whose action it is."},
        "id": {
            **nullable(NAME),
            "description": "Names the event, so that a retry counts once; or the header Idempotency-Key.",
        },
    },
    optional=("user_id", "id"),
    description="The other fields are those of the action.",
)

_WEBHOOK = record(
    {
        "id": TEXT,
        "url": TEXT,
        "types": {**many(TEXT), "description": "Of messages that it wants; empty for all."},
        "badges": {**many(TEXT), "description": "Badges that it wants to be told about; empty for all."},
        "description": TEXT,
        "enabled": FLAG,
        "reason": {**nullable(TEXT), "description": "Why it is off, if that was not staff's wish."},
        "created_at": INSTANT,
        "health": {"enum": list(HEALTH)},
        "failures": {**WHOLE, "description": "Attempts in a row that failed."},
        "paused_until": {**nullable(INSTANT), "description": "Nothing is sent to it before."},
        "delivered_at": {**nullable(INSTANT), "description": "When it took something last."},
        "old_secret_until": {**nullable(INSTANT), "description": "Until then its former secret signs too."},
        "pending": {**WHOLE, "description": "Deliveries that are still to be made."},
        "dead": {**WHOLE, "description": "Deliveries that were given up."},
        "oldest_pending_at": nullable(INSTANT),
        "secret": {**TEXT, "description": "Only when it is made or rotated."},
    },
    optional=("secret",),
)
_DELIVERY = record(
    {
        "number": WHOLE,
        "message": {**TEXT, "description": "The id of the message, which the receiver gets as `webhook-id`."},
        "type": TEXT,
        "user": nullable(TEXT),
        "badge": nullable(TEXT),
        "at": {**INSTANT, "description": "When it was written."},
        "state": {"enum": list(STATES)},
        "tries": WHOLE,
        "tried_at": nullable(INSTANT),
        "next_at": {**nullable(INSTANT), "description": "When it is tried next, while it is pending."},
        "status": {**nullable(WHOLE), "description": "What the endpoint answered last."},
        "error": {**nullable(TEXT), "description": "Why the last attempt failed."},
        "body": {**OBJECT, "description": "The CloudEvent, where one delivery is asked for."},
    },
    optional=("body",),
)

SCHEMAS: Mapping[str, Schema] = {
    "Action": _ACTION,
    "Announced": _ANNOUNCED,
    "Apply": _APPLY,
    "Award": _AWARD,
    "Badge": _BADGE,
    "Change": _CHANGE,
    "Criterion": _CRITERION,
    "Delivery": _DELIVERY,
    "Entry": _ENTRY,
    "Event": _EVENT,
    "Fault": _FAULT,
    "Hidden": _HIDDEN,
    "Notification": _NOTIFICATION,
    "Plan": _PLAN,
    "Problem": _PROBLEM,
    "Progress": _PROGRESS,
    "Receipt": _RECEIPT,
    "Tier": _TIER,
    "Webhook": _WEBHOOK,
}

PATH_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "user": {"schema": USER, "description": "The user."},
    "badge": {"schema": TEXT, "description": "A badge, or a tier of one: `quiz_master.gold`."},
    "board": {"schema": TEXT, "description": "The leaderboard."},
    "name": {"schema": TEXT, "description": "Any name."},
    "webhook": {"schema": TEXT, "description": "The webhook, by its id."},
    "delivery": {"schema": {"type": "integer", "minimum": 1}, "description": "The delivery, by its number."},
}


def query(name: str, schema: Schema, description: str) -> dict[str, Any]:
    """A parameter of the query."""
    return {"name": name, "in": "query", "schema": schema, "description": description}


LIMIT = query("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, "How many at most.")
LOCALE = query("locale", TEXT, "The language of texts, before Accept-Language.")
REASON = query("reason", SENTENCE, "Why, for the audit.")
