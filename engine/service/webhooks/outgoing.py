"""What leaves: deliveries are taken in hands for a while, tried by whoever took them, and settled.

Any number of processes do that at once. One that is killed loses nothing: what it had in hands is free again when its
time is over, and is then sent, possibly once more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...calendar import MINUTE
from ...store import Backlog, Store, Transaction, write
from ...store.protocol import AuditRecord
from ...webhooks import DEAD, DELIVERED, LASTS, Delivery, Endpoint, after_failure, host_of, pause_after
from ...webhooks.schedule import LONGEST_WISH, STRIKES

LEASE = 2 * MINUTE
"""How long a process has deliveries in hands at most."""
HELD = 3
"""So often is a user's oldest message tried before later ones go first."""
BATCH = 20
"""Deliveries to one endpoint that a process takes in hands at once, as long as the endpoint is well."""
GONE = 410
OF_THE_MESSAGE = frozenset({400, 409, 413, 415, 422})
"""Answers that say something of the message, and nothing of how the endpoint is."""
PRUNED = 5_000
"""Deliveries that are forgotten in one transaction."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt."""

    status: int | None = None
    error: str | None = None
    """Why it failed, in a clause without the URL; None if it did not."""
    asked: int | None = None
    """How long the endpoint wants to be left alone."""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return self.error is None

    @property
    def away(self) -> bool:
        """Whether it says that the endpoint is away, busy, broken or wrongly set up."""
        return not self.good and self.status not in OF_THE_MESSAGE


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery that was in hands, and what came of it; no answer if it was not tried."""

    delivery: Delivery
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Which endpoints can be sent to now, and when there is more to do."""

    ready: tuple[str, ...]
    next_at: int | None


class Outgoing:
    """The sending side of webhooks, for those who have the sockets."""

    def __init__(self, store: Store, clock: Callable[[], int], chance: Callable[[], float] = random.random) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance

    def now(self) -> int:
        """The instant by the service's clock."""
        return self._clock()

    def outlook(self) -> Outlook:
        """What there is to do, cheaply."""
        now = self._clock()
        with self._store.reading() as transaction:
            due = transaction.outbox.due()
            endpoints = [each for each in transaction.outbox.endpoints() if each.enabled] if due else []
        moments = {each.id: _moment(each, due[each.id]) for each in endpoints if each.id in due}
        later = [moment for moment in moments.values() if moment > now]
        return Outlook(tuple(id for id, moment in moments.items() if moment <= now), min(later, default=None))

    def take(self, id: str, held: int, parallel: int) -> tuple[Endpoint | None, list[Delivery]]:
        """Take deliveries to an endpoint in hands, beside those that are: one alone while the endpoint fails.

        While its last attempt failed, not more than are sent in parallel.
        """
        now = self._clock()

        def take(transaction: Transaction) -> tuple[Endpoint | None, list[Delivery]]:
            endpoint = transaction.outbox.endpoint(id)
            if endpoint is None or not endpoint.enabled or now < (endpoint.paused_until or 0):
                return endpoint, []
            if endpoint.failures < STRIKES:
                room = (parallel if endpoint.failures else BATCH) - held
                return endpoint, transaction.outbox.claim(id, now, now + LEASE, max(room, 0), HELD)
            taken = [] if held else transaction.outbox.probe(id, now, now + LEASE)
            if taken:
                transaction.outbox.put_endpoint(replace(endpoint, paused_until=now + LEASE))
            return endpoint, taken

        return write(self._store, take)

    def settle(self, sent: Iterable[Sent]) -> list[str]:
        """Write what became of deliveries; of each that was tried, whether it is delivered, dead, or to be retried."""
        by_endpoint: dict[str, list[Sent]] = {}
        for each in sent:
            by_endpoint.setdefault(each.delivery.endpoint, []).append(each)
        return [name for id, some in sorted(by_endpoint.items()) for name in self._settle(id, some)]

    def _settle(self, id: str, sent: Sequence[Sent]) -> list[str]:
        def settle(transaction: Transaction) -> list[str]:
            endpoint = transaction.outbox.endpoint(id)
            if endpoint is None:
                return []
            settlement = Settlement(transaction, endpoint, self._clock(), self._chance)
            names = [settlement.add(each) for each in sent]
            settlement.write()
            return [name for name in names if name]

        return write(self._store, settle)

    def tested(self, id: str, answer: Answer) -> None:
        """Note what came of a test: an endpoint that is well again is sent all that waits for it."""
        if answer.good:
            write(self._store, lambda transaction: self._well(transaction, id))

    def _well(self, transaction: Transaction, id: str) -> None:
        endpoint, now = transaction.outbox.endpoint(id), self._clock()
        if endpoint:
            transaction.outbox.put_endpoint(_well(endpoint, now))
            transaction.outbox.hasten(id, now)

    def prune(self, keep: int) -> int:
        """Forget what was done with longer ago than that, and give up what endpoints that are off will not take."""
        now, total = self._clock(), 0
        write(self._store, lambda transaction: _bury_for_disabled(transaction, now))
        while gone := write(self._store, lambda transaction: transaction.outbox.prune(now - keep, PRUNED)):
            total += gone
        return total

    def backlogs(self) -> Mapping[str, Backlog]:
        """What is before and behind each endpoint."""
        with self._store.reading() as transaction:
            return transaction.outbox.backlogs()


