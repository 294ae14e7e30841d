"""What a notification is about, badge by badge, as plain values: without words, which each reader gets anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Award, Number, Progress
from ..reconcile import record_of
from .deciding import Near

Item = Mapping[str, Any]


def earned(award: Award) -> Item:
    """An award."""
    return record_of(award)


def about(progress: Progress, near: Near | None = None) -> Item:
    """How far a badge is; of one that is near, what is missing of the one criterion that is not met."""
    part = near or progress
    return {
        "badge": progress.badge,
        "tier": progress.tier,
        "value": part.value,
        "threshold": part.threshold,
        "remaining": part.remaining,
        "percent": progress.percent,
    }


def streak(progress: Progress, length: Number, expires_at: int) -> Item:
    """A streak that ends, and the badge that it is for."""
    return {**about(progress), "value": length, "expires_at": expires_at}


def key_of(item: Item) -> tuple[str, str | None, str | None]:
    """What an item is about: badge, tier, occurrence."""
    return (item["badge"], item.get("tier"), item.get("occurrence"))
