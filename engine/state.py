"""One user's folded state while events are stepped over it: what was loaded, what has changed.

Keys of ``heads``: a metric's fingerprint for its head, ``b:`` and a badge's id for what is held of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .calendar import Calendar, Moment, calendar_in
from .measures import Head
from .model import Award, Event, Failure, Metric, Position, Prerequisites, RuleSet, Settings

GIVEN, KEPT, PINNED = 0, 1, 2
"""Marks of what is held: given by this fold; kept though a replay no longer gives it; given under an older version."""

CellLoader = Callable[[str, str], Any]
CellScanner = Callable[[str], Iterable[tuple[str, Any]]]
Trace = Callable[[Metric, Event, Any, str, str | None], None]
"""(metric, posted event, context of the round, verdict, message of a failure)"""
AwardKey = tuple[str, str | None, str | None]
"""Badge, tier, occurrence."""


@dataclass(slots=True)
class Holding:
    """What a user holds of one badge, small whatever the number of its awards; replaced and never changed in place."""

    tiers: dict[str, int] = field(default_factory=dict)
    """Marks by tier id ("" without tiers), of awards without occurrence."""
    laps: int = 0
    """How many numbered occurrences have been given."""
    odd: dict[str, int] = field(default_factory=dict)
    """Marks of occurrences held that this fold did not give."""
    periods: list[str] = field(default_factory=list)
    """The newest occurrences that are dates."""
    occurrences: int = 0
    """How many awards with an occurrence are held."""
    revoked: bool = False

    @classmethod
    def of(cls, head: Head) -> Holding:
        return cls(dict(head[0]), head[1], dict(head[2]), list(head[3]), head[4], head[5])

    def as_json(self) -> Head:
        """What ``State.holds`` looks into."""
        return [self.tiers, self.laps, self.odd, self.periods, self.occurrences, self.revoked]

    @property
    def held(self) -> bool:
        return bool(self.tiers) or self.occurrences > 0


_NOTHING_HELD = Holding()
_HELD_ONCE = Holding({"": GIVEN})
_ONCE = _HELD_ONCE.as_json()


class Cells:
    """The cells of all metrics of a user: loaded one by one, changed here, written by the store in one batch."""

    former: dict[tuple[str, str], Any] | None = None
    """Cells that have changed since ``note``, as they were before (None where there was none); None before it."""

    def __init__(self, load: CellLoader | None = None, scan: CellScanner | None = None) -> None:
        self.load = load
        self.scan = scan
        self._of: dict[str, MetricCells] = {}

    def note(self) -> None:
        """Note from here on what cells are before they change."""
        self.former = {}

    def of(self, fingerprint: str) -> MetricCells:
        """The cells of one metric."""
        cells = self._of.get(fingerprint)
        if cells is None:
            cells = self._of[fingerprint] = MetricCells(fingerprint, self)
        return cells

    def put(self, fingerprint: str, key: str, value: Any) -> None:
        self.of(fingerprint).put(key, value)

    @property
    def changed(self) -> dict[tuple[str, str], Any]:
        """Cells that have changed, by fingerprint and key; None where one is removed."""
        return {(name, key): cells.known[key] for name, cells in self._of.items() for key in cells.changed}


class MetricCells:
    """The cells of one metric: what a measure is given."""

    __slots__ = ("known", "changed", "_fingerprint", "_all")

    def __init__(self, fingerprint: str, all: Cells) -> None:
        self.known: dict[str, Any] = {}
        """Those that were read or changed; None where there is none."""
        self.changed: dict[str, bool] = {}
        """Their keys, in the order in which they first changed."""
        self._fingerprint = fingerprint
        self._all = all

    def get(self, key: str) -> Any:
        value = self.known.get(key)
        load = self._all.load
        if value is not None or load is None or key in self.known:
            return value
        value = self.known[key] = load(self._fingerprint, key)
        return value

    def put(self, key: str, value: Any) -> None:
        former = self._all.former
        if former is not None and (self._fingerprint, key) not in former:
            former[(self._fingerprint, key)] = self.get(key)
        self.known[key] = value
        self.changed[key] = True

    def items(self, prefix: str) -> Iterable[tuple[str, Any]]:
        found = dict(self._all.scan(self._fingerprint)) if self._all.scan else {}
        found.update(self.known)
        return [(key, value) for key, value in found.items() if value is not None and key.startswith(prefix)]


class State:
    """A working copy of one user's state; ``fold.step`` evolves it."""

    trace: Trace | None = None
    """Told what became of each event in each metric, for explanations."""
    clock: Calendar | None = None
    """The calendar in effect, if it is known and no event brings its own; forgotten when attributes change."""
    pins: frozenset[AwardKey] = frozenset()
    """Awards of an older version, which the rules of today do not move."""
    values: Mapping[str, Any] = {}
    """Values by fingerprint that are known without their cells."""
    taken: Sequence[str] = ()
    """Badges revoked by staff."""
    failures: Sequence[Failure] = ()
    regained: frozenset[AwardKey] = frozenset()
    """Kept awards that the rules give again: only a replay can tell their time."""
    confirmed: frozenset[AwardKey] = frozenset()
    """Awards of an older version that the rules of today give as well."""
    _names: tuple[Any, Mapping[str, Any]] | None = None

    def __init__(
        self,
        user: str,
        position: Position | None = None,
        offset: int | None = None,
        attributes: Mapping[str, Any] | None = None,
        heads: Mapping[str, Head] | None = None,
        cells: Cells | None = None,
    ) -> None:
        self.user = user
        self.position = position
        """Of the newest entry of the log."""
        self.offset = offset
        """Seconds east of UTC that the newest event with a time of its own carried."""
        self.attributes: Mapping[str, Any] = attributes or {}
        """Replaced and never changed in place."""
        self.heads: dict[str, Head] = dict(heads) if heads else {}
        """Each is replaced and never changed in place."""
        self.former: dict[str, Head] = {}
        """Heads as they were before they were replaced, since ``note``; None where there was none."""
        self.cells = cells or Cells()
        self.given: list[Award] = []
        """Awards given, in the order in which they were."""
        self.awards: dict[AwardKey, Award] = {}
        """Of the awards given here, those that are held at the end."""
        self.ahead: dict[str, float] = {}
        """By fingerprint: below this value the metric makes no badge due; forgotten as what is held of one changes."""
        self._holdings: dict[str, Holding] = {}

    def note(self) -> None:
        """Note from here on what heads and cells are before they change."""
        self.former = {}
        self.cells.note()

    def fail(self, failure: Failure) -> None:
        """A rule could not be evaluated."""
        if not isinstance(self.failures, list):
            self.failures = []
        self.failures.append(failure)

    def head(self, metric: Metric) -> Head:
        """A metric's head."""
        stored = self.heads.get(metric.fingerprint)
        return first_head(metric) if stored is None else stored

    def put(self, key: str, head: Head) -> None:
        """Replace a head."""
        if key not in self.former:
            self.former[key] = self.heads.get(key)
        self.heads[key] = head

    @property
    def names(self) -> Mapping[str, Any]:
        """What expressions read as ``user``: attributes, and ``id``."""
        if self._names is None or self._names[0] is not self.attributes:
            self._names = (self.attributes, {**self.attributes, "id": self.user})
        return self._names[1]

    def holding(self, badge: str) -> Holding:
        """What is held of a badge; changed only through ``hold`` and ``drop``."""
        holding = self._holdings.get(badge)
        if holding is None:
            head = self.heads.get("b:" + badge)
            holding = self._holdings[badge] = _NOTHING_HELD if head is None else Holding.of(head)
        return holding

    def keep(self, badge: str, holding: Holding) -> None:
        """Replace what is held of a badge."""
        self._holdings[badge] = holding
        self.put("b:" + badge, holding.as_json())

    def keep_once(self, badge: str) -> None:
        """Hold a badge of which nothing was held, given by this fold, without tiers and occurrences."""
        self._holdings[badge] = _HELD_ONCE
        self.put("b:" + badge, _ONCE)

    def holds(self, badge: str, tier: str | None) -> bool:
        """Whether a badge is held, or one of its tiers."""
        head = self.heads.get("b:" + badge)
        if head is None:
            return False
        return bool(head[0]) or head[4] > 0 if tier is None else tier in head[0]

    def meets(self, prerequisites: Prerequisites | None) -> bool:
        """Whether enough of the prerequisites are held."""
        if prerequisites is None:
            return True
        held = 0
        for badge, tier in prerequisites.items:
            held += self.holds(badge, tier)
            if held >= prerequisites.needed:
                return True
        return False

    def calendar(self, settings: Settings, offset: int | None = None) -> Calendar:
        """The calendar in effect: by the event's own offset, or the user's zone, or the rule set's."""
        if self.clock:
            return self.clock
        by_event = settings.local_time == "event"
        zone: Any = (offset if offset is not None else self.offset) if by_event else self.attributes.get("timezone")
        found = calendar_in(zone, settings.timezone, settings.day_start, settings.week_start)
        self.clock = None if by_event else found
        return found

    def moment(self, rules: RuleSet, instant: int) -> Moment:
        """An instant as a reader sees it, now."""
        return Moment(instant, self.calendar(rules.settings))


def first_head(metric: Metric) -> Head:
    """A metric's head before its first event."""
    initial = metric.measure.initial()
    return [None, initial] if metric.gate else initial
