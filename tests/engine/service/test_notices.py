"""What users are told: awards, percentages, badges that are near, streaks that end; each thing once, in their words."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendar import DAY, HOUR, parse_instant
from engine.model import Event, Posted, Viewer
from engine.service import Service, notices
from tests.conftest import NewStore

STAFF = Viewer("staff", name="boss")
NOON = parse_instant("2026-06-01T12:00:00Z")[0]
FILES = {
    "events/quiz.yaml": "payload: {type: object, properties: {n: {type: number}}}",
    "events/login.yaml": "payload: {type: object}",
    "events/lap.yaml": "payload: {type: object}",
    "badges/first.yaml": "{name: {en: First, ja: 初}, description: {en: One quiz., ja: 一つ}, trigger: quiz}",
    "badges/other.yaml": "{name: Other, trigger: quiz}",
    "badges/ten.yaml": "{name: Ten, trigger: quiz, threshold: 10, notify: {progress_at: [50, 80], hint_at: 1, "
    'hint: {en: {one: "{remaining} more quiz", other: "{remaining} more quizzes"}}}}',
    "badges/weeks.yaml": "{name: Four, trigger: lap, threshold: 4, repeatable: true, notify: {progress_at: [50]}}",
    "badges/hush.yaml": "{name: Hush, secret: true, trigger: quiz, threshold: 4, notify: {progress_at: [50]}}",
    "badges/gift.yaml": "{name: Gift, grant: staff}",
    "badges/days.yaml": "{name: Three days, trigger: login, measure: streak, period: day, threshold: 3}",
    "badges/month.yaml": "{name: A month, trigger: login, measure: streak, period: day, threshold: 30}",
    "notifications.yaml": 'award: {title: {en: "Yes: {badge}", ja: "{badge}！"}}\n',
}


class World:
    """A service with a clock that tests move."""

    def __init__(self, store: Any) -> None:
        self.now = NOON
        self.count = 0
        self.service = Service(store, lambda: self.now)
        self.service.apply(FILES, "test")

    def post(self, type: str = "quiz", times: int = 1, user: str = "ada", **data: Any) -> None:
        """So many events in one request."""
        posts = []
        for _ in range(times):
            self.count += 1
            posts.append(Posted(Event(user, "app", str(self.count), type, self.now + self.count, 0, data)))
        receipts = self.service.ingest(posts, STAFF)
        assert {receipt.status for receipt in receipts} == {"accepted"}, receipts

    def feed(self, user: str = "ada", **more: Any) -> list[dict[str, Any]]:
        """The user's notifications, newest first."""
        found: list[dict[str, Any]] = self.service.feeds.page(user, 100, **more)["notifications"]
        return found

    def titles(self, user: str = "ada", **more: Any) -> list[str]:
        return [each["title"] for each in self.feed(user, **more)]


@pytest.fixture
def world(new_store: NewStore) -> World:
    return World(new_store())


def test_awards_of_one_event_are_one_notification_with_an_item_for_each(world: World) -> None:
    world.post()
    [told] = world.feed()
    assert (told["kind"], told["title"], told["text"]) == ("award", "You have earned 2 badges", "First, Other")
    assert [(item["badge"], item["event"]["id"]) for item in told["items"]] == [("first", "1"), ("other", "1")]
    world.service.grant("ada", "gift", None, STAFF)
    assert world.titles() == ["Yes: Gift", "You have earned 2 badges"]
    assert world.service.feeds.page("ada", 1)["unread"] == 2


def test_a_percentage_is_told_once_and_only_the_highest_that_one_request_passes(world: World) -> None:
    world.post(times=4)
    assert [each["kind"] for each in world.feed()] == ["award"]
    world.post(times=4)
    told = world.feed()[0]
    assert (told["kind"], told["title"]) == ("progress", "80% of the way to Ten")
    assert told["items"][0] | {"value": 8, "threshold": 10, "percent": 80} == told["items"][0]
    world.post()
    assert world.titles()[0] == "1 more quiz"
    world.post()
    assert world.titles()[0] == "Yes: Ten" and len(world.feed()) == 4


def test_each_lap_of_a_repeating_badge_is_told_anew(world: World) -> None:
    for _ in range(8):
        world.post("lap")
    kinds = [each["kind"] for each in world.feed()]
    assert kinds == ["award", "hint", "progress", "award", "hint", "progress"]
    world.post("lap", times=6)
    assert [each["kind"] for each in world.feed()][:2] == ["award", "progress"]


def test_each_period_of_a_badge_that_is_given_once_a_period_is_told_anew(world: World) -> None:
    badge = "{name: Weekly, trigger: lap, per: week, threshold: 4, repeatable: true, notify: {progress_at: [50]}}"
    world.service.apply({**FILES, "badges/weeks.yaml": badge}, "test")
    for _ in range(2):
        world.post("lap", times=2)
        world.post("lap")
        world.now += 7 * DAY
    assert [each["kind"] for each in world.feed()] == ["hint", "progress"] * 2


def test_a_badge_of_several_criteria_is_near_when_only_one_of_them_is_missing(world: World) -> None:
    counted = "{trigger: quiz, threshold: 20}, {trigger: login, threshold: 2}"
    few = "{trigger: lap, compare: at_most, threshold: 1}"
    both = f"{{name: Both, criteria: [{counted}, {few}], notify: {{hint_at: 1}}}}"
    world.service.apply({**FILES, "badges/both.yaml": both}, "test")
    world.post(times=19)
    assert "1 more to Both" not in world.titles()
    world.post("login", times=2)
    assert world.titles()[0] == "1 more to Both"


