"""Work in a writing transaction, begun anew when the transaction had to give way to another one."""

from __future__ import annotations

from collections.abc import Callable
from random import uniform
from time import sleep
from typing import TypeVar

from .protocol import Store, StoreConflict, Transaction

T = TypeVar("T")
ATTEMPTS = 6
PAUSE = 0.02
"""Seconds of rest at most before the second attempt; twice as long before each later one."""


def write(store: Store, work: Callable[[Transaction], T], alone: bool = False) -> T:
    """What the work answers, once it is committed. It may be run several times, and must begin anew each time.

    Raises StoreConflict if the transaction had to give way every time.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            return _once(store, work, alone)
        except StoreConflict:
            sleep(uniform(0, PAUSE * 2**attempt))
    return _once(store, work, alone)


def _once(store: Store, work: Callable[[Transaction], T], alone: bool) -> T:
    with store.writing(alone) as transaction:
        return work(transaction)
