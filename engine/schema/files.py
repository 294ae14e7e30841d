"""The JSON Schemas of all files but badges and scenarios."""

from __future__ import annotations

from ..calendar import PERIODS, WEEKDAYS
from .counted import counted, demands
from .parts import LOCALE, TIME_OF_DAY, Schema, choice, demand, keyed, listed, named, text, words

ACTIONS = ("check_streaks", "check_quiz_master", "record_score", "leaderboard", "score_leaderboard")


def settings() -> Schema:
    """``settings.yaml``."""
    return keyed(
        {
            "timezone": text("IANA time zone of users who have told none (default UTC)."),
            "local_time": choice(
                "Whose zone decides local days: user (default), or the event's own offset.", "user", "event"
            ),
            "week_start": choice("The day on which weeks begin (default monday).", *WEEKDAYS),
            "day_start": text(
                "The wall clock time at which days begin (default 00:00).",
                pattern=TIME_OF_DAY,
                **{"x-help": "write a time such as 04:00"},
            ),
            "locale": text(
                "The locale of plain texts (default en).", pattern=LOCALE, **{"x-help": "write one such as en"}
            ),
            "user": {
                "type": "object",
                "description": "JSON Schema of the user attributes that rules may read.",
            },
        }
    )


def event() -> Schema:
    """A file of ``events/``."""
    return keyed(
        {
            "description": text("When this happens."),
            "payload": {"type": "object", "description": "JSON Schema (draft 2020-12) of the event's data: an object."},
        },
        ("payload",),
    )


def catalog() -> Schema:
    """A file of ``catalogs/``."""
    item = {"type": ["string", "number"], "minLength": 1, "description": "An id."}
    return keyed(
        {"description": text("What is listed."), "items": listed("The ids, each once.", item, minItems=0)}, ("items",)
    )


def metric() -> Schema:
    """A file of ``metrics/``."""
    return keyed({"description": text("What the metric measures."), **counted()}, ("trigger",), allOf=demands())


def leaderboard() -> Schema:
    """A file of ``leaderboards/``."""
    return keyed(
        {
            "name": words("The leaderboard's name."),
            "description": words("What it ranks."),
            "rank_by": choice(
                "A metric, distinct badges held, or points of awards held.", "metric", "badges", "points"
            ),
            "metric": named("metric", "The shared metric, for rank_by: metric."),
            "per": choice("For badges and points: awards of this calendar period.", *PERIODS),
        },
        ("name", "rank_by"),
        allOf=[demand("rank_by", "metric", "metric")],
    )


def actions() -> Schema:
    """``actions.yaml``."""
    callers = choice("Who may call it (default users).", "users", "services")
    acting = {
        "emits": named("event", "The type of event that it posts; without it, it only reads."),
        "metric": named("metric", "The shared metric that it reads."),
        "catalog": named("catalog", "The catalog whose size it tells."),
        "badges": listed("The badges whose new awards it names.", named("badge", "A badge.")),
        "callers": callers,
    }
    ranking = {"leaderboard": named("leaderboard", "The leaderboard that it reads."), "callers": callers}
    told = "What the action emits and reads, and who may call it."
    return keyed({name: keyed(ranking if "leaderboard" in name else acting, description=told) for name in ACTIONS})
