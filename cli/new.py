"""``badges new``: writes a badge, a metric or an event type to begin with, and a scenario."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path

import click

from engine.compiler import load
from engine.compiler.files import FOLDERS
from engine.model import BADGE_AWARDED, EVENT_RETRACTED, RuleSet
from engine.payloads import sample
from engine.problems import did_you_mean

from . import drafts
from .boundary import Unable, say
from .folder import loaded, rule_files
from .modelines import is_address, modeline, relative, schemas_of
from .options import rules_option

_PATH = re.compile(r"((?:[A-Za-z0-9][\w-]*/)*)([^/]*)", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_EVENT_ID = re.compile(r"[a-z][a-z0-9_.]*", re.ASCII)
UNTOLD = (BADGE_AWARDED, EVENT_RETRACTED)
"""Types whose events no step of a scenario posts."""

Resolved = tuple[str | None, click.Command | None, list[str]]

trigger_option = click.option(
    "--trigger", metavar="TYPE", help="The event that counts; the first type of the rule set by default."
)


class _BadgeByDefault(click.Group):
    """`badges new ID` is `badges new badge ID`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Resolved:
        is_id = args[0] not in self.commands and not args[0].startswith("-")
        return super().resolve_command(ctx, ["badge", *args] if is_id else args)


@click.group("new", cls=_BadgeByDefault)
def command() -> None:
    """Write the beginnings of something new. `badges new ID` is `badges new badge ID`.

    ID may begin with folders, such as learning/first_quiz.
    """


@command.command("badge")
@click.argument("name", metavar="ID")
@trigger_option
@rules_option
def new_badge(name: str, trigger: str | None, rules: Path) -> None:
    """Write a badge ID that works, and a scenario that it passes: then make them say what you mean."""
    rule_set = _present(rules)
    folder, id_ = _named(name, "badge", {*rule_set.badges, *rule_set.renames})
    type_ = _trigger(rule_set, trigger)
    _write(rules, rule_set, drafts.badge(rule_set, folder, id_, type_))
    data = sample(rule_set.events[type_].payload)
    for reason in rule_set.events[type_].validate(data):
        say(f"the data in the scenario needs your hand: {reason}")


@command.command("metric")
@click.argument("name", metavar="ID")
@trigger_option
@rules_option
def new_metric(name: str, trigger: str | None, rules: Path) -> None:
    """Write a metric ID that badges and leaderboards can share."""
    rule_set = _present(rules)
    folder, id_ = _named(name, "metric", rule_set.metrics)
    _write(rules, rule_set, drafts.metric(rule_set, folder, id_, _trigger(rule_set, trigger)))


@command.command("event")
@click.argument("name", metavar="ID")
@rules_option
def new_event(name: str, rules: Path) -> None:
    """Write an event type ID, and a scenario in which it happens. Begins a rule set where there is none."""
    rule_set = _present(rules)
    folder, id_ = _named(name, "event type", rule_set.events)
    _write(rules, rule_set, drafts.event(folder, id_))


def _present(rules: Path) -> RuleSet:
    """The rule set as it is; an empty one where there are no files yet."""
    return loaded(rules) if rules.is_dir() and any(rule_files(rules)) else load({})


def _named(name: str, kind: str, taken: Container[str]) -> tuple[str, str]:
    """The folders, with a ``/`` behind each, and the id that a name writes."""
    path = _PATH.fullmatch(name)
    is_event = kind == "event type"
    folder, id_ = path.groups() if path else ("", name)
    if not (_EVENT_ID if is_event else _ID).fullmatch(id_):
        dots = ", dots" if is_event else ""
        raise Unable(f"{id_} is no id: small letters, digits{dots} and _, beginning with a letter")
    if is_event and id_.startswith("badge."):
        raise Unable("ids of event types that begin with badge. are reserved")
    if id_ in taken:
        raise Unable(f"the rule set has a{'n' * is_event} {kind} {id_} already")
    return folder, id_


def _trigger(rules: RuleSet, trigger: str | None) -> str:
    """The event type that is named, or the first one that the rule set declares."""
    own = [file.rpartition("/")[2].removesuffix(".yaml") for file in sorted(rules.files) if file.startswith("events/")]
    if trigger is None and own:
        return own[0]
    if trigger is None:
        raise Unable("the rule set has no event types: begin with `badges new event ID`")
    if trigger in UNTOLD:
        raise Unable(f"a draft cannot begin with {trigger}: take another type, and change it in the file")
    if trigger not in rules.events:
        near = did_you_mean(trigger, rules.events)
        raise Unable(f"there is no event type {trigger}" + (f": {near}" if near else ""))
    return trigger


def _write(rules: Path, rule_set: RuleSet, draft: drafts.Files) -> None:
    if existing := [str(rules / file) for file in draft if (rules / file).exists()]:
        raise Unable(f"{existing[0]} is there already")
    place = schemas_of(rules, rule_set.files)
    for name, text in draft.items():
        file = rules / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(modeline(place, file, FOLDERS[name.partition("/")[0]]) + text, encoding="utf-8")
        click.echo(file)
    if not is_address(place) and not Path(place).is_dir():
        folder = relative(Path(place), Path.cwd())
        say(f"editors complete what you write after `badges schema --rules {rules} --write {folder}`")
