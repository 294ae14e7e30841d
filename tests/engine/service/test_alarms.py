"""Dead rules: types that nobody sends, rules that always fail."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.calendar import DAY
from engine.model import Event, Posted, Viewer
from engine.service import Service
from engine.store import MemoryStore

STAFF, READER = Viewer("staff", name="boss"), Viewer("read", name="app")
FILES = {
    "events/quiz.yaml": "payload: {type: object, required: [score], properties: {score: {type: number}}}",
    "events/login.yaml": "payload: {type: object}",
    "events/unused.yaml": "payload: {type: object}",
    "badges/first.yaml": "{name: First, trigger: quiz}",
    "badges/here.yaml": "{name: Here, trigger: login}",
    "badges/shy.yaml": "{name: Shy, secret: true, trigger: login}",
    "badges/broken.yaml": "{name: Broken, trigger: quiz, when: 1 / (event.score - 7) > 0}",
}


@dataclass
class World:
    """A service with a clock and a count of what was sent."""

    service: Service
    now: int = 20_000 * DAY
    sent: int = 0

    def send(self, type: str, **data: float) -> None:
        self.sent += 1
        event = Event("ada", "app", str(self.sent), type, self.now, 0, data)
        assert self.service.ingest([Posted(event)], STAFF)[0].status == "accepted"

    def alarms(self, viewer: Viewer = STAFF, days: int = 30) -> dict[str, str]:
        return {alarm["name"]: alarm["kind"] for alarm in self.service.rules_status(viewer, days)["alarms"]}


@pytest.fixture
def world() -> World:
    service = Service(MemoryStore(), lambda: world.now)
    world = World(service)
    service.apply(FILES, "test")
    return world


def test_a_new_rule_set_has_time_for_its_first_events(world: World) -> None:
    world.now += 30 * DAY - 1
    assert world.alarms() == {}


def test_a_type_that_rules_name_and_nobody_ever_sent_is_an_alarm(world: World) -> None:
    world.now += 30 * DAY
    assert world.alarms() == {"login": "quiet-event", "quiz": "quiet-event"}


def test_a_type_that_no_rule_names_is_none(world: World) -> None:
    world.now += 100 * DAY
    assert "unused" not in world.alarms()


def test_a_type_that_is_no_longer_sent_is_an_alarm_until_it_is_sent_again(world: World) -> None:
    world.send("quiz", score=9)
    world.now += 30 * DAY
    world.send("login")
    assert world.alarms() == {}
    world.now += 1
    assert world.alarms() == {"quiz": "quiet-event"}
    world.send("quiz", score=9)
    assert world.alarms() == {}


def test_how_many_days_are_quiet_can_be_said(world: World) -> None:
    world.now += 10 * DAY
    assert world.alarms(days=10) == {"login": "quiet-event", "quiz": "quiet-event"}
    assert world.alarms(days=11) == {}


def test_a_later_version_does_not_silence_the_alarm_of_an_old_type(world: World) -> None:
    world.now += 29 * DAY
    world.service.apply({**FILES, "badges/more.yaml": "{name: More, trigger: quiz, threshold: 2}"}, "test")
    world.now += DAY
    assert set(world.alarms()) == {"login", "quiz"}


def test_a_type_that_came_with_a_later_version_has_time_of_its_own(world: World) -> None:
    world.now += 29 * DAY
    newer = {"events/sale.yaml": "payload: {type: object}", "badges/sold.yaml": "{name: Sold, trigger: sale}"}
    world.service.apply({**FILES, **newer}, "test")
    world.now += DAY
    assert "sale" not in world.alarms()
    world.now += 29 * DAY
    assert "sale" in world.alarms()


def test_retired_badges_wait_for_nothing(world: World) -> None:
    retired = "{name: First, trigger: quiz, retired: true}"
    world.service.apply({**FILES, "badges/first.yaml": retired, "badges/broken.yaml": retired}, "test")
    world.now += 31 * DAY
    assert set(world.alarms()) == {"login"}


def test_an_alarm_says_which_badges_wait_but_names_no_secret(world: World) -> None:
    world.now += 31 * DAY
    told = {viewer: world.service.rules_status(viewer)["alarms"][0]["sentence"] for viewer in (STAFF, READER)}
    assert told[STAFF].endswith("for 30 days: it is what here, shy wait for.")
    assert told[READER].endswith("for 30 days: it is what here wait for.")


def test_a_rule_that_fails_on_every_event_is_an_alarm(world: World) -> None:
    world.send("login")
    for _ in range(3):
        world.send("quiz", score=7)
    assert world.alarms() == {"broken": "always-failing"}


def test_a_rule_that_fails_now_and_then_is_none(world: World) -> None:
    for score in (7, 7, 8):
        world.send("quiz", score=score)
    assert world.alarms() == {}
