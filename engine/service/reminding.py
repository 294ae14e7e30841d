"""Streaks that end soon: a pass that may run as often as one likes, and in several processes at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from ..calendar import HOUR
from ..fold import value_of
from ..model import Number, Progress, RuleSet
from ..notifications import ends_of, streak
from ..progress import progress_of
from ..state import State
from ..store import write
from ..store.feeds import Feed, Mark, Notice, Reminder
from ..store.protocol import Store, Transaction
from ..wording import STREAK
from . import notices
from .intake import refresh
from .reading import seen_at, whole_state
from .rulebook import Rulebook

BATCH = 25
"""Users whom one transaction looks at."""
SHORTEST = 2
"""Periods from which on a run is worth a word."""


class Reminding:
    """One pass through the streaks that end soon."""

    def __init__(self, store: Store, rulebook: Rulebook, clock: Callable[[], int]) -> None:
        self._store = store
        self._rulebook = rulebook
        self._clock = clock

    def run(self) -> Iterator[Sequence[Notice]]:
        """Tell the users, batch by batch; what was stored."""
        while users := self._due():
            yield write(self._store, lambda transaction, users=users: self._tell(transaction, users))  # type: ignore[misc]

    def _due(self) -> list[str]:
        with self._store.reading() as transaction:
            until = self._until(self._rulebook.current(transaction))
            ending = transaction.feeds.ending(until, BATCH)
        return sorted({reminder.user for reminder in ending})

    def _until(self, rules: RuleSet) -> int:
        return self._clock() + rules.notifications.streak_hours * HOUR

    def _tell(self, transaction: Transaction, users: Sequence[str]) -> list[Notice]:
        rules = self._rulebook.current(transaction)
        locked, feeds = transaction.lock(users), transaction.feeds.of(users)
        items: notices.Items = defaultdict(lambda: defaultdict(list))
        for user in users:
            due = [each for each in transaction.feeds.reminders(user) if each.expires_at < self._until(rules)]
            transaction.feeds.settle(due)
            if due and user in locked and STREAK not in feeds.get(user, Feed(user)).muted:
                self._collect(transaction, rules, user, due, items)
        return notices.put(transaction, feeds, items, self._clock())

    def _collect(
        self, transaction: Transaction, rules: RuleSet, user: str, due: Sequence[Reminder], items: notices.Items
    ) -> None:
        """Add a user's streaks that do end soon, each told once; one that goes on longer is looked at later."""
        refresh(transaction, rules, user, self._clock())
        state = whole_state(transaction, user)
        for reminder in due:
            found = self._nearest(rules, state, reminder.metric)
            if found is None:
                continue
            progress, length, expires_at = found
            if expires_at >= self._until(rules):
                transaction.feeds.remind([Reminder(user, reminder.metric, expires_at)])
            elif length >= SHORTEST and self._is_new(transaction, user, reminder.metric, expires_at):
                items[user][STREAK].append(streak(progress, length, expires_at))

    def _nearest(self, rules: RuleSet, state: State, fingerprint: str) -> tuple[Progress, Number, int] | None:
        """Of the badges that wait on a streak the one that is nearest, with the length of the run and its end."""
        metric, now = rules.by_fingerprint.get(fingerprint), seen_at(state, self._clock())
        found: list[tuple[Progress, int]] = []
        for badge in (rules.badges[id] for id in rules.users_of.get(fingerprint, ())):
            if badge.secret and not state.holds(badge.id, None):
                continue
            progress = progress_of(rules, state, badge, now)
            found += [(progress, end) for key, end in ends_of(badge, progress) if key == fingerprint and end > now]
        if metric is None or not found:
            return None
        nearest, end = min(found, key=lambda each: (-each[0].percent, each[0].badge))
        return nearest, value_of(state, metric, state.moment(rules, now)) or 0, end

    def _is_new(self, transaction: Transaction, user: str, metric: str, expires_at: int) -> bool:
        """Whether the user was not told of this end yet; it counts as told from now on."""
        mark = Mark(user, STREAK, metric, "", "", expires_at)
        known = transaction.feeds.marks([mark.key]).get(mark.key)
        if known is not None and known.level >= expires_at:
            return False
        transaction.feeds.mark([mark])
        return True
