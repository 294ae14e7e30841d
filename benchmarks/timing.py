"""Rounds that alternate between contenders, so that a machine whose speed drifts is unfair to nobody."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds of each round."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def rounds(contenders: Mapping[str, Callable[[], None]], count: int = ROUNDS) -> dict[str, Figure]:
    """Run all contenders in turn, some rounds after one that does not count; wall seconds of each."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(count + 1):
        for name, run in contenders.items():
            gc.collect()
            start = time.perf_counter()
            run()
            if number:
                taken[name].append(time.perf_counter() - start)
    return {name: Figure(tuple(seconds)) for name, seconds in taken.items()}


def ratio(one: Figure, other: Figure) -> float:
    """How many times one takes what the other takes: the median over the rounds, pair by pair."""
    return statistics.median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))
