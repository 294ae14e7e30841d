"""The words of a notification, by today's rules, in the language of its reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..calendar import Calendar, format_instant
from ..model import Badge, Number, RuleSet, Tier, Wording
from ..numeric import shown
from ..presentation import award_json, locale_in, step_texts, text_in
from ..reconcile import award_of, renamed
from ..wording import AWARD, COUNTED, HINT, SEVERAL, filled, form_of
from .items import Item

LISTED = 10
"""Names that a text lists before it breaks off."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notification in words."""

    title: str
    text: str
    items: Sequence[Mapping[str, Any]]


def tell(rules: RuleSet, kind: str, items: Sequence[Item], locales: Sequence[str], calendar: Calendar) -> Told:
    """The words for items of a kind; what is not among the rules any more is left out, but for awards."""
    known = [item for item in items if kind == AWARD or _badge(rules, item)]
    values = [_values(rules, kind, item, locales, calendar) for item in known]
    shown_items = [_item_json(rules, kind, item, locales) for item in known]
    names = list(dict.fromkeys(each["badge"] for each in values))
    if len(names) > 1:
        told = [_say(rules, f"{kind}.{SEVERAL}", part, locales, _all_of(names)) for part in ("title", "text")]
    else:
        told = [_one(rules, kind, known[-1:], part, locales, values[-1:]) for part in ("title", "text")]
    return Told(told[0], told[1], shown_items)


def names_of(items: Sequence[Item], rules: RuleSet) -> Iterator[str]:
    """The badges that items are about, by the ids of today."""
    return (rules.renames.get(item["badge"], item["badge"]) for item in items)


def _one(
    rules: RuleSet,
    kind: str,
    items: Sequence[Item],
    part: str,
    locales: Sequence[str],
    values: Sequence[Mapping[str, Any]],
) -> str:
    """What is told of one badge; a badge may have a hint of its own."""
    if not items:
        return ""
    badge = _badge(rules, items[0])
    if kind == HINT and part == "title" and badge and badge.hint:
        return _worded(rules, badge.hint, COUNTED[HINT], locales, values[0])
    return _say(rules, kind, part, locales, values[0])


def _say(rules: RuleSet, name: str, part: str, locales: Sequence[str], values: Mapping[str, Any]) -> str:
    wording: Wording = getattr(rules.notifications.messages[name], part)
    return _worded(rules, wording, COUNTED[name.rpartition(".")[2]], locales, values)


def _worded(rules: RuleSet, wording: Wording, counted: str, locales: Sequence[str], values: Mapping[str, Any]) -> str:
    locale = locale_in(wording, locales, rules.settings.locale)
    text = wording[locale] if locale is not None else ""
    if not isinstance(text, str):
        number = values.get(counted)
        form = form_of(locale or "", number) if number is not None else "other"
        text = text.get(form, text["other"])
    return filled(text, {name: _written(value) for name, value in values.items()})


def _written(value: Any) -> str:
    return "" if value is None else str(value)


def _all_of(names: Sequence[str]) -> dict[str, Any]:
    listed = ", ".join(names[:LISTED]) + (", …" if len(names) > LISTED else "")
    return {"count": len(names), "badges": listed}


def _badge(rules: RuleSet, item: Item) -> Badge | None:
    return rules.badges.get(rules.renames.get(item["badge"], item["badge"]))


def _tier(badge: Badge | None, item: Item) -> Tier | None:
    return next((tier for tier in badge.tiers if tier.id == item["tier"]), None) if badge else None


def _values(rules: RuleSet, kind: str, item: Item, locales: Sequence[str], calendar: Calendar) -> dict[str, Any]:
    """What texts may name of an item."""
    badge = _badge(rules, item)
    name, icon, points = step_texts(badge, item["tier"], rules, locales) if badge else (item["badge"], "", 0)
    tier, own = _tier(badge, item), rules.settings.locale
    said = (tier.description if tier and tier.description else badge.description) if badge else {}
    values = {
        "badge": f"{name} ({item['tier']})" if tier and not tier.name else name,
        "icon": icon,
        "points": points,
        "description": text_in(said, locales, own),
    }
    if kind == AWARD:
        return values
    figures = {key: _figure(item[key]) for key in ("value", "threshold", "remaining", "percent")}
    ends = item.get("expires_at")
    return values | figures | ({"time": f"{calendar.wall(ends):%H:%M}"} if ends is not None else {})


def _figure(value: Number | None) -> Number | None:
    return None if value is None else shown(value)


def _item_json(rules: RuleSet, kind: str, item: Item, locales: Sequence[str]) -> Mapping[str, Any]:
    """An item with the name and icon of its badge; an award as everywhere."""
    if kind == AWARD:
        return award_json(renamed(rules, award_of(item)), rules, locales)
    badge = _badge(rules, item)
    assert badge is not None
    name, icon, _ = step_texts(badge, item["tier"], rules, locales)
    ends = item.get("expires_at")
    told = {**item, "badge": badge.id, "name": name, "icon": icon}
    return told | {"expires_at": None if ends is None else format_instant(ends)}
