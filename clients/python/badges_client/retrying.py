"""When and how often a call is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from .errors import Unreachable

AGAIN = frozenset({408, 429, 502, 503, 504})
"""Statuses after which the same call may succeed."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a call is tried at most, and how long it rests in between."""

    attempts: int = 5
    first: float = 0.2
    """Seconds of rest at most after the first attempt; twice as long after each later one."""
    longest: float = 30.0
    """Seconds of rest at most; where a server asks for more, its answer is given to the caller."""
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


def persistently(send: Callable[[], httpx.Response], retries: Retries) -> httpx.Response:
    """The first answer that is final, or the last one. Raises Unreachable if none ever came."""
    for attempt in range(1, retries.attempts + 1):
        is_last = attempt == retries.attempts
        rest: float | None = retries.chance() * min(retries.longest, retries.first * 2 ** (attempt - 1))
        try:
            response = send()
        except httpx.TransportError as error:
            if is_last:
                raise Unreachable(f"no answer after {attempt} attempts: {error}") from error
        else:
            asked = asked_rest(response)
            rest = rest if asked is None else max(rest or 0, asked)
            if response.status_code not in AGAIN or is_last or (asked or 0) > retries.longest:
                return response
        retries.sleep(rest or 0)
    raise Unreachable("no attempt is allowed")


def asked_rest(response: httpx.Response) -> float | None:
    """The seconds that ``Retry-After`` asks for, as a number or as a date; None if it asks for none."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
