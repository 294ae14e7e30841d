"""Notifications in SQL that SQLite and PostgreSQL both understand; every table is led by the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .. import jsontext
from . import rows
from .backend import Connection
from .feeds import Feed, Mark, MarkKey, Notice, Reminder
from .rows import Row
from .tables import FEEDS, NOTICES, REMINDERS, TOLD, Table, chunks, distinct, holes

_NOTICES = f"SELECT {NOTICES.columns} FROM notices WHERE user_id = ?"
_REMINDERS = f"SELECT {REMINDERS.columns} FROM reminders"


class SqlFeeds:
    """Notifications within one transaction of a database."""

    def __init__(self, connection: Connection, writes: bool, known: dict[str, Row | None]) -> None:
        self._connection = connection
        self._known = known
        """What was asked for before, by user; None for a user without a feed."""
        self._rows = connection.rows
        self._writing = writes

    def of(self, users: Sequence[str]) -> dict[str, Feed]:
        unknown = [(user,) for user in users if user not in self._known]
        found = self._connection.find(FEEDS, unknown) if unknown else []
        found += [row for row in map(self._known.get, users) if row]
        return {user: Feed(user, number, tuple(muted.split())) for user, number, muted in found}

    def put(self, feeds: Sequence[Feed]) -> None:
        for feed in feeds:
            self._known.pop(feed.user, None)
        self._write(FEEDS, ((feed.user, feed.number, " ".join(feed.muted)) for feed in feeds))

    def add(self, notices: Sequence[Notice]) -> None:
        self._write(NOTICES, map(_notice_row, notices))

    def newest(self, user: str, limit: int, before: int | None = None) -> list[Notice]:
        which, among = ("", (user,)) if before is None else (" AND number < ?", (user, before))
        return self._notices(f"{_NOTICES}{which} ORDER BY number DESC LIMIT ?", (*among, limit))

    def since(self, user: str, after: int, limit: int) -> list[Notice]:
        return self._notices(f"{_NOTICES} AND number > ? ORDER BY number LIMIT ?", (user, after, limit))

    def of_kind(self, user: str, kind: str) -> list[Notice]:
        return self._notices(f"{_NOTICES} AND kind = ? ORDER BY number", (user, kind))

    def unread(self, user: str) -> int:
        return int(self._rows("SELECT COUNT(*) FROM notices WHERE user_id = ? AND read_at IS NULL", (user,))[0][0])

    def read(self, user: str, at: int, until: int | None = None, numbers: Sequence[int] | None = None) -> int:
        sql = "UPDATE notices SET read_at = ? WHERE user_id = ? AND read_at IS NULL"
        if numbers is not None:
            sql = f"{sql} AND number IN ({{}})"
            return sum(self._run(sql.format(holes(len(p))), (at, user, *p)) for p in chunks(numbers, 1))
        return self._run(sql, (at, user)) if until is None else self._run(f"{sql} AND number <= ?", (at, user, until))

    def replace(self, notice: Notice) -> None:
        if notice.items:
            self._write(NOTICES, [_notice_row(notice)])
        else:
            self._run("DELETE FROM notices WHERE user_id = ? AND number = ?", (notice.user, notice.number))

    def trim(self, user: str, below: int) -> None:
        self._run("DELETE FROM notices WHERE user_id = ? AND number < ?", (user, below))

    def forget(self, before: int, limit: int) -> int:
        old = self._rows("SELECT user_id, number FROM notices WHERE at < ? ORDER BY at LIMIT ?", (before, limit))
        if old:
            self._check_writing()
            self._connection.drop(NOTICES, old)
        return len(old)

    def marks(self, keys: Sequence[MarkKey]) -> dict[MarkKey, Mark]:
        found = self._connection.find(TOLD, keys) if keys else []
        return {row[:4]: Mark(*row) for row in found}

    def mark(self, marks: Sequence[Mark]) -> None:
        self._write(TOLD, ((*mark.key, mark.lap, mark.level) for mark in marks))

    def remind(self, reminders: Sequence[Reminder]) -> None:
        self._write(REMINDERS, map(_reminder_row, reminders))

    def reminders(self, user: str) -> list[Reminder]:
        return [Reminder(*row) for row in self._rows(f"{_REMINDERS} WHERE user_id = ? ORDER BY metric", (user,))]

    def ending(self, until: int, limit: int) -> list[Reminder]:
        order = "ORDER BY expires_at, user_id, metric LIMIT ?"
        return [Reminder(*row) for row in self._rows(f"{_REMINDERS} WHERE expires_at < ? {order}", (until, limit))]

    def settle(self, reminders: Sequence[Reminder]) -> None:
        sql = "DELETE FROM reminders WHERE user_id = ? AND metric = ? AND expires_at = ?"
        for reminder in reminders:
            self._run(sql, _reminder_row(reminder))

    def _notices(self, sql: str, parameters: Sequence[Any]) -> list[Notice]:
        return [_notice_of(row) for row in self._rows(sql, parameters)]

    def _write(self, table: Table, new: Iterable[Row]) -> None:
        if found := distinct(table, new):
            self._check_writing()
            self._connection.put(table, found)

    def _run(self, sql: str, parameters: Sequence[Any]) -> int:
        self._check_writing()
        return self._connection.run(sql, parameters)

    def _check_writing(self) -> None:
        if not self._writing:
            raise RuntimeError("a reading transaction does not write")


def _notice_row(notice: Notice) -> Row:
    return (notice.user, notice.number, notice.kind, notice.at, jsontext.dumps(list(notice.items)), notice.read_at)


def _notice_of(row: Row) -> Notice:
    user, number, kind, at, items, read_at = row
    return Notice(user, number, kind, at, rows.exactly(items), read_at)


def _reminder_row(reminder: Reminder) -> Row:
    return (reminder.user, reminder.metric, reminder.expires_at)
