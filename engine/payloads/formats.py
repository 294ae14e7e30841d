"""The formats of texts that payloads may declare, every one of them asserted."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ..calendar import parse_date, parse_instant, zone_named

TIME_ZONE = "time-zone"
"""An IANA time zone: for the engine's own types of event."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


def is_instant(value: object) -> bool:
    """A date, a time and an offset. Source: RFC 3339, section 5.6."""
    return not isinstance(value, str) or parse_instant(value)[1] is not None


def is_date(value: object) -> bool:
    """A date that exists."""
    return not isinstance(value, str) or parse_date(value) > 0


def is_email(value: object) -> bool:
    """Something, an @, and something."""
    return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None


def is_zone(value: object) -> bool:
    """A zone of the IANA database."""
    return not isinstance(value, str) or bool(zone_named(value))


OWN = {"date-time": is_instant, "date": is_date, "email": is_email, TIME_ZONE: is_zone}
"""The formats that are told here; a ValueError is a no, too."""


@cache
def checker() -> Any:
    """All formats, for a validator of jsonschema, which is imported only where one is needed."""
    from jsonschema import Draft202012Validator, FormatChecker

    found = FormatChecker(())
    found.checkers = dict(Draft202012Validator.FORMAT_CHECKER.checkers)
    for name, check in OWN.items():
        found.checks(name, ValueError)(check)
    return found


def known_formats() -> tuple[str, ...]:
    """The formats that an author may name."""
    return tuple(sorted(set(checker().checkers) - {TIME_ZONE}))


def fits(name: str, text: str) -> bool:
    """Whether a text is of a format."""
    if name not in OWN:
        return bool(checker().conforms(text, name))
    try:
        return OWN[name](text)
    except ValueError:
        return False
