"""Leaderboards: users by a metric, by distinct badges held or by points; equal values share a rank (1-2-2-4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..calendar import Calendar, Moment, zone_named
from ..model import Leaderboard, Number, RuleSet
from ..numeric import shown
from ..problems import did_you_mean
from ..store.protocol import Ranked, Transaction
from .errors import Refused


@dataclass(frozen=True, slots=True)
class Entry:
    """A place on a leaderboard."""

    rank: int
    user: str
    name: str | None
    value: Number


def leaderboard(
    transaction: Transaction,
    rules: RuleSet,
    board_id: str,
    limit: int,
    around: str | None,
    users: Sequence[str],
    now: int,
) -> list[Entry]:
    """The first places, or those around a user, or those of some users. Raises Refused (404)."""
    board = rules.leaderboards.get(board_id)
    if board is None:
        near = did_you_mean(board_id, rules.leaderboards)
        detail = f"There is no leaderboard {board_id}."
        raise Refused(404, "unknown-leaderboard", detail, {"help": near} if near else {})
    query = Query(transaction, rules, board, now)
    if users:
        return query.of(users)[:limit]
    if around is not None:
        return query.around(around, limit)
    return _in_ranks(query.rows(limit))


@dataclass(frozen=True, slots=True)
class Query:
    """A leaderboard as the store ranks it."""

    transaction: Transaction
    rules: RuleSet
    board: Leaderboard
    now: int

    def where(self) -> dict[str, Any]:
        """The arguments of the store's rank method."""
        if self.board.metric:
            return {"key": self.board.metric.fingerprint, "now": self.now}
        since, until = self._period()
        return {"by": self.board.rank_by, "since": since, "until": until}

    def _period(self) -> tuple[int | None, int | None]:
        """The instants of the calendar period of now, in the rule set's zone."""
        if self.board.per is None:
            return None, None
        settings = self.rules.settings
        calendar = Calendar(zone_named(settings.timezone), settings.day_start, settings.week_start)
        period = Moment(self.now, calendar).period(self.board.per)
        return calendar.starts(self.board.per, period), calendar.starts(self.board.per, period + 1)

    def rows(self, limit: int, users: Sequence[str] = ()) -> list[Ranked]:
        rank = self.transaction.rank_metric if self.board.metric else self.transaction.rank_held
        return rank(**self.where(), limit=limit, users=users)

    def of(self, users: Sequence[str]) -> list[Entry]:
        """The places of some users."""
        rows = self.rows(len(users), users)
        return [Entry(self._rank(row), row.user, row.name, shown(row.value)) for row in rows]

    def _rank(self, row: Ranked) -> int:
        return self.transaction.above(self.where(), row.value) + 1

    def around(self, user: str, limit: int) -> list[Entry]:
        """The places around a user's own; none if the user has no value."""
        own = self.rows(1, [user])
        if not own:
            return []
        first = self.transaction.above(self.where(), own[0].value)
        entries = _in_ranks(self.rows(first + limit))
        place = next((i for i, entry in enumerate(entries) if entry.user == user), len(entries))
        start = max(0, place - limit // 2)
        window = entries[start : start + limit]
        return window if any(entry.user == user for entry in window) else [*window[: limit - 1], *self.of([user])]


def _in_ranks(rows: Iterable[Ranked]) -> list[Entry]:
    entries: list[Entry] = []
    for place, row in enumerate(rows, start=1):
        value = shown(row.value)
        shared = bool(entries) and entries[-1].value == value
        entries.append(Entry(entries[-1].rank if shared else place, row.user, row.name, value))
    return entries
