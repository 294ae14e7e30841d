"""A scenario written out of stored events."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cloudevents import from_json
from engine.model import Badge, Event, Posted, RuleSet
from engine.problems import did_you_mean
from engine.scenarios import record, written

from .boundary import Unable
from .modelines import modeline, schemas_of
from .options import operator

if TYPE_CHECKING:
    from engine.service import Service

FOLDER = "scenarios/recorded"


def recorded(service: Service, rules: RuleSet, folder: Path, user: str, name: str) -> Path:
    """Write the scenario of what a user did for a badge, under a name of its own. Raises Unable if that is nothing."""
    badge = _badge(rules, name)
    log = _log(service, user)
    steps = record(rules, badge, user, log)
    if not steps:
        raise Unable(f"{user} has no event that touches {name}")
    file = _unused(folder, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    first = modeline(schemas_of(folder, rules.files), file, "scenario")
    file.write_text(first + written(name, steps), encoding="utf-8")
    return file


def _badge(rules: RuleSet, name: str) -> Badge:
    badge = rules.badges.get(rules.renames.get(name, name))
    if badge is None:
        near = did_you_mean(name, rules.badges)
        raise Unable(f"the rule set has no badge {name}" + (f": {near}" if near else ""))
    return badge


def _log(service: Service, user: str) -> list[Event]:
    entries = [from_json(event) for event in service.export_user(user, operator())["events"]]
    return [entry.event for entry in entries if isinstance(entry, Posted)]


def _unused(folder: Path, name: str) -> Path:
    names = (f"{FOLDER}/{name}{'' if number == 1 else f'_{number}'}.yaml" for number in count(1))
    return next(file for file in (folder / path for path in names) if not file.exists())
