"""Feeds of notifications, alike in every store."""

from __future__ import annotations

from engine.store import Feed, Mark, Notice, Reminder, Store


def notice(
    user: str, number: int, kind: str = "award", at: int = 1, items: tuple[object, ...] = ({"badge": "a"},)
) -> Notice:
    return Notice(user, number, kind, at, list(items))


def numbers(notices: list[Notice]) -> list[int]:
    return [each.number for each in notices]


def test_a_feed_is_read_by_pages_both_ways_and_marked_as_read(store: Store) -> None:
    with store.writing() as transaction:
        feeds = transaction.feeds
        assert feeds.of(["ann", "bob"]) == {} and feeds.newest("ann", 10) == []
        feeds.put([Feed("ann", 5, ("hint", "streak")), Feed("bob", 1)])
        feeds.add([notice("ann", number, "award" if number % 2 else "hint", number) for number in range(1, 6)])
        feeds.add([notice("bob", 1)])
    with store.writing() as transaction:
        feeds = transaction.feeds
        assert feeds.of(["ann", "bob", "cyd"]) == {"ann": Feed("ann", 5, ("hint", "streak")), "bob": Feed("bob", 1)}
        assert numbers(feeds.newest("ann", 2)) == [5, 4] and numbers(feeds.newest("ann", 9, before=3)) == [2, 1]
        assert numbers(feeds.since("ann", 3, 9)) == [4, 5] and numbers(feeds.of_kind("ann", "hint")) == [2, 4]
        assert feeds.since("ann", 0, 1) == [notice("ann", 1)]
        assert feeds.unread("ann") == 5
        assert feeds.read("ann", 9, until=2) == 2 and feeds.read("ann", 9, numbers=[1, 4, 77]) == 1
        assert feeds.read("ann", 9, numbers=[]) == 0 and feeds.unread("ann") == 2
        assert feeds.read("ann", 9) == 2 and feeds.unread("ann") == 0 and feeds.unread("bob") == 1
        assert feeds.newest("ann", 1)[0].read_at == 9


def test_notifications_are_changed_trimmed_and_forgotten(store: Store) -> None:
    with store.writing() as transaction:
        feeds = transaction.feeds
        feeds.add([notice("ann", number, at=number * 10) for number in range(1, 6)] + [notice("bob", 1, at=15)])
        feeds.replace(notice("ann", 5, at=50, items=({"badge": "b"},)))
        feeds.replace(notice("ann", 4, items=()))
        feeds.trim("ann", 2)
        assert [(each.number, each.items) for each in feeds.newest("ann", 9)][0] == (5, [{"badge": "b"}])
        assert numbers(feeds.newest("ann", 9)) == [5, 3, 2]
        assert feeds.forget(30, 1) == 1 and numbers(feeds.newest("bob", 9)) == []
        assert feeds.forget(30, 9) == 1 and feeds.forget(30, 9) == 0
        assert numbers(feeds.newest("ann", 9)) == [5, 3]


def test_marks_and_reminders_are_one_for_each_thing(store: Store) -> None:
    mark = Mark("ann", "progress", "a", "gold", "2", 50)
    with store.writing() as transaction:
        feeds = transaction.feeds
        feeds.mark([mark, Mark("ann", "hint", "a", "")])
        feeds.mark([Mark("ann", "progress", "a", "gold", "2", 90)])
        assert feeds.marks([mark.key, ("bob", "progress", "a", "gold")]) == {mark.key: Mark(*mark.key, "2", 90)}
        feeds.remind([Reminder("ann", "m", 10), Reminder("bob", "m", 20), Reminder("ann", "n", 30)])
        feeds.remind([Reminder("ann", "m", 15)])
        assert feeds.ending(30, 9) == [Reminder("ann", "m", 15), Reminder("bob", "m", 20)]
        feeds.settle([Reminder("ann", "m", 10), Reminder("bob", "m", 20)])
        assert feeds.ending(99, 1) == [Reminder("ann", "m", 15)]
        assert feeds.reminders("ann") == [Reminder("ann", "m", 15), Reminder("ann", "n", 30)]


def test_erasing_takes_all_of_it(store: Store) -> None:
    with store.writing() as transaction:
        for user in ("ann", "bob"):
            transaction.feeds.put([Feed(user, 1)])
            transaction.feeds.add([notice(user, 1)])
            transaction.feeds.mark([Mark(user, "hint", "a", "")])
            transaction.feeds.remind([Reminder(user, "m", 10)])
        assert transaction.erase("ann") and not transaction.erase("ann")
    with store.reading() as transaction:
        feeds = transaction.feeds
        assert list(feeds.of(["ann", "bob"])) == ["bob"] and feeds.newest("ann", 9) == []
        assert list(feeds.marks([("ann", "hint", "a", ""), ("bob", "hint", "a", "")])) == [("bob", "hint", "a", "")]
        assert feeds.ending(99, 9) == [Reminder("bob", "m", 10)]
