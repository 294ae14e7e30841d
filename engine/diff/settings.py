"""Settings before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..calendar import WEEKDAYS
from ..model import Settings
from .changes import CHANGED, TEXT_ONLY, Finding
from .payloads import compare_payloads

USER = "user"
"""The key of the attributes that users have."""
CALENDAR = ("timezone", "local_time", "week_start", "day_start")
"""Keys that decide days and weeks."""


def compare_settings(old: Settings, new: Settings) -> Iterator[tuple[str, Finding]]:
    """The differences between the settings of two rule sets, by key."""
    for key in (*CALENDAR, "locale"):
        was, now = _shown(old, key), _shown(new, key)
        if was != now:
            yield key, Finding(key, CHANGED if key in CALENDAR else TEXT_ONLY, f"{was} → {now}")
    for finding in compare_payloads(_attributes(old), _attributes(new)):
        yield USER, Finding(USER, finding.direction, f"attributes of users: {finding.sentence}")


def _attributes(settings: Settings) -> Mapping[str, Any]:
    """The schema of what ``user.updated`` may tell: nothing that is not declared."""
    return {**settings.user_schema, "additionalProperties": False}


def _shown(settings: Settings, key: str) -> str:
    value = getattr(settings, key)
    if key == "week_start":
        return WEEKDAYS[value]
    return f"{value // 60:02d}:{value % 60:02d}" if key == "day_start" else str(value)
