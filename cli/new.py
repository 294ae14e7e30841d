"""``badges new badge``: writes a badge to begin with, and its scenario."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from engine.model import RuleSet
from engine.problems import did_you_mean

from .boundary import Unable
from .folder import loaded
from .options import rules_option
from .samples import sample

_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
BADGE = """\
name: {name}
description: What earns it, in the words of those who earn it.
icon: "🏅"
trigger: {trigger}
threshold: 1
"""
SCENARIO = """\
description: What somebody does, and what it gives.
steps:
  - expect: {{without: [{id}]}}
  - {{event: {trigger}, data: {data}}}
  - expect: {{badges: [{id}]}}
"""


@click.group("new")
def command() -> None:
    """Write the beginnings of something new."""


@command.command("badge")
@click.argument("id_", metavar="ID")
@click.option("--trigger", metavar="TYPE", help="The event that counts; the first type of the rule set by default.")
@rules_option
def new_badge(id_: str, trigger: str | None, rules: Path) -> None:
    """Write a badge ID that works, and a scenario that it passes: then make them say what you mean."""
    rule_set = loaded(rules)
    _check_id(rule_set, id_)
    type_ = _trigger(rule_set, trigger)
    data = json.dumps(sample(rule_set.events[type_].payload), ensure_ascii=False)
    texts = {
        "badges": BADGE.format(name=id_.replace("_", " ").capitalize(), trigger=type_),
        "scenarios": SCENARIO.format(id=id_, trigger=type_, data=data),
    }
    files = {rules / folder / f"{id_}.yaml": text for folder, text in texts.items()}
    if existing := [str(file) for file in files if file.exists()]:
        raise Unable(f"{existing[0]} is there already")
    for file, text in files.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        click.echo(file)


def _check_id(rules: RuleSet, id_: str) -> None:
    if not _ID.fullmatch(id_):
        raise Unable(f"{id_} is no id: small letters, digits and _, beginning with a letter")
    if id_ in rules.badges or id_ in rules.renames:
        raise Unable(f"the rule set has a badge {id_} already")


def _trigger(rules: RuleSet, trigger: str | None) -> str:
    """The event type that is named, or the first one that the rule set declares."""
    own = [type_ for type_ in rules.events if f"events/{type_}.yaml" in rules.files]
    if trigger is None and own:
        return own[0]
    if trigger is None:
        raise Unable("the rule set has no event types: begin with a file in events/")
    if trigger not in rules.events:
        near = did_you_mean(trigger, rules.events)
        raise Unable(f"there is no event type {trigger}" + (f": {near}" if near else ""))
    return trigger