def test_a_late_event_tells_nothing_twice_and_a_revocation_takes_it_back(world: World) -> None:
    world.post(times=5)
    before = world.feed()
    late = Event("ada", "app", "late", "quiz", NOON - DAY, 0, {})
    world.service.ingest([Posted(late)], STAFF)
    assert world.feed() == before
    world.service.revoke("ada", "first", STAFF)
    assert [item["badge"] for item in world.feed()[0]["items"]] == ["other", "hush"]
    world.service.revoke("ada", "other", STAFF)
    world.service.revoke("ada", "hush", STAFF)
    assert [each["kind"] for each in world.feed()] == ["progress"]


def test_secret_badges_are_told_to_those_who_hold_them_alone(world: World) -> None:
    world.post(times=3)
    assert all(item["badge"] != "hush" for each in world.feed() for item in each["items"])
    world.post()
    assert world.titles()[0] == "Yes: Hush"
    hidden = {**FILES, "badges/ten.yaml": FILES["badges/ten.yaml"].replace("{name", "{secret: true, name")}
    world.post()
    assert "50% of the way to Ten" in world.titles()
    world.service.apply(hidden, "test")
    assert "50% of the way to Ten" not in world.titles()


def test_words_are_those_of_today_in_the_users_language_or_the_readers(world: World) -> None:
    world.service.grant("ada", "first", None, STAFF)
    assert world.titles(accepted=["ja"]) == ["初！"] and world.titles() == ["Yes: First"]
    world.post("user.updated", locale="ja")
    assert world.titles(accepted=["en"]) == ["初！"] and world.titles(asked="en") == ["Yes: First"]
    assert world.feed()[0]["text"] == "一つ"
    renamed = {name: text for name, text in FILES.items() if name != "badges/first.yaml"}
    world.service.apply({**renamed, "badges/one.yaml": "{name: One, formerly: [first], trigger: quiz}"}, "test")
    assert world.titles() == ["One！"]


def test_kinds_that_a_user_does_not_want_are_not_written(world: World) -> None:
    assert world.service.feeds.prefer("ada", {"award": False}) == world.service.feeds.preferences("ada")
    world.post(times=9)
    assert [each["kind"] for each in world.feed()] == ["progress"]
    world.service.feeds.prefer("ada", {"award": True, "progress": False})
    world.post()
    assert [each["kind"] for each in world.feed()] == ["award", "progress"]


def test_what_is_read_is_marked_by_number_up_to_one_or_all(world: World) -> None:
    for _ in range(4):
        world.post("lap")
    assert [each["id"] for each in world.feed()] == [3, 2, 1]
    assert world.service.feeds.read("ada", numbers=[2]) == 2
    assert [each["read"] for each in world.feed()] == [False, True, False]
    assert world.service.feeds.read("ada", until=2) == 1 and world.service.feeds.read("ada") == 0
    assert world.service.feeds.since("ada", 1, 9)[0][0]["id"] == 2
    assert world.service.feeds.newest(["ada", "bob"]) == {"ada": 3, "bob": 0}


def test_a_feed_keeps_the_newest_and_forgets_the_old(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "KEPT", 3)
    world.post("lap", user="bob", times=4)
    world.now += 10 * DAY
    for _ in range(8):
        world.post("lap")
    assert [each["id"] for each in world.feed()] == [6, 5, 4]
    assert world.service.feeds.forget(9 * DAY) == 1 and world.feed("bob") == [] and len(world.feed()) == 3


def test_an_erased_user_begins_anew_and_an_export_holds_what_was_told(world: World) -> None:
    world.post()
    [told] = world.service.export_user("ada", STAFF)["notifications"]
    assert [item["badge"] for item in told["items"]] == ["first", "other"]
    assert world.service.erase("ada", STAFF) and world.feed() == []
    world.post()
    assert [each["id"] for each in world.feed()] == [1]


def test_a_streak_that_ends_tonight_is_told_once_before_its_end(world: World) -> None:
    for _ in range(2):
        world.post("login")
        world.now += DAY
    world.now -= HOUR * 6
    assert world.service.feeds.remind() == 0
    world.now += 13 * HOUR
    assert world.service.feeds.remind() == 1 and world.service.feeds.remind() == 0
    [told] = [each for each in world.feed() if each["kind"] == "streak"]
    assert (told["title"], told["text"]) == ("Your streak ends tonight", "2 in a row so far, 1 more to Three days")
    assert told["items"][0]["expires_at"] == "2026-06-04T00:00:00Z"


def test_a_streak_that_goes_on_or_is_over_is_not_told(world: World) -> None:
    for _ in range(3):
        world.post("login")
        world.now += DAY
    world.post("login")
    world.now += 8 * HOUR
    assert world.service.feeds.remind() == 0
    world.now += DAY
    assert world.service.feeds.remind() == 1
    world.post("login")
    world.now += DAY + 20 * HOUR
    assert world.service.feeds.remind() == 0
    with world.service._store.reading() as transaction:
        assert transaction.feeds.reminders("ada") == []


def test_what_happened_long_ago_or_by_a_change_of_rules_is_silent_unless_announced(world: World) -> None:
    world.service.ingest([Posted(Event("ada", "app", "old", "quiz", NOON - DAY, 0, {}))], STAFF, True, silent=True)
    world.service.apply({**FILES, "badges/more.yaml": "{name: More, trigger: quiz}"}, "test")
    assert world.feed() == []
    again = {**FILES, "badges/most.yaml": "{name: Most, trigger: quiz}"}
    world.service.apply(again, "test", allow_remove=True, announce=lambda user, award: None)
    assert world.titles() == ["Yes: Most"]
