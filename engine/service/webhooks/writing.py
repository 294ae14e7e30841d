"""What is new becomes messages to endpoints, within the transaction that made it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from ...model import RuleSet
from ...presentation import award_json, progress_json, step_texts
from ...store.protocol import Transaction
from ...webhooks import APPLIED, AWARDED, PROGRESSED, REVOKED, Delivery, Endpoint, body_of
from ..news import News

FRESH = 1.0
"""Seconds for which a process goes by the endpoints that it has read: an endpoint of another process is told so much
later at most."""
TYPES = {"awarded": AWARDED, "revoked": REVOKED, "progressed": PROGRESSED}


class Writer:
    """Writes messages for the endpoints that want them."""

    def __init__(self) -> None:
        self._endpoints: Sequence[Endpoint] = ()
        self._until = 0.0

    def forget(self) -> None:
        """The endpoints have changed."""
        self._until = 0.0

    def publish(self, transaction: Transaction, rules: RuleSet, news: Iterable[News]) -> None:
        """Write what is new to users."""
        endpoints = self._enabled(transaction)
        if endpoints:
            found = (each for item in news for each in _of_news(endpoints, rules, item))
            transaction.outbox.enqueue(list(found))

    def applied(self, transaction: Transaction, now: int, told: Mapping[str, Any]) -> None:
        """Write that a rule set was put in service."""
        endpoints = [each for each in self._enabled(transaction) if each.wants(APPLIED, None, {})]
        if endpoints:
            transaction.outbox.enqueue(_deliveries(endpoints, APPLIED, now, told))

    def _enabled(self, transaction: Transaction) -> Sequence[Endpoint]:
        now = time.monotonic()
        if now >= self._until:
            self._endpoints = [each for each in transaction.outbox.endpoints() if each.enabled]
            self._until = now + FRESH
        return self._endpoints


def _of_news(endpoints: Sequence[Endpoint], rules: RuleSet, news: News) -> Iterator[Delivery]:
    type = TYPES[news.kind]
    wanting = [each for each in endpoints if each.wants(type, news.badge, rules.renames)]
    if wanting:
        yield from _deliveries(wanting, type, news.at, _data(rules, news), news.user, news.badge)


def _deliveries(
    endpoints: Sequence[Endpoint],
    type: str,
    at: int,
    data: Mapping[str, Any],
    user: str | None = None,
    badge: str | None = None,
) -> list[Delivery]:
    message = new_message()
    body = body_of(message, type, at, data, user)
    return [Delivery(e.id, message, type, at, body, user, badge, since=at, next_at=at) for e in endpoints]


def new_message() -> str:
    """The id of a new message."""
    return f"msg_{uuid4().hex}"


def _data(rules: RuleSet, news: News) -> dict[str, Any]:
    """What a message tells: all of it, whoever may see it, since endpoints are staff's."""
    if news.award:
        return award_json(news.award, rules)
    if news.progress:
        return progress_json(news.progress)
    badge = rules.badges.get(news.badge)
    name = step_texts(badge, news.tier, rules, ())[0] if badge else news.badge
    cause = {"source": news.cause.source, "id": news.cause.id} if news.cause else None
    return {"badge": news.badge, "tier": news.tier, "occurrence": news.occurrence, "name": name, "event": cause}
