"""One user as staff see them: what is held, what happened, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug import Response

from engine import jsontext
from engine.model import Award, RuleSet
from engine.presentation import step_texts
from engine.progress import award_name
from engine.service.overview import Entry

from ..context import service
from ..inputs import limit_parameter, locales
from .asking import asked_user
from .icons import shown_icon
from .shell import blueprint, page

ENTRIES = 50
LONGEST_DATA = 300
"""Characters of a payload that are shown."""


@dataclass(frozen=True, slots=True)
class Held:
    """A badge that a user holds, with all its awards."""

    badge: str
    name: str
    icon: str
    secret: bool
    awards: Sequence[Award]


@blueprint.get("/ops/users")
def ops_users() -> Response:
    """Asks which user."""
    return asked_user("pages.ops_user", "ops_users.html")


@blueprint.get("/ops/users/<user>")
def ops_user(user: str) -> Response:
    """All that staff need to know of a user."""
    limit = limit_parameter(ENTRIES)
    person, rules = service().overview.person(user, limit), service().rules
    return page(
        "ops_user.html",
        user=user,
        person=person,
        held=held(person.awards, rules),
        entries=[
            (entry, _data(entry), [award_name(*award.key) for award in entry.awarded]) for entry in person.entries
        ],
        more=limit * 4 if len(person.entries) == limit else None,
        grantable=grantable(rules),
        attributes=jsontext.dumps(dict(person.attributes)) if person.attributes else "",
    )


def held(awards: Sequence[Award], rules: RuleSet) -> list[Held]:
    """The badges of some awards, in the order in which they were earned."""
    by_badge: dict[str, list[Award]] = {}
    for award in awards:
        by_badge.setdefault(award.badge, []).append(award)
    return [_held(badge, some, rules) for badge, some in by_badge.items()]


def _held(name: str, awards: Sequence[Award], rules: RuleSet) -> Held:
    badge = rules.badges.get(name)
    if badge is None:
        return Held(name, name, shown_icon(""), False, awards)
    text, icon, _ = step_texts(badge, awards[-1].tier, rules, locales())
    return Held(name, text, shown_icon(icon), badge.secret, awards)


def grantable(rules: RuleSet) -> list[tuple[str, str]]:
    """What staff can grant: ids and names of badges, and of their tiers."""
    found = []
    for id, badge in sorted(rules.badges.items()):
        for tier in [tier.id for tier in badge.tiers] or [None]:
            name = step_texts(badge, tier, rules, locales())[0]
            found.append((f"{id}.{tier}" if tier else id, name))
    return found


def _data(entry: Entry) -> str:
    text = jsontext.dumps(dict(entry.event.data)) if entry.event.data else ""
    return text if len(text) <= LONGEST_DATA else text[:LONGEST_DATA] + "…"
