"""The words of the language, each with what it means: for the documents and for editors."""

from __future__ import annotations

from collections.abc import Mapping

ROOT_WORDS: Mapping[str, str] = {
    "event": "The event's data: its fields, as its type declares them.",
    "type": "The event's type.",
    "source": "Where the event comes from.",
    "user": "The user: `user.id`, and the attributes that the settings declare.",
    "time": "When the event happened, by the local clock.",
    "catalog": "A named list: `catalog.providers`.",
}
FUNCTION_WORDS: Mapping[str, tuple[str, str]] = {
    "abs": ("abs(x)", "the number without its sign"),
    "min": ("min(a, b, …)", "the smallest number"),
    "max": ("max(a, b, …)", "the largest number"),
    "round": ("round(x, digits)", "rounded, halves away from zero; `digits` may be left out"),
    "floor": ("floor(x)", "the whole number below"),
    "ceil": ("ceil(x)", "the whole number above"),
    "size": ("size(x)", "how many characters, items, or entries of a catalog"),
    "lower": ("lower(t)", "the text in small letters"),
    "upper": ("upper(t)", "the text in capitals"),
    "startswith": ("startswith(t, u)", "whether the text begins with `u`"),
    "endswith": ("endswith(t, u)", "whether the text ends with `u`"),
    "contains": ("contains(t, u)", "whether the text holds `u`"),
    "has": ("has(x)", "whether a field or attribute is there and not null"),
    "default": ("default(x, d)", "the field or attribute, or `d` if it is absent or null"),
    "timestamp": ('timestamp("…")', "the timestamp of a text: a date and time with offset, or a date"),
    "days_between": ("days_between(a, b)", "local dates from `a` to `b`"),
    "hours_between": ("hours_between(a, b)", "hours elapsed from `a` to `b`, with a fraction"),
}
"""How each function is written, and what it gives."""
TIME_WORDS: Mapping[str, str] = {
    "year": "The year, such as 2026.",
    "month": "The month, from 1 to 12.",
    "day": "The day of the month.",
    "hour": "The hour by the wall clock, from 0 to 23.",
    "minute": "The minute by the wall clock.",
    "weekday": 'The day of the week: `"monday"` to `"sunday"`.',
    "date": 'The date: `"2026-03-01"`.',
    "is_weekend": "Whether it is a Saturday or a Sunday.",
}
"""The fields of a timestamp."""
OPERATOR_WORDS: Mapping[str, str] = {
    "and": "Both conditions hold.",
    "or": "At least one of the conditions holds.",
    "not": "The condition does not hold.",
    "in": "The value is one of a list or catalog.",
    "if": "`a if condition else b`.",
    "else": "`a if condition else b`.",
    "true": "True.",
    "false": "False.",
    "null": "Nothing.",
}
