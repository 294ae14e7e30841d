"""Secrets and signatures; the only user of the library ``standardwebhooks``.

Source: Standard Webhooks 1.0.0, signature scheme and webhook headers.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from ..calendar import SECOND

SECRET_PREFIX = "whsec_"
KEY_BYTES = 32
SHORTEST, LONGEST = 24, 64
"""Bytes of a key."""


def secret_of(key: bytes) -> str:
    """A key as receivers are given it."""
    return SECRET_PREFIX + base64.b64encode(key).decode("ascii")


def is_secret(text: str) -> bool:
    """Whether a text is a key as receivers are given it."""
    if not text.startswith(SECRET_PREFIX):
        return False
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return SHORTEST <= len(key) <= LONGEST


def headers_of(message: str, body: str, secrets: Sequence[str], now: int) -> Mapping[str, str]:
    """What a message carries beside its body: its id, the instant of the attempt, a signature by each secret."""
    instant = datetime.fromtimestamp(now // SECOND, UTC)
    signatures = [Webhook(secret).sign(message, instant, body) for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(now // SECOND),
        "webhook-signature": " ".join(signatures),
    }
