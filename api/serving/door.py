"""Where connections come in: nobody is let in while there is no room, nor for a moment when the system has none."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Iterable
from typing import Any

from .polling import READ, Poll

BACKLOG = 1024
"""Connections that may wait to be let in."""
_SCARCE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What the system says when it has no file, or no memory, for one more connection: who waits goes on waiting."""
_LOG = logging.getLogger(__name__)


class Door:
    """The sockets at which a server listens; used by the thread of its loop."""

    def __init__(self, places: Iterable[Any], poll: Poll) -> None:
        self._poll = poll
        self._listeners = {each.fileno(): each for each in map(_listening, places)}
        for number in self._listeners:
            poll.register(number, READ)
        self.addresses = [_address(each) for each in self._listeners.values()]
        """Where it listens: a name such as localhost can be two addresses."""
        self.is_full = False
        """There is no room for another connection."""
        self.rests = False
        """The system had no room when somebody came."""
        self._scarce = False

    def __contains__(self, number: int) -> bool:
        return number in self._listeners

    def accept(self, number: int) -> tuple[socket.socket, Any] | None:
        """Who comes in; None if it is nobody after all, or if the system has no room."""
        try:
            taken: tuple[socket.socket, Any] = self._listeners[number].accept()
        except OSError as error:
            if error.errno in _SCARCE:
                self._rest(error)
            return None
        self._scarce = False
        return taken

    def fill(self, is_full: bool) -> None:
        """Say whether there is room."""
        if is_full != self.is_full:
            self.is_full = is_full
            self._turn()

    def look(self) -> None:
        """Try again, if it rests."""
        if self.rests:
            self.rests = False
            self._turn()

    def close(self) -> None:
        """Listen no more."""
        listeners, self._listeners = self._listeners, {}
        for listener in listeners.values():
            listener.close()

    def _rest(self, error: OSError) -> None:
        """Let nobody in until the next look: who waits would be announced again and again. Told once."""
        if not self._scarce:
            _LOG.warning("no connection can be let in: %s", error.strerror)
        self.rests = self._scarce = True
        self._turn()

    def _turn(self) -> None:
        for number in self._listeners:
            self._poll.modify(number, 0 if self.is_full or self.rests else READ)


def _listening(place: Any) -> socket.socket:
    """A socket at which connections come in. Raises OSError."""
    family, kind, protocol, address = place
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def _address(listener: socket.socket) -> tuple[str, int]:
    host, port = socket.getnameinfo(listener.getsockname(), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    return host, int(port)
