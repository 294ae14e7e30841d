"""While a server runs: users are told of streaks that end soon, and old notifications are forgotten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.problems import RulesRejected
from engine.service import Refused, Service
from engine.store import StoreUnavailable

PATIENCE = 5.0
"""Seconds that the end waits for a pass which is under way."""
_LOG = logging.getLogger(__name__)


@contextmanager
def reminding(service: Service, every: int, keep: int) -> Iterator[None]:
    """Make a pass every so many seconds while the block runs; none if that is 0."""
    if not every:
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_remind, args=(service, every, keep, ended), name="reminders", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(PATIENCE)


def _remind(service: Service, every: int, keep: int, ended: threading.Event) -> None:
    while not ended.wait(every):
        try:
            service.feeds.remind()
            service.feeds.forget(keep)
        except (StoreUnavailable, Refused, RulesRejected) as error:
            _LOG.warning("reminders wait: %s", error)
        except Exception:
            _LOG.exception("a pass of reminders failed")
