"""How often a caller may call: a bucket for each that drains steadily and holds no more than its size."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 10_000
"""Callers whose buckets are kept; the one that has been away longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once at most, and as many again in so many seconds."""

    count: int
    seconds: int


class Buckets:
    """What each caller has used lately, in this process. Safe to use from several threads."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._filled: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By caller: how full the bucket was, and when."""

    def take(self, caller: str, amount: int, now: float) -> int:
        """Use up an amount at a moment in seconds: 0, or the seconds to wait before it can be used.

        A bucket with any room takes an amount of any size, so that one large batch is never refused for ever.
        """
        drained = self._rate.count / self._rate.seconds
        with self._lock:
            level, then = self._filled.pop(caller, (0.0, now))
            level = max(0.0, level - (now - then) * drained)
            room = level <= self._rate.count - 1
            self._filled[caller] = (level + amount if room else level, now)
            if len(self._filled) > REMEMBERED:
                self._filled.popitem(last=False)
        return 0 if room else max(1, math.ceil((level - self._rate.count + 1) / drained))
