"""One user's folded state while events are stepped over it: what was loaded, what has changed.

Keys of ``heads``: a metric's fingerprint for its head, ``b:`` and a badge's id for what is held of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .calendar import Calendar, Moment, zone_at_offset, zone_named
from .measures import Head
from .model import Award, Event, Failure, Metric, Position, Prerequisites, RuleSet, Settings

GIVEN, KEPT, PINNED = 0, 1, 2
"""Marks of what is held: given by this fold; kept though a replay no longer gives it; given under an older version."""

CellLoader = Callable[[str, str], Any]
CellScanner = Callable[[str], Iterable[tuple[str, Any]]]
Trace = Callable[[Metric, Event, Any, str, str | None], None]
"""(metric, posted event, context of the round, verdict, message of a failure)"""


@dataclass(slots=True)
class Holding:
    """What a user holds of one badge, small whatever the number of its awards."""

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
    def of(cls, head: Head | None) -> Holding:
        return cls() if head is None else cls(dict(head[0]), head[1], dict(head[2]), list(head[3]), head[4], head[5])

    def as_json(self) -> Head:
        return [self.tiers, self.laps, self.odd, self.periods, self.occurrences, self.revoked]

    @property
    def held(self) -> bool:
        return bool(self.tiers) or self.occurrences > 0


class Cells:
    """The cells of all metrics of a user: loaded one by one, changed here, written by the store in one batch."""

    def __init__(self, load: CellLoader | None = None, scan: CellScanner | None = None) -> None:
        self._load = load
        self._scan = scan
        self._known: dict[tuple[str, str], Any] = {}
        self.changed: dict[tuple[str, str], Any] = {}
        self._of: dict[str, MetricCells] = {}

    def of(self, fingerprint: str) -> MetricCells:
        """The cells of one metric."""
        cells = self._of.get(fingerprint)
        if cells is None:
            cells = self._of[fingerprint] = MetricCells(self, fingerprint)
        return cells

    def get(self, fingerprint: str, key: str) -> Any:
        known = self._known.get((fingerprint, key), self)
        if known is not self:
            return known
        value = self._load(fingerprint, key) if self._load else None
        self._known[(fingerprint, key)] = value
        return value

    def put(self, fingerprint: str, key: str, value: Any) -> None:
        self._known[(fingerprint, key)] = self.changed[(fingerprint, key)] = value

    def items(self, fingerprint: str) -> dict[str, Any]:
        stored = dict(self._scan(fingerprint)) if self._scan else {}
        stored.update({k: v for (f, k), v in self._known.items() if f == fingerprint})
        return {k: v for k, v in stored.items() if v is not None}


class MetricCells:
    """The cells of one metric: what a measure is given."""

    __slots__ = ("_cells", "_fingerprint")

    def __init__(self, cells: Cells, fingerprint: str) -> None:
        self._cells = cells
        self._fingerprint = fingerprint

    def get(self, key: str) -> Any:
        return self._cells.get(self._fingerprint, key)

    def put(self, key: str, value: Any) -> None:
        self._cells.put(self._fingerprint, key, value)

    def items(self, prefix: str) -> Iterable[tuple[str, Any]]:
        return [(k, v) for k, v in self._cells.items(self._fingerprint).items() if k.startswith(prefix)]


class State:
    """A working copy of one user's state; ``fold.step`` evolves it."""

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
        self.attributes: dict[str, Any] = dict(attributes or {})
        self.heads: dict[str, Head] = dict(heads or {})
        self.cells = cells or Cells()
        self.changed: set[str] = set()
        """Keys of heads that have changed."""
        self.given: list[Award] = []
        """Awards given, in the order in which they were."""
        self.taken: list[str] = []
        """Badges revoked by staff."""
        self.awards: dict[tuple[str, str | None, str | None], Award] = {}
        """Of the awards given here, those that are held at the end."""
        self.failures: list[Failure] = []
        self.regained: set[tuple[str, str | None, str | None]] = set()
        """Kept awards that the rules give again: only a replay can tell their time."""
        self.confirmed: set[tuple[str, str | None, str | None]] = set()
        """Awards of an older version that the rules of today give as well."""
        self.pins: frozenset[tuple[str, str | None, str | None]] = frozenset()
        """Awards of an older version, which the rules of today do not move."""
        self.values: Mapping[str, Any] = {}
        """Values by fingerprint that are known without their cells."""
        self.trace: Trace | None = None
        """Told what became of each event in each metric, for explanations."""
        self._holdings: dict[str, Holding] = {}
        self._calendar: tuple[Any, Calendar] | None = None

    def head(self, metric: Metric) -> Head:
        """A metric's head."""
        stored = self.heads.get(metric.fingerprint)
        return _initial(metric) if stored is None else stored

    def put(self, key: str, head: Head) -> None:
        """Replace a head."""
        self.heads[key] = head
        self.changed.add(key)

    def holding(self, badge: str) -> Holding:
        """What is held of a badge; changed only through ``hold`` and ``drop``."""
        holding = self._holdings.get(badge)
        if holding is None:
            holding = self._holdings[badge] = Holding.of(self.heads.get("b:" + badge))
        return holding

    def keep(self, badge: str, holding: Holding) -> None:
        """Replace what is held of a badge."""
        self._holdings[badge] = holding
        self.put("b:" + badge, holding.as_json())

    def holds(self, badge: str, tier: str | None) -> bool:
        """Whether a badge is held, or one of its tiers."""
        holding = self.holding(badge)
        return holding.held if tier is None else tier in holding.tiers

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
        by_event = settings.local_time == "event"
        zone: Any = (offset if offset is not None else self.offset) if by_event else self.attributes.get("timezone")
        if self._calendar is None or self._calendar[0] != (zone, settings.timezone):
            self._calendar = ((zone, settings.timezone), _calendar(settings, zone))
        return self._calendar[1]

    def moment(self, rules: RuleSet, instant: int) -> Moment:
        """An instant as a reader sees it, now."""
        return Moment(instant, self.calendar(rules.settings))


def _calendar(settings: Settings, zone: Any) -> Calendar:
    if isinstance(zone, int):
        return Calendar(zone_at_offset(zone), settings.day_start, settings.week_start)
    return Calendar(_zone(zone, settings.timezone), settings.day_start, settings.week_start)


def _zone(name: str | None, otherwise: str) -> Any:
    try:
        return zone_named(name or otherwise)
    except ValueError:
        return zone_named(otherwise)


def _initial(metric: Metric) -> Head:
    initial = metric.measure.initial()
    return [None, initial] if metric.gate else initial
