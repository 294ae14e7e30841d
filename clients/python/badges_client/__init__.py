"""A typed client of the badge rules engine. What it sends again has the same id, and so counts once."""

from .client import Badges, event
from .errors import BadgesError, Problem, Unreachable
from .retrying import Retries
from .types import (
    Award,
    CatalogEntry,
    CloudEvent,
    Credential,
    Fault,
    Feed,
    Grant,
    News,
    Notification,
    Place,
    Progress,
    Receipt,
    SecretBadge,
    Verdict,
)

__all__ = [
    "Award",
    "Badges",
    "BadgesError",
    "CatalogEntry",
    "CloudEvent",
    "Credential",
    "Fault",
    "Feed",
    "Grant",
    "News",
    "Notification",
    "Place",
    "Problem",
    "Progress",
    "Receipt",
    "Retries",
    "SecretBadge",
    "Unreachable",
    "Verdict",
    "event",
]
