"""Webhooks as far as they are pure: what is told, to whom, how it is signed, when it is tried again, where it may go.

Source: Standard Webhooks 1.0.0; CloudEvents 1.0.
"""

from .addresses import BadUrl, Policy, checked_url, host_of, is_public
from .messages import APPLIED, AWARDED, KINDS, PROGRESSED, REVOKED, TEST, body_of
from .nouns import DEAD, DELIVERED, PENDING, STATES, Delivery, Endpoint
from .schedule import LASTS, after_failure, pause_after
from .signing import SECRET_PREFIX, headers_of, is_secret, secret_of

__all__ = [
    "APPLIED",
    "AWARDED",
    "DEAD",
    "DELIVERED",
    "KINDS",
    "LASTS",
    "PENDING",
    "PROGRESSED",
    "REVOKED",
    "SECRET_PREFIX",
    "STATES",
    "TEST",
    "BadUrl",
    "Delivery",
    "Endpoint",
    "Policy",
    "after_failure",
    "body_of",
    "checked_url",
    "headers_of",
    "host_of",
    "is_public",
    "is_secret",
    "pause_after",
    "secret_of",
]
