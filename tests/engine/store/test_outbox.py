"""Endpoints and deliveries, alike in every store."""

from __future__ import annotations

import threading
from dataclasses import replace

from engine.store import Backlog, Changes, Store, Transaction
from engine.webhooks import DEAD, DELIVERED, Delivery, Endpoint
from tests.engine.store.samples import row, save

HOOK = Endpoint("wh_a", "https://a.example/x", "whsec_x", 5, ("badge.awarded",), ("quiz", "login"), "Ä", True)
OTHER = Endpoint(
    "wh_b", "https://b.example", "whsec_y", 4, old_secret="whsec_z", old_until=9, failures=2, enabled=False
)


def message(endpoint: str = "wh_a", user: str | None = "ann", at: int = 10, **more: object) -> Delivery:
    """A delivery that is due when it is written."""
    fields = {"since": at, "next_at": at, "badge": "quiz", **more}
    return Delivery(endpoint, "msg_1", "badge.awarded", at, '{"a":"ü"}', user, **fields)  # type: ignore[arg-type]


def put(store: Store, *deliveries: Delivery) -> None:
    with store.writing() as transaction:
        transaction.outbox.put_endpoint(HOOK)
        transaction.outbox.put_endpoint(OTHER)
        transaction.outbox.enqueue(deliveries)


def stored(store: Store, endpoint: str = "wh_a", state: str | None = None) -> list[Delivery]:
    with store.reading() as transaction:
        return transaction.outbox.deliveries(endpoint, state, 100)


def claimed(store: Store, now: int, limit: int = 10, held: int = 3, until: int = 100) -> list[int]:
    with store.writing() as transaction:
        return [each.at for each in transaction.outbox.claim("wh_a", now, until, limit, held)]


def test_endpoints_are_kept_as_they_are(store: Store) -> None:
    put(store)
    with store.writing() as transaction:
        assert transaction.outbox.endpoints() == [OTHER, HOOK]
        assert transaction.outbox.endpoint("wh_b") == OTHER
        transaction.outbox.put_endpoint(replace(OTHER, enabled=True, reason="é", types=()))
        assert transaction.outbox.endpoint("wh_b") == replace(OTHER, enabled=True, reason="é", types=())
        assert transaction.outbox.endpoint("wh_c") is None


def test_an_endpoint_takes_its_deliveries_with_it(store: Store) -> None:
    put(store, message(), message("wh_b"))
    with store.writing() as transaction:
        assert transaction.outbox.drop_endpoint("wh_a")
        assert not transaction.outbox.drop_endpoint("wh_a")
    assert stored(store) == [] and len(stored(store, "wh_b")) == 1


def test_what_is_written_is_numbered_in_its_order_and_goes_with_its_transaction(store: Store) -> None:
    put(store, message(at=1), message(at=2, user=None, badge=None))
    second, first = stored(store)
    assert first.number < second.number
    assert first == message(at=1, number=first.number)
    assert second == message(at=2, user=None, badge=None, number=second.number)
    try:
        with store.writing() as transaction:
            transaction.outbox.enqueue([message(at=3)])
            raise RuntimeError
    except RuntimeError:
        assert len(stored(store)) == 2


def test_what_is_due_is_taken_once_until_its_lease_is_over(store: Store) -> None:
    put(store, message(at=10), message(at=11, user="bob"), message(at=30, user="cy"), message("wh_b", at=5))
    assert claimed(store, now=20, limit=1) == [10]
    assert claimed(store, now=20) == [11]
    assert claimed(store, now=20) == []
    with store.reading() as transaction:
        assert transaction.outbox.due() == {"wh_a": 30, "wh_b": 5}
    assert claimed(store, now=100) == [30, 10, 11]


def test_of_one_user_the_oldest_goes_first_until_it_was_tried_often_enough(store: Store) -> None:
    put(store, message(at=1, tries=2), message(at=2), message(at=3, user=None), message(at=4, user=None))
    assert claimed(store, now=20) == [1, 3, 4]
    assert claimed(store, now=20) == []
    assert claimed(store, now=20, held=2) == [2]


def test_a_probe_takes_what_is_due_first_though_it_is_not_yet(store: Store) -> None:
    put(store, message(at=10, next_at=50), message(at=11, next_at=40))
    with store.writing() as transaction:
        assert [each.at for each in transaction.outbox.probe("wh_a", 20, 100)] == [11]
        assert [each.at for each in transaction.outbox.probe("wh_a", 20, 100)] == [10]
        assert transaction.outbox.probe("wh_a", 20, 100) == []


