"""Callers who post at the same time share a transaction: what waits while one commits is stored by the next one.

A commit costs a write to the disk, whatever it holds, so that ten callers at once are served nearly as fast as one.
Who does not wait hands requests in: a clerk, which is a thread, stores them and tells what became of each.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from ..model import Posted, Receipt, Refusal, RuleSet, Viewer
from ..problems import RulesRejected
from ..store import StoreUnavailable
from .errors import Refused
from .keys import Seen

FEW = 20
"""Entries of a request that shares a transaction; more are worth one of their own."""
MOST = 500
"""Entries in a shared transaction, from which on callers wait for the next one."""
PATIENCE = 60.0
"""Seconds that a caller waits for what others have begun."""
REST = 10.0
"""Seconds without work after which the clerk goes."""
_LOG = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Handed:
    """What is posted by somebody who does not wait; who that is turns out in the transaction."""

    posts: Sequence[Posted | Refusal]
    admit: Callable[[Seen], Viewer]
    """Who calls, by the keys that the transaction sees; raises what is told instead of receipts."""
    done: Callable[[Sequence[Receipt], RuleSet | None, Exception | None], None]
    """Told once, in any thread: the receipts and the rules that gave them, or what stood in the way."""
    finished: Callable[[], None]
    """Told when all that were stored together are told."""


@dataclass(slots=True, eq=False)
class Request:
    """What one caller posts, and what becomes of it."""

    posts: Sequence[Posted | Refusal]
    viewer: Viewer | None
    """None until it is known."""
    handed: Handed | None = None
    """How it came, if nobody waits for it."""
    receipts: Sequence[Receipt] = ()
    rules: RuleSet | None = None
    error: Exception | None = None
    leads: bool = False
    """Its caller stores what waits."""
    ticket: Lock = field(default_factory=Lock)
    """Held until there is something to do for its caller."""


Take = Callable[[], Sequence[Request]]
"""The requests that wait, one at least; to be called within the transaction."""


class Together:
    """One caller at a time stores what all have posted meanwhile, and wakes them."""

    def __init__(self, store: Callable[[Take], None]) -> None:
        self._store = store
        self._guard = Lock()
        self._waiting: list[Request] = []
        self._led = False
        self._calls: SimpleQueue[None] = SimpleQueue()
        """Each has the clerk lead once."""
        self._clerk: Thread | None = None

    def post(self, posts: Sequence[Posted | Refusal], viewer: Viewer) -> Sequence[Receipt]:
        """A receipt for each entry, once they are stored. Raises what stands in the way of just these entries."""
        request = Request(posts, viewer)
        self._join(request)
        if request.leads or self._wait(request):
            self._lead()
        if request.error:
            raise request.error
        return request.receipts

    def hand_in(self, all_handed: Sequence[Handed]) -> None:
        """Have requests stored, without waiting for it."""
        requests = [Request(each.posts, None, each) for each in all_handed]
        with self._guard:
            self._waiting += requests
            if not self._led and requests:
                self._call_clerk()
                self._led = True

    def _call_clerk(self) -> None:
        """With the guard held."""
        if self._clerk is None:
            clerk = Thread(target=self._attend, name="clerk", daemon=True)
            clerk.start()
            self._clerk = clerk
        self._calls.put(None)

    def _attend(self) -> None:
        """In the clerk's thread: lead when called, and go when there is nothing to do."""
        while True:
            try:
                self._calls.get(timeout=REST)
            except Empty:
                with self._guard:
                    if self._calls.empty():
                        self._clerk = None
                        return
                continue
            try:
                self._lead()
            except Exception:
                _LOG.exception("what became of a request could not be told")

    def _join(self, request: Request) -> None:
        request.ticket.acquire()
        with self._guard:
            self._waiting.append(request)
            if not self._led:
                self._led = request.leads = True

    def _wait(self, request: Request) -> bool:
        """Wait until others have stored a request; whether its caller is to lead instead."""
        if not request.ticket.acquire(timeout=PATIENCE):
            with self._guard:
                if request in self._waiting and not request.leads:
                    self._waiting.remove(request)
            if not request.leads:
                request.error = StoreUnavailable("what others store takes too long: try again")
        return request.leads

    def _lead(self) -> None:
        """Store what waits, one's own request first, and let the next one lead."""
        taken: list[Request] = []

        def take() -> Sequence[Request]:
            if not taken:
                taken.extend(self._taken())
            return taken

        try:
            self._settle(take)
        finally:
            self._pass_on()
            _tell(taken)

    def _settle(self, take: Take) -> None:
        """Store requests together; if that fails for a fault of one of them, each alone."""
        try:
            self._store(take)
        except (StoreUnavailable, Refused, RulesRejected) as error:
            _fail(take(), error)
        except Exception as error:
            if len(take()) == 1:
                _fail(take(), error)
            else:
                self._each_alone(take())
        except BaseException:
            _fail(take(), StoreUnavailable("the server is ending: try again"))
            raise

    def _each_alone(self, requests: Sequence[Request]) -> None:
        for request in requests:
            self._settle(lambda alone=(request,): alone)  # type: ignore[misc]

    def _taken(self) -> list[Request]:
        """The requests that wait, as many as fit into one transaction."""
        with self._guard:
            count, entries = 0, 0
            for request in self._waiting:
                entries += len(request.posts)
                if count and entries > MOST:
                    break
                count += 1
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
            return taken

    def _pass_on(self) -> None:
        with self._guard:
            self._led = bool(self._waiting)
            if not self._led:
                return
            first = self._waiting[0]
            if first.handed is not None:
                self._call_clerk()
                return
            first.leads = True
            first.ticket.release()


def _tell(requests: Sequence[Request]) -> None:
    """Let those who wait go on, and tell those who do not."""
    finished = set()
    for request in requests:
        handed = request.handed
        if handed is None:
            request.ticket.release()
        else:
            handed.done(request.receipts, request.rules, request.error)
            finished.add(handed.finished)
    for tell in finished:
        tell()


def _fail(requests: Sequence[Request], error: Exception) -> None:
    for request in requests:
        request.error = error


def by_viewer(requests: Sequence[Request]) -> dict[Viewer, list[Request]]:
    """Requests that can be judged as one, since the same caller made them; without those that are refused already."""
    found: dict[Viewer, list[Request]] = {}
    for request in requests:
        if request.viewer is not None and request.error is None:
            found.setdefault(request.viewer, []).append(request)
    return found


def identify(requests: Sequence[Request], keys: Seen) -> None:
    """Find out who calls, where that is not known yet; what speaks against them stands in the way."""
    for request in requests:
        handed = request.handed
        if handed is not None and request.viewer is None and request.error is None:
            try:
                request.viewer = handed.admit(keys)
            except Exception as error:
                request.error = error


def posts_of(requests: Sequence[Request]) -> list[Posted | Refusal]:
    """All their entries, request by request."""
    return [post for request in requests for post in request.posts]


def answer(requests: Sequence[Request], receipts: Sequence[Receipt], rules: RuleSet) -> None:
    """Give each request its own of the receipts for ``posts_of`` them."""
    start = 0
    for request in requests:
        request.rules = rules
        request.receipts = receipts[start : start + len(request.posts)]
        start += len(request.posts)
