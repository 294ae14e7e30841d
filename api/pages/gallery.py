"""All badges that there are, with how rare they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import request
from werkzeug import Response

from engine.model import Badge, Number, RuleSet
from engine.presentation import text_in
from engine.service import CatalogEntry

from ..context import service, viewer
from ..inputs import locales
from .icons import shown_icon
from .shell import blueprint, page
from .tiles import RARE
from .wall import MOST


@dataclass(frozen=True, slots=True)
class Card:
    """One badge of the gallery."""

    badge: Badge
    name: str
    description: str
    icon: str
    tiers: Sequence[tuple[str, Number]]
    """Names and thresholds."""
    points: Number
    """For all of it, once."""
    holders: int
    rarity: float | None
    held: bool

    @property
    def rare(self) -> bool:
        return self.holders > 0 and self.rarity is not None and self.rarity < RARE


@blueprint.get("/gallery")
def gallery() -> Response:
    """Every badge with its holders, by category."""
    who, rules = viewer(), service().rules
    held = {award.badge for award in service().awards(who.user, who)} if who.user else set()
    entries = service().catalog(who)
    cards = [_card(each.badge, each, rules, each.badge.id in held) for each in entries if each.badge]
    cards.sort(key=lambda card: (not card.badge.category, card.badge.category or "", card.name))
    shown = cards if "all" in request.args else cards[:MOST]
    groups = [(category, list(some)) for category, some in groupby(shown, lambda card: card.badge.category)]
    rest, secrets = len(shown) < len(cards), len(entries) - len(cards)
    return page("gallery.html", groups=groups, rest=rest, secrets=0 if rest else secrets, total=len(entries))


def _card(badge: Badge, entry: CatalogEntry, rules: RuleSet, held: bool) -> Card:
    wanted, own = locales(), rules.settings.locale
    return Card(
        badge=badge,
        name=text_in(badge.name, wanted, own),
        description=text_in(badge.description, wanted, own),
        icon=shown_icon(badge.icon or next((tier.icon for tier in badge.tiers if tier.icon), "")),
        tiers=[
            (text_in(tier.name, wanted, own) if tier.name else tier.id or "", tier.threshold) for tier in badge.tiers
        ],
        points=sum(tier.points for tier in badge.tiers) if badge.tiers else badge.points,
        holders=entry.holders,
        rarity=entry.rarity,
        held=held,
    )
