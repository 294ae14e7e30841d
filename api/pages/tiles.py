"""A user's badges as a wall shows them: held, on their way, locked and by what, secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.model import Award, Badge, Progress, RuleSet, Tier
from engine.presentation import step_texts, text_in
from engine.service import CatalogEntry, Wall

from .icons import MEDAL, shown_icon

EARNED, GOING, OPEN, LOCKED, SECRET, AWAY = "earned", "going", "open", "locked", "secret", "away"
SECTIONS = (EARNED, GOING, OPEN, LOCKED, SECRET, AWAY)
"""In the order of the wall. ``open``: nothing done yet; ``away``: it cannot be earned now."""
METALS = ("bronze", "silver", "gold")
RARE = 5.0
"""Percent of users: what fewer hold is rare."""


@dataclass(frozen=True, slots=True)
class Step:
    """A tier of a badge, and whether it is held."""

    name: str
    held: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """One badge on a wall. Of a secret one that is not held only that it is there."""

    section: str
    id: str = ""
    name: str = ""
    description: str = ""
    icon: str = MEDAL
    category: str | None = None
    metal: str = "plain"
    steps: Sequence[Step] = ()
    earned_at: int | None = None
    """Of the newest award."""
    times: int = 0
    """How often it is held, of a badge that repeats."""
    points: float = 0
    rarity: float | None = None
    gift: str | None = None
    """Who gives it, if no events earn it: ``client`` or ``staff``."""
    progress: Progress | None = None
    """Towards the next tier, or lap; None with nothing left to do."""
    missing: Sequence[str] = ()
    """Names of the badges that must come first."""

    @property
    def rare(self) -> bool:
        return self.rarity is not None and self.rarity < RARE


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section of a wall."""

    section: str
    tiles: Sequence[Tile]
    count: int
    """How many there are, also where not all are shown at first."""


def tiles(wall: Wall, rules: RuleSet, locales: Sequence[str]) -> list[Tile]:
    """A tile for every badge that the user may know of, in the order of the wall."""
    maker = _Maker(rules, locales, {each.badge: each for each in wall.progress})
    held = {name: list(awards) for name, awards in groupby(sorted(wall.awards, key=_badge), _badge)}
    made = [maker.tile(entry, held.pop(entry.badge.id if entry.badge else "", [])) for entry in wall.catalog]
    made += [_gone(awards) for awards in held.values()]
    return sorted(made, key=_place)


def shelves(found: Iterable[Tile], most: int | None = None) -> list[Shelf]:
    """The tiles by section, without empty ones; so many of them at most."""
    made, left = [], most
    for section, part in groupby(found, lambda tile: tile.section):
        whole = list(part)
        if left != 0:
            made.append(Shelf(section, whole[:left], len(whole)))
        left = None if left is None else max(left - len(whole), 0)
    return made


def _badge(award: Award) -> str:
    return award.badge


def _gone(awards: Sequence[Award]) -> Tile:
    """Of a badge that the rules do not have any more."""
    newest = awards[-1]
    return Tile(EARNED, newest.badge, newest.badge, earned_at=newest.awarded_at)


def _place(tile: Tile) -> tuple[int, float, str]:
    """Newest first of what is held, furthest first of what is on its way, else by name."""
    weight = -(tile.earned_at or 0) if tile.section == EARNED else -(tile.progress.percent if tile.progress else 0)
    return (SECTIONS.index(tile.section), weight, tile.name)


@dataclass(frozen=True, slots=True)
class _Maker:
    rules: RuleSet
    locales: Sequence[str]
    progress: dict[str, Progress]

    def tile(self, entry: CatalogEntry, awards: Sequence[Award]) -> Tile:
        if entry.badge is None:
            return Tile(SECRET, icon="?")
        badge = entry.badge
        progress = self.progress.get(badge.id)
        left = progress if progress and progress.state != "earned" and _is_due(badge, awards, progress) else None
        tier = self._shown_tier(badge, awards, left)
        name, icon, _ = step_texts(badge, tier.id if tier else None, self.rules, self.locales)
        own = self.rules.settings.locale
        told = tier.description if tier and tier.description else badge.description
        return Tile(
            section=EARNED if awards else _section(badge, progress),
            id=badge.id,
            name=name,
            description=text_in(told, self.locales, own),
            icon=shown_icon(icon),
            category=badge.category,
            metal=_metal(badge, tier, bool(awards), entry.rarity),
            steps=[self._step(badge, tier, awards) for tier in badge.tiers],
            earned_at=max(award.awarded_at for award in awards) if awards else None,
            times=len({award.occurrence for award in awards}) if badge.repeatable else 0,
            points=sum(step_texts(badge, award.tier, self.rules, ())[2] for award in awards),
            rarity=entry.rarity,
            gift=badge.grant if not badge.criteria else None,
            progress=left,
            missing=[self._name(each) for each in progress.missing_prerequisites] if progress else (),
        )

    def _shown_tier(self, badge: Badge, awards: Sequence[Award], progress: Progress | None) -> Tier | None:
        """The highest one held, else the next one to reach."""
        held = {award.tier for award in awards}
        reached = [tier for tier in badge.tiers if tier.id in held]
        if reached:
            return reached[-1]
        return next((tier for tier in badge.tiers if progress and tier.id == progress.tier), None)

    def _step(self, badge: Badge, tier: Tier, awards: Sequence[Award]) -> Step:
        name = step_texts(badge, tier.id, self.rules, self.locales)[0]
        return Step(name, any(award.tier == tier.id for award in awards))

    def _name(self, written: str) -> str:
        """Of a badge or ``badge.tier`` as prerequisites name it."""
        badge_id, _, tier = written.partition(".")
        badge = self.rules.badges.get(badge_id)
        return step_texts(badge, tier or None, self.rules, self.locales)[0] if badge else written


def _is_due(badge: Badge, awards: Sequence[Award], progress: Progress) -> bool:
    """Whether there is more to earn: always before the first award, later only of tiers and laps."""
    return not awards or (progress.state == "in_progress" and bool(badge.tiers or badge.repeatable))


def _section(badge: Badge, progress: Progress | None) -> str:
    if progress is None:
        return OPEN
    if progress.state == "locked":
        return LOCKED
    if progress.state == "unavailable":
        return AWAY
    return GOING if progress.percent else OPEN


def _metal(badge: Badge, tier: Tier | None, held: bool, rarity: float | None) -> str:
    """Of what a medal is made: tiers rise to gold, and what is rare shines."""
    if not held:
        return "plain"
    if tier is None:
        return "gold" if rarity is not None and rarity < RARE else "plain"
    rank = badge.tiers.index(tier) + len(METALS) - len(badge.tiers)
    return METALS[max(rank, 0)] if len(badge.tiers) <= len(METALS) else METALS[_third(badge, tier)]


def _third(badge: Badge, tier: Tier) -> int:
    return badge.tiers.index(tier) * len(METALS) // len(badge.tiers)
