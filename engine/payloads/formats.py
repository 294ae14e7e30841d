"""The formats of texts that payloads may declare, every one of them asserted."""

from __future__ import annotations

import re

from jsonschema import Draft202012Validator, FormatChecker

from ..calendar import parse_date, parse_instant, zone_named

TIME_ZONE = "time-zone"
"""An IANA time zone: for the engine's own types of event."""
FORMATS = FormatChecker(())
FORMATS.checkers = dict(Draft202012Validator.FORMAT_CHECKER.checkers)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


@FORMATS.checks("date-time", ValueError)
def is_instant(value: object) -> bool:
    """A date, a time and an offset. Source: RFC 3339, section 5.6."""
    return not isinstance(value, str) or parse_instant(value)[1] is not None


@FORMATS.checks("date", ValueError)
def is_date(value: object) -> bool:
    """A date that exists."""
    return not isinstance(value, str) or parse_date(value) > 0


@FORMATS.checks("email")
def is_email(value: object) -> bool:
    """Something, an @, and something."""
    return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None


@FORMATS.checks(TIME_ZONE, ValueError)
def is_zone(value: object) -> bool:
    """A zone of the IANA database."""
    return not isinstance(value, str) or bool(zone_named(value))


KNOWN = tuple(sorted(set(FORMATS.checkers) - {TIME_ZONE}))
"""The formats that an author may name."""


def fits(name: str, text: str) -> bool:
    """Whether a text is of a format."""
    return bool(FORMATS.conforms(text, name))
