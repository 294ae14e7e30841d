"""Whether all is there, and nothing twice: the log against what was acknowledged, the state against a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from engine.service import Service
from tests.faults.callers import Book, Key
from tests.faults.scene import STAFF

MOST = 1_000
"""Users that a test has at most: as many as a leaderboard lists."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong; all empty, if all is well."""

    lost: tuple[Key, ...]
    """Acknowledged, and not in the log."""
    doubled: tuple[object, ...]
    """In the log, counted, answered as new or announced more than once."""
    wrong: tuple[str, ...]
    """Not as a replay of the log gives it."""

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


def judge(service: Service, book: Book, erased: Collection[str] = ()) -> Verdict:
    """The verdict, when all is quiet; erased users are left out."""
    log = Counter((entry["subject"], entry["source"], entry["id"]) for entry in service.export())
    lost = {key for key in book.acknowledged - log.keys() if key[0] not in erased}
    doubled = _doubled(service, book, log, erased)
    return Verdict(tuple(sorted(lost)), tuple(doubled), tuple(service.verify().differences))


def _doubled(service: Service, book: Book, log: Counter[Key], erased: Collection[str]) -> list[object]:
    users = {user for user, _, _ in log}
    assert len(users) <= MOST
    counted = {entry.user: entry.value for entry in service.leaderboard("hits", MOST)}
    hits = Counter(user for user, source, _ in log if source == "app")
    return [
        *(key for key, times in log.items() if times > 1),
        *(key for key, times in book.accepted.items() if times > 1),
        *(award for award, events in book.told.items() if len(events) > 1 and award[0] not in erased),
        *((user, counted.get(user, 0), hits[user]) for user in users if counted.get(user, 0) != hits[user]),
        *(user for user in users if _repeated_awards(service, user)),
    ]


def _repeated_awards(service: Service, user: str) -> list[tuple[str, str | None, str | None]]:
    held = Counter(award.key for award in service.awards(user, STAFF))
    return [key for key, times in held.items() if times > 1]
