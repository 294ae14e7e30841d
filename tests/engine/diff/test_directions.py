"""What is called looser or tighter is, on random logs; and what is not mentioned is as it was."""

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any

import pytest

from engine.calendar import parse_instant
from engine.compiler import load
from engine.diff import CHANGED, LOOSER, TIGHTER, Comparison, compare
from engine.simulate import simulate
from tests.engine.diff.edits import edited
from tests.reference.cases import cloudevent
from tests.reference.strategies import random_history
from tests.seeds import SEEDS

Held = Counter[tuple[str, str, str | None]]
"""How many awards of a badge or tier a user has."""


def directions(found: Comparison) -> dict[str, str]:
    """Every badge that is mentioned, with the direction of all that is said of it."""
    told: dict[str, set[str]] = {}
    for change in found.changes:
        if change.subject == "badge" and change.direction in (LOOSER, TIGHTER, CHANGED):
            told.setdefault(change.id, set()).add(change.direction)
        for id, direction in change.reaches.items():
            told.setdefault(id, set()).add(direction)
    for id, reached in found.reached.items():
        told.setdefault(id, set()).add(reached.direction)
    return {id: CHANGED if len(all) > 1 else next(iter(all)) for id, all in told.items()}


def held(answer: dict[str, Any], names: dict[str, str]) -> tuple[Held, dict[Any, list[int]]]:
    """How many awards users have, under the names of today, and when they came."""
    times: dict[Any, list[int]] = {}
    for user, standing in answer["users"].items():
        for award in standing["badges"]:
            key = (user, names.get(award["badge"], award["badge"]), award["tier"])
            times.setdefault(key, []).append(parse_instant(award["awarded_at"])[0])
    return Counter({key: len(all) for key, all in times.items()}), times


def awards(answer: dict[str, Any], names: dict[str, str], badges: Iterable[str]) -> list[Any]:
    """The awards of some badges, in full but for what a text decides."""
    wanted = set(badges)
    return sorted(
        (user, name, str(award["tier"]), str(award["occurrence"]), award["awarded_at"], award["event"]["id"])
        for user, standing in answer["users"].items()
        for award in standing["badges"]
        if (name := names.get(award["badge"], award["badge"])) in wanted
    )


def by_rules_alone(entry: dict[str, Any], tiered: set[str]) -> bool:
    """Whether no call decides: none takes a badge away, or gives the first tier, whichever that is."""
    first_tier = entry["type"] == "badge.granted" and not entry["data"].get("tier") and entry["data"]["badge"] in tiered
    return entry["type"] != "badge.revoked" and not first_tier


def check(files: dict[str, str], changed: dict[str, str], log: list[dict[str, Any]]) -> Counter[str]:
    """Compare two rule sets, and hold what is said against what a log gives; how often each was said."""
    old, new = load(files), load(changed)
    tiered = {badge.id for rules in (old, new) for badge in rules.badges.values() if badge.tiers}
    lines = [cloudevent(entry) for entry in log if by_rules_alone(entry, tiered)]
    told = directions(compare(old, new))
    before, after = simulate(old, lines), simulate(new, lines)
    was, earlier = held(before, dict(new.renames))
    now, later = held(after, {})
    for key in was.keys() | now.keys():
        direction = told.get(key[1])
        if direction in (LOOSER, TIGHTER):
            few, many = (was, now) if direction == LOOSER else (now, was)
            assert few[key] <= many[key], (key, direction)
            first, second = (earlier, later) if direction == LOOSER else (later, earlier)
            late = zip(sorted(first.get(key, [])), sorted(second.get(key, [])), strict=False)
            assert all(soon <= after_that for after_that, soon in late), (key, direction)
    rest = new.badges.keys() - told.keys()
    assert awards(before, dict(new.renames), rest) == awards(after, {}, rest)
    return Counter(told.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_looser_loses_nobody_and_what_is_tighter_gains_nobody(seed: int) -> None:
    files, log = random_history(seed)
    for round in range(2):
        changed = edited(Random(seed * 10 + round), files)
        if changed is not None:
            check(files, changed, log)
