"""The JSON Schema of a badge."""

from __future__ import annotations

from ..wording import HINT
from .counted import counted, demands, judged, threshold
from .notifications import wording
from .parts import ID, Schema, choice, flag, keyed, listed, named, text, together, unless, whole, words

ICON = text("An emoji, or the URL of an image.")
BADGE_OR_TIER = named("award", "A badge, or a tier (`quiz_master.gold`).")
_FORMS = "{any: [..]}, {at_least: 2, of: [..]} and {category: ..} stand alone, without a list around them"


def badge() -> Schema:
    """A file of ``badges/``."""
    return keyed(
        {**_shown(), **counted(), **judged(), "criteria": _criteria(), "tiers": _tiers(), **_conditions(), **_rest()},
        ("name",),
        allOf=[*demands(), unless(("metric", "criteria", "grant"), "trigger")],
    )


def _shown() -> Schema:
    return {
        "name": words("The badge's name."),
        "description": words("What earns it, for the user."),
        "icon": ICON,
        "category": text("Groups badges."),
        "points": {"type": "number", "description": "Points of an award (default 0)."},
    }


def _criteria() -> Schema:
    return {
        "type": "array",
        "items": keyed(
            {**counted(), **judged()},
            (),
            allOf=[*demands(), unless(("metric",), "trigger")],
            **{"x-help": "write each one as keys and values: {trigger: …, threshold: …}"},
        ),
        "minItems": 1,
        "description": "Several criteria, all of which must hold at the same moment.",
    }


def _tiers() -> Schema:
    tier = keyed(
        {
            "id": text(
                "The tier's id: `quiz_master.gold` is the tier gold of quiz_master.", pattern=ID, **{"x-code": "bad-id"}
            ),
            "threshold": threshold(),
            "name": words("The tier's name."),
            "icon": ICON,
            "description": words("What earns the tier."),
            "points": {"type": "number", "description": "Points of the tier (default 0)."},
        },
        ("id", "threshold"),
        **{"x-help": "write each one as keys and values: {id: …, threshold: …}"},
    )
    return {
        "type": "array",
        "items": tier,
        "minItems": 1,
        "description": "Rising thresholds (falling with at_most), instead of the badge's own threshold and points.",
    }


def _conditions() -> Schema:
    return {
        "prerequisites": _prerequisites(),
        "counts": choice("Whether what was done before the prerequisites counts.", "always", "after_prerequisites"),
        "available": keyed(
            {
                "from": text("The first date (2026-12-01), or an instant (2026-12-01T09:00:00+01:00)."),
                "until": text("The last date, included, or an instant, excluded."),
            },
            minProperties=1,
            description="Only events with a time inside count, and only they award.",
        ),
    }


def _prerequisites() -> Schema:
    return {
        "type": ["array", "object"],
        "items": {**BADGE_OR_TIER, "x-help": _FORMS},
        "minItems": 1,
        "uniqueItems": True,
        "properties": {
            "any": listed("One of these is enough.", BADGE_OR_TIER),
            "at_least": whole("How many of `of` are needed.", 1),
            "of": listed("The badges of which `at_least` are needed.", BADGE_OR_TIER),
            "category": named("category", "Every other badge of this category that has criteria and is not retired."),
        },
        "additionalProperties": False,
        "minProperties": 1,
        "allOf": [together("at_least", "of"), together("of", "at_least")],
        "description": "Badges to hold first: a list (all), {any: [..]}, {at_least: 2, of: [..]} or {category: ..}.",
    }


def _rest() -> Schema:
    percentages = listed("Percentages at which the user is told.", whole("A percentage.", 1, maximum=99))
    return {
        "repeatable": flag("Awarded again, each time the threshold is reached anew."),
        "max_awards": whole("At most so many awards of a repeatable badge.", 1),
        "grant": choice("A badge without criteria, given by a call: who may call.", "client", "staff"),
        "secret": flag("Hidden from those who do not hold it."),
        "retired": flag("No new awards; holders keep it."),
        "formerly": listed(
            "Former ids of this badge; their awards follow.", text("A former id.", pattern=ID, **{"x-code": "bad-id"})
        ),
        "notify": keyed(
            {
                "progress_at": percentages,
                "hint_at": whole("The user is told when so much remains; 0 for never.", 0),
                "hint": wording("What is told then.", HINT),
            },
            description="Notifications beside the one for the award.",
        ),
        "metadata": {
            "type": "object",
            "additionalProperties": text("An expression over the awarding event."),
            "description": "Expressions, stored with the award.",
        },
    }
