"""``available``: the instants in which events count."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache

from ..calendar import Calendar, parse_date, parse_instant, zone_named
from ..documents import Node
from .metrics import ALWAYS, Window
from .work import Document, Work

_FIRST, _LAST = parse_date("0001-01-03"), parse_date("9999-12-30")


def read_window(work: Work, document: Document, node: Node | None) -> Window:
    """The instants [from, until) that ``available`` names."""
    if node is None:
        return ALWAYS
    start, end = node.get("from"), node.get("until")
    since = _instant(work, document, start, 0)
    until = _instant(work, document, end, 1)
    if end is not None and since is not None and until is not None and since >= until:
        work.report("bad-window", "this ends before it begins", document, end.span, "put `until` after `from`")
    return since, until


def _instant(work: Work, document: Document, node: Node | None, days: int) -> int | None:
    if node is None:
        return None
    try:
        return _read(work, node.value, days)
    except ValueError as error:
        message = f"{node.value} {error}"
        help = "write a date (2026-03-01), or a timestamp with an offset (2026-03-01T09:00:00+01:00)"
        work.report("bad-window", message, document, node.span, help)
        node.flawed = True
        return None


def _read(work: Work, text: str, days: int) -> int:
    """The instant of a timestamp, or the begin of a date so many days on. Raises ValueError with a sentence."""
    if "T" in text.upper() or ":" in text:
        instant, offset = parse_instant(text)
        if offset is None:
            raise ValueError("has no offset such as Z or +01:00")
        return instant
    return _begin(work.settings.timezone, text, days)


@lru_cache(maxsize=1_000)
def _begin(timezone: str, text: str, days: int) -> int:
    """The begin of a date so many days on; seasons are written in many badges."""
    day = parse_date(text) + days
    if not _FIRST <= day <= _LAST:
        raise ValueError("is outside the years 1 to 9999")
    return _calendar(timezone).start_of_day(day)


def _calendar(timezone: str) -> Calendar:
    try:
        return Calendar(zone_named(timezone))
    except ValueError:
        return Calendar(UTC)
