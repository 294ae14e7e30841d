"""What a store keeps of one user: the row, the log, the state and the awards."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from msgspec.structs import replace

from engine.store import Changes, Head, Store, Undo
from tests.engine.store.samples import award, entry, failure, retraction, row, save


def test_only_users_that_exist_have_a_row(store: Store) -> None:
    save(store, Changes(row("ann")))
    with store.writing() as transaction:
        assert transaction.lock(["ann", "bob"]) == {"ann": row("ann")}


def test_a_row_comes_back_as_it_was_saved(store: Store) -> None:
    ann = row(
        "ann",
        position=(2**50, "app", "é\U0001f600"),
        offset=-3600,
        attributes={"name": "Ann", "height": Decimal("1.70000000000000000001"), "tags": [1, None]},
        semantics="s1",
        badges=2,
        points=1.5,
        retractions=1,
    )
    save(store, Changes(row("ann")), Changes(row("bob")))
    save(store, Changes(ann))
    with store.reading() as transaction:
        assert transaction.lock(["ann"]) == {"ann": ann}
        assert transaction.lock(["bob"]) == {"bob": row("bob")}


def test_an_event_comes_back_as_it_was_sent(store: Store) -> None:
    data = {
        "score": Decimal("0.12345678901234567890"),
        "text": "ü\n\U0001f600",
        "whole": 2**70,
        "deep": {"a": [True, None]},
    }
    sent = replace(entry("ann", "e1", 5, data=data), timeless=True, received_at=9, receipt=({"badge": "first"},))
    sent = replace(sent, event=replace(sent.event, offset=7200))
    save(store, Changes(row("ann"), [sent]))
    with store.reading() as transaction:
        assert transaction.known([("ann", "app", "e1")]) == {("ann", "app", "e1"): sent}
        assert transaction.log("ann") == [sent]


def test_an_event_is_known_by_user_source_and_id_together(store: Store) -> None:
    save(store, Changes(row("ann"), [entry("ann", "e1")]), Changes(row("bob"), [entry("bob", "e2")]))
    asked = [("ann", "app", "e1"), ("ann", "app", "e2"), ("bob", "app", "e1"), ("ann", "web", "e1")]
    with store.reading() as transaction:
        assert set(transaction.known(asked)) == {("ann", "app", "e1")}
        assert transaction.known([]) == {}


def test_ids_of_the_greatest_length_are_kept(store: Store) -> None:
    user, id, source = ("".join(Random(n).choices("\U0001f600\U00020000\U0001f389\U00010348", k=200)) for n in range(3))
    stored = entry(user, id)
    stored = replace(stored, event=replace(stored.event, source=source))
    failed = replace(failure("a" * 60, id), source=source)
    save(store, Changes(row(user, position=stored.event.position), [stored], failures=[failed]))
    with store.reading() as transaction:
        assert transaction.log(user) == [stored]
        assert transaction.failures(user) == [failed]


def test_thousands_of_keys_are_asked_for_at_once(store: Store) -> None:
    entries = [entry("ann", f"e{n}", n) for n in range(2500)]
    save(store, Changes(row("ann"), entries))
    with store.reading() as transaction:
        assert len(transaction.known([("ann", "app", f"e{n}") for n in range(5000)])) == 2500


def test_an_event_that_is_in_the_log_is_not_written_over(store: Store) -> None:
    first = entry("ann", "e1", data={"n": 1})
    save(store, Changes(row("ann"), [first]))
    with pytest.raises(ValueError, match="already"):
        save(store, Changes(row("ann", badges=9), [entry("ann", "e1", data={"n": 2})]))
    with store.reading() as transaction:
        assert transaction.log("ann") == [first]
        assert transaction.lock(["ann"])["ann"].badges == 0


def test_the_same_event_twice_in_one_batch_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="already"):
        save(store, Changes(row("ann"), [entry("ann", "e1"), entry("ann", "e1")]))


def test_the_log_is_ordered_by_time_then_source_then_id_by_code_point(store: Store) -> None:
    ids = ["a", "B", "é", "Z", "\uffff", "\U00010000", "a1", "10", "9"]
    entries = [entry("ann", id, time) for time in (2, 1) for id in ids[::-1] if (id, time) != ("a", 2)]
    unique = {stored.event.id: stored for stored in entries}.values()
    save(store, Changes(row("ann"), list(unique)))
    with store.reading() as transaction:
        log = [stored.event.position for stored in transaction.log("ann")]
    assert log == sorted(stored.event.position for stored in unique)


def test_the_newest_entries_of_some_types_come_newest_first(store: Store) -> None:
    entries = [entry("ann", f"e{n}", n, type) for n, type in enumerate(["login", "quiz", "login", "other", "login"])]
    save(store, Changes(row("ann"), entries))
    with store.reading() as transaction:
        newest = transaction.newest("ann", ["login", "quiz"], 3)
        assert [stored.event.id for stored in newest] == ["e4", "e2", "e1"]
        assert transaction.newest("ann", [], 3) == []


def test_the_targets_of_retractions_are_found_also_before_they_come(store: Store) -> None:
    save(store, Changes(row("ann"), [retraction("ann", "r1", "e1"), retraction("ann", "r2", "e1")]))
    with store.reading() as transaction:
        asked = [("ann", "app", "e1"), ("ann", "app", "r1"), ("bob", "app", "e1")]
        assert transaction.retractions_of(asked) == {("ann", "app", "e1")}


def test_heads_are_read_for_all_users_and_keys_asked_for(store: Store) -> None:
    save(
        store,
        Changes(row("ann"), heads={"m1": Head([1, "2.5"]), "m2": Head({"a": None})}),
        Changes(row("bob"), heads={"m1": Head(3)}),
    )
    with store.reading() as transaction:
        assert transaction.heads(["ann", "bob", "eve"], ["m1", "m3"]) == {
            "ann": {"m1": [1, "2.5"]},
            "bob": {"m1": 3},
            "eve": {},
        }
        assert transaction.all_heads("ann") == {"m1": [1, "2.5"], "m2": {"a": None}}
        assert transaction.heads([], ["m1"]) == {}
        assert transaction.heads(["ann"], []) == {"ann": {}}


def test_a_head_that_is_saved_again_is_replaced(store: Store) -> None:
    save(store, Changes(row("ann"), heads={"m1": Head(1, 1, 5), "m2": Head(1)}))
    save(store, Changes(row("ann"), heads={"m1": Head(2)}))
    with store.reading() as transaction:
        assert transaction.all_heads("ann") == {"m1": 2, "m2": 1}
        assert transaction.rank_metric("m1", 0, 10) == []


def test_several_users_move_on_at_once(store: Store) -> None:
    names = [f"u{number}" for number in range(20)]
    save(store, *(Changes(row(user), heads={"m": Head(1)}) for user in names))
    moved = [Changes(row(user, position=(2, "app", user), offset=60), heads={"m": Head([user])}) for user in names]
    save(store, *moved)
    with store.reading() as transaction:
        assert [transaction.lock(names)[user] for user in names] == [change.row for change in moved]
        assert transaction.heads(names, ["m"]) == {user: {"m": [user]} for user in names}


def test_heads_that_outgrow_the_row_of_their_user_stay_as_they_are(store: Store) -> None:
    few = {"m1": Head(1, 1, 5), "m2": Head(2, 2), "m3": Head("a")}
    many = {f"b:{n}": Head([{}, n, {}, [], 0, False]) for n in range(500)}
    save(store, Changes(row("ann"), heads=few))
    save(store, Changes(row("ann"), heads={**many, "m2": Head(7, 7)}))
    save(store, Changes(row("ann"), heads={"b:7": Head(8), "m2": Head(9)}))
    expected = {key: head.body for key, head in (few | many).items()} | {"b:7": 8, "m2": 9}
    with store.reading() as transaction:
        assert transaction.all_heads("ann") == expected
        assert transaction.heads(["ann"], ["m1", "b:7", "b:9"]) == {
            "ann": {k: expected[k] for k in ("m1", "b:7", "b:9")}
        }
        assert [entry.value for entry in transaction.rank_metric("m1", 0, 10)] == [1]
        assert transaction.rank_metric("m2", 0, 10) == []
    save(store, Changes(row("ann"), heads={"m1": Head(3, 3)}, rebuilt=True))
    with store.reading() as transaction:
        assert transaction.all_heads("ann") == {"m1": 3}
        assert [entry.value for entry in transaction.rank_metric("m1", 0, 10)] == [3]


def test_what_was_handed_to_the_store_or_by_it_is_not_shared(store: Store) -> None:
    body, data, attributes = [1], {"list": [1]}, {"tags": [1]}
    save(
        store,
        Changes(
            row("ann", attributes=attributes), [entry("ann", "e1", data=data)], {"m": Head(body)}, {("m", "k"): body}
        ),
    )
    body.append(2), data["list"].append(2), attributes["tags"].append(2)
    for _ in range(2):
        with store.reading() as transaction:
            read = [
                transaction.all_heads("ann")["m"],
                transaction.cell("ann", "m", "k"),
                transaction.log("ann")[0].event.data["list"],
                transaction.lock(["ann"])["ann"].attributes["tags"],
            ]
        assert read == [[1]] * 4
        for value in read:
            value.append(3)


def test_cells_are_read_one_by_one_or_all_together(store: Store) -> None:
    save(store, Changes(row("ann"), cells={("m1", "a"): 1, ("m1", "b"): [2], ("m2", "a"): {"x": "y"}}))
    with store.reading() as transaction:
        assert transaction.cell("ann", "m1", "b") == [2]
        assert transaction.cell("ann", "m1", "c") is None
        assert transaction.cell("bob", "m1", "b") is None
        assert transaction.cells("ann", "m1") == {("m1", "a"): 1, ("m1", "b"): [2]}
        assert transaction.cells("ann") == {("m1", "a"): 1, ("m1", "b"): [2], ("m2", "a"): {"x": "y"}}


def test_a_cell_of_nothing_is_removed(store: Store) -> None:
    save(store, Changes(row("ann"), cells={("m", "a"): 1, ("m", "b"): 2}))
    save(store, Changes(row("ann"), cells={("m", "a"): None, ("m", "never"): None, ("m", "c"): 0}))
    with store.reading() as transaction:
        assert transaction.cells("ann") == {("m", "b"): 2, ("m", "c"): 0}


def test_more_cells_than_one_statement_holds_are_saved(store: Store) -> None:
    cells = {("m", f"v{n}"): n for n in range(5000)}
    save(store, Changes(row("ann"), cells=cells))
    save(store, Changes(row("ann"), cells={key: None for key in cells if key != ("m", "v7")}))
    with store.reading() as transaction:
        assert transaction.cells("ann") == {("m", "v7"): 7}


def test_an_award_comes_back_as_it_was_given(store: Store) -> None:
    given = award("quiz", "gold", "2026-02-09", 7, metadata={"accuracy": 87.5}, by_call=True, kept=True)
    save(store, Changes(row("ann"), awards=[given]))
    with store.reading() as transaction:
        assert transaction.awards("ann") == [given]
        assert transaction.awards("ann", "other") == transaction.awards("bob") == []


def test_awards_are_replaced_and_dropped_by_badge_tier_and_occurrence(store: Store) -> None:
    save(store, Changes(row("ann"), awards=[award("a"), award("a", "gold"), award("a", None, "1"), award("b")]))
    save(
        store,
        Changes(
            row("ann"), awards=[award("a", at=9)], dropped=[("a", "gold", None), ("b", None, None), ("c", None, None)]
        ),
    )
    with store.reading() as transaction:
        assert transaction.awards("ann") == [award("a", None, "1"), award("a", at=9)]


def test_awards_are_ordered_by_time_event_badge_tier_and_occurrence(store: Store) -> None:
    order = [
        award("z", at=1),
        award("a", at=2, id="e1"),
        award("b", None, "2", at=2, id="e1"),
        award("b", None, "10", at=2, id="e1"),
        award("b", "gold", at=2, id="e1"),
        award("a", "gold", at=2, id="e2"),
    ]
    save(store, Changes(row("ann"), awards=order[::-1]))
    with store.reading() as transaction:
        assert transaction.awards("ann") == order
        assert transaction.awards("ann", "b") == order[2:5]


def test_of_one_rule_on_one_event_the_first_failure_stays(store: Store) -> None:
    failed = [failure("a", message="first"), failure("a", message="second"), failure("a", "e2"), failure("b")]
    save(store, Changes(row("ann"), [entry("ann", "e1")], failures=failed))
    save(store, Changes(row("ann"), failures=[failure("b", message="later")]))
    with store.reading() as transaction:
        assert transaction.failures("ann") == [failed[0], failed[2], failed[3]]


def test_a_rebuilt_user_has_only_the_new_heads_cells_and_failures(store: Store) -> None:
    for user in ("ann", "bob"):
        old = Changes(row(user), [entry(user, "e1")], {"m1": Head(1), "m2": Head(1, 1)}, {("m1", "a"): 1}, [award("a")])
        old.failures = [failure("a")]
        save(store, old)
    save(
        store, Changes(row("ann"), heads={"m3": Head(3)}, cells={("m3", "x"): 1}, failures=[failure("b")], rebuilt=True)
    )
    with store.reading() as transaction:
        assert transaction.all_heads("ann") == {"m3": 3}
        assert transaction.cells("ann") == {("m3", "x"): 1}
        assert transaction.failures("ann") == [failure("b")]
        assert len(transaction.log("ann")) == len(transaction.awards("ann")) == 1
        assert transaction.all_heads("bob") == {"m1": 1, "m2": 1}
        assert [entry.user for entry in transaction.rank_metric("m2", 0, 10)] == ["bob"]


def test_what_entries_replaced_is_read_with_them_and_noted_anew(store: Store) -> None:
    undo = Undo({"m": [1, "2.5"], "b:x": None}, [("m", "k", {"a": 1}), ("m", "l", None)], 3600)
    entries = [replace(entry("ann", f"e{n}", n), undo=undo if n % 2 else None) for n in range(1, 5)]
    save(store, Changes(row("ann", settled=2), entries))
    with store.reading() as transaction:
        assert transaction.since("ann", (1, "app", "e1"), 2) == entries[1:3]
        assert transaction.since("ann", (4, "app", "e4"), 9) == transaction.since("bob", (0, "", ""), 9) == []
        assert transaction.lock(["ann"])["ann"].settled == 2
    other = replace(undo, offset=None)
    save(store, Changes(row("ann"), undo={("app", "e3"): None, ("app", "e4"): other}))
    with store.reading() as transaction:
        assert [each.undo for each in transaction.since("ann", (2, "app", "e2"), 9)] == [None, other]
        assert [each.undo for each in transaction.log("ann")] == [None] * 4


def test_cells_of_several_users_are_read_together(store: Store) -> None:
    save(store, Changes(row("ann"), cells={("m", "a"): 1, ("m", "b"): [2]}), Changes(row("bob"), cells={("m", "a"): 3}))
    asked = [("ann", "m", "b"), ("bob", "m", "a"), ("bob", "m", "b"), ("eve", "m", "a")]
    with store.reading() as transaction:
        assert transaction.cells_among(asked) == {("ann", "m", "b"): [2], ("bob", "m", "a"): 3}
        assert transaction.cells_among([]) == {}
