"""Streams of notifications: one poller a process for all that are open, since every process may write what is new.

What is new to this process wakes the poller at once; what others write is seen at its next look. A stream that lags
behind, whose time is over or whose reader has gone is ended: the client asks again, from where it was.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Lock, Thread

from engine import jsontext
from engine.model import Viewer
from engine.problems import RulesRejected
from engine.service import Refused, Service
from engine.store import StoreUnavailable

from .config import Config
from .context import Caller
from .problems import HttpProblem
from .serving import Live

LOOK = 1.0
"""Seconds between two looks at the database."""
PAUSE = 0.05
"""Seconds of rest between two looks however much happens."""
BEAT = 15.0
"""Seconds after which a stream says that it is still there."""
PAGE = 50
"""Notifications that one look sends to a stream."""
RETRY = 2000
"""Milliseconds after which a client asks again."""
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Stream:
    """One reader."""

    user: str
    after: int
    """The number of the newest notification that it was sent."""
    asked: str | None
    accepted: Sequence[str]
    ends: float
    """When its time is over, in seconds since 1970."""
    viewer: Viewer | None = None
    """Who asked: the stream of a key ends with the key."""
    live: Live | None = None


class Streams:
    """All streams of one app."""

    def __init__(self, service: Service, config: Config, clock: Callable[[], float] = time.time) -> None:
        self._service = service
        self._feeds = service.feeds
        self._most, self._most_of_user = config.streams, config.user_streams
        self._seconds = config.stream_seconds
        self._clock = clock
        self._lock = Lock()
        self._open: dict[int, Stream] = {}
        self._poller: Thread | None = None
        self._wake = Event()
        self._beat = 0.0
        service.feeds.watch(self._woken)

    @property
    def open(self) -> int:
        """How many there are."""
        return len(self._open)

    @property
    def told(self) -> Counter[str]:
        """Notifications that this process has written, by kind."""
        return self._feeds.told

    def begin(
        self, user: str, after: int | None, asked: str | None, accepted: Sequence[str], caller: Caller | None = None
    ) -> Live:
        """An answer that goes on with what is new after a number, or from now on. Raises HttpProblem (429, 503)."""
        latest = self._clock() + self._seconds
        ends = min(latest, caller.ends) if caller and caller.ends is not None else latest
        start = self._feeds.newest([user])[user] if after is None else after
        stream = Stream(user, start, asked, accepted, ends, caller.viewer if caller else None)
        live = Live(f"retry: {RETRY}\nid: {start}\n\n".encode(), self._ended)
        stream.live = live
        with self._lock:
            self._check_room(user)
            self._open[id(live)] = stream
            if self._poller is None:
                self._beat = time.monotonic() + BEAT
                self._poller = Thread(target=self._poll, name="streams", daemon=True)
                self._poller.start()
        self._wake.set()
        return live

    def _check_room(self, user: str) -> None:
        if len(self._open) >= self._most:
            raise HttpProblem(503, "overloaded", "Too many streams are open here: try again.")
        if sum(stream.user == user for stream in self._open.values()) >= self._most_of_user:
            detail = f"This user has {self._most_of_user} streams open already: close one."
            raise HttpProblem(429, "too-many-streams", detail, headers={"Retry-After": "30"})

    def _ended(self, live: Live) -> None:
        with self._lock:
            self._open.pop(id(live), None)

    def _woken(self, users: Sequence[str]) -> None:
        with self._lock:
            followed = {stream.user for stream in self._open.values()}
        if not followed.isdisjoint(users):
            self._wake.set()

    # in the poller's thread

    def _poll(self) -> None:
        while True:
            self._wake.wait(LOOK)
            self._wake.clear()
            with self._lock:
                streams = list(self._open.values())
                if not streams:
                    self._poller = None
                    return
            self._look(streams)
            time.sleep(PAUSE)

    def _look(self, streams: Sequence[Stream]) -> None:
        """Send each stream what is new to it; a database that is away is asked again at the next look."""
        alive = [stream for stream in streams if not self._is_over(stream)]
        try:
            newest = self._feeds.newest(sorted({stream.user for stream in alive}))
            for stream in alive:
                self._send(stream, newest[stream.user])
            if time.monotonic() >= self._beat:
                self._beat = time.monotonic() + BEAT
                self._check_callers(alive)
        except (StoreUnavailable, Refused, RulesRejected) as error:
            _LOG.warning("streams wait: %s", error)
        except Exception:
            _LOG.exception("a look for streams failed")

    def _check_callers(self, streams: Sequence[Stream]) -> None:
        """Say to each stream that it is still there, and end those whose key is not."""
        made, keyless = self._service.keys(), not self._service.keys_exist()
        keys = {key.name for key in made}
        for stream in streams:
            viewer = stream.viewer
            if viewer is None or viewer.kind == "user" or keyless or viewer.name in keys:
                _write(stream, b": \n\n")
            elif stream.live is not None:
                stream.live.end()

    def _is_over(self, stream: Stream) -> bool:
        live = stream.live
        if live is None or not (live.gone or self._clock() >= stream.ends):
            return False
        live.end()
        return True

    def _send(self, stream: Stream, newest: int) -> None:
        if newest < stream.after:
            stream.after = 0  # the user was erased, and is another one now
        if newest == stream.after:
            return
        found, last = self._feeds.since(stream.user, stream.after, PAGE, stream.asked, stream.accepted)
        for notification in found:
            told = f"id: {notification['id']}\nevent: notification\ndata: {jsontext.dumps(notification)}\n\n"
            _write(stream, told.encode("utf-8", "backslashreplace"))
        if last == stream.after:
            stream.after = newest
        else:
            stream.after = last
            self._wake.set()


def _write(stream: Stream, data: bytes) -> None:
    if stream.live is not None:
        stream.live.write(data)
