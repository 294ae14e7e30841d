"""The nouns of a plan: what a change of rules would do, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..diff import Comparison
from ..model import Award, Metric
from ..problems import Problem
from .people import Move


@dataclass(frozen=True, slots=True)
class Group:
    """Users with awards of a badge, some of them by name."""

    users: int = 0
    awards: int = 0
    examples: tuple[tuple[str, Award], ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """Users whose progress towards a badge moves, those who move most by name."""

    users: int = 0
    examples: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class BadgePlan:
    """What the change does to the people of one badge."""

    badge: str
    gains: Group = Group()
    keeps: Group = Group()
    """Who would not qualify today, and keeps it."""
    loses: Group = Group()
    moves: Moves = Moves()
    hanging: tuple[str, ...] = ()
    """Badges that have it among their prerequisites, directly or not."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a rule set would do."""

    version: str
    previous: str | None
    """The version in service."""
    comparison: Comparison | None
    """With the rules in service; None if there are none, or if this program cannot read them."""
    warnings: tuple[Problem, ...]
    metrics: tuple[Metric, ...]
    """Those that are rebuilt."""
    used_by: Mapping[str, tuple[str, ...]]
    """Badges by fingerprint of such a metric."""
    badges: tuple[BadgePlan, ...]
    removed: Mapping[str, int]
    """Badges that people hold and that the rule set does not have, with the number of holders."""
    refused: bool
    """Whether an apply refuses it for these."""
    users: int
    """All users."""
    rebuilt: int
    """Users whose log is replayed."""
    events: int
    """Entries of their logs."""
    seconds: float
    """About how long an apply takes."""
    compacted: int = 0
    """Users for whom a metric that is rebuilt begins at a snapshot, since what was before has been compacted."""
    compacted_until: int | None = None
    """The latest instant at which that is so."""
