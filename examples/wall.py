"""A page of who holds what under a rule set, in one file: ``python -m examples.wall --rules DIR --events FILE``.

The page needs no server and runs no script. What stands in it are names that others chose: all of it is escaped.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import click
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from cli.folder import loaded
from cli.lines import lines_of
from engine import jsontext
from engine.model import USER_UPDATED, Badge, RuleSet
from engine.presentation import step_texts, text_in
from engine.simulate import simulate

TOP = 60
"""How many people are shown."""
NEXT = 3
"""How many badges that a person is on the way to."""


@click.command()
@click.option("--rules", required=True, type=click.Path(path_type=Path), help="The folder of the rule set.")
@click.option("--events", required=True, metavar="FILE", help="CloudEvents, one a line; - is the standard input.")
@click.option("--title", help="Over the page; the folder's name by default.")
@click.option("--out", default="badges.html", show_default=True, type=click.Path(path_type=Path))
def main(rules: Path, events: str, title: str | None, out: Path) -> None:
    """Write a page of who holds what."""
    write(out, rules, list(lines_of(events)), title or rules.resolve().parent.name)


def write(out: Path, rules: Path, lines: Sequence[str], title: str, top: int = TOP) -> None:
    """Write the page of a folder of rules and lines of events, and say where it is."""
    out.write_text(
        page(loaded(rules), lines, title, f"{rules.resolve().parent.name}/{rules.name}", top), encoding="utf-8"
    )
    click.echo(f"{out.resolve().as_uri()}")


def page(rules: RuleSet, lines: Sequence[str], title: str, source: str, top: int = TOP) -> str:
    """The page as HTML."""
    answer, events = simulate(rules, lines), list(_events(lines))
    names, users = _names(events), answer["users"]
    people = sorted((_person(rules, user, names, standing) for user, standing in users.items()), key=_place)
    holding = [person for person in people if person["count"]]
    values = {
        "title": title, "source": source, "everybody": len(users), "people": holding[:top],
        "left_out": max(0, len(holding) - top), "kinds": _kinds(rules, users),
        "figures": _figures(events, answer), "span": _span(events), "icon": icon,
    }  # fmt: skip
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    return environment.get_template("wall.html").render(values)


def icon(text: str) -> Markup:
    """An emoji, or an image by its https address."""
    return Markup('<img src="{}" alt="">').format(text) if text.startswith("https://") else Markup.escape(text)


def _events(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The lines that are objects; what else is wrong with them, the simulation says."""
    for line in filter(str.strip, lines):
        with suppress(jsontext.BadJSON):
            event = jsontext.decode(line)
            if isinstance(event, dict):
                yield event


def _names(events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of those who have one."""
    told = ((str(event.get("subject")), event.get("data")) for event in events if event.get("type") == USER_UPDATED)
    return {user: str(data["name"]) for user, data in told if isinstance(data, dict) and data.get("name")}


def _person(rules: RuleSet, user: str, names: Mapping[str, str], standing: Mapping[str, Any]) -> dict[str, Any]:
    awards = [{**award, "day": award["awarded_at"][:10], **_texts(rules, award)} for award in standing["badges"]]
    name = names.get(user, user)
    return {
        "user": user,
        "name": name,
        "initials": "".join(word[0] for word in name.split()[:2]).upper(),
        "hue": zlib.crc32(user.encode()) % 360,
        "count": len({award["badge"] for award in awards}),
        "points": sum(award["points"] for award in awards),
        "awards": awards,
        "held": _held(awards),
        "next": _next(rules, standing["progress"]),
    }


def _place(person: Mapping[str, Any]) -> tuple[int, int, str]:
    return -person["count"], -person["points"], person["name"]


def _held(awards: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A badge's highest tier, and how often a repeated one was awarded."""
    badge = itemgetter("badge")
    groups = [list(group) for _, group in groupby(sorted(awards, key=badge), badge)]
    shown = [{**group[-1], "times": sum(award["occurrence"] is not None for award in group)} for group in groups]
    return sorted(shown, key=itemgetter("awarded_at"))


def _next(rules: RuleSet, progress: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is begun and not earned, the nearest first."""
    begun = [each for each in progress if each["state"] == "in_progress" and 0 < each["percent"] < 100]
    nearest = sorted(begun, key=lambda each: (-each["percent"], each["badge"]))[:NEXT]
    return [{**each, **_texts(rules, each)} for each in nearest]


def _texts(rules: RuleSet, of: Mapping[str, Any]) -> dict[str, Any]:
    """Name, icon and description of a badge or its tier, by the rules."""
    badge = rules.badges[of["badge"]]
    name, symbol, _ = step_texts(badge, of["tier"], rules, ())
    tier = next((tier for tier in badge.tiers if tier.id == of["tier"]), None)
    texts = tier.description if tier and tier.description else badge.description
    return {"name": name, "icon": symbol, "description": text_in(texts, (), rules.settings.locale)}


def _kinds(rules: RuleSet, users: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every badge that may be seen, the rarest last."""
    held = Counter(badge for each in users.values() for badge in {award["badge"] for award in each["badges"]})
    seen = [badge for badge in rules.badges.values() if held[badge.id] or not (badge.secret or badge.retired)]
    return [_kind(rules, badge, held[badge.id], len(users)) for badge in sorted(seen, key=lambda b: -held[b.id])]


def _kind(rules: RuleSet, badge: Badge, holders: int, users: int) -> dict[str, Any]:
    rarity = f"{100 * holders / users:.1f}" if users else "0"
    return {**_texts(rules, {"badge": badge.id, "tier": None}), "holders": holders, "rarity": rarity}


def _figures(events: Iterable[Mapping[str, Any]], answer: Mapping[str, Any]) -> list[tuple[int, str]]:
    awards = sum(len(standing["badges"]) for standing in answer["users"].values())
    happened = sum(event.get("type") != USER_UPDATED for event in events)
    return [(len(answer["users"]), "people"), (happened, "events"), (awards, "awards")]


def _span(events: Iterable[Mapping[str, Any]]) -> str:
    """From which day to which."""
    days = sorted(str(event["time"])[:10] for event in events if event.get("time"))
    return f"{days[0]} to {days[-1]}" if days else ""


if __name__ == "__main__":
    main()
