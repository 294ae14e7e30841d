"""A scenario as it is written, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model import Event

Key = tuple[str, str | None, str | None]
"""Badge, tier and occurrence of an award."""
Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story with an end: steps, and what is expected of them."""

    id: str
    file: str
    document: Mapping[str, Any]
    """As its file says it, in plain values: checked when the rule set is loaded."""
    lines: tuple[int, ...] = ()
    """The line of each step, where it is known."""

    @property
    def steps(self) -> list[Step]:
        return list(self.document["steps"])

    @property
    def user(self) -> str:
        """Whom the steps are about that name nobody."""
        return str(self.document.get("user", "user"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a scenario does not pass."""

    step: int
    """From 1; 0 for the scenario as a whole."""
    message: str
    reasons: tuple[str, ...] = ()
    """What became of the events, line by line."""
    is_error: bool = False
    """The scenario itself is wrong: it tests nothing."""


@dataclass(slots=True)
class Seen:
    """What scenarios have touched: badges awarded, and conditions seen true and seen false."""

    awarded: set[str] = field(default_factory=set)
    true: set[str] = field(default_factory=set)
    """Fingerprints of metrics."""
    false: set[str] = field(default_factory=set)

    def add(self, other: Seen) -> None:
        """Join in what another scenario has touched."""
        self.awarded |= other.awarded
        self.true |= other.true
        self.false |= other.false


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What came of one scenario."""

    scenario: Scenario
    faults: tuple[Fault, ...]
    seen: Seen
    log: tuple[Event, ...] = ()
    """All entries that were given to the engine, in that order."""

    @property
    def passed(self) -> bool:
        return not self.faults

    def place(self, fault: Fault) -> str:
        """``scenarios/streaks.yaml:7`` of one of its faults."""
        file, lines = self.scenario.file, self.scenario.lines
        return f"{file}:{lines[fault.step - 1]}" if 0 < fault.step <= len(lines) else file


class ScenarioError(Exception):
    """A scenario that cannot be run as it is written; the message is a sentence for its author."""


@dataclass(frozen=True, slots=True)
class Name:
    """An award as a scenario writes it: ``first_quiz``, ``quiz_master.gold``, ``weekly#2026-02-09``."""

    badge: str
    tier: str | None = None
    occurrence: str | None = None

    @classmethod
    def of(cls, text: str) -> Name:
        """The name that a text writes."""
        rest, _, occurrence = text.partition("#")
        badge, _, tier = rest.partition(".")
        return cls(badge, tier or None, occurrence or None)

    def fits(self, key: Key) -> bool:
        """Whether an award is one of this name; a badge alone is any tier and any occurrence of it."""
        badge, tier, occurrence = key
        same = badge == self.badge and self.tier in (None, tier)
        return same and self.occurrence in (None, occurrence)
