"""Endpoints as staff manage them: made, changed, removed, given new secrets, sent to again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from ...store import Backlog, Store, Transaction, write
from ...store.protocol import AuditRecord
from ...webhooks import DEAD, DELIVERED, TEST, Delivery, Endpoint, Policy, body_of, host_of, secret_of
from ...webhooks.signing import KEY_BYTES
from ..errors import Refused
from ..rulebook import Rulebook
from .outgoing import Outgoing
from .wishes import MOST, OVERLAP, Wish, check, check_secret
from .writing import Writer, new_message

T = TypeVar("T")
PREFIX = "wh_"
LATEST = 2**62
NOTHING = Backlog({})


class Webhooks:
    """All that staff do about webhooks; each change leaves a record in the audit log."""

    def __init__(self, store: Store, clock: Callable[[], int], rulebook: Rulebook, writer: Writer) -> None:
        self._store = store
        self._clock = clock
        self._rulebook = rulebook
        self._writer = writer
        self.outgoing = Outgoing(store, clock)

    def all(self) -> list[tuple[Endpoint, Backlog]]:
        """Every endpoint, the oldest first, and what is before and behind it."""
        with self._store.reading() as transaction:
            backlogs = transaction.outbox.backlogs()
            return [(each, backlogs.get(each.id, NOTHING)) for each in transaction.outbox.endpoints()]

    def one(self, id: str) -> tuple[Endpoint, Backlog]:
        """An endpoint, and what is before and behind it. Raises Refused (404)."""
        with self._store.reading() as transaction:
            return found(transaction, id), transaction.outbox.backlogs().get(id, NOTHING)

    def create(self, wish: Wish, policy: Policy, by: str, secret: str | None = None) -> Endpoint:
        """Make an endpoint; its secret is told now, and when it is rotated. Raises Refused (409, 422)."""
        now = self._clock()
        secret = _checked(secret)
        named = Wish(wish.url or "", wish.types, wish.badges, wish.description, wish.enabled)
        endpoint = Endpoint(id=PREFIX + secrets.token_hex(8), secret=secret, created_at=now, **named.fields())

        def make(transaction: Transaction) -> Endpoint:
            self._check(transaction, named, policy)
            if len(transaction.outbox.endpoints()) >= MOST:
                raise Refused(409, "too-many-webhooks", f"There are {MOST} webhooks already: remove one first.")
            transaction.outbox.put_endpoint(endpoint)
            _record(transaction, now, by, "add", endpoint)
            return endpoint

        return self._change(make)

    def change(self, id: str, wish: Wish, policy: Policy, by: str) -> Endpoint:
        """Change an endpoint; one that is enabled again is tried at once. Raises Refused (404, 422)."""
        now = self._clock()

        def change(transaction: Transaction) -> Endpoint:
            self._check(transaction, wish, policy)
            endpoint = replace(found(transaction, id), **wish.fields())
            if wish.enabled or wish.url:
                endpoint = replace(endpoint, reason=None, failures=0, paused_until=None)
                transaction.outbox.hasten(id, now)
            transaction.outbox.put_endpoint(endpoint)
            _record(transaction, now, by, "change", endpoint, changed=sorted(wish.fields()))
            return endpoint

        return self._change(change)

    def remove(self, id: str, by: str) -> None:
        """Remove an endpoint, and all that was on its way to it. Raises Refused (404)."""

        def remove(transaction: Transaction) -> None:
            endpoint = found(transaction, id)
            transaction.outbox.drop_endpoint(id)
            _record(transaction, self._clock(), by, "remove", endpoint)

        self._change(remove)

    def rotate(self, id: str, by: str, overlap: int = OVERLAP, secret: str | None = None) -> Endpoint:
        """Give an endpoint a new secret; the one before signs too for a while. Raises Refused (404, 422)."""
        now, fresh = self._clock(), _checked(secret)

        def rotate(transaction: Transaction) -> Endpoint:
            before = found(transaction, id)
            endpoint = replace(before, secret=fresh, old_secret=before.secret, old_until=now + overlap)
            transaction.outbox.put_endpoint(endpoint)
            _record(transaction, now, by, "rotate", endpoint)
            return endpoint

        return self._change(rotate)

    def deliveries(self, id: str, state: str | None, limit: int, before: int | None = None) -> list[Delivery]:
        """What is on its way to an endpoint, or was, newest first. Raises Refused (404)."""
        with self._store.reading() as transaction:
            found(transaction, id)
            return transaction.outbox.deliveries(id, state, limit, before)

    def delivery(self, id: str, number: int) -> Delivery:
        """One of them. Raises Refused (404)."""
        with self._store.reading() as transaction:
            return _delivery(transaction, id, number)

    def replay(self, id: str, number: int, by: str) -> Delivery:
        """Send a message again, whatever became of it. Raises Refused (404, 409)."""
        now = self._clock()

        def replay(transaction: Transaction) -> Delivery:
            endpoint, delivery = _enabled(transaction, id), _delivery(transaction, id, number)
            transaction.outbox.replay_one(delivery.number, now)
            _record(transaction, now, by, "replay", endpoint, delivery=number)
            return _delivery(transaction, id, number)

        return self._change(replay)

    def replay_since(self, id: str, by: str, since: int, until: int | None = None, delivered: bool = False) -> int:
        """Send all again that was given up, and with ``delivered`` what was taken too; how many.

        Of what was written in [since, until). Raises Refused (404, 409).
        """
        now, states = self._clock(), (DEAD, DELIVERED) if delivered else (DEAD,)

        def replay(transaction: Transaction) -> int:
            endpoint = _enabled(transaction, id)
            count = transaction.outbox.replay(id, now, states, since, LATEST if until is None else until)
            _record(transaction, now, by, "replay", endpoint, deliveries=count)
            return count

        return self._change(replay)

    def test(self, id: str, by: str) -> tuple[Endpoint, Delivery]:
        """An endpoint, and a message to try it with, which is stored nowhere. Raises Refused (404)."""
        now, message = self._clock(), new_message()

        def test(transaction: Transaction) -> Endpoint:
            endpoint = found(transaction, id)
            _record(transaction, now, by, "test", endpoint)
            return endpoint

        body = body_of(message, TEST, now, {"webhook": id})
        return self._change(test), Delivery(id, message, TEST, now, body)

    def _change(self, work: Callable[[Transaction], T]) -> T:
        answer = write(self._store, work)
        self._writer.forget()
        return answer

    def _check(self, transaction: Transaction, wish: Wish, policy: Policy) -> None:
        check(wish, policy, self._rulebook.current(transaction) if wish.badges else None)


def found(transaction: Transaction, id: str) -> Endpoint:
    """The endpoint of that id. Raises Refused (404)."""
    endpoint = transaction.outbox.endpoint(id)
    if endpoint is None:
        raise Refused(404, "unknown-webhook", f"There is no webhook {id}.")
    return endpoint


def _enabled(transaction: Transaction, id: str) -> Endpoint:
    endpoint = found(transaction, id)
    if not endpoint.enabled:
        raise Refused(409, "webhook-off", f"The webhook {id} is off: enable it first.")
    return endpoint


def _delivery(transaction: Transaction, id: str, number: int) -> Delivery:
    found(transaction, id)
    delivery = transaction.outbox.delivery(id, number) if number <= LATEST else None
    if delivery is None:
        raise Refused(404, "unknown-delivery", f"The webhook {id} has no delivery {number}.")
    return delivery


def _checked(secret: str | None) -> str:
    """The secret, if it is one; without any, a new one."""
    if secret is None:
        return secret_of(secrets.token_bytes(KEY_BYTES))
    check_secret(secret)
    return secret


def _record(transaction: Transaction, now: int, by: str, action: str, endpoint: Endpoint, **more: Any) -> None:
    """A record of the audit log. Of the URL it holds the host alone: the rest may be a secret."""
    detail = {"webhook": endpoint.id, "host": host_of(endpoint.url)[0], **more}
    transaction.record(AuditRecord(now, by, f"webhook-{action}", detail=detail))
