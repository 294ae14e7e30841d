"""A plan says what an apply then does: random changes of random rule sets over random logs."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest

from engine import jsontext
from engine.calendar import parse_instant
from engine.cloudevents import from_json
from engine.model import Award, Posted, Refusal, Viewer
from engine.plan import Plan
from engine.reconcile import renamed
from engine.service import Service
from engine.store import MemoryStore
from tests.reference.cases import cloudevent
from tests.reference.mutations import mutated
from tests.reference.strategies import random_history
from tests.seeds import SEEDS

STAFF = Viewer("staff", name="test")
NOW = parse_instant("2026-06-01T00:00:00Z")[0]
Held = dict[str, dict[tuple[str, str | None, str | None], Award]]
Percents = dict[str, dict[str, int]]


class World:
    """A service with a random history, and random changes of its rules."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.files, log = random_history(seed)
        self.store = MemoryStore()
        self.service = Service(self.store, lambda: NOW)
        self.service.apply(self.files, "test")
        self.service.ingest(self._posts(log), STAFF, reserved=True)
        self.users = sorted({post["user"] for post in log})

    def _posts(self, log: list[dict]) -> list[Posted | Refusal]:
        posts = []
        for entry in log:
            try:
                posts.append(from_json(jsontext.loads(cloudevent(entry))))
            except jsontext.BadJSON:
                continue
        return posts

    def change(self) -> None:
        """Change the rules."""
        self.files = mutated(self.rng, self.files)

    def held(self) -> Held:
        return {user: {award.key: award for award in self.service.awards(user, STAFF)} for user in self.users}

    def percents(self) -> Percents:
        return {user: {p.badge: p.percent for p in self.service.progress(user, STAFF)} for user in self.users}


def plain(held: Held) -> dict[str, list[str]]:
    """What users hold, but for the version that gave it."""
    names = ("badge", "tier", "occurrence", "awarded_at", "source", "id", "metadata", "kept", "by_call")
    return {u: sorted(str([getattr(a, name) for name in names]) for a in found.values()) for u, found in held.items()}


def groups(plan: Plan, name: str) -> dict[str, tuple[int, int]]:
    """Users and awards by badge."""
    found = ((part.badge, getattr(part, name)) for part in plan.badges)
    return {badge: (group.users, group.awards) for badge, group in found if group.users}


def counted(awards: dict[str, list[Award]]) -> dict[str, tuple[int, int]]:
    """Users and awards by badge, of awards by user."""
    by_badge: dict[str, list[str]] = defaultdict(list)
    for user, given in awards.items():
        for award in given:
            by_badge[award.badge].append(user)
    return {badge: (len(set(users)), len(users)) for badge, users in by_badge.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_says_what_an_apply_then_does(seed: int) -> None:
    world = World(seed)
    for _ in range(3):
        world.change()
        held, percents = world.held(), world.percents()
        former = {id: id for id in world.service.rules.badges}
        plan = world.service.plan(world.files, allow_remove=True)
        assert (world.held(), world.percents()) == (held, percents)
        applied = world.service.apply(world.files, "test", allow_remove=True)
        rules = world.service.rules
        before = {user: {(a := renamed(rules, award)).key: a for award in held[user].values()} for user in held}
        after = world.held()
        gained = {user: [a for key, a in after[user].items() if key not in before[user]] for user in after}
        lost = {user: [a for key, a in before[user].items() if key not in after[user]] for user in after}
        assert groups(plan, "gains") == counted(gained)
        assert groups(plan, "loses") == counted(lost)
        assert (applied.version, applied.previous) == (plan.version, plan.previous)
        assert (applied.rebuilt, applied.awarded) == (plan.rebuilt, sum(map(len, gained.values())))
        newly = {u: [a for a in after[u].values() if a.kept and not before[u][a.key].kept] for u in after}
        assert all(groups(plan, "keeps").get(badge, (0, 0)) >= many for badge, many in counted(newly).items())
        assert world.service.verify().differences == []
        assert moves(plan) == moved(world, percents, gained, former)
        assert {award.badge for awards in lost.values() for award in awards} <= plan.removed.keys()


def moves(plan: Plan) -> dict[str, int]:
    """Users whose progress moves, by badge."""
    return {part.badge: part.moves.users for part in plan.badges if part.moves.users}


def moved(world: World, before: Percents, gained: dict[str, list[Award]], former: dict[str, str]) -> dict[str, int]:
    """Users whose progress has moved, by badge, those who gained the badge left out."""
    found: dict[str, int] = defaultdict(int)
    badges = world.service.rules.badges
    for user, percents in world.percents().items():
        for badge, percent in percents.items():
            names = (badge, *badges[badge].formerly)
            was = next((before[user].get(name, 0) for name in names if name in former), 0)
            found[badge] += percent != was and badge not in {award.badge for award in gained[user]}
    return {badge: users for badge, users in found.items() if users}
