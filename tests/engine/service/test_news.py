"""What is new is told once, in the transaction that made it: awards, revocations, progress; nothing of the past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine.calendar import HOUR, parse_instant
from engine.model import Award, Event, Posted, Viewer
from engine.service import News, Service
from engine.store.memory import MemoryStore

STAFF = Viewer("staff", name="boss")
NOW = parse_instant("2026-06-01T12:00:00Z")[0]
FILES = {
    "events/quiz.yaml": "payload: {type: object, properties: {}}",
    "badges/first.yaml": "{name: First, trigger: quiz}",
    "badges/three.yaml": "{name: Three, trigger: quiz, threshold: 3}",
}


class Published(Service):
    """A service that notes what it is given to store, beside what is listened to afterwards."""

    def __init__(self) -> None:
        super().__init__(MemoryStore(), lambda: NOW)
        self.published: list[News] = []
        self.heard: list[News] = []
        self.listen(self.heard.extend)
        self.apply(FILES, "test")

    def _publish(self, transaction: Any, rules: Any, news: Sequence[News]) -> Any:
        self.published += news
        return super()._publish(transaction, rules, news)

    def told(self) -> list[tuple[str, str, str]]:
        """What is new since this was asked last."""
        told = [(news.user, news.kind, news.badge) for news in self.published]
        self.published.clear()
        return told


@pytest.fixture
def service() -> Published:
    return Published()


def post(service: Service, id: str, time: int = NOW, type: str = "quiz", silent: bool = False, **data: Any) -> None:
    [receipt] = service.ingest([Posted(Event("ada", "app", id, type, time, 0, data))], STAFF, silent=silent)
    assert receipt.status in ("accepted", "duplicate"), receipt


def test_awards_and_progress_are_told_with_what_caused_them_and_a_repetition_is_not(service: Published) -> None:
    post(service, "q1")
    award, *moved = service.published
    assert award.award and award.award.badge == "first" and award.cause and award.cause.id == "q1"
    assert [(news.kind, news.badge) for news in moved] == [("progressed", "first"), ("progressed", "three")]
    assert moved[1].progress and moved[1].progress.value == 1
    assert service.heard == service.published
    service.told()
    post(service, "q1")
    assert service.told() == []


def test_a_late_event_that_corrects_an_award_announces_nothing_twice(service: Published) -> None:
    post(service, "q2")
    service.told()
    post(service, "q1", NOW - HOUR)
    assert service.told() == [("ada", "progressed", "three")]


def test_what_a_retraction_or_a_call_takes_away_is_told(service: Published) -> None:
    post(service, "q1")
    service.told()
    event = Event("ada", "app", "r1", "event.retracted", NOW, 0, {"source": "app", "id": "q1"})
    service.ingest([Posted(event)], STAFF)
    assert ("ada", "revoked", "first") in service.told()
    service.grant("ada", "first", None, STAFF)
    assert ("ada", "awarded", "first") in service.told()
    service.revoke("ada", "first", STAFF)
    assert ("ada", "revoked", "first") in service.told()


def test_a_rename_takes_nothing_away(service: Published) -> None:
    post(service, "q1")
    service.told()
    renamed = {name: text for name, text in FILES.items() if name != "badges/first.yaml"}
    service.apply({**renamed, "badges/one.yaml": "{name: One, formerly: [first], trigger: quiz}"}, "test")
    post(service, "q0", NOW - HOUR)
    assert service.told() == [("ada", "progressed", "three")]


def test_the_past_is_silent_and_so_is_a_change_of_rules_unless_it_is_announced(service: Published) -> None:
    post(service, "q1", silent=True)
    service.apply({**FILES, "badges/more.yaml": "{name: More, trigger: quiz}"}, "test")
    assert service.told() == []
    announced: list[tuple[str, Award]] = []
    files = {**FILES, "badges/most.yaml": "{name: Most, trigger: quiz}"}
    service.apply(files, "test", allow_remove=True, announce=lambda *given: announced.append(given))
    assert service.told() == [("ada", "awarded", "most")] and len(announced) == 1
    assert [news.badge for news in service.heard] == ["most"] and service.feeds.told["award"] == 1
