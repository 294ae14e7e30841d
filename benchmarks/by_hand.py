"""The rules of the workload as somebody would write them in Python, without an engine."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.calendar import DAY
from engine.model import Event


class User:
    """What one user has done, and holds."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[int, str, str]] = {}
        """Badges, with the time, source and id of the event that completed each."""
        self.day, self.run = -2, 0
        self.quizzes = self.accurate = self.sales = self.big = self.shares = 0
        self.amount = Decimal(0)
        self.providers: set[str] = set()

    def take(self, event: Event) -> None:
        """Count one event, in order, and award what it completes."""
        self.event = event
        getattr(self, event.type)(event)

    def login(self, event: Event) -> None:
        day = event.time // DAY
        if day == self.day:
            return
        self.run = self.run + 1 if day == self.day + 1 else 1
        self.day = day
        self._award("three_days", self.run >= 3)
        self._award("seven_days", self.run >= 7)
        self._award("thirty_days", self.run >= 30)

    def quiz(self, event: Event) -> None:
        data = event.data
        self.quizzes += 1
        self._award("first_quiz", True)
        self._award("ten_quizzes", self.quizzes >= 10)
        if data["score"] / data["total"] * 100 >= 85:
            self.accurate += 1
            self._award("accurate", self.accurate >= 5)
        self.providers.add(data["provider"])
        self._award("explorer", len(self.providers) >= 3)
        self._all_round()

    def sale(self, event: Event) -> None:
        amount = event.data["amount"]
        self.sales += 1
        self.amount += Decimal(repr(amount))
        self._award("spender", self.amount >= 1000)
        if amount > 50:
            self.big += 1
            self._award("big_spender", self.big >= 10)
        self._award("first_sale", True)
        self._all_round()

    def share(self, event: Event) -> None:
        self.shares += 1
        self._award("sharer", self.shares >= 3)
        self._all_round()

    def _all_round(self) -> None:
        self._award("all_round", self.shares >= 5 and "first_quiz" in self.held and "first_sale" in self.held)

    def _award(self, badge: str, met: bool) -> None:
        if met and badge not in self.held:
            self.held[badge] = (self.event.time, self.event.source, self.event.id)


def fold(events: Iterable[Event]) -> dict[str, User]:
    """All users, after all events, which come in order."""
    users: dict[str, User] = {}
    for event in events:
        user = users.get(event.user)
        if user is None:
            user = users[event.user] = User()
        user.take(event)
    return users