def test_what_became_of_a_delivery_is_written_once(store: Store) -> None:
    put(store, message(at=1), message(at=2, user="bob"))
    with store.writing() as transaction:
        first, second = transaction.outbox.claim("wh_a", 20, 100, 9, 3)
        done = replace(first, state=DELIVERED, tries=1, tried_at=21, status=204)
        retried = replace(second, next_at=50, tries=1, tried_at=21, status=500, error="it answered 500")
        transaction.outbox.settle([done, retried])
        transaction.outbox.settle([replace(done, state=DEAD)])
    assert stored(store) == [retried, done]
    assert stored(store, state=DELIVERED) == [done]
    assert claimed(store, now=49) == [] and claimed(store, now=50) == [2]


def test_all_that_waits_can_be_made_due_but_not_what_is_in_hands(store: Store) -> None:
    put(store, message(at=1, next_at=500), message(at=2, next_at=2, user="bob"))
    assert claimed(store, now=20) == [2]
    with store.writing() as transaction:
        assert transaction.outbox.hasten("wh_a", 20) == 1
    assert claimed(store, now=20) == [1]


def test_what_waits_too_long_is_given_up(store: Store) -> None:
    put(store, message(at=1, next_at=9), message(at=2, error="was busy", tried_at=3), message(at=30))
    with store.writing() as transaction:
        assert transaction.outbox.bury("wh_a", 30, "too late") == 2
    found = {each.at: (each.error, each.tried_at) for each in stored(store, state=DEAD)}
    assert found == {1: ("too late", 9), 2: ("was busy", 3)}


def test_what_was_given_up_or_taken_can_be_sent_again(store: Store) -> None:
    states = {1: DEAD, 2: DEAD, 3: DELIVERED, 4: "pending", 5: DEAD}
    put(store, *(message(at=at, state=state, tries=4, tried_at=9) for at, state in states.items()))
    with store.writing() as transaction:
        assert transaction.outbox.replay("wh_a", 70, [DEAD], 2, 5) == 1
        assert transaction.outbox.replay("wh_b", 70, [DEAD], 0, 99) == 0
        number = next(each.number for each in stored_in(transaction) if each.at == 3)
        transaction.outbox.replay_one(number, 71)
    again = {each.at: (each.since, each.next_at, each.tries) for each in stored(store, state="pending")}
    assert again == {2: (70, 70, 0), 3: (71, 71, 0), 4: (4, 4, 4)}


def stored_in(transaction: Transaction) -> list[Delivery]:
    return transaction.outbox.deliveries("wh_a", None, 100)


def test_deliveries_are_listed_newest_first_page_by_page(store: Store) -> None:
    put(store, *(message(at=at) for at in range(5)))
    with store.reading() as transaction:
        first = transaction.outbox.deliveries("wh_a", None, 2)
        second = transaction.outbox.deliveries("wh_a", "pending", 2, first[-1].number)
        assert [each.at for each in [*first, *second]] == [4, 3, 2, 1]
        assert transaction.outbox.delivery("wh_a", first[0].number) == first[0]
        assert transaction.outbox.delivery("wh_b", first[0].number) is None


def test_what_is_done_is_forgotten_in_time_and_what_waits_is_not(store: Store) -> None:
    put(store, message(state=DELIVERED, tried_at=10), message(state=DEAD, tried_at=20), message(tried_at=1))
    with store.writing() as transaction:
        assert transaction.outbox.prune(20, 9) == 1
        assert transaction.outbox.prune(21, 0) == 0
        assert transaction.outbox.prune(21, 9) == 1
    assert [each.state for each in stored(store)] == ["pending"]


def test_what_is_before_and_behind_an_endpoint_is_counted(store: Store) -> None:
    put(store, message(at=3, next_at=8), message(at=4), message(state=DEAD), message("wh_b", state=DELIVERED))
    with store.reading() as transaction:
        assert transaction.outbox.backlogs() == {
            "wh_a": Backlog({"pending": 2, DEAD: 1}, 3, 4),
            "wh_b": Backlog({DELIVERED: 1}),
        }


def test_an_erased_user_is_in_no_delivery(store: Store) -> None:
    save(store, Changes(row("ann")))
    put(store, message(user="ann"), message(user="ann", state=DELIVERED), message(user="bob"), message(user=None))
    with store.writing() as transaction:
        assert len(transaction.outbox.of_user("ann")) == 2
        in_hands = transaction.outbox.claim("wh_a", 20, 100, 1, 3)
        assert transaction.erase("ann")
        transaction.outbox.settle([replace(each, state=DELIVERED) for each in in_hands])
        assert transaction.outbox.of_user("ann") == []
    assert sorted(str(each.user) for each in stored(store)) == ["None", "bob"]


def test_several_processes_take_different_deliveries(store: Store) -> None:
    put(store, *(message(at=number, user=f"user-{number}") for number in range(60)))
    taken: list[list[int]] = []

    def take() -> None:
        while part := claimed(store, now=99, limit=7, until=1000):
            taken.append(part)

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(at for part in taken for at in part) == list(range(60))
