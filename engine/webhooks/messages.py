"""What endpoints are told, as CloudEvents.

Source: CloudEvents 1.0, JSON event format; Standard Webhooks 1.0.0, payload structure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import jsontext
from ..calendar import format_instant

AWARDED = "badge.awarded"
REVOKED = "badge.revoked"
PROGRESSED = "badge.progressed"
APPLIED = "rules.applied"
TEST = "webhook.test"

KINDS: Mapping[str, str] = {
    AWARDED: "a user got a badge, a tier of it, or got it once more",
    REVOKED: "a user lost a badge: staff took it away, or an event was retracted",
    PROGRESSED: "an event moved a user towards a badge, or away from it",
    APPLIED: "another rule set was put in service",
}
"""What an endpoint may ask for."""
SOURCE = "badges:engine"


def body_of(message: str, type: str, at: int, data: Mapping[str, Any], user: str | None = None) -> str:
    """A message as it is signed and sent: a structured CloudEvent."""
    about = {} if user is None else {"subject": user}
    event = {"specversion": "1.0", "id": message, "source": SOURCE, "type": type, **about}
    return jsontext.dumps({**event, "time": format_instant(at), "datacontenttype": "application/json", "data": data})
