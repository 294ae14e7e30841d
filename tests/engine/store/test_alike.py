"""Every store answers alike: random changes go to a database and to dictionaries, and all answers are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.store import Changes, Head, MemoryStore, Store, UserRow, nearby, open_store
from tests.engine.store.samples import award, entry, failure, left, retraction, snapshot


@pytest.fixture(scope="module")
def database(shared_url: str) -> Iterator[Store]:
    """A database that all examples use, one after the other; there is little room for cells in rows of users."""
    opened = open_store(shared_url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearby, "ROOM", 40)
        yield opened
    opened.close()


USERS = ["a", "b", "ü", "\uffff", "\U0001f600"]
KEYS = ["m", "b:quiz"]
bodies = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('aü"\\\n', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
    max_leaves=5,
)
values = st.none() | st.sampled_from([0, 1, 2, -1, 0.5, 0.1 + 0.2, 0.3, 2**62, 2**80])
times = st.integers(0, 20)
awards = st.builds(
    lambda badge, tier, occurrence, at, id: award(badge, tier, occurrence, at, id=id),
    st.sampled_from(["quiz", "login"]),
    st.sampled_from([None, "gold"]),
    st.sampled_from([None, "2", "10"]),
    times,
    st.sampled_from(["e1", "e2"]),
)


@st.composite
def changes(draw: st.DrawFn, number: int) -> Changes:
    user = draw(st.sampled_from(USERS))
    attributes = draw(
        st.fixed_dictionaries({}, optional={"name": st.sampled_from(["Ann", None, 5]), "listed": st.booleans()})
    )
    position = (draw(times), "app", f"e{number}")
    row = UserRow(
        user,
        position,
        draw(st.none() | times),
        attributes,
        draw(st.sampled_from("st")),
        draw(times),
        draw(st.sampled_from([0, 1, 0.3])),
    )
    log = [entry(user, f"e{number}", position[0], draw(st.sampled_from(["login", "quiz"])), {"body": draw(bodies)})]
    if draw(st.booleans()):
        log.append(retraction(user, f"r{number}", f"e{number - 1}", position[0]))
    return Changes(
        row,
        log,
        draw(st.dictionaries(st.sampled_from(KEYS), st.builds(Head, bodies, values, st.none() | times))),
        draw(st.dictionaries(st.tuples(st.sampled_from(KEYS), st.sampled_from("ab")), bodies)),
        draw(st.lists(awards, max_size=4)),
        draw(st.lists(awards.map(lambda given: given.key), max_size=2)),
        draw(
            st.lists(
                st.builds(
                    failure, st.sampled_from(["quiz", "login"]), st.sampled_from(["e1", "e2"]), st.sampled_from("xy")
                ),
                max_size=3,
            )
        ),
        draw(st.booleans()),
    )


@st.composite
def compactions(draw: st.DrawFn) -> tuple[Any, ...]:
    """A user's snapshot, and entries that leave the log for it."""
    user = draw(st.sampled_from(USERS))
    types = draw(st.lists(st.sampled_from(["login", "quiz"]), max_size=2, unique=True))
    gone = draw(st.lists(st.sampled_from(["e1", "e2", "e3", "r1", "r2"]), max_size=3, unique=True))
    body = draw(bodies)
    return snapshot(user, draw(times), *types, body=body), [left(user, id, receipt=[{"body": body}]) for id in gone]


steps = st.lists(st.integers(0, 9), min_size=1, max_size=8).flatmap(
    lambda kinds: st.tuples(
        *(
            st.sampled_from(USERS) if kind == 0 else compactions() if kind == 1 else changes(number)
            for number, kind in enumerate(kinds)
        )
    )
)


@settings(max_examples=60, deadline=None)
@given(
    steps,
    st.dictionaries(
        st.tuples(st.sampled_from(["quiz", "login"]), st.sampled_from([None, "gold"])), st.sampled_from([1, 0.1, 0.2])
    ),
)
def test_a_database_answers_as_the_dictionaries_do(database: Store, taken: tuple[Any, ...], worth: Any) -> None:
    stores = [MemoryStore(), database]
    with database.writing() as transaction:
        transaction.points({})
        for user in USERS:
            transaction.erase(user)
    for step in taken:
        for store in stores:
            apply(store, step)
        assert answers(stores[0]) == answers(stores[1])
    for store in stores:
        with store.writing() as transaction:
            transaction.points(worth)
    assert answers(stores[0]) == answers(stores[1])


def apply(store: Store, step: Any) -> None:
    """An erasure, a compaction, or a change."""
    with store.writing() as transaction:
        if isinstance(step, str):
            transaction.erase(step)
        elif isinstance(step, tuple):
            transaction.compact(*step)
        else:
            transaction.save([step])


def answers(store: Store) -> dict[str, Any]:
    """All that a store answers."""
    keys = [(user, "app", f"{kind}{n}") for user in USERS for kind in "er" for n in range(8)]
    with store.reading() as t:
        return {
            "users": [t.users(), t.users("b", 2), t.lock(USERS), t.counts(), t.holders(), sorted(t.outdated("s", 9))],
            "logs": [t.known(keys), t.retractions_of(keys), [t.log(user) for user in USERS]],
            "newest": [[t.newest(user, types, 3) for types in (["login", "quiz"], None)] for user in USERS],
            "snapshots": [[t.snapshot(user), t.compacted_of(user)] for user in USERS] + [t.compacted(keys)],
            "older": [t.older(10, "", 9), t.older(10, "a", 2), t.older(0, "", 9)],
            "state": [t.heads(USERS, KEYS), [[t.all_heads(user), t.cells(user), t.cells(user, "m")] for user in USERS]],
            "awards": [[t.awards(user), t.awards(user, "quiz"), t.failures(user)] for user in USERS],
            "metric": [[t.rank_metric("m", now, 9), t.rank_metric("m", now, 2, USERS[:2])] for now in (0, 10)],
            "held": [
                t.rank_held(by, *period, 9)
                for by in ("badges", "points")
                for period in ((None, None), (5, 15), (5, None))
            ],
            "above": [t.above({"key": "m", "now": 5}, 0.3), t.above({"by": "points", "since": 5, "until": 15}, 0.3)],
            "rules": [t.activity(5), t.failing(5), t.flow(3, 17, 5)],
            "touched": [t.touched(USERS, ["login"], []), t.touched(USERS, [], ["quiz"]), t.touched(USERS, KEYS, KEYS)],
        }
