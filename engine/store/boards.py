"""Leaderboards as queries: who has a value, in which order, and how many are above one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import Number
from .tables import holes

EVER = 2**62
"""Later than any instant."""
_METRIC = """SELECT s.user_id, u.name, s.value AS value FROM states s JOIN users u ON u.user_id = s.user_id
WHERE s.key = ? AND s.value IS NOT NULL AND s.value <> 0 AND (s.expires_at IS NULL OR s.expires_at > ?)
AND u.listed = 1"""
_HELD = {
    "badges": "SELECT u.user_id, u.name, u.badges AS value FROM users u WHERE u.badges <> 0 AND u.listed = 1",
    "points": "SELECT u.user_id, u.name, u.points AS value FROM users u WHERE u.points <> 0 AND u.listed = 1",
}
_GIVEN = """SELECT given.user_id, u.name, given.value AS value FROM users u JOIN (
SELECT a.user_id, {figure} AS value FROM awards a LEFT JOIN worth w ON w.badge = a.badge AND w.tier = a.tier
WHERE a.awarded_at >= ? AND a.awarded_at < ? GROUP BY a.user_id
) AS given ON given.user_id = u.user_id WHERE given.value <> 0 AND u.listed = 1"""
_FIGURES = {"badges": "COUNT(DISTINCT a.badge)", "points": "ROUND(SUM(COALESCE(w.points, 0)), 9)"}


@dataclass(frozen=True, slots=True)
class Board:
    """Listed users with their values, in any order."""

    sql: str
    parameters: tuple[Any, ...]
    user: str
    """The column of the user: the second one of the index that gives the order."""

    def ranking(self, limit: int, users: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
        """The highest first, then by user; of some users only, if any are named."""
        among = f" AND {self.user} IN ({holes(len(users))})" if users else ""
        return f"{self.sql}{among} ORDER BY value DESC, {self.user} LIMIT ?", (*self.parameters, *users, limit)

    def above(self, value: Number) -> tuple[str, tuple[Any, ...]]:
        """How many have a higher value."""
        return f"SELECT COUNT(*) FROM ({self.sql} ) AS board WHERE board.value > ?", (*self.parameters, value)


def by_metric(key: str, now: int) -> Board:
    """By a ranked head that has not expired."""
    return Board(_METRIC, (key, now), "s.user_id")


def by_held(by: str, since: int | None, until: int | None) -> Board:
    """By badges or points held; with instants, of the awards given in [since, until)."""
    if since is None and until is None:
        return Board(_HELD[by], (), "u.user_id")
    bounds = (-EVER if since is None else since, EVER if until is None else until)
    return Board(_GIVEN.format(figure=_FIGURES[by]), bounds, "given.user_id")


def board_of(arguments: Mapping[str, Any]) -> Board:
    """The board that a rank method was asked for."""
    if "key" in arguments:
        return by_metric(arguments["key"], arguments["now"])
    return by_held(arguments["by"], arguments["since"], arguments["until"])
