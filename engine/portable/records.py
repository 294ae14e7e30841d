"""An award as a flat record, for tables and for lines of JSON; cells that no spreadsheet takes for a formula.

Source of the guard: OWASP, CSV Injection.
"""

from __future__ import annotations

from typing import Any

from ..calendar import format_instant
from ..model import Award, RuleSet
from ..presentation import step_texts

FIELDS = (
    "user", "name", "badge", "tier", "occurrence", "badge_name", "points", "awarded_at",
    "source", "event", "by_call", "kept", "rules_version", "metadata",
)  # fmt: skip
"""In this order as columns."""
_OBEYED = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet may take for a formula; and the sign of the guard itself."""


def award_record(user: str, name: str | None, award: Award, rules: RuleSet) -> dict[str, Any]:
    """An award with its user, under FIELDS."""
    badge = rules.badges.get(award.badge)
    shown, _, points = step_texts(badge, award.tier, rules, ()) if badge else (award.badge, "", 0)
    values = (
        user, name, award.badge, award.tier, award.occurrence, shown, points, format_instant(award.awarded_at),
        award.source, award.id, award.by_call, award.kept, award.rules_version, dict(award.metadata),
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))


def guarded(text: str) -> str:
    """A text as a cell that is never a formula; ``plain_cell`` gives the text back."""
    return f"'{text}" if text.startswith(_OBEYED) else text


def plain_cell(text: str) -> str:
    """The text of a cell, without the sign that guards it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_OBEYED) else text
