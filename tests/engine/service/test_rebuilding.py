"""An apply rebuilds those whom the change can touch, is safe to interrupt, and lets events in meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest

from engine.calendar import DAY, parse_instant
from engine.model import Award, Event, Posted, Viewer
from engine.service import Refused, RulesRejected, Service
from engine.service import rebuilding as module
from engine.store import Store, Version
from tests.conftest import NewStore
from tests.engine.service.test_planning import World, plain
from tests.reference.mutations import mutated
from tests.seeds import SEEDS

STAFF = Viewer("staff", name="boss")
NOW = parse_instant("2026-06-01T00:00:00Z")[0]
EVENT = "payload: {type: object, properties: {score: {type: number}}}"
FILES = {
    "events/quiz.yaml": EVENT,
    "events/login.yaml": EVENT,
    "badges/first.yaml": "{name: First, trigger: quiz, points: 5}",
    "badges/third.yaml": "{name: Third, trigger: quiz, threshold: 3}",
    "badges/regular.yaml": "{name: Regular, trigger: login, threshold: 2}",
    "badges/gift.yaml": "{name: Gift, grant: staff}",
    "leaderboards/week.yaml": "{name: Week, rank_by: points, per: year}",
}
Give = Callable[..., Service]


def post(service: Service, user: str, id: str, type: str = "quiz", time: int = NOW - DAY) -> list[str]:
    """The badges that an event gives."""
    [receipt] = service.ingest([Posted(Event(user, "app", id, type, time, 0, {}))], STAFF)
    assert receipt.status == "accepted", receipt
    return [award.badge for award in receipt.awarded]


def held(service: Service, *users: str) -> list[list[str]]:
    """What users hold, by id."""
    return [sorted(award.badge for award in service.awards(user, STAFF)) for user in users]


def serving(store: Store) -> Service:
    """A service with two quizzes of ada and bob, and two logins of cyd."""
    service = Service(store, lambda: NOW)
    service.apply(FILES, "test")
    for user, type in (("ada", "quiz"), ("bob", "quiz"), ("cyd", "login")):
        for number in range(2):
            post(service, user, f"{type}{number}", type)
    return service


@pytest.fixture
def service(new_store: NewStore) -> Service:
    return serving(new_store())


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every user in a transaction of its own."""
    for name, value in (("FEWEST", 1), ("MOST", 1), ("REST", 0)):
        monkeypatch.setattr(module, name, value)


# whom a change touches


def test_a_change_of_texts_rebuilds_nobody(service: Service) -> None:
    texts = "{name: {en: Erster}, description: The first one., icon: 🥇, trigger: quiz, points: 5}"
    applied = service.apply({**FILES, "badges/first.yaml": texts}, "test")
    assert (applied.rebuilt, applied.awarded) == (0, 0)
    assert applied.version != applied.previous
    assert service.verify().differences == []


def test_a_new_threshold_rebuilds_only_users_with_such_events(service: Service) -> None:
    applied = service.apply({**FILES, "badges/third.yaml": "{name: Third, trigger: quiz, threshold: 2}"}, "test")
    assert (applied.rebuilt, applied.awarded) == (2, 2)
    assert held(service, "ada", "cyd") == [["first", "third"], ["regular"]]
    assert service.verify().differences == []


def test_other_points_rebuild_only_holders(service: Service) -> None:
    service.grant("dan", "gift", None, STAFF)
    applied = service.apply({**FILES, "badges/gift.yaml": "{name: Gift, grant: staff, points: 7}"}, "test")
    assert applied.rebuilt == 1
    assert [(entry.user, entry.value) for entry in service.leaderboard("week")] == [("dan", 7), ("ada", 5), ("bob", 5)]
    assert service.verify().differences == []


def test_another_time_zone_rebuilds_everybody(service: Service) -> None:
    assert service.apply({**FILES, "settings.yaml": "timezone: Asia/Tokyo"}, "test").rebuilt == 3


def test_applying_the_same_twice_changes_nothing(service: Service) -> None:
    new = {**FILES, "badges/fan.yaml": "{name: Fan, trigger: quiz}"}
    first, again = service.apply(new, "test"), service.apply(new, "test")
    assert (first.rebuilt, first.awarded) == (2, 2)
    assert (again.previous, again.rebuilt, again.awarded) == (again.version, 0, 0)
    assert len(service.history()) == 2


def test_awards_of_an_apply_are_told_if_they_are_to_be_announced(service: Service) -> None:
    told: list[tuple[str, Award]] = []
    new = {**FILES, "badges/fan.yaml": "{name: Fan, trigger: quiz}"}
    service.apply(new, "test", announce=lambda user, award: told.append((user, award)))
    assert [(user, award.badge) for user, award in told] == [("ada", "fan"), ("bob", "fan")]


# what is not lost


def test_a_renamed_badge_is_not_awarded_again(service: Service) -> None:
    files = {path: text for path, text in FILES.items() if "first" not in path}
    renamed = {**files, "badges/starter.yaml": "{name: First, trigger: quiz, points: 5, formerly: [first]}"}
    assert service.plan(renamed).badges == ()
    applied = service.apply(renamed, "test")
    assert applied.awarded == 0
    assert held(service, "ada") == [["starter"]]


