"""An entry of the catalog as answers show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.calendar import format_instant
from engine.model import Badge, RuleSet, Tier
from engine.presentation import text_in

if TYPE_CHECKING:
    from engine.service import CatalogEntry


def entry_json(entry: CatalogEntry, rules: RuleSet, locales: Sequence[str]) -> dict[str, Any]:
    """A badge with its holders; of a secret that the caller may not see, only that it is there."""
    if entry.badge is None:
        return {"secret": True}
    return badge_json(entry.badge, rules, locales) | {"holders": entry.holders, "rarity": entry.rarity}


def badge_json(badge: Badge, rules: RuleSet, locales: Sequence[str]) -> dict[str, Any]:
    """What a reader may know of a badge."""
    own = rules.settings.locale
    start, end = badge.available
    return {
        "id": badge.id,
        "name": text_in(badge.name, locales, own),
        "description": text_in(badge.description, locales, own),
        "icon": badge.icon,
        "category": badge.category,
        "points": badge.points,
        "threshold": badge.criteria[0].threshold if len(badge.criteria) == 1 else None,
        "tiers": [_tier_json(tier, badge, own, locales) for tier in badge.tiers],
        "repeatable": badge.repeatable,
        "grant": badge.grant,
        "secret": badge.secret,
        "retired": badge.retired,
        "available": {"from": _instant(start), "until": _instant(end)},
    }


def _tier_json(tier: Tier, badge: Badge, own: str, locales: Sequence[str]) -> dict[str, Any]:
    return {
        "id": tier.id,
        "name": text_in(tier.name or badge.name, locales, own),
        "description": text_in(tier.description or badge.description, locales, own),
        "icon": tier.icon or badge.icon,
        "threshold": tier.threshold,
        "points": tier.points,
    }


def _instant(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
