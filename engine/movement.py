"""Which badges an entry of the log moved: what a reader saw before it, against what is seen after it.

Heads are replaced and never changed in place, and the state keeps those that an entry replaced; only the values of
rolling windows, whose cells do change, are read in advance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from .calendar import Moment
from .fold import value_of
from .model import Badge, Metric, Number, Progress, Route, RuleSet
from .progress import figure, is_simple, is_timeless, looks_different, missing, once_progress, progress_at
from .state import State, first_head

_NOWHERE = Route((), (), ())
_REMEMBERED = 1_000
"""Values of which the progress of one badge is remembered."""


class Sight:
    """A badge that one metric alone earns, once, as readers see it."""

    __slots__ = ("badge", "held", "_metric", "_remembers", "_known", "_earned")

    def __init__(self, badge: Badge) -> None:
        self.badge = badge
        self.held = "b:" + badge.id
        """Key of what is held of it."""
        self._metric = badge.criteria[0].metric
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

    def progress(self, state: State, moment: Moment) -> Progress:
        """How far it is."""
        if not state.holds(self.badge.id, None):
            return self.at(state, value_of(state, self._metric, moment), moment)
        if not self._remembers:
            return progress_at(state, self.badge, moment)
        if self._earned is None:
            self._earned = progress_at(state, self.badge, moment)
        return self._earned

    def at(self, state: State, value: Number | None, moment: Moment) -> Progress:
        """How far it is at a value; it is not held."""
        if not self._remembers or type(value) is not int or self.held in state.heads:
            return once_progress(state, self.badge, value, moment)
        key = value, missing(state, self.badge.prerequisites) if self.badge.prerequisites else ()
        known = self._known.get(key)
        if known is None:
            known = once_progress(state, self.badge, value, moment)
            if len(self._known) < _REMEMBERED:
                self._known[key] = known
        return known


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a reader can see move when an entry of one type comes: worked out once for each rule set."""

    metrics: tuple[tuple[Metric, tuple[Sight, ...], tuple[Badge, ...]], ...]
    """Each metric that the type triggers, with the badges that it alone earns, once, and all others that look at it."""
    rolling: tuple[Metric, ...]
    """Those whose values fall as events leave a window."""
    keys: frozenset[str]
    """Of the state that is loaded."""

    @classmethod
    def of(cls, rules: RuleSet, type: str) -> Outlook:
        """The outlook of an event type, or of the grant of a badge, as ``RuleSet.routes`` names them."""
        found: Outlook | None = rules.outlooks.get(type)
        if found is None:
            found = rules.outlooks[type] = cls._made(rules, rules.routes.get(type, _NOWHERE))
        return found

    @classmethod
    def _made(cls, rules: RuleSet, route: Route) -> Outlook:
        metrics, users = [], defaultdict[str, list[Badge]](list)
        for badge in route.badges:
            for key in dict.fromkeys(_fingerprints(badge)):
                users[key].append(badge)
        for metric in route.metrics:
            own = users[metric.fingerprint]
            sights = (Sight.of(rules, badge) for badge in own)
            others = tuple(badge for badge in own if Sight.of(rules, badge) is None)
            metrics.append((metric, tuple(sight for sight in sights if sight), others))
        rolling = (rules.by_fingerprint[key] for key in route.keys if key in rules.rolling)
        return cls(tuple(metrics), tuple(rolling), frozenset(route.keys))


