"""Events that services post, on the express way: nothing waits for them, and whoever stores them answers.

It takes what nearly all requests look like. All others are the app's (``events.post``), and so is every answer but 200:
the app tells what became of the request. So there is one place that judges, and one that words a refusal.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import lru_cache

from engine import jsontext
from engine.cloudevents import BadRequest, Batch, parse
from engine.model import Receipt, Refusal, RuleSet, Viewer
from engine.service import FEW, KEY_PREFIX, Handed, Seen

from .auth import nobody, unknown_key
from .context import Caller, Context
from .events import is_refused, told
from .headers import ALWAYS, REQUEST_ID, request_id
from .keyless import LOOPBACK, is_own
from .limits import use_up
from .logs import tell
from .permissions import PERMISSIONS
from .problems import HttpProblem
from .serving import Connection, Outcome, Request
from .sessions import key_caller

PATH, ENDPOINT = "/v1/events", "events.post"
LONGEST = 16 * 1024
"""Bytes of a body that is read in the thread of the server's loop."""
_CREDENTIALS = "HTTP_AUTHORIZATION"
_BEARER = f"Bearer {KEY_PREFIX}"
_UNUSUAL = frozenset(
    ("HTTP_ACCEPT_LANGUAGE", "HTTP_CONTENT_ENCODING", "HTTP_CE_SPECVERSION", "HTTP_CE_ID", "HTTP_CE_SOURCE",
     "HTTP_CE_TYPE", "HTTP_CE_SUBJECT", "HTTP_CE_TIME")
)  # fmt: skip
_LOG = logging.getLogger(__name__)


