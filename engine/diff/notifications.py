"""What users are told, before and after: it decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .changes import TEXT_ONLY, Finding
from .texts import replaced
from .written import Written

SUBJECT = "notifications"


def compare_notifications(before: Written, after: Written) -> Iterator[tuple[str, Finding]]:
    """The differences between what ``notifications.yaml`` says, by key."""
    old, new = (dict(_leaves(written.document(SUBJECT, ""))) for written in (before, after))
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield key, _finding(key, old.get(key), new.get(key))


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value by its keys: ``award.title.en``."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{key}.{name}" if key else str(name))
    else:
        yield key, value


def _finding(key: str, old: Any, new: Any) -> Finding:
    if isinstance(old, str | None) and isinstance(new, str | None):
        return replaced("text", "text", old, new)
    return Finding("at", TEXT_ONLY, f"{'default' if old is None else old} → {'default' if new is None else new}")
