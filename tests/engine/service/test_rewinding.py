"""Late events: put where they belong without a replay, and with the outcome of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine.calendar import HOUR, MINUTE, parse_instant
from engine.model import Event, Posted, Receipt, Viewer
from engine.service import Service, replaying
from tests.conftest import NewStore

STAFF = Viewer("staff", name="boss")
NOON = parse_instant("2026-06-01T12:00:00Z")[0]
FILES = {
    "settings.yaml": "user: {type: object, properties: {plan: {type: string}}}",
    "events/quiz.yaml": """
payload:
  type: object
  required: [score]
  properties: {score: {type: number}, on: {type: string}}
""",
    "events/login.yaml": "payload: {type: object}",
    "badges/three.yaml": "{name: Three, trigger: quiz, threshold: 3, metadata: {score: event.score}, points: 5}",
    "badges/best.yaml": "{name: Best, trigger: quiz, measure: max, of: event.score, threshold: 50}",
    "badges/busy.yaml": "{name: Busy, trigger: quiz, within: 1h, threshold: 4}",
    "badges/topics.yaml": """
{name: Topics, trigger: quiz, when: has(event.on), measure: count_distinct, of: event.on, threshold: 3}
""",
    "badges/row.yaml": """
{name: Row, trigger: quiz, when: event.score > 10, measure: streak, period: event, threshold: 3}
""",
    "badges/daily.yaml": "{name: Daily, trigger: login, measure: streak, period: day, threshold: 2}",
    "badges/collector.yaml": """
{name: Collector, trigger: badge.awarded, when: event.badge != "collector", threshold: 2}
""",
    "leaderboards/quizzes.yaml": "{name: Quizzes, rank_by: metric, metric: quizzes}",
    "metrics/quizzes.yaml": "{trigger: quiz}",
    "badges/gift.yaml": "{name: Gift, grant: staff}",
}


@pytest.fixture
def service(new_store: NewStore) -> Service:
    made = Service(new_store(), lambda: NOON + 100 * HOUR)
    made.apply(FILES, "test")
    return made


def quiz(minute: float, score: float = 20, user: str = "ada", **data: Any) -> Posted:
    return Posted(Event(user, "app", f"q{minute}", "quiz", NOON + int(minute * MINUTE), 0, {"score": score, **data}))


def post(service: Service, *posts: Posted) -> Sequence[Receipt]:
    receipts = service.ingest(posts, STAFF)
    assert {receipt.status for receipt in receipts} == {"accepted"}
    assert service.verify().differences == []
    return receipts


@pytest.fixture
def no_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    def rebuild(*arguments: Any) -> Any:
        raise AssertionError("the log is replayed")

    monkeypatch.setattr(replaying, "rebuild", rebuild)


def held(service: Service) -> dict[str, str]:
    return {award.badge: award.id for award in service.awards("ada", STAFF)}


def test_a_late_event_counts_where_it_belongs_without_a_replay(service: Service, no_replay: None) -> None:
    for minute in range(0, 40, 10):
        post(service, quiz(minute, on=f"t{minute % 20}"))
    [receipt] = post(service, quiz(15, score=25, on="late"))
    assert [award.badge for award in receipt.awarded] == ["topics"]
    assert [p.badge for p in receipt.progress] == ["best", "topics"]
    assert service.leaderboard("quizzes")[0].value == 5


def test_a_late_event_moves_awards_to_where_a_replay_gives_them_and_announces_them_once(
    service: Service, no_replay: None
) -> None:
    for minute in (0, 10, 20, 30):
        post(service, quiz(minute, score=minute))
    assert held(service)["three"] == "q20"
    [receipt] = post(service, quiz(5, score=3))
    assert receipt.awarded == ()
    assert held(service)["three"] == "q10"
    [moved] = [award for award in service.awards("ada", STAFF) if award.badge == "three"]
    assert (moved.awarded_at, moved.metadata) == (NOON + 10 * MINUTE, {"score": 10})


def test_late_and_new_events_of_several_users_come_in_one_request(service: Service, no_replay: None) -> None:
    post(service, *(quiz(minute, user=user) for minute in (0, 10, 30) for user in ("ada", "bob")))
    post(service, quiz(20), quiz(40), quiz(5), quiz(20, user="bob"), quiz(7, user="cleo"))
    assert [entry.value for entry in service.leaderboard("quizzes")] == [6, 4, 1]
    assert service.count("ada") == len(held(service))


def test_a_second_late_event_finds_what_the_first_one_left(service: Service, no_replay: None) -> None:
    post(service, *(quiz(minute, on=str(minute % 4)) for minute in range(0, 60, 3)))
    for minute in (58.5, 1.5, 30.5, 30.25, 0.5):
        post(service, quiz(minute, score=minute, on=str(minute)))
    assert service.verify().events == 25


def test_what_only_a_replay_can_tell_is_replayed(service: Service) -> None:
    post(service, quiz(0), quiz(10), quiz(20))
    service.grant("ada", "gift", None, STAFF)
    post(service, quiz(5))
    attributes = Event("ada", "app", "u", "user.updated", NOON + 12 * MINUTE, 0, {"plan": "pro"})
    post(service, Posted(attributes), quiz(30), quiz(11))
    retraction = Event("ada", "app", "r", "event.retracted", NOON + 31 * MINUTE, 0, {"source": "app", "id": "q10"})
    post(service, Posted(retraction), quiz(25))
    post(service, quiz(29))
    service.revoke("ada", "gift", STAFF)
    post(service, quiz(28))
    assert held(service)["three"] == "q11"


def test_an_award_that_a_late_event_would_take_is_kept(service: Service) -> None:
    post(service, quiz(0), quiz(10), quiz(20))
    assert held(service)["row"] == "q20"
    post(service, quiz(15, score=1))
    assert "row" in held(service)
    assert service.verify().kept != []
    post(service, quiz(30), quiz(40))
    post(service, quiz(35))
    assert held(service)["row"] in ("q20", "q40", "q35")


def test_after_a_change_of_rules_late_events_of_before_are_replayed(service: Service) -> None:
    post(service, quiz(0), quiz(10))
    service.apply({**FILES, "badges/two.yaml": "{name: Two, trigger: quiz, threshold: 2}"}, "test")
    post(service, quiz(5))
    assert held(service)["two"] == "q5"


def test_a_late_event_tells_what_moved_also_where_only_what_is_in_a_window_did(new_store: NewStore) -> None:
    service = Service(new_store(), lambda: NOON + 2 * HOUR)
    lowest = "{name: Low, trigger: quiz, measure: min, of: event.score, within: 1h, compare: at_most, threshold: 5}"
    service.apply(FILES | {"badges/lowest.yaml": lowest}, "test")
    post(service, quiz(0), Posted(Event("ada", "app", "l", "login", NOON + 2 * HOUR, 0, {})))
    [receipt] = post(service, quiz(110))
    assert {p.badge: p.value for p in receipt.progress} == {"busy": 1, "lowest": 20, "row": 2, "three": 2}
