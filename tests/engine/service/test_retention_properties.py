"""After retention all goes on as without it: random logs, cut at random instants, against the same logs whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from engine import jsontext
from engine.calendar import parse_instant
from engine.cloudevents import from_json
from engine.model import Award, Posted, Progress, Receipt, Refusal, Viewer
from engine.reconcile import renamed
from engine.service import Service
from engine.store import MemoryStore, Store
from tests.conftest import NewStore
from tests.reference.cases import cloudevent
from tests.reference.mutations import mutated
from tests.reference.strategies import random_history
from tests.seeds import SEEDS

STAFF = Viewer("staff", name="test")
NOW = parse_instant("2026-06-01T00:00:00Z")[0]
Entry = Posted | Refusal


class Twins:
    """Two services that get the same: one with whole logs, one that compacts them now and then."""

    def __init__(self, seed: int, store: Store) -> None:
        self.rng = Random(seed)
        self.files, log = random_history(seed)
        self.whole, self.cut = (Service(kept_in, lambda: NOW) for kept_in in (MemoryStore(), store))
        self.apply()
        self.posts = posts_of(log)
        self.users = sorted({post["user"] for post in log})
        self.apart: set[str] = set()
        """Users with a kept award in a snapshot: it does not move any more, as it would without."""
        self.taken: list[Entry] = []

    def apply(self) -> None:
        """Put the rules in service."""
        for service in (self.whole, self.cut):
            service.apply(self.files, "test", allow_remove=True)

    def parts(self) -> list[list[Entry]]:
        """The entries in order of arrival, in a few parts."""
        cuts = sorted(self.rng.randint(0, len(self.posts)) for _ in range(self.rng.randint(1, 3)))
        return [self.posts[a:b] for a, b in zip([0, *cuts], [*cuts, len(self.posts)], strict=True)]

    def post(self, entries: Sequence[Entry]) -> None:
        """Give entries to both; those that come too late for one are kept from the other."""
        for entry in entries:
            [cut] = self.cut.ingest([entry], STAFF, reserved=True)
            if is_late(cut):
                continue
            [whole] = self.whole.ingest([entry], STAFF, reserved=True)
            self.taken.append(entry)
            if isinstance(entry, Refusal) or entry.event.user not in self.apart:
                assert told(cut) == told(whole)

    def retain(self) -> int:
        """Compact up to some instant of the log; how many entries that were."""
        until = self.rng.choice([p.event.time for p in self.posts if isinstance(p, Posted)]) + self.rng.choice([0, 1])
        for user in self.users:
            held = self.whole.awards(user, STAFF)
            self.apart |= {user for award in held if award.kept and award.awarded_at < until}
        done = self.cut.retain(NOW - until, STAFF)
        assert done.left == []
        return done.entries

    def compare(self) -> None:
        """Both show the same, and verify agrees."""
        for user in set(self.users) - self.apart:
            assert shown(self.cut.awards(user, STAFF)) == shown(self.whole.awards(user, STAFF))
            assert progress(self.cut, user) == progress(self.whole, user)
            assert self.cut.count(user) == self.whole.count(user)
        assert self.cut.verify().differences == []


def posts_of(log: list[dict]) -> list[Entry]:
    """The entries of a random log that are JSON."""
    posts = []
    for entry in log:
        try:
            posts.append(from_json(jsontext.loads(cloudevent(entry))))
        except jsontext.BadJSON:
            continue
    return posts


def is_late(receipt: Receipt) -> bool:
    """Whether an entry was refused for being from before a snapshot."""
    return any(error.get("code") == "compacted" for error in receipt.errors)


def told(receipt: Receipt) -> tuple[object, ...]:
    """What a receipt says."""
    return receipt.status, shown(receipt.awarded), list(receipt.progress), list(receipt.errors)


def shown(awards: Sequence[Award]) -> list[tuple[object, ...]]:
    """What is told of awards; whether one of a snapshot would be kept today is not known."""
    return [(a.key, a.awarded_at, a.source, a.id, dict(a.metadata), a.rules_version, a.by_call) for a in awards]


def progress(service: Service, user: str) -> list[Progress]:
    return service.progress(user, STAFF)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_comes_after_retention_gives_the_same_as_without(seed: int, new_store: NewStore) -> None:
    twins = Twins(seed, new_store())
    for part in twins.parts():
        twins.post(part)
        twins.retain()
        twins.compare()
    twins.post(list(twins.taken))
    twins.compare()


@pytest.mark.parametrize("seed", SEEDS)
def test_after_retention_a_plan_is_what_an_apply_does_and_nothing_earned_is_lost(
    seed: int, new_store: NewStore
) -> None:
    twins = Twins(seed, new_store())
    service = twins.cut
    for part in twins.parts():
        service.ingest(part, STAFF, reserved=True)
        twins.retain()
        twins.files = mutated(twins.rng, twins.files)
        held = {user: service.awards(user, STAFF) for user in twins.users}
        plan = service.plan(twins.files, allow_remove=True)
        service.apply(twins.files, "test", allow_remove=True)
        assert service.verify().differences == []
        rules, gained = service.rules, Counter[str]()
        for user in twins.users:
            before = {renamed(rules, award).key for award in held[user]}
            after = {award.key for award in service.awards(user, STAFF)}
            assert {key for key in before if key[0] in rules.badges} <= after
            gained.update(key[0] for key in after - before)
        assert gained == {part.badge: part.gains.awards for part in plan.badges if part.gains.awards}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_export_of_what_is_compacted_goes_on_in_another_database(seed: int, new_store: NewStore) -> None:
    twins = Twins(seed, new_store())
    parts = twins.parts()
    twins.cut.ingest([post for part in parts[:-1] for post in part], STAFF, reserved=True)
    twins.retain()
    entries = [from_json(jsontext.loads(jsontext.dumps(value))) for value in twins.cut.export()]
    kept = {user for user in twins.users if any(award.kept for award in twins.cut.awards(user, STAFF))}
    other = Service(MemoryStore(), lambda: NOW)
    other.apply(twins.files, "test")
    assert {receipt.status for receipt in other.ingest(entries, STAFF, reserved=True)} <= {"accepted"}
    assert list(other.export()) == list(twins.cut.export())
    for service in (twins.cut, other):
        service.ingest(parts[-1], STAFF, reserved=True)
        assert service.verify().differences == []
    for user in set(twins.users) - kept:
        assert shown(other.awards(user, STAFF)) == shown(twins.cut.awards(user, STAFF))
        assert progress(other, user) == progress(twins.cut, user)
