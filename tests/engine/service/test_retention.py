"""What is compacted, what is still known of it, and what a rule set can still make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.calendar import DAY, format_instant, parse_instant
from engine.model import Event, Posted, Receipt, Viewer
from engine.service import Refused, Service
from engine.store import Changes, Store
from tests.conftest import NewStore

STAFF = Viewer("staff", name="boss")
QUIZ = "payload: {type: object, properties: {score: {type: number}}, required: [score]}"
FILES = {
    "events/quiz.yaml": QUIZ,
    "events/login.yaml": "payload: {type: object}",
    "metrics/quizzes.yaml": "trigger: quiz",
    "badges/good.yaml": "{name: Good, trigger: quiz, measure: average, of: event.score, threshold: 80}",
    "badges/many.yaml": "{name: Many, metric: quizzes, threshold: 5}",
}
START = parse_instant("2026-01-01T12:00:00Z")[0]


class World:
    """A service with one user; instants are days after the first of January 2026."""

    def __init__(self, store: Store, files: Mapping[str, str] = FILES) -> None:
        self.store = store
        self.day = 100
        self.service = Service(store, lambda: START + self.day * DAY)
        self.files = dict(files)
        self.apply({})

    def apply(self, files: Mapping[str, str]) -> None:
        self.files |= files
        self.service.apply(self.files, "test")

    def send(
        self,
        day: int,
        score: float = 90,
        id: str | None = None,
        type: str = "quiz",
        data: Mapping[str, Any] | None = None,
    ) -> Receipt:
        """Post an event; its id tells its day."""
        given = data or ({"score": score} if type == "quiz" else {})
        event = Event("ada", "app", id or f"{type}{day}", type, START + day * DAY, 0, given)
        return self.service.ingest([Posted(event)], STAFF)[0]

    def retract(self, id: str, day: int = 100) -> Receipt:
        return self.send(day, id=f"r-{id}", type="event.retracted", data={"source": "app", "id": id})

    def retain(self, day: int) -> int:
        """Compact what is before a day; how many entries that were."""
        return self.service.retain((self.day - day) * DAY, STAFF).entries

    def held(self) -> dict[str, int]:
        """The days of the awards, once verify agrees."""
        assert self.service.verify().differences == []
        return {a.badge: (a.awarded_at - START) // DAY for a in self.service.awards("ada", STAFF)}

    def percent(self, badge: str) -> int:
        return next(p.percent for p in self.service.progress("ada", STAFF) if p.badge == badge)

    def log(self) -> list[str]:
        with self.store.reading() as transaction:
            return [entry.event.id for entry in transaction.log("ada")]


@pytest.fixture
def world(new_store: NewStore) -> World:
    return World(new_store())


def names(receipt: Receipt) -> tuple[str, list[str]]:
    return receipt.status, [award.badge for award in receipt.awarded]


def test_the_log_is_shortened_and_what_users_hold_stays(world: World) -> None:
    for day in (1, 2, 3, 50):
        world.send(day)
    assert world.retain(10) == 3
    assert world.log() == ["quiz50"]
    assert world.held() == {"good": 1} and world.percent("many") == 80
    assert world.retain(10) == 0
    assert names(world.send(60)) == ("accepted", ["many"])
    assert world.retain(90) == 2 and world.log() == []
    assert world.held() == {"good": 1, "many": 60}


def test_users_without_an_entry_that_old_keep_their_logs(world: World) -> None:
    world.send(20)
    assert world.retain(10) == 0
    assert world.send(5).status == "accepted"
    assert world.held() == {"good": 5}


def test_an_event_from_before_the_snapshot_is_rejected_and_says_so(world: World) -> None:
    world.send(1)
    world.retain(10)
    receipt = world.send(9)
    since = format_instant(START + 10 * DAY)
    assert receipt.status == "rejected"
    assert receipt.errors == (
        {
            "field": "time",
            "message": f"is before {since}: the log of this user until then is compacted, and nothing is added to it",
            "code": "compacted",
        },
    )
    assert world.log() == [] and world.held() == {"good": 1}
    assert world.send(10).status == "accepted"


def test_in_a_batch_only_what_comes_too_late_is_rejected(world: World) -> None:
    world.send(1)
    world.retain(10)
    late = Event("ada", "app", "late", "quiz", START + 2 * DAY, 0, {"score": 1})
    other, fine = (Event(user, "app", "x", "quiz", START + 2 * DAY, 0, {"score": 1}) for user in ("bob", "cyd"))
    receipts = world.service.ingest([Posted(event) for event in (late, other, fine)], STAFF)
    assert [receipt.status for receipt in receipts] == ["rejected", "accepted", "accepted"]


def test_what_is_compacted_is_still_a_duplicate_with_its_awards_and_other_content_a_conflict(world: World) -> None:
    world.send(1, 90)
    world.send(2, 91)
    world.retain(10)
    assert names(world.send(1, 90)) == ("duplicate", ["good"])
    assert names(world.send(1, 90.0)) == ("duplicate", ["good"])
    assert names(world.send(2, 91)) == ("duplicate", [])
    conflict = world.send(1, 95)
    assert (conflict.status, [error["field"] for error in conflict.errors]) == ("conflict", ["data"])
    other = world.send(3, 90, id="quiz1")
    assert (other.status, [error["field"] for error in other.errors]) == ("conflict", ["time"])
    timeless = Event("ada", "app", "quiz1", "quiz", world.service.now(), None, {"score": 90})
    assert names(world.service.ingest([Posted(timeless, timeless=True)], STAFF)[0]) == ("duplicate", ["good"])


def test_an_event_in_a_snapshot_cannot_be_retracted_and_it_is_said(world: World) -> None:
    world.send(1)
    world.send(20)
    world.retain(10)
    receipt = world.retract("quiz1")
    assert (receipt.status, receipt.errors[0]["field"], receipt.errors[0]["code"]) == (
        "rejected",
        "data.id",
        "compacted",
    )
    assert "names an event from before" in receipt.errors[0]["message"]
    assert world.retract("quiz9", day=9).errors[0]["field"] == "time"
    assert world.retract("quiz20").status == "accepted"
    assert world.held() == {"good": 1}


def test_a_retraction_in_a_snapshot_takes_out_what_comes_later(world: World) -> None:
    world.retract("quiz20", day=1)
    world.send(30, id="other", type="login")
    world.retain(10)
    assert names(world.send(20)) == ("accepted", [])
    assert world.held() == {}
    assert names(world.send(31)) == ("accepted", ["good"])
    assert world.retain(50) == 3
    assert names(world.send(20)) == ("duplicate", [])
    assert world.held() == {"good": 31}


def test_an_event_that_a_later_retraction_takes_out_is_not_in_the_snapshot(world: World) -> None:
    world.send(1)
    world.send(2)
    world.retract("quiz1", day=50)
    world.retain(10)
    assert world.held() == {"good": 2} and world.percent("many") == 20


def test_what_was_taken_out_before_it_was_compacted_may_be_retracted_again(world: World) -> None:
    world.send(1)
    world.send(2)
    world.retract("quiz1", day=50)
    world.retain(10)
    again = world.send(60, id="again", type="event.retracted", data={"source": "app", "id": "quiz1"})
    assert again.status == "accepted"
    assert world.held() == {"good": 2}


def test_late_events_after_the_snapshot_still_find_their_place(world: World) -> None:
    world.send(1, 50)
    world.retain(10)
    assert names(world.send(30, 120)) == ("accepted", ["good"])
    world.send(20, 200)
    assert world.held() == {"good": 20}


def test_a_new_metric_begins_at_the_snapshot_and_plan_says_so(world: World) -> None:
    for day in (1, 2, 3, 50):
        world.send(day)
    world.retain(10)
    new = {"badges/fair.yaml": "{name: Fair, trigger: quiz, when: event.score >= 60, threshold: 2}"}
    plan = world.service.plan({**world.files, **new})
    assert (plan.compacted, plan.compacted_until) == (1, START + 10 * DAY)
    assert [part.gains.users for part in plan.badges if part.badge == "fair"] == [0]
    world.apply(new)
    assert world.percent("fair") == 50
    assert names(world.send(60)) == ("accepted", ["many", "fair"][::-1])
    assert world.held() == {"good": 1, "fair": 60, "many": 60}


def test_a_plan_says_nothing_of_snapshots_that_miss_nothing(world: World) -> None:
    world.send(1)
    world.retain(10)
    new = {"badges/loyal.yaml": "{name: Loyal, trigger: login, threshold: 2}"}
    assert world.service.plan({**world.files, **new}).compacted == 0
    assert world.service.plan({**world.files, "badges/many.yaml": world.files["badges/many.yaml"]}).compacted == 0


def test_a_lower_threshold_on_a_known_metric_is_reached_at_the_snapshot(world: World) -> None:
    for day in (1, 2, 3):
        world.send(day)
    world.retain(10)
    lower = {"badges/many.yaml": "{name: Many, metric: quizzes, threshold: 3}"}
    assert [(part.badge, part.gains.users) for part in world.service.plan({**world.files, **lower}).badges] == [
        ("many", 1)
    ]
    world.apply(lower)
    assert world.held() == {"good": 1, "many": 3}
    world.apply({"badges/many.yaml": "{name: Many, metric: quizzes, threshold: 4}"})
    assert world.held() == {"good": 1, "many": 3}


def test_what_time_alone_made_due_waits_for_its_event_after_a_snapshot_too(new_store: NewStore) -> None:
    calm = """
        name: Calm
        criteria:
          - {trigger: quiz}
          - {trigger: login, within: 30d, threshold: 0, compare: at_most}
    """
    files = {**FILES, "badges/calm.yaml": calm, "events/walk.yaml": "payload: {type: object}"}
    world = World(new_store(), files)
    world.send(1, type="login")
    world.send(2)
    world.send(40, type="walk")
    world.retain(60)
    assert "calm" not in world.held()
    world.apply({"badges/walker.yaml": "{name: Walker, trigger: walk}"})
    assert "calm" not in world.held()
    assert names(world.send(70)) == ("accepted", ["calm"])
    assert world.held()["calm"] == 70


def test_what_counts_after_prerequisites_begins_at_the_snapshot_where_they_are_met(world: World) -> None:
    world.send(1)
    world.retain(10)
    world.apply(
        {
            "badges/next.yaml": "{name: Next, trigger: quiz, prerequisites: [good], counts: after_prerequisites}",
            "badges/more.yaml": "{name: More, trigger: quiz, prerequisites: [many], counts: after_prerequisites}",
        }
    )
    assert names(world.send(20)) == ("accepted", ["next"])
    assert world.held() == {"good": 1, "next": 20}


def test_awards_of_a_snapshot_follow_a_rename(world: World) -> None:
    world.send(1)
    world.retain(10)
    renamed = {name: text for name, text in world.files.items() if name != "badges/good.yaml"}
    renamed["badges/great.yaml"] = world.files["badges/good.yaml"][:-1] + ", formerly: [good]}"
    world.service.apply(renamed, "test")
    world.send(20)
    assert world.held() == {"great": 1}
    assert world.retain(50) == 1
    assert world.held() == {"great": 1}


def test_a_badge_that_is_removed_leaves_and_comes_back_with_its_rule(world: World) -> None:
    world.send(1)
    world.retain(10)
    less = {name: text for name, text in world.files.items() if name != "badges/good.yaml"}
    world.service.apply(less, "test", allow_remove=True)
    assert world.held() == {}
    world.apply({})
    assert world.held() == {"good": 1}


def test_what_is_revoked_after_the_snapshot_stays_revoked(world: World) -> None:
    world.send(1)
    world.retain(10)
    assert world.service.revoke("ada", "good", STAFF) == 1
    assert names(world.send(20, 100)) == ("accepted", [])
    assert world.held() == {}
    assert world.service.grant("ada", "good", None, STAFF)[0] is True
    assert world.held() == {"good": 100}
    world.day = 300
    assert world.retain(200) == 3
    assert world.held() == {"good": 100}


def test_a_kept_award_in_a_snapshot_stays_as_it_is(world: World) -> None:
    world.send(5, 90)
    world.send(1, 10)
    assert world.service.verify().kept == ["ada: good, awarded " + format_instant(START + 5 * DAY)]
    world.retain(10)
    assert world.held() == {"good": 5}
    world.send(20, 500)
    assert world.held() == {"good": 5}
    assert len(world.service.verify().kept) == 1
    assert world.service.revoke("ada", "good", STAFF) == 1
    assert world.held() == {}


def test_an_award_of_a_snapshot_is_not_moved_by_other_rules(world: World) -> None:
    world.send(1, 90)
    world.retain(10)
    world.apply({"badges/good.yaml": world.files["badges/good.yaml"].replace("80", "95")})
    assert world.held() == {"good": 1}
    world.send(20, 300)
    assert world.held() == {"good": 1}


def test_the_first_event_after_a_snapshot_costs_no_replay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(5, 90)
    world.send(1, 10)
    world.retain(10)
    monkeypatch.setattr("engine.service.intake._replay", None)
    assert world.send(20, 500).status == "accepted"


def test_an_explanation_tells_from_when_on_events_are_known(world: World) -> None:
    world.send(1)
    assert world.service.explanation("ada", "many", STAFF)["compacted_until"] is None
    world.send(20)
    world.retain(10)
    told = world.service.explanation("ada", "many", STAFF)
    assert told["compacted_until"] == format_instant(START + 10 * DAY)
    assert ([event["id"] for event in told["events"]], told["progress"]["value"]) == (["quiz20"], 2)


def test_an_erased_user_leaves_no_trace_of_the_snapshot_and_begins_anew(world: World) -> None:
    world.send(1)
    world.retain(10)
    assert world.service.erase("ada", STAFF)
    assert world.held() == {}
    assert names(world.send(1)) == ("accepted", ["good"])
    assert world.held() == {"good": 1}


def test_a_users_own_export_says_what_was_compacted(world: World) -> None:
    world.send(1)
    world.send(20)
    assert world.service.export_user("ada", STAFF)["compacted"] is None
    world.retain(10)
    told = world.service.export_user("ada", Viewer("user", "ada"))
    assert [event["id"] for event in told["events"]] == ["quiz20"]
    assert told["compacted"] == {
        "until": format_instant(START + 10 * DAY),
        "entries": 1,
        "types": ["quiz"],
        "events": [{"source": "app", "id": "quiz1"}],
    }


def test_a_run_is_recorded_and_names_nobody(world: World) -> None:
    world.send(1)
    world.retain(10)
    record = world.service.audit()[0]
    assert (record["action"], record["actor"], record["user"]) == ("retention", "boss", None)
    assert record["detail"] == {"until": format_instant(START + 10 * DAY), "users": 1, "entries": 1}
    world.retain(10)
    assert len(world.service.audit()) == 2


def test_a_run_that_is_interrupted_is_finished_by_the_next_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.service.retention.TURN", 0)
    users = [f"user{n}" for n in range(5)]
    events = [Event(user, "app", "1", "quiz", START, 0, {"score": 90}) for user in users]
    world.service.ingest([Posted(event) for event in events], STAFF)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.service.retain(90 * DAY, STAFF, stop)
    assert world.service.verify().differences == []
    assert world.service.retain(90 * DAY, STAFF).users == 3
    assert world.service.verify().differences == []


def test_a_user_whose_awards_are_not_what_the_log_gives_is_left_alone_and_told(world: World) -> None:
    world.send(1)
    with world.store.writing() as transaction:
        row = transaction.lock(["ada"])["ada"]
        transaction.save([Changes(row, dropped=[("good", None, None)])])
    done = world.service.retain(90 * DAY, STAFF)
    assert (done.left, done.entries, world.log()) == (["ada"], 0, ["quiz1"])


def test_users_of_other_rules_are_brought_up_before_their_logs_are_compacted(world: World) -> None:
    world.send(1)
    with world.store.writing() as transaction:
        row = transaction.lock(["ada"])["ada"]
        transaction.save([Changes(type(row)("ada", row.position, row.offset, row.attributes, "other"))])
    assert world.retain(10) == 1
    assert world.held() == {"good": 1}


def test_a_call_at_a_time_before_the_snapshot_is_refused(world: World) -> None:
    world.send(1)
    world.retain(90)
    world.day = 80
    with pytest.raises(Refused, match="The call's time is before") as refusal:
        world.service.grant("ada", "many", None, STAFF)
    assert (refusal.value.status, refusal.value.type) == (409, "compacted")


def test_an_action_answered_again_after_retention_tells_the_same(new_store: NewStore) -> None:
    files = {
        **FILES,
        "events/scored.yaml": "payload: {type: object, properties: {provider_id: {type: string}, "
        "quiz_correct: {type: boolean}}, required: [provider_id, quiz_correct]}",
        "metrics/correct.yaml": "{trigger: scored, when: event.quiz_correct, measure: count_distinct, "
        "of: event.provider_id}",
        "actions.yaml": "record_score: {emits: scored, metric: correct}",
    }
    world = World(new_store(), files)
    body = {"provider_id": "x", "quiz_correct": True, "id": "s1"}
    first = world.service.act("record_score", "ada", body, None, STAFF)
    world.day = 300
    assert world.retain(200) == 1
    assert world.service.act("record_score", "ada", body, None, STAFF) == first
    assert first["newly_correct"] is True
