"""What is earned is earned: late events, changed rules, retractions and revocations, and what verify says of them."""

import pytest

from engine.calendar import format_instant, parse_instant
from engine.model import Event, Posted, Viewer
from engine.service import Refused, Service
from engine.store import Store
from tests.conftest import NewStore

STAFF = Viewer("staff", name="boss")
QUIZ = "payload: {type: object, properties: {score: {type: number}}, required: [score]}"
GOOD = "{name: Good, trigger: quiz, measure: average, of: event.score, threshold: 80}"
NEXT = "{name: Next, trigger: quiz, prerequisites: [good]}"
TWO = "{name: Two, trigger: badge.awarded, threshold: 2}"
FILES = {"events/quiz.yaml": QUIZ, "badges/good.yaml": GOOD, "badges/next.yaml": NEXT, "badges/two.yaml": TWO}
NOW = parse_instant("2026-06-01T00:00:00Z")[0]


class World:
    """A service with one user, whose events are named by their day in March 2026."""

    def __init__(self, files: dict[str, str], store: Store) -> None:
        self.service = Service(store, lambda: NOW)
        self.service.apply(files, "test")

    def quiz(self, day: int, score: float, id: str | None = None) -> list[str]:
        time = parse_instant(f"2026-03-{day:02d}T12:00:00Z")[0]
        return self.post(Event("ada", "app", id or f"q{day}", "quiz", time, 0, {"score": score}))

    def retract(self, id: str) -> list[str]:
        return self.post(Event("ada", "desk", f"r-{id}", "event.retracted", NOW, 0, {"source": "app", "id": id}))

    def post(self, event: Event) -> list[str]:
        [receipt] = self.service.ingest([Posted(event)], STAFF)
        assert receipt.status == "accepted", receipt
        return [award.badge for award in receipt.awarded]

    def held(self) -> dict[str, str]:
        awards = self.service.awards("ada", STAFF)
        assert self.service.count("ada") == len({award.badge for award in awards})
        return {award.badge: format_instant(award.awarded_at)[8:10] for award in awards}

    def kept(self) -> list[str]:
        report = self.service.verify()
        assert report.differences == []
        return [line.split(": ")[1].split(",")[0] for line in report.kept]


@pytest.fixture
def world(new_store: NewStore) -> World:
    return World(FILES, new_store())


def test_an_award_that_a_late_event_undoes_is_kept_as_it_was(world: World) -> None:
    assert world.quiz(10, 90) == ["good", "next", "two"]
    assert world.quiz(5, 10) == []
    assert world.held() == {"good": "10", "next": "10", "two": "10"}
    assert world.kept() == ["good"]


def test_a_kept_award_moves_when_the_rules_give_it_again(world: World) -> None:
    world.quiz(10, 90)
    world.quiz(5, 10)
    assert world.quiz(20, 500) == []
    assert world.held() == {"good": "20", "next": "20", "two": "20"}
    assert world.kept() == []


def test_a_late_event_corrects_an_award_and_is_not_announced_twice(world: World) -> None:
    world.quiz(10, 90)
    assert world.quiz(5, 85) == []
    assert world.held() == {"good": "05", "next": "05", "two": "05"}


def test_a_tightened_rule_takes_nothing_and_moves_nothing(world: World) -> None:
    world.quiz(10, 90)
    world.service.apply({**FILES, "badges/good.yaml": GOOD.replace("80", "95")}, "test")
    assert world.held() == {"good": "10", "next": "10", "two": "10"}
    assert world.kept() == ["good"]
    assert world.quiz(20, 300) == []
    assert world.held()["good"] == "10"
    assert world.kept() == []


def test_a_loosened_rule_does_not_move_the_date_of_an_older_award(world: World) -> None:
    world.quiz(5, 50)
    world.quiz(10, 190)
    assert world.held()["good"] == "10"
    world.service.apply({**FILES, "badges/good.yaml": GOOD.replace("80", "40")}, "test")
    assert world.held()["good"] == "10"
    assert world.kept() == []


def test_a_new_badge_counts_what_was_done_before(world: World) -> None:
    world.quiz(5, 10)
    world.quiz(10, 10)
    applied = world.service.apply({**FILES, "badges/pair.yaml": "{name: Pair, trigger: quiz, threshold: 2}"}, "test")
    assert (applied.rebuilt, applied.awarded) == (1, 1)
    assert world.held() == {"pair": "10"}
    assert world.service.apply(dict(world.service.rules.files), "test").rebuilt == 0


def test_a_change_of_texts_replays_nobody(world: World) -> None:
    world.quiz(10, 90)
    assert world.service.apply({**FILES, "badges/good.yaml": GOOD.replace("Good", "Very good")}, "test").rebuilt == 0


def test_a_rename_takes_its_awards_along(world: World) -> None:
    world.quiz(10, 90)
    files = {name: text for name, text in FILES.items() if name != "badges/good.yaml"}
    files["badges/great.yaml"] = GOOD[:-1] + ", formerly: [good]}"
    files["badges/next.yaml"] = NEXT.replace("good", "great")
    world.service.apply(files, "test")
    assert world.held() == {"great": "10", "next": "10", "two": "10"}
    assert world.kept() == []


