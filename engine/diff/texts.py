"""What decides nothing: names, descriptions, icons, categories, points, and what is told along with an award."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from ..model import Badge, Number, Texts, Tier
from ..numeric import equal
from .changes import CHANGED, TEXT_ONLY, Finding
from .describe import moved

_LONGEST = 60


class Named(Protocol):
    """What has a name and a description."""

    @property
    def name(self) -> Texts: ...

    @property
    def description(self) -> Texts: ...


def compare_texts(old: Named, new: Named) -> Iterator[Finding]:
    """The differences between names and descriptions."""
    for kind, was, now in (("name", old.name, new.name), ("description", old.description, new.description)):
        for locale in _differing(was, now):
            label = f"{kind} ({locale})" if len(was) > 1 or len(now) > 1 else kind
            yield replaced(kind, label, was.get(locale), now.get(locale))


def _differing(old: Texts, new: Texts) -> list[str]:
    """The locales whose text differs; one text alone stands for the rule set's locale, whichever that is."""
    if len(old) == len(new) == 1 and list(old.values()) == list(new.values()):
        return []
    return [locale for locale in sorted({*old, *new}) if old.get(locale) != new.get(locale)]


def compare_dress(old: Badge, new: Badge) -> Iterator[Finding]:
    """The differences between badges in all that decides nothing."""
    yield from compare_texts(old, new)
    if old.icon != new.icon:
        yield replaced("icon", "icon", old.icon, new.icon)
    if old.category != new.category:
        yield Finding(
            "category", TEXT_ONLY, f"category {old.category or 'none'} → {new.category or 'none'}", decides=False
        )
    if not old.tiers and not new.tiers and not equal(old.points, new.points):
        yield _points("points", old.points, new.points)
    before = {tier.id: tier for tier in old.tiers}
    for tier in new.tiers:
        if tier.id in before:
            yield from _tier(before[tier.id], tier)
    yield from _told_along(old, new)


def _tier(old: Tier, new: Tier) -> Iterator[Finding]:
    for finding in compare_texts(old, new):
        yield replace(finding, sentence=f"tier {new.id}: {finding.sentence}")
    if old.icon != new.icon:
        yield replaced("icon", f"tier {new.id}: icon", old.icon, new.icon)
    if not equal(old.points, new.points):
        yield _points(f"tier {new.id}: points", old.points, new.points)


def _points(what: str, old: Number, new: Number) -> Finding:
    return Finding("points", TEXT_ONLY, moved(what, old, new), decides=False)


def _told_along(old: Badge, new: Badge) -> Iterator[Finding]:
    if old.progress_at != new.progress_at:
        was, now = (", ".join(f"{mark}%" for mark in one.progress_at) or "none" for one in (old, new))
        yield Finding("notify", TEXT_ONLY, f"notifications of progress at {was} → {now}", decides=False)
    if old.hint_at != new.hint_at:
        was, now = ("default" if one.hint_at is None else f"{one.hint_at} remaining" for one in (old, new))
        yield Finding("notify", TEXT_ONLY, f"hints at {was} → {now}", decides=False)
    if old.hint != new.hint:
        yield Finding("notify", TEXT_ONLY, "the hint says something else", decides=False)
    if old.secret != new.secret:
        yield Finding("secret", CHANGED, "secret from now on" if new.secret else "no longer secret", decides=False)
    yield from _metadata(dict(old.metadata), dict(new.metadata))


def _metadata(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Finding]:
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            told = f"metadata {name} is {'new' if now else 'gone'}"
            yield Finding("metadata", CHANGED, told, decides=False)
        elif was.canonical != now.canonical:
            told = f"metadata {name}: {_short(was.text)} → {_short(now.text)}"
            yield Finding("metadata", CHANGED, told, decides=False)


def replaced(kind: str, label: str, old: str | None, new: str | None) -> Finding:
    """A text that is another one, or is new, or is gone."""
    if old and new:
        told = f"{label} {_quoted(old)} → {_quoted(new)}"
    else:
        told = f"{label} {_quoted(new)} is new" if new else f"{label} {_quoted(old or '')} is gone"
    return Finding(kind, TEXT_ONLY, told, decides=False)


def _quoted(text: str) -> str:
    return f'"{_short(text)}"'


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
