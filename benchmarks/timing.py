"""Rounds that alternate between contenders, so that a machine whose speed drifts is unfair to nobody."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 5
Contender = Callable[[], float]
"""Runs once; the seconds of it that count."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds of each round."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def rate(self, count: int) -> str:
        """So many things in the median of the rounds."""
        return f"{count / self.median:,.0f}/s"


def rounds(contenders: Mapping[str, Contender], count: int = ROUNDS, warm: int = 1) -> dict[str, Figure]:
    """Run all contenders in turn, some rounds after those that do not count."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(warm + count):
        for name, run in contenders.items():
            seconds = _undisturbed(run)
            if number >= warm:
                taken[name].append(seconds)
    return {name: Figure(tuple(seconds)) for name, seconds in taken.items()}


def _undisturbed(run: Contender) -> float:
    """Run where Python's search for garbage leaves out what was there before: it is none of the contender's."""
    gc.collect()
    gc.freeze()
    try:
        return run()
    finally:
        gc.unfreeze()


def computing(work: Callable[[], object], times: int = 1) -> Contender:
    """What only computes: the seconds of the processor, which others on the machine do not take part in."""
    return _timed(work, times, time.process_time)


def waiting(work: Callable[[], object], times: int = 1) -> Contender:
    """What also waits, for a disk or another process: the seconds that pass."""
    return _timed(work, times, time.perf_counter)


def _timed(work: Callable[[], object], times: int, clock: Callable[[], float]) -> Contender:
    def run() -> float:
        start = clock()
        for _ in range(times):
            work()
        return clock() - start

    return run


def ratio(one: Figure, other: Figure) -> float:
    """How many times one takes what the other takes: the median over the rounds, pair by pair."""
    return statistics.median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))
