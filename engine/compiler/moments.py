"""The times that steps of a scenario write: a moment, or a distance from the step before."""

from __future__ import annotations

import re

from ..calendar import parse_instant

DISTANCE = re.compile(r"\+?(\d{1,6})([mhdw])", re.ASCII)
"""A whole number and a unit: ``+1d``, ``90m``."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_AT = "write 2026-03-01T09:30, 2026-03-01T09:30+01:00, or the time since the step before: +1d, +2h, +30m"
_EVERY = "write a whole number and m, h, d or w, such as 90m"


class BadTime(ValueError):
    """A text that says no time: a sentence for its author, and a way out."""

    def __init__(self, sentence: str, help: str) -> None:
        super().__init__(f"{sentence}: {help}")
        self.sentence = sentence
        self.help = help


def distance(text: str) -> tuple[int, str]:
    """The amount and the unit of ``90m``. Raises BadTime."""
    match = DISTANCE.fullmatch(text)
    if match is None:
        raise BadTime(f"{text} is no distance", _EVERY)
    return int(match[1]), match[2]


def is_relative(text: str) -> bool:
    """Whether a step's ``at`` counts from the step before."""
    return text.startswith("+") and DISTANCE.fullmatch(text) is not None


def moment(text: str) -> tuple[int, int | None]:
    """The instant of ``2026-03-01T09:30``, as if in UTC if it has no offset, and the offset. Raises BadTime."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise BadTime(f"{text} is no time", _AT)
    day, minute, second, offset = match.groups()
    try:
        instant, seconds = parse_instant(f"{day}T{minute}{second or ':00'}{offset or 'Z'}")
    except ValueError as error:
        raise BadTime(f"{text} {error}", _AT) from error
    return instant, (seconds or 0) if offset else None
