"""Webhooks over a store: what is written for whom, and what becomes of it when it is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.calendar import DAY, HOUR, MINUTE, SECOND, parse_instant
from engine.model import Event, Posted, Viewer
from engine.service import Refused, Service
from engine.service.webhooks import Answer, Sent, Wish
from engine.webhooks import LASTS, Endpoint, Policy
from tests.conftest import NewStore

STAFF = Viewer("staff", name="boss")
FILES = {
    "events/quiz.yaml": "payload: {type: object, properties: {}}",
    "badges/first.yaml": "{name: First, trigger: quiz}",
    "badges/three.yaml": "{name: Three, trigger: quiz, threshold: 3, secret: true}",
}
GOOD, BUSY, BAD = Answer(204), Answer(503, "it answered 503 Service Unavailable"), Answer(422, "it answered 422")


class Scene:
    """A service with a clock that tests move, and deliveries that tests answer."""

    def __init__(self, new_store: NewStore) -> None:
        self.now = parse_instant("2026-06-01T12:00:00Z")[0]
        self.service = Service(new_store(), lambda: self.now)
        self.webhooks = self.service.webhooks
        self.outgoing = self.webhooks.outgoing
        self.outgoing._chance = lambda: 0.0
        self.service.apply(FILES, "test")
        self._ids = iter(range(10_000))

    def add(self, **wish: Any) -> Endpoint:
        return self.webhooks.create(Wish("https://example.com/hook", **wish), Policy(), "boss")

    def quiz(self, user: str = "ada") -> None:
        event = Event(user, "app", f"q{next(self._ids)}", "quiz", self.now, 0, {})
        self.service.ingest([Posted(event)], STAFF)

    def take(self, hook: Endpoint) -> list[Any]:
        return self.outgoing.take(hook.id, 0, 4)[1]

    def attempt(self, hook: Endpoint, answer: Answer) -> list[str]:
        """Send all that is due, and answer it alike; what became of it."""
        return self.outgoing.settle([Sent(delivery, answer) for delivery in self.take(hook)])

    def told(self, hook: Endpoint) -> list[tuple[str, str | None, str]]:
        """Type, badge and state of all deliveries, oldest first."""
        return [(d.type, d.badge, d.state) for d in reversed(self.webhooks.deliveries(hook.id, None, 100))]


@pytest.fixture
def scene(new_store: NewStore) -> Scene:
    return Scene(new_store)


def test_every_kind_of_news_is_written_with_all_that_it_tells(scene: Scene) -> None:
    hook = scene.add()
    scene.quiz()
    scene.service.revoke("ada", "first", STAFF)
    scene.service.apply(FILES | {"badges/first.yaml": "{name: One, trigger: quiz}"}, "boss")
    bodies = [json.loads(d.body) for d in reversed(scene.webhooks.deliveries(hook.id, None, 100))]
    found = {(body["type"], body.get("subject"), body["data"].get("badge")): body["data"] for body in bodies}
    assert list(found) == [
        ("badge.awarded", "ada", "first"),
        ("badge.progressed", "ada", "first"),
        ("badge.progressed", "ada", "three"),
        ("badge.revoked", "ada", "first"),
        ("rules.applied", None, None),
    ]
    assert found["badge.awarded", "ada", "first"]["event"] == {"source": "app", "id": "q0"}
    assert found["badge.progressed", "ada", "three"]["value"] == 1
    assert found["badge.revoked", "ada", "first"]["name"] == "First"
    applied = found["rules.applied", None, None]
    assert (applied["number"], applied["by"], applied["version"]) == (2, "boss", scene.service.rules.version)


def test_an_endpoint_is_told_what_it_asked_for(scene: Scene) -> None:
    awards = scene.add(types=["badge.awarded"])
    three = scene.add(badges=["three"], types=["badge.awarded", "badge.progressed"])
    off = scene.add(enabled=False)
    for _ in range(3):
        scene.quiz()
    assert [badge for _, badge, _ in scene.told(awards)] == ["first", "three"]
    assert [type for type, _, _ in scene.told(three)] == ["badge.progressed"] * 2 + [
        "badge.awarded",
        "badge.progressed",
    ]
    assert scene.told(off) == []


def test_a_filter_follows_a_badge_that_was_renamed(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"], badges=["first"])
    renamed = {name: text for name, text in FILES.items() if "first" not in name}
    scene.service.apply(renamed | {"badges/one.yaml": "{name: One, trigger: quiz, formerly: [first]}"}, "boss")
    scene.quiz()
    assert [badge for _, badge, _ in scene.told(hook)] == ["one"]


def test_what_fails_is_rolled_back_with_its_messages(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = scene.add()
    publish = scene.service._publish

    def fail(*words: Any) -> None:
        publish(*words)
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(scene.service, "_publish", fail)
    with pytest.raises(RuntimeError):
        scene.quiz()
    assert scene.told(hook) == [] and scene.service.awards("ada", STAFF) == []


def test_a_message_is_tried_again_until_it_is_taken(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    scene.quiz()
    assert scene.attempt(hook, BAD) == ["retried"]
    assert scene.take(hook) == []
    scene.now += 5 * SECOND
    assert scene.attempt(hook, BAD) == ["retried"]
    scene.now += 5 * MINUTE
    assert scene.attempt(hook, GOOD) == ["delivered"]
    [done] = scene.webhooks.deliveries(hook.id, "delivered", 9)
    assert (done.tries, done.status, done.error, done.tried_at) == (3, 204, None, scene.now)


def test_a_message_that_is_never_taken_is_given_up_and_can_be_sent_again(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    scene.quiz()
    outcomes = []
    while outcomes[-1:] != ["dead"]:
        outcomes += scene.attempt(hook, BAD)
        scene.now += HOUR
    assert len(outcomes) >= 8
    [dead] = scene.webhooks.deliveries(hook.id, "dead", 9)
    assert scene.webhooks.replay(hook.id, dead.number, "boss").state == "pending"
    assert scene.attempt(hook, GOOD) == ["delivered"]


def test_all_of_a_period_can_be_sent_again(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    scene.quiz("ada")
    scene.attempt(hook, GOOD)
    scene.now += HOUR
    scene.quiz("bob")
    scene.attempt(hook, GOOD)
    assert scene.webhooks.replay_since(hook.id, "boss", scene.now - MINUTE) == 0
    assert scene.webhooks.replay_since(hook.id, "boss", scene.now - MINUTE, delivered=True) == 1
    assert scene.webhooks.replay_since(hook.id, "boss", 0, scene.now, delivered=True) == 1
    assert scene.attempt(hook, GOOD) == ["delivered"] * 2


def test_an_endpoint_that_fails_is_probed_and_sent_all_once_it_is_well(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    for number in range(8):
        scene.quiz(f"user-{number}")
    scene.attempt(hook, BUSY)
    [endpoint] = [each for each, _ in scene.webhooks.all()]
    assert endpoint.failures == 8 and endpoint.paused_until == scene.now + 40 * SECOND
    assert scene.outgoing.outlook().ready == () and scene.take(hook) == []
    scene.now += 10 * HOUR
    [probe] = scene.take(hook)
    assert scene.take(hook) == []
    scene.outgoing.settle([Sent(probe, GOOD)])
    assert scene.attempt(hook, GOOD) == ["delivered"] * 7
    assert scene.webhooks.one(hook.id)[0].failures == 0


def test_an_endpoint_that_fails_for_days_is_given_up_on_what_is_old(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    for number in range(8):
        scene.quiz(f"user-{number}")
    scene.attempt(hook, BUSY)
    scene.now += LASTS + SECOND
    scene.quiz("late")
    scene.attempt(hook, BUSY)
    assert [state for _, _, state in scene.told(hook)] == ["dead"] * 8 + ["pending"]


def test_an_endpoint_is_left_alone_as_long_as_it_asks(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    scene.quiz("ada")
    scene.attempt(hook, Answer(429, "it answered 429", 20 * MINUTE))
    scene.quiz("bob")
    scene.now += 19 * MINUTE
    assert scene.take(hook) == []
    assert scene.outgoing.outlook().next_at == scene.now + MINUTE
    scene.now += MINUTE
    assert len(scene.take(hook)) == 2


def test_an_endpoint_that_is_gone_is_switched_off_and_goes_on_where_it_was(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    scene.quiz("ada")
    scene.attempt(hook, Answer(410, "it answered 410 Gone"))
    endpoint, _ = scene.webhooks.one(hook.id)
    assert not endpoint.enabled and endpoint.reason == "it answered 410 Gone"
    assert scene.service.audit(1)[0]["action"] == "webhook-disable"
    scene.now += HOUR
    assert scene.take(hook) == [] and scene.outgoing.outlook().ready == ()
    with pytest.raises(Refused, match="is off"):
        scene.webhooks.replay_since(hook.id, "boss", 0)
    scene.webhooks.change(hook.id, Wish(enabled=True), Policy(), "boss")
    assert scene.webhooks.one(hook.id)[0].reason is None
    assert scene.attempt(hook, GOOD) == ["delivered"]


def test_messages_to_a_user_go_in_order_unless_one_is_not_to_be_taken(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    for _ in range(3):
        scene.quiz("ada")
    scene.quiz("bob")
    assert [(d.user, d.badge) for d in scene.take(hook)] == [("ada", "first"), ("bob", "first")]
    scene.now += HOUR
    badges: list[str] = []
    for _ in range(5):
        taken = scene.take(hook)
        badges += [d.badge for d in taken if d.user == "ada"]
        scene.outgoing.settle([Sent(d, BAD if d.badge == "first" else GOOD) for d in taken])
        scene.now += 3 * HOUR
    assert badges == ["first", "first", "first", "three"]


def test_what_a_dead_process_had_in_hands_is_free_again(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    scene.quiz()
    assert len(scene.take(hook)) == 1 and scene.take(hook) == []
    scene.now += 2 * MINUTE
    assert scene.attempt(hook, GOOD) == ["delivered"]


def test_what_was_not_begun_is_given_back(scene: Scene) -> None:
    hook = scene.add(types=["badge.awarded"])
    scene.quiz()
    assert scene.outgoing.settle([Sent(each, None) for each in scene.take(hook)]) == []
    assert scene.attempt(hook, GOOD) == ["delivered"]


def test_what_was_done_is_forgotten_after_a_while_and_what_nobody_will_take_is_given_up(scene: Scene) -> None:
    hook, off = scene.add(types=["badge.awarded"]), scene.add(types=["badge.awarded"])
    scene.quiz()
    scene.webhooks.change(off.id, Wish(enabled=False), Policy(), "boss")
    scene.attempt(hook, GOOD)
    scene.now += 10 * DAY
    assert scene.outgoing.prune(14 * DAY) == 0
    assert [state for _, _, state in scene.told(off)] == ["dead"]
    scene.now += 5 * DAY
    assert scene.outgoing.prune(14 * DAY) == 2
    assert scene.told(hook) == []


def test_an_erased_user_is_told_of_no_more_and_their_export_lists_what_is_stored(scene: Scene) -> None:
    hook = scene.add()
    scene.quiz("ada")
    listed = scene.service.export_user("ada", Viewer("user", user="ada"))["webhooks"]
    assert [(each["type"], each["badge"]) for each in listed] == [
        ("badge.awarded", "first"),
        ("badge.progressed", "first"),
    ]
    assert len(scene.service.export_user("ada", STAFF)["webhooks"]) == 3
    taken = scene.take(hook)
    scene.service.erase("ada", STAFF)
    scene.outgoing.settle([Sent(each, GOOD) for each in taken])
    assert scene.told(hook) == []


def test_a_secret_is_rotated_and_the_one_before_signs_for_a_while(scene: Scene) -> None:
    hook = scene.add()
    fresh = scene.webhooks.rotate(hook.id, "boss", HOUR)
    assert fresh.secret != hook.secret
    assert fresh.secrets(scene.now) == (fresh.secret, hook.secret)
    assert fresh.secrets(scene.now + HOUR) == (fresh.secret,)


@pytest.mark.parametrize(
    ("wish", "field", "help"),
    [
        (Wish("http://example.com"), "url", None),
        (Wish("https://example.com", types=["badge.award"]), "types", "did you mean badge.awarded?"),
        (Wish("https://example.com", badges=["frist"]), "badges", "did you mean first?"),
        (Wish("https://example.com", description="x" * 501), "description", None),
        (Wish(), "url", None),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_its_field(
    scene: Scene, wish: Wish, field: str, help: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        scene.webhooks.create(wish, Policy(), "boss")
    [error] = refused.value.extra["errors"]
    assert (refused.value.status, error["field"], error.get("help")) == (422, field, help)


def test_what_staff_do_is_recorded_without_the_path_which_may_be_a_secret(scene: Scene) -> None:
    hook = scene.add()
    scene.webhooks.change(hook.id, Wish(description="x"), Policy(), "boss")
    scene.webhooks.rotate(hook.id, "boss")
    scene.webhooks.remove(hook.id, "ann")
    records = scene.service.audit(4)
    assert [(r["action"], r["actor"]) for r in records] == [
        ("webhook-remove", "ann"),
        ("webhook-rotate", "boss"),
        ("webhook-change", "boss"),
        ("webhook-add", "boss"),
    ]
    assert all(r["detail"]["host"] == "example.com" and "/hook" not in json.dumps(r) for r in records)
    for call in (scene.webhooks.one, lambda id: scene.webhooks.remove(id, "ann")):
        with pytest.raises(Refused, match="There is no webhook"):
            call(hook.id)


def test_there_are_not_more_endpoints_than_there_may_be(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.service.webhooks.managing.MOST", 2)
    scene.add()
    scene.add()
    with pytest.raises(Refused, match="remove one first"):
        scene.add()
