"""A test of an endpoint: a message of its own, sent at once by whoever asks."""

from __future__ import annotations

from ..service.webhooks import Answer, Webhooks
from .sending import Sender


def try_endpoint(webhooks: Webhooks, sender: Sender, id: str, by: str) -> Answer:
    """What came of it; an endpoint that is well again is sent all that waits for it. Raises Refused (404)."""
    endpoint, delivery = webhooks.test(id, by)
    answer = sender.send(endpoint, delivery, webhooks.outgoing.now())
    webhooks.outgoing.tested(id, answer)
    return answer