class Posting:
    """The express way of one server."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._service = context.service
        self._patience = float(context.config.request_seconds)
        self._ready: list[Handed] = []
        self._ring: Callable[[], None] = lambda: None
        self._pending: set[_Post] = set()
        vary = {"Vary": "Origin"} if context.config.cors_origins else {}
        always = {"Content-Type": "application/json", **ALWAYS, **vary}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in always.items())

    @property
    def waiting(self) -> int:
        """Requests that are not answered."""
        return len(self._pending)

    def begin(self, ring: Callable[[], None]) -> None:
        """Have replies sent by this from now on, some together."""
        self._ring = ring

    def take(self, request: Request, connection: Connection) -> bool:
        """Whether a request is of the usual kind: then it is handed in with the next ``flush``."""
        batch = self._batch(request) if self._is_usual(request) else None
        if batch is None:
            return False
        post = _Post(self, request, connection, batch)
        self._pending.add(post)
        self._ready.append(Handed(batch.entries, post.admit, post.done, self._ring))
        return True

    def flush(self) -> None:
        """Have what was taken stored."""
        if self._ready:
            ready, self._ready = self._ready, []
            self._service.hand_in(ready)

    def _is_usual(self, request: Request) -> bool:
        """Whether somebody posts events here with a key, or with no credentials at all."""
        headers = request.headers
        if request.path != PATH or request.method != "POST" or request.query or request.version != "1.1":
            return False
        if not _UNUSUAL.isdisjoint(headers) or ("HTTP_ORIGIN" in headers and self._context.config.cors_origins):
            return False
        shown = headers.get(_CREDENTIALS)
        return shown is None or (shown.startswith(_BEARER) and " " not in shown[7:])

    def _batch(self, request: Request) -> Batch | None:
        """The events, if they are few, and if nothing has to be refused."""
        body = request.body.read(LONGEST + 1)
        request.body.seek(0)
        if len(body) > LONGEST:
            return None
        kind = {"Content-Type": request.headers.get("CONTENT_TYPE", "")}
        try:
            batch = parse(kind, body, self._context.config.limits, self._service.now())
        except BadRequest:
            return None
        refused = batch.single and isinstance(batch.entries[0], Refusal)
        return None if refused or len(batch.entries) > FEW else batch

    def answer(self, post: _Post, receipts: Sequence[Receipt], rules: RuleSet) -> None:
        """Send what became of the events."""
        headers, connection = post.request.headers, post.connection
        body = jsontext.dumps(told(receipts, rules, ())).encode()
        id_ = request_id(headers.get("HTTP_X_REQUEST_ID", ""))
        self._pending.discard(post)
        self._context.telemetry.answered(ENDPOINT, "POST", 200, time.perf_counter() - post.started)
        tell(id_, "POST", PATH, 200, post.started, post.caller)
        connection.reply(f"{self._headers}{REQUEST_ID}: {id_}\r\n", body)

    def give_up(self, post: _Post, outcome: Outcome, late: bool) -> None:
        """Have the app tell what became of it."""
        self._pending.discard(post)
        post.connection.hand_back(outcome, late)

    def use_up(self, caller: Caller, events: int) -> None:
        """Count what a caller posts. Raises HttpProblem (429)."""
        use_up(self._context, caller, events)

    def is_late(self, post: _Post) -> bool:
        """Whether a request has waited for so long that it is not begun any more."""
        return time.perf_counter() - post.started > self._patience


class _Late(Exception):
    """A request that is not begun any more."""


class _Post:
    """One request on its way."""

    __slots__ = ("caller", "connection", "events", "request", "single", "started", "way")

    def __init__(self, way: Posting, request: Request, connection: Connection, batch: Batch) -> None:
        self.way = way
        self.request = request
        self.connection = connection
        self.single = batch.single
        self.events = len(batch.entries)
        self.started = time.perf_counter()
        self.caller: Caller | None = None

    def admit(self, keys: Seen) -> Viewer:
        """Who posts. Raises HttpProblem (401, 403, 429), and _Late."""
        if self.way.is_late(self):
            raise _Late
        self.caller = self._by_key(keys) if _CREDENTIALS in self.request.headers else self._without(keys)
        self.way.use_up(self.caller, self.events)
        return self.caller.viewer

    def _by_key(self, keys: Seen) -> Caller:
        key = keys.find(self.request.headers[_CREDENTIALS].removeprefix("Bearer "))
        if key is None:
            raise unknown_key()
        return _poster(key.name, tuple(key.scopes))

    def _without(self, keys: Seen) -> Caller:
        headers = self.request.headers
        names = (name.removeprefix("HTTP_") for name in headers)
        here, origin = self.connection.environ, headers.get("HTTP_ORIGIN")
        place = here["REMOTE_ADDR"], here["wsgi.url_scheme"], headers.get("HTTP_HOST", "")
        if not (keys.none_made and is_own(*place, origin, names)):
            raise nobody()
        return LOOPBACK

    def done(self, receipts: Sequence[Receipt], rules: RuleSet | None, error: Exception | None) -> None:
        """Answer. Nobody else is held up by what goes wrong here."""
        try:
            if error is None and rules is not None and not is_refused(self.single, receipts):
                self.way.answer(self, receipts, rules)
            else:
                self.way.give_up(self, self._outcome(receipts, rules, error), isinstance(error, _Late))
        except Exception:
            _LOG.exception("an answer broke off")
            self.connection.abandon()

    def _outcome(self, receipts: Sequence[Receipt], rules: RuleSet | None, error: Exception | None) -> Outcome:
        def outcome() -> tuple[bool, Sequence[Receipt], RuleSet | None]:
            if error is not None:
                raise error
            return self.single, receipts, rules

        return outcome


@lru_cache(maxsize=256)
def _poster(name: str, scopes: tuple[str, ...]) -> Caller:
    """Who calls with a key, if it may post events. Raises HttpProblem (403)."""
    found, access = key_caller(name, scopes), PERMISSIONS[ENDPOINT]
    if not access.allows(found, None):
        raise HttpProblem(403, "forbidden", f"This is for {access.description}.")
    return found
