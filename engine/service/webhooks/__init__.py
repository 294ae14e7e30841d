"""Webhooks over a store: endpoints as staff manage them, messages written beside what they tell of, and sending."""

from .managing import Webhooks
from .outgoing import Answer, Outgoing, Sent
from .showing import delivery_json, endpoint_json
from .wishes import Wish

__all__ = ["Answer", "Outgoing", "Sent", "Webhooks", "Wish", "delivery_json", "endpoint_json"]