def test_a_retired_badge_stays_with_its_holders(new_store: NewStore) -> None:
    files = {name: text for name, text in FILES.items() if name != "badges/next.yaml"}
    world = World(files, new_store())
    world.quiz(10, 90)
    world.service.apply({**files, "badges/good.yaml": GOOD[:-1] + ", retired: true}"}, "test")
    assert world.held() == {"good": "10"}
    assert world.kept() == ["good"]


def test_a_badge_that_people_hold_is_not_removed_by_accident(world: World) -> None:
    world.quiz(10, 90)
    files = {name: text for name, text in FILES.items() if name != "badges/two.yaml"}
    with pytest.raises(Refused, match="two \\(1 person\\)"):
        world.service.apply(files, "test")
    world.service.apply(files, "test", allow_remove=True)
    assert world.held() == {"good": "10", "next": "10"}
    assert world.kept() == []


def test_a_retraction_takes_what_hangs_on_the_event(world: World) -> None:
    world.quiz(10, 90)
    world.quiz(20, 90)
    world.retract("q10")
    assert world.held() == {"good": "20", "next": "20", "two": "20"}
    world.retract("q20")
    assert world.held() == {}
    assert world.kept() == []
    assert [record["action"] for record in world.service.audit()] == ["retract", "retract", "apply"]


def test_a_retraction_leaves_what_an_older_version_gave(world: World) -> None:
    world.quiz(10, 90)
    world.service.apply({**FILES, "badges/good.yaml": GOOD.replace("80", "85")}, "test")
    world.retract("q10")
    assert world.held() == {"good": "10"}
    assert world.kept() == ["good"]


def test_a_retraction_that_comes_before_its_event_holds(world: World) -> None:
    world.retract("q10")
    assert world.quiz(10, 90) == []
    assert world.held() == {}
    assert world.kept() == []


def test_a_revoked_badge_is_not_given_again_until_staff_grants_it(world: World) -> None:
    world.quiz(10, 90)
    assert world.service.revoke("ada", "good", STAFF, "cheated") == 1
    assert world.quiz(11, 100) == []
    assert world.held() == {"next": "10", "two": "10"}
    newly, award = world.service.grant("ada", "good", None, STAFF)
    assert (newly, award.by_call) == (True, True)
    assert world.service.grant("ada", "good", None, STAFF)[0] is False
    assert world.kept() == []


def test_a_kept_award_that_staff_revokes_counts_until_then(world: World) -> None:
    world.quiz(10, 90)
    world.quiz(5, 10)
    world.service.revoke("ada", "good", STAFF)
    assert world.held() == {"next": "10", "two": "10"}
    assert world.kept() == []
    world.quiz(4, 10)
    assert world.held() == {"next": "10", "two": "10"}
    assert world.kept() == []


def test_revoking_twice_changes_nothing_and_what_was_never_held_is_unknown(world: World) -> None:
    world.quiz(10, 90)
    assert world.service.revoke("ada", "good", STAFF) == 1
    assert world.service.revoke("ada", "good", STAFF) == 0
    with pytest.raises(Refused) as refusal:
        world.service.revoke("bob", "good", STAFF)
    assert refusal.value.status == 404


def test_a_duplicate_answers_with_the_first_receipt(world: World) -> None:
    world.quiz(10, 90)
    time = parse_instant("2026-03-10T12:00:00Z")[0]
    event = Event("ada", "app", "q10", "quiz", time, 0, {"score": 90})
    [again] = world.service.ingest([Posted(event)], STAFF)
    assert (again.status, [award.badge for award in again.awarded]) == ("duplicate", ["good", "next", "two"])
    [other] = world.service.ingest([Posted(Event("ada", "app", "q10", "quiz", time, 0, {"score": 91}))], STAFF)
    assert (other.status, other.errors[0]["field"]) == ("conflict", "data")


def test_an_export_brought_in_elsewhere_gives_the_same(world: World, new_store: NewStore) -> None:
    from engine.cloudevents import from_json

    world.quiz(10, 90)
    world.quiz(12, 20)
    world.service.revoke("ada", "next", STAFF)
    world.retract("q12")
    other = World(FILES, new_store())
    receipts = other.service.ingest([from_json(value) for value in world.service.export()], STAFF, reserved=True)
    assert {receipt.status for receipt in receipts} == {"accepted"}
    assert other.held() == world.held()
    assert other.kept() == []


def test_the_last_key_that_is_revoked_opens_nothing(world: World) -> None:
    assert not world.service.keys_exist()
    secret = world.service.create_key("ci", ["events"])
    assert world.service.key(secret) == ("ci", ("events",))
    assert world.service.revoke_key("ci") is True
    assert world.service.key(secret) is None
    assert (world.service.keys(), world.service.keys_exist(), world.service.revoke_key("ci")) == ([], True, False)
