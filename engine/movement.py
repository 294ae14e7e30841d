"""Which badges an entry of the log moved: what a reader saw before it, against what is seen after it.

Heads are replaced and never changed in place, and the state keeps those that an entry replaced; only the values of
rolling windows, whose cells do change, are read in advance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct

from .calendar import Moment
from .fold import value_of
from .measures import Head
from .model import Badge, Metric, Number, Progress, Route, RuleSet
from .numeric import below
from .progress import figure, is_simple, is_timeless, looks_different, missing, once_progress, progress_at
from .state import State, first_head

_NOWHERE = Route((), (), ())
_REMEMBERED = 1_000
"""Values of which the progress of one badge is remembered."""


class Sight:
    """A badge that one metric alone earns, once, as readers see it."""

    __slots__ = ("badge", "held", "_metric", "_below", "_remembers", "_known", "_earned")

    def __init__(self, badge: Badge) -> None:
        self.badge = badge
        self.held = "b:" + badge.id
        """Key of what is held of it."""
        self._metric = badge.criteria[0].metric
        self._below = below(badge.criteria[0].threshold)
        self._remembers = is_timeless(badge)
        self._known: dict[tuple[Number, tuple[str, ...]], Progress] = {}
        self._earned: Progress | None = None

    @classmethod
    def of(cls, rules: RuleSet, badge: Badge) -> Sight | None:
        """The sight of a badge; None of one that is seen in another way."""
        if badge.id not in rules.sights:
            rules.sights[badge.id] = cls(badge) if is_simple(badge) else None
        found: Sight | None = rules.sights[badge.id]
        return found

    def progress(self, watch: Watch) -> Progress:
        """How far it is."""
        if not watch.state.holds(self.badge.id, None):
            return self.at(watch, value_of(watch.state, self._metric, watch.moment))
        if not self._remembers:
            return progress_at(watch.state, self.badge, watch.moment)
        if self._earned is None:
            self._earned = progress_at(watch.state, self.badge, watch.moment)
        return self._earned

    def differs(self, was: Number | None, known: Number | None) -> bool:
        """Whether two values look different beside its threshold: one that is clearly below it is shown as it is."""
        if was is not None and known is not None and (was < self._below or known < self._below):
            return was != known
        return looks_different(self.badge, was, known)

    def at(self, watch: Watch, value: Number | None) -> Progress:
        """How far it is at a value; it is not held."""
        state, badge = watch.state, self.badge
        if not self._remembers or type(value) is not int or self.held in state.heads:
            return once_progress(state, badge, value, watch.moment)
        key = value, missing(state, badge.prerequisites) if badge.prerequisites else ()
        known = self._known.get(key)
        if known is None:
            known = once_progress(state, badge, value, watch.moment)
            if len(self._known) < _REMEMBERED:
                self._known[key] = known
        return known


class Seen(Struct, frozen=True):
    """The badges that can look different when one head does."""

    badges: Mapping[str, Badge]
    """All of them, by id."""
    once: tuple[Sight, ...]
    """Those that one metric alone earns, once."""
    others: Mapping[str, Badge]
    """All others, by id."""
    metric: Metric | None
    """Whose head it is; None if it is what is held of a badge."""
    reads_head: bool
    """Whether the head is the value of the metric."""


class Outlook:
    """What a reader can see move when an entry of one type comes: worked out once for each rule set."""

    __slots__ = ("counts", "rolling", "_rules", "_keys", "_seen")

    def __init__(self, rules: RuleSet, route: Route) -> None:
        self.counts = bool(route.metrics)
        """Whether the type triggers metrics."""
        self.rolling = tuple(rules.by_fingerprint[key] for key in route.keys if key in rules.rolling)
        """The metrics whose values fall as events leave a window."""
        self._rules = rules
        self._keys = frozenset(route.keys)
        """Of the state that is loaded."""
        self._seen: dict[str, Seen] = {}

    @classmethod
    def of(cls, rules: RuleSet, type: str) -> Outlook:
        """The outlook of an event type, or of the grant of a badge, as ``RuleSet.routes`` names them."""
        found: Outlook | None = rules.outlooks.get(type)
        if found is None:
            found = rules.outlooks[type] = cls(rules, rules.routes.get(type, _NOWHERE))
        return found

    def seen(self, key: str) -> Seen:
        """What is seen of a head, by its key."""
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = self._looked_at(key)
        return found

    def _looked_at(self, key: str) -> Seen:
        rules = self._rules
        badges = [rules.badges[name] for name in _names(rules, [key]) if name in rules.badges]
        badges = [badge for badge in badges if badge.criteria and self._keys.issuperset(_fingerprints(badge))]
        sights = {badge.id: Sight.of(rules, badge) for badge in badges}
        others = {badge.id: badge for badge in badges if sights[badge.id] is None}
        once = tuple(sight for sight in sights.values() if sight)
        metric = rules.by_fingerprint.get(key)
        reads_head = metric is not None and metric.measure.reads_head and metric.gate is None
        return Seen({badge.id: badge for badge in badges}, once, others, metric, reads_head)


class Watch:
    """Tells of one entry after the other, each stepped over the same state, which badges it moved."""

    __slots__ = (
        "state",
        "_rules",
        "_by_event",
        "_outlook",
        "_now",
        "_place",
        "_values",
        "_moment",
        "_before",
    )

    def __init__(self, rules: RuleSet, state: State) -> None:
        self.state = state
        self._rules = rules
        self._by_event = rules.settings.local_time == "event"

    def begin(self, outlook: Outlook, now: int) -> None:
        """An entry is about to be stepped over the state, which notes from here on what it replaces."""
        state = self.state
        state.note()
        self._outlook = outlook
        self._now = now
        self._place = state.position, state.offset, state.attributes
        self._moment: Moment | None = None
        self._before: State | None = None
        self._values: Mapping[str, Number | None] = _NONE
        if outlook.rolling:
            moment = state.moment(self._rules, now)
            self._values = {metric.fingerprint: value_of(state, metric, moment) for metric in outlook.rolling}

    def moved(self) -> Sequence[Progress]:
        """The progress, as it is now, of the badges that look different than before but for when they expire."""
        if not self.state.former:
            return ()
        by_value = self._outlook.counts and not self._is_elsewhere()
        found: dict[str, Progress] = {}
        closely: dict[str, Badge] = {}
        for key, head in self.state.former.items():
            seen = self._outlook.seen(key)
            if by_value and seen.metric:
                self._compare(seen, seen.metric, head, found)
                closely.update(seen.others)
            else:
                closely.update(seen.badges)
        for name, badge in closely.items():
            if name not in found and self._differs(badge):
                found[name] = self._progress(badge)
        return sorted(found.values(), key=_badge) if len(found) > 1 else [*found.values()]

    @property
    def moment(self) -> Moment:
        """The instant of the reader, after the entry."""
        if self._moment is None:
            self._moment = self.state.moment(self._rules, self._now)
        return self._moment

    @property
    def before(self) -> State:
        """The state before the entry, with the cells of now."""
        if self._before is None:
            state = self.state
            heads: dict[str, Any] = {**state.heads, **state.former}
            for key, head in state.former.items():
                if head is None:
                    del heads[key]
            self._before = State(state.user, *self._place, heads, state.cells)
            self._before.values = self._values
        return self._before

    def _progress(self, badge: Badge) -> Progress:
        sight = Sight.of(self._rules, badge)
        return sight.progress(self) if sight else progress_at(self.state, badge, self.moment)

    def _is_elsewhere(self) -> bool:
        """Whether the entry changed the clock by which a reader looks."""
        _, offset, attributes = self._place
        return self.state.attributes is not attributes or (self._by_event and self.state.offset != offset)

    def _compare(self, seen: Seen, metric: Metric, head: Head, found: dict[str, Progress]) -> None:
        """Find the badges that wait for a metric and look different, by its values before and after the entry."""
        heads = self.state.heads
        waiting = [s for s in seen.once if (held := heads.get(s.held)) is None or not (held[0] or held[4])]
        if not waiting:
            return
        if seen.reads_head:
            was, known = head or 0, heads[metric.fingerprint]
        else:
            was, known = self._former_value(metric), value_of(self.state, metric, self.moment)
        for sight in waiting:
            if sight.differs(was, known):
                found[sight.badge.id] = sight.at(self, known)

    def _former_value(self, metric: Metric) -> Number | None:
        """Of a metric whose head the entry has replaced."""
        key = metric.fingerprint
        if key in self._values:
            return self._values[key]
        head = self.state.former[key]
        if head is None:
            head = first_head(metric)
        return metric.measure.value(head[1] if metric.gate else head, self.moment, self.state.cells.of(key))

    def _differs(self, badge: Badge) -> bool:
        """Whether a badge looks different than before the entry."""
        simple = is_simple(badge) and not self._is_elsewhere()
        differs = self._simply_differs(badge) if simple else None
        if differs is None:
            then = self.before.moment(self._rules, self._now)
            return figure(self.before, badge, then) != figure(self.state, badge, self.moment)
        return differs

    def _simply_differs(self, badge: Badge) -> bool | None:
        """As ``_differs``, of a badge that is earned once, by one value; None where it takes a closer look."""
        state, former, key = self.state, self.state.former, "b:" + badge.id
        is_held = state.holds(badge.id, None)
        if key in former:
            return True if is_held and former[key] is None else None
        if is_held:
            return False
        if badge.prerequisites and missing(self.before, badge.prerequisites) != missing(state, badge.prerequisites):
            return True
        metric = badge.criteria[0].metric
        if metric.fingerprint not in former:
            return False
        return looks_different(badge, self._former_value(metric), value_of(state, metric, self.moment))


_NONE: Mapping[str, Number | None] = {}
_badge = attrgetter("badge")


def _names(rules: RuleSet, keys: Iterable[str]) -> list[str]:
    """The badges that can look different when these heads do."""
    names: set[str] = set()
    for key in keys:
        if key.startswith("b:"):
            names.add(key[2:])
            names.update(badge.id for badge in rules.dependents.get(key[2:], ()))
        else:
            names.update(rules.users_of.get(key, ()))
    return sorted(names)


def _fingerprints(badge: Badge) -> list[str]:
    return [criterion.metric.fingerprint for criterion in badge.criteria]


def moved_between(
    rules: RuleSet, before: State, after: State, now: int, changed: Iterable[str] | None = None
) -> list[Progress]:
    """The progress after a replay of the badges that look different than before it.

    ``changed`` are the keys of all heads that differ, if they are known.
    """
    names = sorted(rules.badges) if changed is None else _names(rules, changed)
    badges = (rules.badges[name] for name in names if name in rules.badges and rules.badges[name].criteria)
    then, seen = before.moment(rules, now), after.moment(rules, now)
    return [
        progress_at(after, badge, seen) for badge in badges if figure(before, badge, then) != figure(after, badge, seen)
    ]
