"""The JSON Schema of ``notifications.yaml``."""

from __future__ import annotations

from ..wording import AWARD, FORMS, HINT, KINDS, PLACES, PROGRESS, SEVERAL, STREAK
from .parts import LOCALE, Schema, keyed, text, whole

_ABOUT = {
    AWARD: "A badge that was earned.",
    PROGRESS: "A percentage that `notify: {progress_at: [..]}` of a badge names.",
    HINT: "A badge that is near.",
    STREAK: "A streak that ends if nothing is done.",
}


def notifications() -> Schema:
    """``notifications.yaml``."""
    more = {
        HINT: {"at": whole("Told when so much remains of a count or a streak (default 2); 0 for never.", 0)},
        STREAK: {"hours": whole("Told so many hours before it ends (default 6); 0 for never.", 0, maximum=48)},
    }
    return keyed({kind: _message(kind, more.get(kind, {})) for kind in KINDS})


def _message(kind: str, more: Schema) -> Schema:
    several = keyed(
        _texts(SEVERAL), description="What is told when it is about several badges at once.", minProperties=1
    )
    return keyed({**more, **_texts(kind), SEVERAL: several}, description=_ABOUT[kind], minProperties=1)


def _texts(kind: str) -> Schema:
    return {"title": wording("The first line.", kind), "text": wording("What follows it.", kind)}


def wording(description: str, kind: str) -> Schema:
    """A text with placeholders, by locale and by form."""
    names = ", ".join(f"{{{name}}}" for name in PLACES[kind])
    forms = keyed({form: text("The text for numbers of this form.") for form in FORMS}, ("other",))
    return {
        "type": ["string", "object"],
        "minLength": 1,
        "minProperties": 1,
        "patternProperties": {
            LOCALE: {**forms, "type": ["string", "object"], "minLength": 1, "description": "The text in this language."}
        },
        "additionalProperties": False,
        "description": f"{description} A text, one per locale, or forms per locale: {{en: {{one: …, other: …}}}}. "
        f"It may name {names}.",
    }
