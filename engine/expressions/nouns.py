"""What the rooms of this package share: limits, the scope of an expression, faults, and the event that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..calendar import Moment

MAX_CHARACTERS = 1_000
MAX_DEPTH = 50
MAX_TEXT = 10_000
"""Longest text that an operator or a function may make."""


class EvaluationError(Exception):
    """A rule failed on this event; the message is a sentence for the one who wrote the rule."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in an expression, where (offsets in characters, ``end`` exclusive), and what to write instead."""

    code: str
    message: str
    start: int
    end: int
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name."""

    triggers: Mapping[str, Mapping[str, Any]]
    """Event type to the JSON Schema of its payload. Empty for a threshold, which reads catalogs alone."""
    user: Mapping[str, Any]
    """Name to JSON Schema of each user attribute; ``user.id`` is always there."""
    catalogs: Mapping[str, tuple[Any, ...]]
    resolved: dict[tuple[str, ...], Any] = field(default_factory=dict, compare=False, repr=False)
    """Paths already looked up: many rules read the same fields."""
    firsts: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """The first of the expressions that differ in constants alone, by what they have in common."""


class Wants(Enum):
    """What the place where an expression stands makes of it."""

    CONDITION = "condition"
    NUMBER = "number"
    KEY = "key"
    """Text, a number, or true or false."""
    ANY = "any"
    """Metadata: any value; optional fields may be read unguarded."""


class Context:
    """One event as expressions read it."""

    __slots__ = ("data", "type", "source", "user", "moment")

    def __init__(
        self, data: Mapping[str, Any], type: str, source: str, user: Mapping[str, Any], moment: Moment
    ) -> None:
        self.data = data
        self.type = type
        self.source = source
        self.user = user
        """Attributes, and ``id``."""
        self.moment = moment
        """The event's time; its calendar is the one in effect."""
