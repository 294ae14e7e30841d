"""Notifications in dictionaries: they are frozen, so they are kept as they are."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from .feeds import Feed, Mark, MarkKey, Notice, Reminder
from .journal import Journal, Tables


class MemoryFeeds:
    """Reads and writes of the dictionaries, in a transaction."""

    def __init__(self, tables: Tables, writes: Callable[[], Journal]) -> None:
        self._feeds = tables.feeds
        self._stored = tables.notices
        self._told = tables.told
        self._reminders = tables.reminders
        self._writes = writes

    def of(self, users: Sequence[str]) -> dict[str, Feed]:
        return {user: self._feeds[user] for user in users if user in self._feeds}

    def put(self, feeds: Sequence[Feed]) -> None:
        for feed in feeds:
            self._writes().put(self._feeds, feed.user, feed)

    def add(self, notices: Sequence[Notice]) -> None:
        journal = self._writes()
        for notice in notices:
            journal.put(journal.part(self._stored, notice.user), notice.number, notice)

    def newest(self, user: str, limit: int, before: int | None = None) -> list[Notice]:
        return self._notices(user, lambda notice: before is None or notice.number < before)[::-1][:limit]

    def since(self, user: str, after: int, limit: int) -> list[Notice]:
        return self._notices(user, lambda notice: notice.number > after)[:limit]

    def of_kind(self, user: str, kind: str) -> list[Notice]:
        return self._notices(user, lambda notice: notice.kind == kind)

    def unread(self, user: str) -> int:
        return len(self._notices(user, lambda notice: notice.read_at is None))

    def read(self, user: str, at: int, until: int | None = None, numbers: Sequence[int] | None = None) -> int:
        def is_meant(notice: Notice) -> bool:
            among = numbers is None or notice.number in numbers
            return notice.read_at is None and among and (until is None or notice.number <= until)

        found = self._notices(user, is_meant)
        self.add([replace(notice, read_at=at) for notice in found])
        return len(found)

    def replace(self, notice: Notice) -> None:
        if notice.items:
            self.add([notice])
        else:
            self._remove([notice])

    def trim(self, user: str, below: int) -> None:
        self._remove(self._notices(user, lambda notice: notice.number < below))

    def forget(self, before: int, limit: int) -> int:
        everything = (notice for part in self._stored.values() for notice in part.values())
        old = heapq.nsmallest(limit, (n for n in everything if n.at < before), key=lambda n: (n.at, n.user, n.number))
        self._remove(old)
        return len(old)

    def marks(self, keys: Sequence[MarkKey]) -> dict[MarkKey, Mark]:
        found = ((key, self._told.get(key[0], {}).get(key)) for key in keys)
        return {key: mark for key, mark in found if mark}

    def mark(self, marks: Sequence[Mark]) -> None:
        journal = self._writes()
        for mark in marks:
            journal.put(journal.part(self._told, mark.user), mark.key, mark)

    def remind(self, reminders: Sequence[Reminder]) -> None:
        journal = self._writes()
        for reminder in reminders:
            journal.put(journal.part(self._reminders, reminder.user), reminder.metric, reminder)

    def reminders(self, user: str) -> list[Reminder]:
        return [reminder for _, reminder in sorted(self._reminders.get(user, {}).items())]

    def ending(self, until: int, limit: int) -> list[Reminder]:
        everything = (each for part in self._reminders.values() for each in part.values() if each.expires_at < until)
        return heapq.nsmallest(limit, everything, key=lambda each: (each.expires_at, each.user, each.metric))

    def settle(self, reminders: Sequence[Reminder]) -> None:
        journal = self._writes()
        for each in reminders:
            part = journal.part(self._reminders, each.user)
            if part.get(each.metric) == each:
                journal.drop(part, each.metric)

    def _notices(self, user: str, wanted: Callable[[Notice], bool]) -> list[Notice]:
        """A user's, oldest first."""
        return [notice for _, notice in sorted(self._stored.get(user, {}).items()) if wanted(notice)]

    def _remove(self, notices: Iterable[Notice]) -> None:
        journal = self._writes()
        for notice in notices:
            journal.drop(journal.part(self._stored, notice.user), notice.number)
