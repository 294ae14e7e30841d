"""Which connections have something to say: asked of the kernel, which is told only when what matters changes.

Linux has epoll; elsewhere (kqueue) the same goes through Python's selectors, at a little more per event.
"""

from __future__ import annotations

import select
import selectors
from typing import Protocol

READ, WRITE, FAULT = 0x001, 0x004, 0x018
"""As epoll numbers them: to be read, to be written, an error or the other end gone."""
_SELECTED = ((READ, selectors.EVENT_READ), (WRITE, selectors.EVENT_WRITE))


class Poll(Protocol):
    """Files by number, and for each what matters. All but ``poll`` may be called by any thread."""

    def register(self, number: int, events: int) -> None: ...

    def modify(self, number: int, events: int) -> None: ...

    def unregister(self, number: int) -> None: ...

    def poll(self, timeout: float) -> list[tuple[int, int]]:
        """Numbers and what they are ready for, once there are any or the seconds are over."""

    def close(self) -> None: ...


class Selected:
    """For systems without epoll: what matters to nobody is left out."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def register(self, number: int, events: int) -> None:
        wanted = sum(theirs for ours, theirs in _SELECTED if events & ours)
        if wanted:
            self._selector.register(number, wanted)

    def modify(self, number: int, events: int) -> None:
        self.unregister(number)
        self.register(number, events)

    def unregister(self, number: int) -> None:
        if number in self._selector.get_map():
            self._selector.unregister(number)

    def poll(self, timeout: float) -> list[tuple[int, int]]:
        return [
            (key.fd, sum(ours for ours, theirs in _SELECTED if events & theirs))
            for key, events in self._selector.select(timeout)
        ]

    def close(self) -> None:
        self._selector.close()


def new_poll() -> Poll:
    """What this system has."""
    return select.epoll() if hasattr(select, "epoll") else Selected()
