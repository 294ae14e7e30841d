"""A server's life: it answers until it is told to end, and then ends what it has begun."""

from __future__ import annotations

import gc
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol


class Stoppable(Protocol):
    """What runs until it is told to stop."""

    def run(self) -> None: ...

    def stop(self) -> None: ...


def run_until_told(server: Stoppable, *beside: Stoppable) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first, but a second signal ends it at once.

    What runs beside it, in threads of its own, is told at the same moment.
    """
    told = False

    def tell(*_: Any) -> None:
        nonlocal told
        if told:
            raise KeyboardInterrupt
        told = True
        for each in (server, *beside):
            each.stop()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, tell)
    spare_what_is_loaded()
    with suppress(KeyboardInterrupt):
        server.run()


@contextmanager
def ended_in_order() -> Iterator[None]:
    """SIGTERM ends what is within as an error would: what was to be put away in the end is."""

    def end(number: int, _: Any) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def spare_what_is_loaded() -> None:
    """Leave out of Python's search for garbage what stays for good: with 1,000 badges it held up all for 0.1 s."""
    gc.collect()
    gc.freeze()


def allow_files(wanted: int) -> None:
    """Let this process open so many files, or as many as the machine allows."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if now != resource.RLIM_INFINITY and now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
