"""Connections: they collect requests, hand on those that are whole, and hold no worker otherwise.

The server's loop reads; whoever answers writes at once what the socket takes, and leaves the rest to the loop. While a
request is under way nothing more is read, so that at any moment one thread has to do with what has come.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from waitress.buffers import OverflowableBuffer
from waitress.utilities import InternalServerError

from .live import Live
from .parser import Outcome, Parser, Request, failed, read
from .polling import FAULT, READ, WRITE
from .tasks import RequestTimeout, Task, environ_of, ok

if TYPE_CHECKING:
    from . import Server

LINGER = 2.0
"""Seconds in which the rest of a refused request is read and forgotten, so that its answer is not lost.

Source: RFC 9112, section 9.6.
"""
IDLE = 120.0
"""Seconds after which a connection without a request is closed."""
PENDING = 64 * 1024
"""Bytes of answers not yet read by the client above which an answer that goes on is ended."""
AT_ONCE = 64 * 1024
"""Bytes that are read or sent at once."""
UNSENT = 1024 * 1024
"""Bytes of answers that are kept in memory until the client reads them; more are in a temporary file."""
_LOG = logging.getLogger(__name__)


class Gone(Exception):
    """Nobody is there any more who could read an answer."""


class Connection:
    """One connection."""

    def __init__(self, server: Server, taken: socket.socket, address: Any) -> None:
        taken.setblocking(False)
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server = server
        self._socket = taken
        self.number = taken.fileno()
        self.environ = environ_of(address, taken.getsockname())
        self.request: Request | None = None
        """What is under way; if an answer goes on, until the connection ends."""
        self.live: Live | None = None
        """The answer that goes on."""
        self._rest = b""
        """What has come and is not part of a request yet."""
        self._needed = 0
        """Bytes of it that make a request."""
        self._parser: Parser | None = None
        self._arriving_since = self._moved = time.monotonic()
        self._lock = Lock()
        """Held for what may be changed by another thread than the one that reads: the four that follow."""
        self._gone = False
        self._listens = True
        self._unsent: OverflowableBuffer | None = None
        self._ending: Callable[[], None] | None = None
        """What is done when all is sent."""
        self._lingers_until: float | None = None

    @property
    def busy(self) -> bool:
        """Whether there is a request that is not answered, or an answer that is not sent."""
        return self.request is not None or self._unsent is not None

    @property
    def idle_since(self) -> float:
        """Since when it has done nothing of use, for whoever must make room."""
        return self._arriving_since if self._is_arriving else self._moved

    @property
    def _is_arriving(self) -> bool:
        return bool(self._rest) or self._parser is not None

    # in the thread of the server's loop

    def happen(self, events: int) -> None:
        """Do what the socket is ready for."""
        if events & WRITE:
            self._send_rest()
        if events & READ:
            self._receive()
        elif events & FAULT:
            self.close()

    def close(self) -> None:
        """End the connection; who goes on with an answer will notice."""
        with self._lock:
            if self._gone:
                return
            self._gone = True
            self._server.forget(self)
            self._socket.close()
            if self._unsent is not None:
                self._unsent.close()
                self._unsent = None
        if self.live is not None:
            self.live.gone = True

    def shut(self) -> None:
        """Read no more requests."""
        if self.live is None and self._lingers_until is None:
            self._listen(False)

    def keep_house(self, now: float, patience: float) -> None:
        """What has to be looked at every second."""
        if self._is_over(now, patience):
            self.close()
        elif self._is_arriving and not self.busy and now - self._arriving_since > patience:
            self._begin(failed(RequestTimeout("")))

    def end_with(self) -> None:
        """End it, once the answer to a request that could not be read is sent and had time to arrive."""
        self.request = None
        self._lingers_until = time.monotonic() + LINGER
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._listen(True)

    def _is_over(self, now: float, patience: float) -> bool:
        """Whether nobody reads what is sent, or nothing comes any more."""
        if self._lingers_until:
            return now > self._lingers_until
        idle = now - self._moved
        return idle > patience if self._unsent is not None else idle > IDLE and self.request is None

    def _receive(self) -> None:
        """Take in what has come. While a request is under way that waits; what follows a refused one is forgotten."""
        forgets = self.live is not None or self._lingers_until is not None
        if not forgets and self._is_deaf():
            return
        try:
            data = self._socket.recv(AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._moved = time.monotonic()
        if not data:
            self.close()
        elif not forgets:
            if not self._is_arriving:
                self._arriving_since = self._moved
            self._rest = self._rest + data if self._rest else data
            self._proceed()

    def _is_deaf(self) -> bool:
        """Whether nothing is read now; then the loop is not told any more that there is something."""
        with self._lock:
            if self.request is None and self._unsent is None and not self._server.shut:
                return False
            self._watch(listens=False)
            return True

    def _send_rest(self) -> None:
        """Send what the socket takes now, and go on when all is sent."""
        ending = None
        with self._lock:
            if self._unsent is None:
                return
            self._moved = time.monotonic()
            while len(self._unsent):
                sent = self._sent(self._unsent.get(AT_ONCE))
                if not sent:
                    return
                self._unsent.skip(sent, True)
            self._unsent.close()
            self._unsent = None
            self._watch()
            ending, self._ending = self._ending, None
        if ending is not None:
            ending()

    # in the thread of the loop while no request is under way, else in that of who answers it

    def _proceed(self) -> None:
        """Hand on the next request, or wait for the rest of it."""
        while self._rest and len(self._rest) >= self._needed:
            request = self._next()
            if request is not None:
                self._begin(request)
                return
        with self._lock:
            self.request = None
            self._watch(listens=not self._server.shut)
        self._server.has_idled()

    def _next(self) -> Request | None:
        """The next request, taken from what has come."""
        if self._parser is None:
            found = read(self._rest)
            if found is not None:
                request, end = found
                self._needed = end if request is None else 0
                self._rest = self._rest if request is None else self._rest[end:]
                return request
            self._parser = Parser(self._server.adjustments)
        return self._parsed(self._parser)

    def _parsed(self, parser: Parser) -> Request | None:
        """As ``_next``, bit by bit."""
        self._rest = self._rest[parser.received(self._rest) :]
        if parser.expect_continue and parser.headers_finished and not parser.completed:
            parser.expect_continue = False
            with suppress(Gone):
                self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if not parser.completed:
            return None
        self._parser, self._needed = None, 0
        return None if parser.empty else parser.request()

    def _begin(self, request: Request) -> None:
        self.request = request
        self._server.take(self)

    # in the thread of a worker

    def serve(self) -> None:
        """Answer the request at hand."""
        request = self.request
        assert request is not None
        task = Task(self, request, self._server.stopping)
        try:
            self._run(task, request)
        except Gone:
            task.closes = True
        if task.live is not None:
            self._go_live(task, task.live)
        else:
            self._done(task.closes, lingers=request.error is not None)

    def _run(self, task: Task, request: Request) -> None:
        if request.error is not None:
            task.refuse(request.error)
            return
        try:
            task.run(self._server.app)
        except Gone:
            raise
        except Exception:
            _LOG.exception("an answer broke off")
            task.closes = True
            if not task.begun:
                Task(self, request, True).refuse(InternalServerError(""))

    def _go_live(self, task: Task, live: Live) -> None:
        """Go on with an answer without a worker; requests behind it are forgotten."""
        self._rest = b""
        with self._lock:
            self.live = live
            self._watch(listens=True)
        live.attach(_Outlet(self, task))
        if self._gone:
            live.gone = True

    def _done(self, closes: bool, lingers: bool = False) -> None:
        """Go on to the next request, or to the end, once the answer is sent."""
        self._moved = self._arriving_since = time.monotonic()
        step = self._proceed if not closes else self._linger if lingers else self._ask_to_close
        with self._lock:
            if self._unsent is not None:
                self._ending = step
                return
        step()

    def _linger(self) -> None:
        self._server.ask(self.end_with)

    def _ask_to_close(self) -> None:
        self._server.ask(self.close)

    # in any thread

    def reply(self, headers: str, body: bytes) -> None:
        """Answer the request at hand, which was taken by the express way, with 200; the loop has to be woken for it."""
        request = self.request
        closes = self._server.stopping or request is None or not request.keeps_open
        data = ok(headers, body, closes)
        self._server.ask(lambda: self._send(data, closes), soon=False)

    def _send(self, data: bytes, closes: bool) -> None:
        try:
            self.write(data)
        except Gone:
            closes = True
        self._done(closes)

    def abandon(self) -> None:
        """End the connection without an answer to the request at hand."""
        self._server.ask(self.close)

    def hand_back(self, outcome: Outcome | None, late: bool = False) -> None:
        """Have the app answer the request at hand after all."""
        if self.request is not None:
            self.request.outcome = outcome
        self._server.take_back(self, late)

    def write(self, data: bytes) -> None:
        """Send data, or keep it until the client reads. Raises Gone."""
        with self._lock:
            if self._gone:
                raise Gone
            if self._unsent is None:
                sent = self._sent(data)
                if sent == len(data):
                    return
                data = data[sent:]
                self._unsent = OverflowableBuffer(UNSENT)
                self._moved = time.monotonic()
                self._unsent.append(data)
                self._watch()
            else:
                self._unsent.append(data)

    def _sent(self, data: bytes) -> int:
        """How many bytes the socket has taken."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._server.ask(self.close)
            return 0

    def send_on(self, task: Task, data: bytes) -> bool:
        """Send a part of an answer that goes on; whether the client reads it."""
        if self._gone or (self._unsent is not None and len(self._unsent) > PENDING):
            return False
        try:
            task.write(data)
        except Gone:
            return False
        return True

    def end_on(self, task: Task) -> None:
        """End an answer that went on, and the connection with it."""
        with suppress(Gone):
            task.end()
        with self._lock:
            if self._unsent is not None:
                self._ending = self._ask_to_close
                return
        self._ask_to_close()

    def _listen(self, listens: bool) -> None:
        with self._lock:
            self._watch(listens)

    def _watch(self, listens: bool | None = None) -> None:
        """Have the loop told of what matters now."""
        if self._gone:
            return
        if listens is not None:
            if listens == self._listens and self._unsent is None:
                return
            self._listens = listens
        self._server.watch(self.number, READ * self._listens | WRITE * (self._unsent is not None))


class _Outlet:
    """The connection of an answer that goes on."""

    def __init__(self, connection: Connection, task: Task) -> None:
        self._connection = connection
        self._task = task

    def send(self, data: bytes) -> bool:
        return self._connection.send_on(self._task, data)

    def end(self) -> None:
        self._connection.end_on(self._task)
