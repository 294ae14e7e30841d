"""Awards, progress and receipts as answers show them: plain values, times in UTC with ``Z``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from .calendar import format_instant
from .model import Award, Badge, CriterionProgress, Progress, Receipt, RuleSet, Texts


def text_in(texts: Texts, locales: Sequence[str], otherwise: str) -> str:
    """The text in the first locale that there is one for (``ja-JP`` also finds ``ja``), else in the rule set's own."""
    found = locale_in(texts, locales, otherwise)
    return "" if found is None else texts[found]


def locale_in(texts: Collection[str], locales: Sequence[str], otherwise: str) -> str | None:
    """Of the locales that there are texts in, the one for a reader; None if there are none."""
    if len(texts) < 2:
        return next(iter(texts), None)
    known = {_tag(name): name for name in texts}
    if len(known) > 1:
        for tag in map(_tag, (*locales, otherwise)):
            for name in (tag, tag.split("-")[0]):
                if name in known:
                    return known[name]
    return next(iter(known.values()), None)


def _tag(locale: str) -> str:
    """A language tag as it is compared. Source: RFC 5646, section 2.1.1."""
    return locale.replace("_", "-").lower()


def award_json(award: Award, rules: RuleSet, locales: Sequence[str] = ()) -> dict[str, Any]:
    """An award in full: badge, tier, occurrence, texts of today's rules, and what completed it."""
    badge = rules.badges.get(award.badge)
    name, icon, points = step_texts(badge, award.tier, rules, locales) if badge else (award.badge, "", 0)
    return {
        "badge": award.badge,
        "tier": award.tier,
        "occurrence": award.occurrence,
        "name": name,
        "icon": icon,
        "points": points,
        "awarded_at": format_instant(award.awarded_at),
        "event": {"source": award.source, "id": award.id},
        "metadata": dict(award.metadata),
        "rules_version": award.rules_version,
    }


def in_order(awards: Iterable[Award], rules: RuleSet) -> list[Award]:
    """Awards by time, then event; of one event, prerequisites first, tiers and occurrences rising."""
    return sorted(awards, key=lambda award: _place(award, rules))


def _place(award: Award, rules: RuleSet) -> tuple[Any, ...]:
    badge = rules.badges.get(award.badge)
    tiers = [tier.id for tier in badge.tiers] if badge else []
    step = tiers.index(award.tier) if award.tier in tiers else 0
    occurrence = award.occurrence or ""
    depth = badge.depth if badge else 0
    return (award.awarded_at, award.source, award.id, depth, award.badge, step, len(occurrence), occurrence)


def step_texts(badge: Badge, tier_id: str | None, rules: RuleSet, locales: Sequence[str]) -> tuple[str, str, Any]:
    """Name, icon and points of a badge or of one of its tiers, which may have its own."""
    tier = next((tier for tier in badge.tiers if tier.id == tier_id), None)
    own = rules.settings.locale
    name = text_in(tier.name, locales, own) if tier and tier.name else text_in(badge.name, locales, own)
    return name, (tier.icon if tier and tier.icon else badge.icon), tier.points if tier else badge.points


def progress_json(progress: Progress) -> dict[str, Any]:
    """Progress in full; ``criteria`` only for badges with several."""
    answer: dict[str, Any] = {
        "badge": progress.badge,
        "tier": progress.tier,
        "value": progress.value,
        "threshold": progress.threshold,
        "percent": progress.percent,
        "remaining": progress.remaining,
        "state": progress.state,
        "missing_prerequisites": list(progress.missing_prerequisites),
        "expires_at": _instant(progress.expires_at),
        "longest": progress.longest,
    }
    if progress.criteria:
        answer["criteria"] = [criterion_json(part) for part in progress.criteria]
    return answer


def criterion_json(part: CriterionProgress) -> dict[str, Any]:
    """How far one criterion of several is."""
    return {
        "metric": part.metric,
        "compare": "at_most" if part.at_most else "at_least",
        "value": part.value,
        "threshold": part.threshold,
        "percent": part.percent,
        "remaining": part.remaining,
        "met": part.met,
        "expires_at": _instant(part.expires_at),
        "longest": part.longest,
    }


def receipt_json(receipt: Receipt, rules: RuleSet, locales: Sequence[str] = ()) -> dict[str, Any]:
    """What became of one posted event."""
    return {
        "id": receipt.id,
        "source": receipt.source,
        "status": receipt.status,
        "awarded": [award_json(award, rules, locales) for award in receipt.awarded],
        "progress": [progress_json(progress) for progress in receipt.progress],
        "errors": [dict(error) for error in receipt.errors],
    }


def _instant(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
