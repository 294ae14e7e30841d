"""Turns: one at a time, first come, first served."""

from __future__ import annotations

from threading import Thread

from engine.store.turns import Turns


def test_waiters_come_in_the_order_in_which_they_asked() -> None:
    turns, came = Turns(), []
    assert turns.take(0)

    def wait(number: int) -> None:
        turns.take(30)
        came.append(number)
        turns.give()

    waiters = []
    for number in range(5):
        waiters.append(Thread(target=wait, args=(number,)))
        waiters[-1].start()
        while len(turns._waiting) <= number:
            pass
    turns.give()
    for waiter in waiters:
        waiter.join()
    assert came == [0, 1, 2, 3, 4]


def test_who_waited_in_vain_is_not_waited_for() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)
