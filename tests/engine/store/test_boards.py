"""What a store answers across users: pages, counts, holders, leaderboards, activity and failing rules."""

from __future__ import annotations

import pytest

from engine.store import Changes, Head, Ranked, Store, pages
from tests.engine.store.samples import award, entry, failure, retraction, row, save, scored


def test_users_come_page_by_page_by_code_point(store: Store) -> None:
    names = ["b", "a", "Z", "é", "\uffff", "\U0001f600", "a1", "10", "9"]
    save(store, *(Changes(row(name)) for name in names))
    with store.reading() as transaction:
        assert transaction.users() == sorted(names)
        assert transaction.users("a", 2) == ["a1", "b"]
        assert [list(page) for page in pages(transaction, 4)] == [sorted(names)[n : n + 4] for n in (0, 4, 8)]


def test_users_folded_by_other_rules_are_outdated(store: Store) -> None:
    save(
        store,
        *(
            Changes(row(name, semantics=semantics))
            for name, semantics in zip("abcd", ["s1", "s2", "s0", ""], strict=True)
        ),
    )
    with store.reading() as transaction:
        assert sorted(transaction.outdated("s1", 10)) == ["b", "c", "d"]
        assert len(transaction.outdated("s1", 2)) == 2
        assert transaction.outdated("s1", 0) == []


def test_everything_is_counted(store: Store) -> None:
    with store.reading() as transaction:
        assert transaction.counts() == {"users": 0, "events": 0, "awards": 0, "failures": 0}
    save(
        store,
        Changes(row("ann"), [entry("ann", "e1"), entry("ann", "e2")], awards=[award("a")], failures=[failure("b")]),
    )
    with store.reading() as transaction:
        assert transaction.counts() == {"users": 1, "events": 2, "awards": 1, "failures": 1}


def test_holders_are_users_whatever_the_number_of_their_awards(store: Store) -> None:
    save(store, Changes(row("ann"), awards=[award("a"), award("a", "gold"), award("a", None, "2"), award("b")]))
    save(store, Changes(row("bob"), awards=[award("a")]))
    with store.reading() as transaction:
        assert transaction.holders() == {"a": 2, "b": 1}
    save(store, Changes(row("bob"), dropped=[("a", None, None)]))
    with store.reading() as transaction:
        assert transaction.holders() == {"a": 1, "b": 1}


def test_users_are_ranked_by_a_metric_falling_then_by_id(store: Store) -> None:
    save(
        store, scored("bob", 3), scored("ann", 3), scored("cyd", 10), scored("dan", 2.5), scored("eve", -1, name="Eve")
    )
    with store.reading() as transaction:
        assert transaction.rank_metric("m", 0, 10) == [
            Ranked("cyd", None, 10),
            Ranked("ann", None, 3),
            Ranked("bob", None, 3),
            Ranked("dan", None, 2.5),
            Ranked("eve", "Eve", -1),
        ]
        assert [entry.user for entry in transaction.rank_metric("m", 0, 2)] == ["cyd", "ann"]
        assert [entry.user for entry in transaction.rank_metric("m", 0, 10, ["dan", "ann", "xyz"])] == ["ann", "dan"]
        assert transaction.rank_metric("other", 0, 10) == []


def test_users_without_a_value_with_0_or_unlisted_are_not_ranked(store: Store) -> None:
    save(store, scored("ann", None), scored("bob", 0), scored("cyd", 0.0), scored("dan", 1, listed=False))
    save(store, scored("eve", 1, listed=True), scored("fay", 2, listed=None), Changes(row("gus"), heads={"m": Head(5)}))
    with store.reading() as transaction:
        assert [entry.user for entry in transaction.rank_metric("m", 0, 10)] == ["fay", "eve"]
        assert transaction.rank_metric("m", 0, 10, ["dan"]) == []
        assert transaction.above({"key": "m", "now": 0}, 0.5) == 2


def test_a_user_is_listed_again_from_the_change_on(store: Store) -> None:
    save(store, scored("ann", 1, listed=False))
    save(store, Changes(row("ann", attributes={"name": "Ann"})))
    with store.reading() as transaction:
        assert transaction.rank_metric("m", 0, 10) == [Ranked("ann", "Ann", 1)]


def test_an_expired_value_counts_no_more_from_the_instant_on(store: Store) -> None:
    save(store, scored("ann", 5, 100), scored("bob", 4, None))
    with store.reading() as transaction:
        assert [entry.user for entry in transaction.rank_metric("m", 99, 10)] == ["ann", "bob"]
        assert [entry.user for entry in transaction.rank_metric("m", 100, 10)] == ["bob"]
        assert transaction.above({"key": "m", "now": 99}, 4) == 1
        assert transaction.above({"key": "m", "now": 100}, 4) == 0


def test_values_that_read_the_same_rank_the_same(store: Store) -> None:
    save(store, scored("bob", 0.1 + 0.2), scored("ann", 0.3), scored("cyd", 0.3 - 1e-16))
    with store.reading() as transaction:
        assert transaction.rank_metric("m", 0, 10) == [Ranked(user, None, 0.3) for user in ("ann", "bob", "cyd")]
        assert transaction.above({"key": "m", "now": 0}, 0.3) == 0


def test_large_whole_numbers_are_ranked_exactly_and_larger_ones_nearly(store: Store) -> None:
    save(store, scored("ann", 2**62 + 1), scored("bob", 2**62), scored("cyd", 2**80), scored("dan", 1e300))
    with store.reading() as transaction:
        ranked = transaction.rank_metric("m", 0, 10)
    assert [entry.user for entry in ranked] == ["dan", "cyd", "ann", "bob"]
    assert [entry.value for entry in ranked[2:]] == [2**62 + 1, 2**62]
    assert [float(entry.value) for entry in ranked[:2]] == pytest.approx([1e300, 2.0**80])


