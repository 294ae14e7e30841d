"""One request on its way through the service: its transaction, its entries, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from ..model import Event, Metric, Posted, Receipt, RuleSet, Viewer
from ..store.feeds import Notice
from ..store.protocol import EventKey, Transaction
from .news import News

Told = tuple[str | None, Receipt]
"""The type of an event, if the rules have it, and its receipt."""


class Claim(Struct, frozen=True, gc=False):
    """A posted event on its way to a receipt."""

    index: int
    """Its place in the request."""
    posted: Posted
    event: Event
    key: EventKey
    faults: Sequence[Mapping[str, Any]] = ()
    """Why the rules in service refuse it, unless it is known."""


@dataclass(slots=True)
class Session:
    """One request's transaction, rules, caller and instant, and the receipts so far."""

    transaction: Transaction
    rules: RuleSet
    viewer: Viewer
    now: int
    watch: Metric | None = None
    """The metric that an action reads: the receipt says whether the event raised it."""
    receipts: dict[int, Receipt] = field(default_factory=dict)
    """By place in the request."""
    repeated: list[tuple[Claim, Claim]] = field(default_factory=list)
    """Entries that repeat an earlier one of the same request."""
    told: list[Told] = field(default_factory=list)
    """All receipts of the request."""
    silent: bool = False
    """Nobody is told of what this changes: it happened elsewhere, and long ago."""
    news: list[News] = field(default_factory=list)
    """What the request changed, for those who pass it on."""
    notices: Sequence[Notice] = ()
    """What users are told of it."""
