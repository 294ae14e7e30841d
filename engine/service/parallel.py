"""Work that is done user by user, by as many processes as there are processors.

Only where it pays: a process takes about a second to start. Each opens the database itself, and goes through one share
of the users after the other, so that memory does not grow with their number and progress is told as shares are done.
They only read: what is to be written comes back to the process that started them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TypeVar

from ..shares import processes
from ..shares.processes import processors
from ..store import Store, Transaction, open_store

FEWEST, ENTRIES = 20_000, 150_000
"""Fewer users whose logs have fewer entries are done sooner by one process."""
SHARE = 200
"""Users that a process takes at once."""
Users = Sequence[str]
Result = TypeVar("Result")
Work = Callable[[Users], Result]
"""What is done with a share of the users; its result goes from one process to another."""
Make = Callable[[Store], Work[Result]]
"""A function of a module that makes the work for the store of another process."""


def shared(store: Store, work: Work[Result], make: Make[Result]) -> Iterator[Result]:
    """What the work gives for each share of the users, in the order of their ids: done here, or as others make it."""
    if pays(store, lambda transaction: transaction.users("", FEWEST)):
        return spread(store, work, make)
    return map(work, _shares(store))


def pays(store: Store, some: Callable[[Transaction], Users]) -> bool:
    """Whether other processes are worth their start, for FEWEST of those to be worked on, or all."""
    if store.url is None or processors() < 2:
        return False
    with store.reading() as transaction:
        users = some(transaction)
        entries, at = 0, 0
        while at < len(users) < FEWEST and entries < ENTRIES:
            entries += sum(transaction.sizes(users[at : at + SHARE]).values())
            at += SHARE
    return len(users) == FEWEST or entries >= ENTRIES


def spread(store: Store, work: Work[Result], make: Make[Result]) -> Generator[Result, None, None]:
    """As ``shared``, by other processes wherever there can be some."""
    return processes.spread(_shares(store), work, _made, str(store.url), make)


def _shares(store: Store) -> Iterator[Users]:
    after = ""
    while True:
        with store.reading() as transaction:
            users = transaction.users(after, SHARE)
        if not users:
            return
        yield users
        after = users[-1]


def _made(url: str, make: Make[Result]) -> Work[Result]:
    return make(open_store(url))
