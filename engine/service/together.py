"""Callers who post at the same time share a transaction: what waits while one commits is stored by the next one.

A commit costs a write to the disk, whatever it holds, so that ten callers at once are served nearly as fast as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from ..model import Posted, Receipt, Refusal, Viewer
from ..problems import RulesRejected
from ..store import StoreUnavailable
from .errors import Refused

FEW = 20
"""Entries of a request that shares a transaction; more are worth one of their own."""
MOST = 500
"""Entries in a shared transaction, from which on callers wait for the next one."""
PATIENCE = 60.0
"""Seconds that a caller waits for what others have begun."""


@dataclass(slots=True, eq=False)
class Request:
    """What one caller posts, and what becomes of it."""

    posts: Sequence[Posted | Refusal]
    viewer: Viewer
    receipts: Sequence[Receipt] = ()
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

    def post(self, posts: Sequence[Posted | Refusal], viewer: Viewer) -> Sequence[Receipt]:
        """A receipt for each entry, once they are stored. Raises what stands in the way of just these entries."""
        request = Request(posts, viewer)
        self._join(request)
        if request.leads or self._wait(request):
            self._lead()
        if request.error:
            raise request.error
        return request.receipts

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
            for request in taken:
                request.ticket.release()

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
            if self._led:
                self._waiting[0].leads = True
                self._waiting[0].ticket.release()


def _fail(requests: Sequence[Request], error: Exception) -> None:
    for request in requests:
        request.error = error


def by_viewer(requests: Sequence[Request]) -> dict[Viewer, list[Request]]:
    """Requests that can be judged as one, since the same caller made them."""
    found: dict[Viewer, list[Request]] = {}
    for request in requests:
        found.setdefault(request.viewer, []).append(request)
    return found


def posts_of(requests: Sequence[Request]) -> list[Posted | Refusal]:
    """All their entries, request by request."""
    return [post for request in requests for post in request.posts]


def answer(requests: Sequence[Request], receipts: Sequence[Receipt]) -> None:
    """Give each request its own of the receipts for ``posts_of`` them."""
    start = 0
    for request in requests:
        request.receipts = receipts[start : start + len(request.posts)]
        start += len(request.posts)
