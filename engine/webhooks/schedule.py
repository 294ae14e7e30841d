"""When a message is tried again, and how long an endpoint that fails is left alone.

Source: Standard Webhooks 1.0.0, deliverability and reliability.
"""

from __future__ import annotations

from ..calendar import DAY, HOUR, MINUTE, SECOND

DELAYS = (0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Between attempts."""
MOMENTS = tuple(sum(DELAYS[: number + 1]) for number in range(len(DELAYS)))
"""Of the attempts, from the beginning of the schedule."""
LASTS = MOMENTS[-1]
JITTER = 0.2
"""A delay becomes longer by up to this part of it, so that what failed together does not come back together."""

STRIKES = 5
"""So many failures in a row, and an endpoint is left alone for a while."""
FIRST_PAUSE, LONGEST_PAUSE = 5 * SECOND, 5 * MINUTE
LONGEST_WISH = DAY
"""An endpoint may ask to be left alone for so long."""


def after_failure(since: int, now: int, chance: float) -> int | None:
    """When a message that failed now is tried next, by a schedule that began at an instant; None if that was the last.

    The moments of the schedule count from its beginning, so a message that waited for its endpoint has fewer left.
    ``chance``, from 0 to 1, is what the jitter goes by.
    """
    moment = next((since + each for each in MOMENTS[1:] if since + each > now), None)
    if moment is None:
        return None
    return now + round(max(moment - now, SECOND) * (1 + JITTER * chance))


def pause_after(failures: int, now: int, asked: int | None, chance: float) -> int | None:
    """Until when an endpoint is left alone that failed so often in a row; None if it is not.

    ``asked``: how long the endpoint itself wants to be left alone, by ``Retry-After``.
    """
    if asked is not None:
        return now + min(asked, LONGEST_WISH)
    if failures < STRIKES:
        return None
    pause = min(FIRST_PAUSE * 2 ** min(failures - STRIKES, 20), LONGEST_PAUSE)
    return now + round(pause * (1 + JITTER * chance))