def test_a_badge_that_people_hold_is_retired_or_its_removal_allowed(service: Service) -> None:
    without = {path: text for path, text in FILES.items() if "first" not in path}
    plan = service.plan(without)
    assert plan.refused and plan.removed == {"first": 2}
    assert not service.plan(without, allow_remove=True).refused
    with pytest.raises(Refused, match=r"first \(2 people\)"):
        service.apply(without, "test")
    retired = {**FILES, "badges/first.yaml": "{name: First, trigger: quiz, points: 5, retired: true}"}
    assert not service.plan(retired).refused
    service.apply(retired, "test")
    assert held(service, "ada") == [["first"]] and post(service, "eve", "q") == []
    service.apply(without, "test", allow_remove=True)
    assert held(service, "ada") == [[]]
    assert service.verify().differences == []


def test_a_grant_outlives_its_tier(service: Service) -> None:
    tiers = "{name: Tiered, trigger: login, tiers: [{id: low, threshold: 5}, {id: high, threshold: 9}]}"
    service.apply({**FILES, "badges/tiered.yaml": tiers}, "test")
    service.grant("ada", "tiered", "high", STAFF)
    less = {**FILES, "badges/tiered.yaml": "{name: Tiered, trigger: login, tiers: [{id: low, threshold: 5}]}"}
    assert [(part.badge, part.keeps.users) for part in service.plan(less).badges] == [("tiered", 1)]
    service.apply(less, "test")
    assert held(service, "ada") == [["first", "tiered"]]
    report = service.verify()
    assert report.differences == [] and len(report.kept) == 1
    assert service.revoke("ada", "tiered", STAFF) == 1
    assert held(service, "ada") == [["first"]] and service.verify().differences == []


def test_what_hangs_on_a_badge_with_a_new_version_keeps_its_metadata(service: Service) -> None:
    proud = "{name: Proud, trigger: quiz, prerequisites: [first], metadata: {id: event.score, on: time.date}}"
    service.apply({**FILES, "badges/proud.yaml": proud}, "test")
    service.ingest([Posted(Event("eve", "app", "q", "quiz", NOW - DAY, 0, {"score": 7}))], STAFF)
    given = service.awards("eve", STAFF)
    assert [award.metadata for award in given] == [{}, {"id": 7, "on": "2026-05-31"}]
    tighter = "{name: First, trigger: quiz, points: 5, threshold: 2}"
    service.apply({**FILES, "badges/proud.yaml": proud, "badges/first.yaml": tighter}, "test")
    assert [(a.badge, a.awarded_at, a.metadata) for a in service.awards("eve", STAFF)] == [
        (a.badge, a.awarded_at, a.metadata) for a in given
    ]


# rollback


def test_a_rollback_puts_the_version_before_in_service_as_a_new_number(service: Service) -> None:
    first = service.rules.version
    second = service.apply({**FILES, "badges/third.yaml": "{name: Third, trigger: quiz, threshold: 2}"}, "test").version
    applied = service.rollback("boss")
    assert (applied.version, applied.previous) == (first, second)
    assert [(entry["number"], entry["version"]) for entry in service.history()] == [(3, first), (2, second), (1, first)]
    assert held(service, "ada") == [["first", "third"]]
    assert service.audit()[0]["detail"]["rollback_to"] == 1
    assert service.verify().differences == []


def test_a_rollback_finds_a_version_by_number_or_by_the_beginning_of_its_hash(service: Service) -> None:
    first = service.rules.version
    for name in ("Second", "Other"):
        service.apply({**FILES, "badges/gift.yaml": f"{{name: {name}, grant: staff}}"}, "test")
    assert service.rollback("boss", "1").version == first
    second = service.history()[2]["version"]
    assert service.rollback("boss", second[:6]).version == second
    with pytest.raises(Refused, match="There is no version nothing") as refused:
        service.rollback("boss", "nothing")
    assert refused.value.status == 404


def test_the_first_version_cannot_be_rolled_back(new_store: NewStore) -> None:
    service = Service(new_store(), lambda: NOW)
    service.apply(FILES, "test")
    with pytest.raises(Refused, match="no version before"):
        service.rollback("boss")


def test_a_rollback_that_removes_a_badge_people_hold_is_refused_unless_allowed(service: Service) -> None:
    service.apply({**FILES, "badges/fan.yaml": "{name: Fan, trigger: quiz}"}, "test")
    with pytest.raises(Refused, match=r"fan \(2 people\)"):
        service.rollback("boss")
    service.rollback("boss", allow_remove=True)
    assert held(service, "ada") == [["first"]]


# rules that cannot be read


