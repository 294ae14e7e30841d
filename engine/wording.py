"""Texts of notifications: what they may name in braces, how a number chooses among forms, and what holds without any.

A placeholder is a name in braces, ``{badge}``; a brace itself is written twice. Where a language has forms for numbers,
a text is one per form: ``{one: …, other: …}``. Source: Unicode CLDR, plural rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .model import Message, Number

AWARD, PROGRESS, HINT, STREAK = "award", "progress", "hint", "streak"
KINDS = (AWARD, PROGRESS, HINT, STREAK)
"""Of notifications, as users choose among them."""
SEVERAL = "several"
"""The key under which a kind says what is told when it is about several badges at once."""
FORMS = ("zero", "one", "two", "few", "many", "other")

_OF_ALL = ("count", "badges")
_OF_ONE = ("badge", "icon", "description")
_OF_PROGRESS = (*_OF_ONE, "value", "threshold", "remaining", "percent")
PLACES: Mapping[str, tuple[str, ...]] = {
    AWARD: (*_OF_ONE, "points"),
    PROGRESS: _OF_PROGRESS,
    HINT: _OF_PROGRESS,
    STREAK: (*_OF_PROGRESS, "time"),
    SEVERAL: _OF_ALL,
}
"""What a text may name: one about a single badge by its kind, others alike."""
COUNTED: Mapping[str, str] = {
    AWARD: "points",
    PROGRESS: "remaining",
    HINT: "remaining",
    STREAK: "value",
    SEVERAL: "count",
}
"""The number that chooses the form of a text."""

DEFAULTS: Mapping[str, Message] = {
    AWARD: Message({"en": "You have earned {badge}"}, {"en": "{description}"}),
    PROGRESS: Message({"en": "{percent}% of the way to {badge}"}, {"en": "{value} of {threshold}"}),
    HINT: Message({"en": "{remaining} more to {badge}"}, {"en": "{description}"}),
    STREAK: Message({"en": "Your streak ends tonight"}, {"en": "{value} in a row so far, {remaining} more to {badge}"}),
    f"{AWARD}.{SEVERAL}": Message({"en": "You have earned {count} badges"}, {"en": "{badges}"}),
    f"{PROGRESS}.{SEVERAL}": Message({"en": "You are getting on with {count} badges"}, {"en": "{badges}"}),
    f"{HINT}.{SEVERAL}": Message({"en": "You are close to {count} badges"}, {"en": "{badges}"}),
    f"{STREAK}.{SEVERAL}": Message({"en": "{count} of your streaks end tonight"}, {"en": "{badges}"}),
}
"""What is told where the rules say nothing, by kind, and by kind and ``several``."""

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name in braces, and where it stands; a brace alone has no name."""

    name: str | None
    start: int
    end: int


def placeholders(text: str) -> Iterator[Placeholder]:
    """What a text names, and braces that stand alone."""
    for match in _PIECE.finditer(text):
        if match["name"] is not None:
            yield Placeholder(match["name"].strip(), match.start("name"), match.end("name"))
        elif match[0] in "{}":
            yield Placeholder(None, match.start(), match.end())


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with values in the places of names."""

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        return match[0][0] if name is None else values.get(name.strip(), "")

    return _PIECE.sub(value, text).strip()


def form_of(language: str, number: Number) -> str:
    """The form that a number takes in a language."""
    rule = _RULES.get(language.replace("_", "-").partition("-")[0].lower(), _like_english)
    return rule(abs(number))


def _like_english(number: Number) -> str:
    return "one" if number == 1 and isinstance(number, int) else "other"


def _like_french(number: Number) -> str:
    return "one" if number < 2 else "other"


def _none(number: Number) -> str:
    return "other"


def _like_russian(number: Number) -> str:
    if not isinstance(number, int):
        return "other"
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"


def _like_serbian(number: Number) -> str:
    form = _like_russian(number)
    return "other" if form == "many" else form


def _like_polish(number: Number) -> str:
    if number == 1 and isinstance(number, int):
        return "one"
    form = _like_russian(number)
    return "many" if form == "one" else form


def _like_czech(number: Number) -> str:
    if not isinstance(number, int):
        return "many"
    return "one" if number == 1 else "few" if number in (2, 3, 4) else "other"


def _like_arabic(number: Number) -> str:
    if not isinstance(number, int):
        return "other"
    if number in (0, 1, 2):
        return ("zero", "one", "two")[number]
    return "few" if 3 <= number % 100 <= 10 else "many" if number % 100 >= 11 else "other"


def _like_lithuanian(number: Number) -> str:
    if not isinstance(number, int):
        return "many"
    if number % 100 in range(11, 20) or number % 10 == 0:
        return "other"
    return "one" if number % 10 == 1 else "few"


def _like_latvian(number: Number) -> str:
    if not isinstance(number, int):
        return "other"
    if number % 10 == 0 or number % 100 in range(11, 20):
        return "zero"
    return "one" if number % 10 == 1 and number % 100 != 11 else "other"


def _like_romanian(number: Number) -> str:
    if number == 1 and isinstance(number, int):
        return "one"
    return "few" if not isinstance(number, int) or number == 0 or 1 <= number % 100 < 20 else "other"


def _like_slovene(number: Number) -> str:
    if not isinstance(number, int):
        return "few"
    return {1: "one", 2: "two", 3: "few", 4: "few"}.get(number % 100, "other")


def _like_hebrew(number: Number) -> str:
    return "two" if number == 2 and isinstance(number, int) else _like_english(number)


_LANGUAGES: tuple[tuple[Callable[[Number], str], str], ...] = (
    (_none, "ja zh ko vi th id ms my lo"),
    (_like_french, "fr pt hi fa bn gu kn zu am hy"),
    (_like_russian, "ru uk be"),
    (_like_serbian, "sr hr bs"),
    (_like_polish, "pl"),
    (_like_czech, "cs sk"),
    (_like_arabic, "ar"),
    (_like_lithuanian, "lt"),
    (_like_latvian, "lv"),
    (_like_romanian, "ro"),
    (_like_slovene, "sl"),
    (_like_hebrew, "he"),
)
_RULES = {language: rule for rule, languages in _LANGUAGES for language in languages.split()}