class Settlement:
    """What some attempts mean for one endpoint and its deliveries."""

    def __init__(self, transaction: Transaction, endpoint: Endpoint, now: int, chance: Callable[[], float]) -> None:
        self._outbox = transaction.outbox
        self._transaction = transaction
        self._endpoint = endpoint
        self._now = now
        self._chance = chance
        self._settled: list[Delivery] = []
        self._recovered = False

    def add(self, sent: Sent) -> str | None:
        """Count an attempt in: ``delivered``, ``retried`` or ``dead``; None if it was not tried."""
        delivery, answer, now = sent.delivery, sent.answer, self._now
        if answer is None:
            self._settled.append(delivery)
            return None
        tried = replace(delivery, tries=delivery.tries + 1, tried_at=now, status=answer.status, error=answer.error)
        if answer.good:
            self._settled.append(replace(tried, state=DELIVERED))
            self._recovered = self._recovered or self._endpoint.failures >= STRIKES
            self._endpoint = _well(self._endpoint, now)
            return "delivered"
        if answer.away:
            self._fail(answer)
        return self._failed(tried, answer)

    def _failed(self, tried: Delivery, answer: Answer) -> str:
        next_at = after_failure(tried.since, self._now, self._chance())
        if next_at is None:
            self._settled.append(replace(tried, state=DEAD))
            return "dead"
        asked = min(answer.asked or 0, LONGEST_WISH)
        self._settled.append(replace(tried, next_at=max(next_at, self._now + asked)))
        return "retried"

    def _fail(self, answer: Answer) -> None:
        """The endpoint is not well: it is left alone for a while, or for good if it says that it is gone."""
        failures = self._endpoint.failures + 1
        until = pause_after(failures, self._now, answer.asked, self._chance())
        self._endpoint = replace(self._endpoint, failures=failures, paused_until=until)
        if answer.status == GONE and self._endpoint.enabled:
            self._endpoint = replace(self._endpoint, enabled=False, reason="it answered 410 Gone")
            detail = {"webhook": self._endpoint.id, "host": host_of(self._endpoint.url)[0]}
            self._transaction.record(AuditRecord(self._now, "endpoint", "webhook-disable", detail=detail))

    def write(self) -> None:
        """Store all of it."""
        self._outbox.settle(self._settled)
        self._outbox.put_endpoint(self._endpoint)
        if self._recovered:
            self._outbox.hasten(self._endpoint.id, self._now)
        if self._endpoint.failures >= STRIKES:
            self._outbox.bury(self._endpoint.id, self._now - LASTS, "the endpoint failed for days")


def _moment(endpoint: Endpoint, due: int) -> int:
    """When an endpoint can be sent to; one that fails is probed as soon as its pause is over, due or not."""
    if endpoint.failures >= STRIKES:
        return endpoint.paused_until or 0
    return max(due, endpoint.paused_until or 0)


def _well(endpoint: Endpoint, now: int) -> Endpoint:
    return replace(endpoint, failures=0, paused_until=None, delivered_at=now)


def _bury_for_disabled(transaction: Transaction, now: int) -> None:
    for endpoint in transaction.outbox.endpoints():
        if not endpoint.enabled:
            transaction.outbox.bury(endpoint.id, now - LASTS, "the endpoint is off")