def test_the_last_good_rules_stay_if_newer_ones_cannot_be_read(new_store: NewStore) -> None:
    store = new_store()
    service = serving(store)
    good = service.rules.version
    with store.writing(alone=True) as transaction:
        transaction.put_version(Version("later", {"badges/new.yaml": "{name: New, magic: true}"}, NOW, "other"))
    assert service.rules.version == good
    assert post(service, "dan", "q") == ["first"]
    refused = service.rules_status(STAFF)["refused"]
    assert "later" in refused["reason"] and refused["problems"]
    assert service.telemetry().refused
    service.apply(FILES, "test")
    assert service.rules_status(STAFF)["refused"] is None
    assert service.verify().differences == []


def test_a_process_that_never_had_good_rules_can_plan_and_apply_some(new_store: NewStore) -> None:
    store = new_store()
    serving(store)
    with store.writing(alone=True) as transaction:
        transaction.put_version(Version("later", {"badges/new.yaml": "{name: New, magic: true}"}, NOW, "other"))
    fresh = Service(store, lambda: NOW)
    with pytest.raises(RulesRejected):
        _ = fresh.rules
    plan = fresh.plan(FILES)
    assert plan.comparison is None and plan.previous == "later"
    assert fresh.apply(FILES, "test").previous == "later"
    assert fresh.verify().differences == []


# interruption


class Killed(BaseException):
    """The end of a process, half way."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("one_by_one")
def test_an_apply_that_was_interrupted_is_finished_by_the_next_one(seed: int) -> None:
    world, twin = World(seed), World(seed)
    rng = Random(seed)
    for _ in range(2):
        world.files = twin.files = mutated(rng, world.files)
        twin.service.apply(twin.files, "test", allow_remove=True)
        with suppress(Killed):
            world.service.apply(world.files, "test", allow_remove=True, report=interrupting(rng.randint(0, 2)))
        world.service.apply(world.files, "test", allow_remove=True)
        assert plain(world.held()) == plain(twin.held())
    assert world.service.verify().differences == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("one_by_one")
def test_users_who_missed_a_version_come_to_the_next_one(seed: int) -> None:
    world, rng = World(seed), Random(seed)
    for _ in range(3):
        world.change()
        with suppress(Killed):
            world.service.apply(world.files, "test", allow_remove=True, report=interrupting(rng.randint(0, 2)))
    plan = world.service.plan(world.files, allow_remove=True)
    applied = world.service.apply(world.files, "test", allow_remove=True)
    assert (plan.rebuilt, sum(part.gains.awards for part in plan.badges)) == (applied.rebuilt, applied.awarded)
    assert world.service.verify().differences == []


def interrupting(batches: int) -> Callable[[int], None]:
    """A report that ends the process after so many batches."""
    left = iter(range(batches))

    def report(done: int) -> None:
        if next(left, None) is None:
            raise Killed

    return report


# others at the same time


@pytest.mark.usefixtures("one_by_one")
def test_events_that_come_during_an_apply_are_counted_by_the_new_rules(new_store: NewStore) -> None:
    store = new_store()
    service = serving(store)
    for number in range(40):
        post(service, f"u{number}", "q0")
    new = {**FILES, "badges/third.yaml": "{name: Third, trigger: quiz, threshold: 2}"}
    barrier = Barrier(3)
    faults: list[BaseException] = []

    def posting(users: range) -> None:
        barrier.wait()
        try:
            for number in users:
                post(service, f"u{number}", "q1")
                post(service, f"u{number}", "late", time=NOW - 3 * DAY)
        except BaseException as fault:
            faults.append(fault)

    threads = [Thread(target=posting, args=(users,)) for users in (range(20), range(39, 19, -1))]
    for thread in threads:
        thread.start()
    barrier.wait()
    service.apply(new, "test")
    for thread in threads:
        thread.join()
    assert faults == []
    assert held(service, *(f"u{number}" for number in range(40))) == [["first", "third"]] * 40
    assert service.verify().differences == []


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize("other", [2, 1])
def test_two_applies_at_once_leave_one_of_them_in_service(new_store: NewStore, other: int) -> None:
    store = new_store()
    service = serving(store)
    for number in range(30):
        post(service, f"u{number}", "q0")
        post(service, f"u{number}", "q1")
    sets = [{**FILES, "badges/third.yaml": f"{{name: Third, trigger: quiz, threshold: {n}}}"} for n in (2, other)]
    barrier = Barrier(2)

    def applying(files: dict[str, str]) -> None:
        mine = Service(store, lambda: NOW)
        barrier.wait()
        mine.apply(files, "test")

    threads = [Thread(target=applying, args=(files,)) for files in sets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(service.history()) == (2 if other == 2 else 3)
    assert service.verify().differences == []
    assert held(service, *(f"u{number}" for number in range(30))) == [["first", "third"]] * 30


# what is folded


def everything(world: World) -> dict[str, Any]:
    """All that is stored of all users, and how boards rank them."""
    boards = world.service.rules.leaderboards
    with world.store.reading() as transaction:
        rows = transaction.lock(world.users)
        users = {
            user: [
                rows.get(user),
                transaction.all_heads(user),
                transaction.cells(user),
                transaction.awards(user),
                sorted(map(repr, transaction.failures(user))),
            ]
            for user in world.users
        }
    return {"users": users, "boards": {board: world.service.leaderboard(board) for board in boards}}
