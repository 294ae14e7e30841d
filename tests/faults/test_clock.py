"""A clock that jumps back: what comes without a time is then earlier than what is stored, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from engine.calendar import DAY
from engine.model import Event, Posted
from engine.service import Service
from engine.store import open_store
from tests.faults.scene import FILES, MINUTE, NOON, OTHER, STAFF

STREAK = {
    "events/login.yaml": "payload: {type: object}",
    "metrics/days.yaml": "{trigger: login, measure: streak, period: day}",
    "badges/two_days.yaml": "{name: Two days, metric: days, threshold: 2}",
    "actions.yaml": "check_streaks: {emits: login, metric: days, badges: [two_days]}",
}


@dataclass
class Clock:
    """The machine's clock, which somebody sets."""

    now: int = NOON

    def __call__(self) -> int:
        self.now += MINUTE // 60
        return self.now


@dataclass
class World:
    """A service, its clock, and how many events it took."""

    service: Service
    clock: Clock
    taken: int = 0

    def post(self, count: int) -> None:
        """Events without a time: it is now."""
        for _ in range(count):
            self.taken += 1
            event = Event("ada", "app", f"e{self.taken}", "hit", self.clock(), None, {"n": self.taken % 7})
            [receipt] = self.service.ingest([Posted(event, timeless=True)], STAFF)
            assert receipt.status == "accepted"

    def is_well(self) -> bool:
        """All is there, counted once, as a replay gives it."""
        found = self.service.verify()
        [entry] = self.service.leaderboard("hits")
        return found.differences == [] and entry.value == self.taken


@pytest.fixture
def world(new_database: Callable[[], str]) -> Iterator[World]:
    store, clock = open_store(new_database()), Clock()
    service = Service(store, clock)
    service.apply(FILES | STREAK, "test")
    yield World(service, clock)
    store.close()


def test_events_that_come_with_an_earlier_now_are_counted_once(world: World) -> None:
    world.post(12)
    world.clock.now -= 3 * DAY
    world.post(12)
    world.clock.now += 5 * DAY
    world.post(1)
    assert world.is_well()


def test_a_retry_after_the_jump_is_a_duplicate(world: World) -> None:
    world.post(10)
    world.clock.now -= DAY
    event = Event("ada", "app", "e10", "hit", world.clock(), None, {"n": 10 % 7})
    [receipt] = world.service.ingest([Posted(event, timeless=True)], STAFF)
    assert receipt.status == "duplicate" and {award.badge for award in receipt.awarded} >= {"ten"}
    assert world.is_well()


def test_calls_and_rules_after_the_jump_are_the_newest_all_the_same(world: World) -> None:
    world.post(9)
    world.service.grant("ada", "gift", None, STAFF)
    world.clock.now -= DAY
    world.service.apply(FILES | STREAK | OTHER, "test")
    assert "sum" in world.service.rules.badges
    assert world.service.revoke("ada", "laps", STAFF) == 1
    world.post(3)
    assert world.is_well()
    held = {award.badge for award in world.service.awards("ada", STAFF)}
    assert "gift" in held and world.service.history()[0]["version"] == world.service.rules.version


def test_a_day_is_checked_in_once_though_it_comes_twice(world: World) -> None:
    def check_in() -> tuple[int, list[str]]:
        answer = world.service.act("check_streaks", "ada", {}, None, STAFF)
        return answer["current_streak"], answer["awarded"]

    assert check_in() == (1, [])
    world.clock.now += DAY
    assert check_in() == (2, ["two_days"])
    world.clock.now -= DAY
    assert check_in()[1] == []
    world.clock.now += DAY
    assert check_in() == (2, [])
    world.post(1)
    assert world.is_well()
