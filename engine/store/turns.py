"""A lock whose waiters come in the order in which they asked, so that no writer starves."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Turns:
    """One holder at a time, first come, first served."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._held = False
        self._waiting: deque[Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for one's turn, so long at most; whether it came."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            ticket = Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        return ticket.acquire(timeout=seconds) or not self._leave(ticket)

    def give(self) -> None:
        """Let the next one in."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def _leave(self, ticket: Lock) -> bool:
        with self._guard:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
            return True