@pytest.mark.parametrize("by", ["badges", "points"])
def test_users_are_ranked_by_what_they_hold(store: Store, by: str) -> None:
    held = {"ann": 2, "bob": 3, "cyd": 2, "dan": 0}
    save(store, *(Changes(row(user, **{by: value}, attributes={"name": user.title()})) for user, value in held.items()))
    save(store, Changes(row("eve", **{by: 9}, attributes={"listed": False})))
    with store.reading() as transaction:
        assert transaction.rank_held(by, None, None, 10) == [
            Ranked("bob", "Bob", 3),
            Ranked("ann", "Ann", 2),
            Ranked("cyd", "Cyd", 2),
        ]
        assert transaction.rank_held(by, None, None, 1) == [Ranked("bob", "Bob", 3)]
        assert transaction.rank_held(by, None, None, 10, ["cyd", "dan"]) == [Ranked("cyd", "Cyd", 2)]
        assert transaction.above({"by": by, "since": None, "until": None}, 2) == 1


def test_within_a_period_only_the_awards_given_in_it_count(store: Store) -> None:
    with store.writing() as transaction:
        transaction.points({("a", None): 10, ("a", "gold"): 0.1, ("b", None): 0.2, ("none", None): 0})
        transaction.save(
            [
                Changes(row("ann"), awards=[award("a", at=10), award("a", "gold", at=10), award("b", at=20)]),
                Changes(row("bob"), awards=[award("a", "gold", at=10), award("b", None, "2", at=19), award("b", at=9)]),
                Changes(row("cyd"), awards=[award("none", at=10), award("worthless", at=10)]),
                Changes(row("dan", attributes={"listed": False}), awards=[award("a", at=10)]),
            ]
        )
    with store.reading() as transaction:
        badges = [(entry.user, entry.value) for entry in transaction.rank_held("badges", 10, 20, 10)]
        points = [(entry.user, entry.value) for entry in transaction.rank_held("points", 10, 20, 10)]
        assert badges == [("bob", 2), ("cyd", 2), ("ann", 1)]
        assert points == [("ann", 10.1), ("bob", 0.3)]
        assert transaction.above({"by": "points", "since": 10, "until": 20}, 0.3) == 1
        assert transaction.above({"by": "badges", "since": 10, "until": 20}, 1) == 2
        assert transaction.rank_held("badges", 10, None, 10, ["ann"]) == [Ranked("ann", None, 2)]
        assert transaction.rank_held("badges", None, 10, 10) == [Ranked("bob", None, 1)]


def test_the_users_with_an_entry_of_a_type_or_a_badge_are_told(store: Store) -> None:
    save(store, Changes(row("ann"), [entry("ann", "e1"), entry("ann", "e2", type="quiz")]))
    save(store, Changes(row("bob"), [entry("bob", "e1")], awards=[award("a", "gold"), award("b")]))
    save(store, Changes(row("cyd")))
    everybody = ["ann", "bob", "cyd", "nobody"]
    with store.reading() as transaction:
        assert transaction.touched(everybody, ["quiz"], []) == {"ann"}
        assert transaction.touched(everybody, ["login"], ["a"]) == {"ann", "bob"}
        assert transaction.touched(everybody, ["quiz", "other"], ["b", "c"]) == {"ann", "bob"}
        assert transaction.touched(["cyd", "bob"], ["quiz"], []) == transaction.touched([], ["login"], ["a"]) == set()
        assert transaction.touched(everybody, [], []) == set()


def test_activity_tells_what_happened_since_an_instant(store: Store) -> None:
    events = [entry("ann", f"e{n}", n) for n in (1, 5, 9)] + [retraction("ann", "r", "e1", 7)]
    awards = [award("a", at=4), award("b", at=5), award("b", "gold", at=8)]
    failures = [failure("a", "e5"), failure("a", "e9"), failure("b", "e1")]
    save(store, Changes(row("ann"), events, awards=awards, failures=failures))
    with store.reading() as transaction:
        assert transaction.activity(5) == {
            "events": {"login": {"count": 2, "last": 9}, "event.retracted": {"count": 1, "last": 7}},
            "awards": {"b": {"count": 2, "last": 8}},
            "failures": {"a": {"count": 2, "last": 9}},
        }
        assert transaction.activity(100) == {"events": {}, "awards": {}, "failures": {}}


def test_failing_rules_tell_how_often_and_how_at_last(store: Store) -> None:
    events = [entry("ann", "e1", 5), entry("ann", "e2", 3)]
    save(
        store,
        Changes(row("ann"), events, failures=[failure("a", "e1", "newest"), failure("a", "e2"), failure("b", "gone")]),
    )
    save(store, Changes(row("bob"), [entry("bob", "e1", 4)], failures=[failure("a", "e1", "older")]))
    with store.reading() as transaction:
        failing = transaction.failing(10)
        assert transaction.failing(1) == failing[:1]
    assert failing == [
        {
            "badge": "a",
            "count": 3,
            "message": "newest",
            "event": {"user": "ann", "source": "app", "id": "e1", "time": 5},
        },
        {
            "badge": "b",
            "count": 1,
            "message": "a division by zero",
            "event": {"user": "ann", "source": "app", "id": "gone", "time": 0},
        },
    ]