class Watch:
    """Tells of one entry after the other, each stepped over the same state, which badges it moved."""

    def __init__(self, rules: RuleSet, state: State) -> None:
        self._rules = rules
        self._state = state
        self._by_event = rules.settings.local_time == "event"

    def begin(self, outlook: Outlook, now: int) -> None:
        """An entry is about to be stepped over the state, which notes from here on what it replaces."""
        state = self._state
        state.note()
        self._outlook = outlook
        self._now = now
        self._given = len(state.given)
        self._place = state.position, state.offset, state.attributes
        self._values: Mapping[str, Number | None] = {}
        if outlook.rolling:
            moment = state.moment(self._rules, now)
            self._values = {metric.fingerprint: value_of(state, metric, moment) for metric in outlook.rolling}

    def moved(self) -> list[Progress]:
        """The progress, as it is now, of the badges that look different than before but for when they expire."""
        state = self._state
        if not state.former:
            return []
        moment = state.moment(self._rules, self._now)
        if len(state.given) == self._given and self._outlook.metrics and not self._is_elsewhere():
            return self._counted(moment)
        badges, before = self._touched(), self._before()
        return [self._progress(badge, moment) for badge in badges if self._differs(badge, before, moment)]

    def _progress(self, badge: Badge, moment: Moment) -> Progress:
        sight = Sight.of(self._rules, badge)
        return sight.progress(self._state, moment) if sight else progress_at(self._state, badge, moment)

    def _is_elsewhere(self) -> bool:
        """Whether the entry changed the clock by which a reader looks."""
        _, offset, attributes = self._place
        return self._state.attributes is not attributes or (self._by_event and self._state.offset != offset)

    def _counted(self, moment: Moment) -> list[Progress]:
        """Of an entry that changed nothing but metrics which it triggers: no award, and no reader's clock."""
        state, found, others = self._state, list[Progress](), dict[str, Badge]()
        for metric, once, more in self._outlook.metrics:
            if metric.fingerprint not in state.former:
                continue
            others.update((badge.id, badge) for badge in more)
            waiting = [sight for sight in once if not state.holds(sight.badge.id, None)]
            if waiting:
                was, known = self._former_value(metric, moment), value_of(state, metric, moment)
                differing = (sight for sight in waiting if looks_different(sight.badge, was, known))
                found += [sight.at(state, known, moment) for sight in differing]
        if others:
            before = self._before()
            moved = (badge for badge in others.values() if self._differs(badge, before, moment))
            found += [progress_at(state, badge, moment) for badge in moved]
        return sorted(found, key=_badge) if len(found) > 1 else found

    def _former_value(self, metric: Metric, moment: Moment) -> Number | None:
        """Of a metric whose head the entry has replaced."""
        key = metric.fingerprint
        if key in self._values:
            return self._values[key]
        head = self._state.former[key]
        if head is None:
            head = first_head(metric)
        return metric.measure.value(head[1] if metric.gate else head, moment, self._state.cells.of(key))

    def _differs(self, badge: Badge, before: State, moment: Moment) -> bool:
        """Whether a badge looks different than before the entry."""
        simple = is_simple(badge) and not self._is_elsewhere()
        differs = self._simply_differs(badge, before, moment) if simple else None
        if differs is None:
            then = before.moment(self._rules, self._now)
            return figure(before, badge, then) != figure(self._state, badge, moment)
        return differs

    def _simply_differs(self, badge: Badge, before: State, moment: Moment) -> bool | None:
        """As ``_differs``, of a badge that is earned once, by one value; None where it takes a closer look."""
        state, former, key = self._state, self._state.former, "b:" + badge.id
        is_held = state.holds(badge.id, None)
        if key in former:
            return True if is_held and former[key] is None else None
        if is_held:
            return False
        if badge.prerequisites and missing(before, badge.prerequisites) != missing(state, badge.prerequisites):
            return True
        metric = badge.criteria[0].metric
        if metric.fingerprint not in former:
            return False
        return looks_different(badge, self._former_value(metric, moment), value_of(state, metric, moment))

    def _before(self) -> State:
        """The state before the entry, with the cells of now."""
        heads: dict[str, Any] = {**self._state.heads, **self._state.former}
        for key, head in self._state.former.items():
            if head is None:
                del heads[key]
        old = State(self._state.user, *self._place, heads, self._state.cells)
        old.values = self._values
        return old

    def _touched(self) -> list[Badge]:
        """The badges whose metrics, holdings or prerequisites have changed, by id."""
        names = _names(self._rules, self._state.former)
        badges = (self._rules.badges[name] for name in names if name in self._rules.badges)
        known = self._outlook.keys
        return [badge for badge in badges if badge.criteria and known.issuperset(_fingerprints(badge))]


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
