"""What a rule change means, one sentence each: of what, in which direction, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LOOSER = "looser"
"""Proved: whoever earned it before still earns it, no later; others may earn it too."""
TIGHTER = "tighter"
"""Proved: whoever earns it now earned it before, no later; others may have lost the way to it."""
CHANGED = "changed"
"""Neither could be proved."""
RENAMED = "renamed"
TEXT_ONLY = "text only"
"""Who earns what, and when, is as it was."""
DIRECTIONS = (LOOSER, TIGHTER, CHANGED, RENAMED, TEXT_ONLY)
RULE_CHANGES = frozenset({LOOSER, TIGHTER, CHANGED})

SUBJECTS = ("badge", "metric", "catalog", "event", "leaderboard", "action", "settings", "notifications")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in meaning between two rule sets."""

    subject: str
    """One of SUBJECTS."""
    id: str
    """Of what has changed: a badge's id (today's), a catalog's, the key of a setting."""
    kind: str
    """What of it has changed, in a stable word: ``threshold``, ``when``, ``added``, ``name`` …"""
    direction: str
    """One of DIRECTIONS."""
    sentence: str
    file: str | None = None
    """Where it is written, relative to the rule set's folder; of what is removed, where it was."""
    rebuilds: bool = False
    """Whether a metric that it uses is new, and built from the stored events."""
    new_version: bool = False
    """Whether it is a new version of the badge: awards given under the old one stay as they were given."""
    reaches: Mapping[str, str] = field(default_factory=dict)
    """Other badges that this reaches, by id, and all in all in which direction."""

    @property
    def title(self) -> str:
        """What has changed, in words: ``quiz_master``, ``catalog providers``."""
        return self.id if self.subject == "badge" else f"{self.subject} {self.id}"

    def as_json(self) -> dict[str, object]:
        """The record that programs read; its first key is the subject."""
        return {
            self.subject: self.id,
            "kind": self.kind,
            "direction": self.direction,
            "sentence": self.sentence,
            "file": self.file,
            "rebuilds": self.rebuilds,
            "new_version": self.new_version,
            "reaches": dict(self.reaches),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference in one thing, before it is told of which."""

    kind: str
    direction: str
    sentence: str
    decides: bool = True
    """Whether it decides who earns something, and when."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A badge whose own rule is as it was, and that a change reaches all the same."""

    direction: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is to be said of two rule sets."""

    changes: tuple[Change, ...]
    rebuilt: tuple[str, ...] = ()
    """What uses a metric that is new and is built from the stored events: badges by id, ``metric …``."""
    versions: tuple[str, ...] = ()
    """Badges with a new version: awards given under the old one stay as they were given."""
    reached: Mapping[str, Reached] = field(default_factory=dict)
    """Badges whose own rule is as it was, by id."""


def joined(directions: Iterable[str | None]) -> str | None:
    """The direction of several changes together; None if none of them decides who earns something."""
    found = {one for one in directions if one in RULE_CHANGES}
    return CHANGED if len(found) > 1 else next(iter(found), None)


def opposite(direction: str) -> str:
    """The direction of the way back."""
    return {LOOSER: TIGHTER, TIGHTER: LOOSER}.get(direction, direction)
