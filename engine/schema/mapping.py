"""The JSON Schema of the file that says how another system's awards are read."""

from __future__ import annotations

from .parts import Schema, keyed, text


def mapping() -> Schema:
    """What ``badges import --mapping`` reads: the columns of a table, and what the names in it mean here."""
    theirs = {"minLength": 1, "description": "What stands for it on the other side."}
    column = {"type": "string", **theirs}
    return keyed(
        {
            "from": text(
                "The system that the awards come from; it stands with each of them.", pattern=r"^\S.{0,99}$(?!\n)"
            ),
            "user": text("The column with the user's id."),
            "badge": text("The column with the badge."),
            "badges": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": ["string", "null"], **theirs},
                "description": "What their names of badges mean here: a badge, a tier such as quiz_master.gold, or "
                "null for what is left out. Without it, the column holds ids of today's badges.",
            },
            "tier": text("The column with the tier, where the badge does not name one; it may be empty."),
            "tiers": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": column,
                "description": "What their names of tiers mean here.",
            },
            "awarded_at": text("The column with the time of the award."),
            "time_format": text(
                "How that time is written: rfc3339 (default; a date alone is its midnight), unix (seconds), or a "
                "pattern such as %d.%m.%Y %H:%M.",
                pattern=r"^(rfc3339|unix|.*%[A-Za-z].*)$",
                **{"x-help": "write rfc3339, unix, or a pattern such as %d.%m.%Y"},
            ),
            "timezone": text("The IANA zone of times that carry no offset (default UTC)."),
            "metadata": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": column,
                "description": "What is kept with the award: a name here, and the column it comes from.",
            },
        },
        ("from", "user", "badge", "awarded_at"),
    )
