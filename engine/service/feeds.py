"""A user's notifications for readers: pages, what is read, what is wanted, and what is new since a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from ..calendar import format_instant
from ..model import RuleSet
from ..notifications import names_of, tell
from ..state import State
from ..store import write
from ..store.feeds import Feed, Notice
from ..store.protocol import Store, Transaction
from ..wording import AWARD, KINDS
from .reminding import Reminding
from .rulebook import Rulebook

OLD = 10_000
"""Notifications that one transaction forgets."""
Waker = Callable[[Sequence[str]], None]
"""Told which users have something new."""


class Feeds:
    """What users are told, over a store and a clock."""

    def __init__(self, store: Store, rulebook: Rulebook, clock: Callable[[], int]) -> None:
        self._store = store
        self._rulebook = rulebook
        self._clock = clock
        self._wakers: list[Waker] = []
        self.told: Counter[str] = Counter()
        """Notifications that this process has written, by kind."""

    def watch(self, waker: Waker) -> None:
        """Have somebody of this process woken by what is new, once it is stored."""
        self._wakers.append(waker)

    def published(self, notices: Sequence[Notice]) -> None:
        """Say that these are stored."""
        if not notices:
            return
        self.told.update(notice.kind for notice in notices)
        users = sorted({notice.user for notice in notices})
        for waker in self._wakers:
            waker(users)

    def page(
        self,
        user: str,
        limit: int,
        before: int | None = None,
        asked: str | None = None,
        accepted: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Notifications, newest first, and how many are not read, in a language that was asked for, else the user's."""
        with self._reader(user, asked, accepted) as reader:
            notices = reader.transaction.feeds.newest(user, limit, before)
            unread = reader.transaction.feeds.unread(user)
            return {"unread": unread, "notifications": list(reader.shown(notices))}

    def since(
        self, user: str, after: int, limit: int, asked: str | None = None, accepted: Sequence[str] = ()
    ) -> tuple[list[dict[str, Any]], int]:
        """What came after a number, oldest first, each with how many are not read; and up to which number that is."""
        with self._reader(user, asked, accepted) as reader:
            notices = reader.transaction.feeds.since(user, after, limit)
            unread = reader.transaction.feeds.unread(user) if notices else 0
            shown = [{**notice, "unread": unread} for notice in reader.shown(notices)]
            return shown, notices[-1].number if notices else after

    def newest(self, users: Sequence[str]) -> Mapping[str, int]:
        """The number of the newest notification that each of the users ever had; 0 for those who had none."""
        with self._store.reading() as transaction:
            feeds = transaction.feeds.of(users)
        return {user: feeds[user].number if user in feeds else 0 for user in users}

    def read(self, user: str, until: int | None = None, numbers: Sequence[int] | None = None) -> int:
        """Mark as read up to a number, or these, or all; how many are left."""

        def mark(transaction: Transaction) -> int:
            transaction.lock([user])
            transaction.feeds.read(user, self._clock(), until, numbers)
            return transaction.feeds.unread(user)

        return write(self._store, mark)

    def preferences(self, user: str) -> dict[str, bool]:
        """Whether the user wants each kind."""
        with self._store.reading() as transaction:
            return _wanted(transaction.feeds.of([user]).get(user, Feed(user)))

    def prefer(self, user: str, wanted: Mapping[str, bool]) -> dict[str, bool]:
        """Change which kinds the user wants from now on; all of them then."""

        def change(transaction: Transaction) -> dict[str, bool]:
            transaction.lock([user])
            feed = transaction.feeds.of([user]).get(user, Feed(user))
            whole = {**_wanted(feed), **wanted}
            changed = replace(feed, muted=tuple(kind for kind in KINDS if not whole[kind]))
            transaction.feeds.put([changed])
            return _wanted(changed)

        return write(self._store, change)

    def remind(self) -> int:
        """Tell the users whose streaks end soon, each once; how many that were. Others may do the same meanwhile."""
        found = 0
        for notices in Reminding(self._store, self._rulebook, self._clock).run():
            self.published(notices)
            found += len(notices)
        return found

    def forget(self, older: int) -> int:
        """Remove notifications older than so many microseconds; how many that were."""
        found, before = 0, self._clock() - older
        while removed := write(self._store, lambda transaction: transaction.feeds.forget(before, OLD)):
            found += removed
        return found

    @contextmanager
    def _reader(self, user: str, asked: str | None, accepted: Sequence[str]) -> Iterator[_Reader]:
        with self._store.reading() as transaction:
            yield _Reader(transaction, self._rulebook.current(transaction), user, asked, accepted)


def _wanted(feed: Feed) -> dict[str, bool]:
    return {kind: kind not in feed.muted for kind in KINDS}


class _Reader:
    """One user's notifications in words."""

    def __init__(
        self, transaction: Transaction, rules: RuleSet, user: str, asked: str | None, accepted: Sequence[str]
    ) -> None:
        self.transaction = transaction
        self._rules = rules
        row = transaction.lock([user]).get(user)
        state = State(user, row.position, row.offset, row.attributes) if row else State(user)
        own = state.attributes.get("locale")
        self._locales = (asked,) if asked else (*((own,) if isinstance(own, str) else ()), *accepted)
        self._calendar = state.calendar(rules.settings)
        self._user = user
        self._held: set[str] | None = None

    def shown(self, notices: Sequence[Notice]) -> Iterator[dict[str, Any]]:
        """Notifications as answers show them; without what must not be seen, or is not there any more."""
        for notice in notices:
            items = [item for item in notice.items if not self._is_hidden(notice.kind, item)]
            told = tell(self._rules, notice.kind, items, self._locales, self._calendar)
            if told.items:
                yield {
                    "id": notice.number,
                    "kind": notice.kind,
                    "at": format_instant(notice.at),
                    "read": notice.read_at is not None,
                    "title": told.title,
                    "text": told.text,
                    "items": list(told.items),
                }

    def _is_hidden(self, kind: str, item: Any) -> bool:
        """Whether it is about a badge that has become secret since, and that the user does not hold."""
        badge = self._rules.badges.get(next(names_of([item], self._rules)))
        return badge is not None and badge.secret and kind != AWARD and badge.id not in self._holding()

    def _holding(self) -> set[str]:
        if self._held is None:
            self._held = {award.badge for award in self.transaction.awards(self._user)}
        return self._held
