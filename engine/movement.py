"""Which badges an entry of the log moved: what a reader saw before it, against what is seen after it.

Heads are replaced and never changed in place, and the state keeps those that an entry replaced; only the values of
rolling windows, whose cells do change, are read in advance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from .calendar import Moment
from .fold import value_of
from .model import Badge, Metric, Number, Progress, Route, RuleSet
from .progress import figure, is_simple, looks_different, once_progress, progress_at
from .state import State, first_head

_NOWHERE = Route((), (), ())


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a reader can see move when an entry of one type comes: worked out once for each rule set."""

    metrics: tuple[tuple[Metric, tuple[Badge, ...], tuple[Badge, ...]], ...]
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
        metrics = []
        for metric in route.metrics:
            own = [b for b in route.badges if any(c.metric.fingerprint == metric.fingerprint for c in b.criteria)]
            once, others = (tuple(b for b in own if is_simple(b) is simple) for simple in (True, False))
            metrics.append((metric, once, others))
        rolling = (rules.by_fingerprint[key] for key in route.keys if key in rules.rolling)
        return cls(tuple(metrics), tuple(rolling), frozenset(route.keys))


class Before:
    """What a reader sees just before an entry is stepped over the state, which notes from here on what it replaces."""

    def __init__(self, rules: RuleSet, outlook: Outlook, state: State, now: int) -> None:
        state.note()
        self._rules = rules
        self._outlook = outlook
        self._state = state
        self._now = now
        self._given = len(state.given)
        self._place = state.position, state.offset, state.attributes
        self._values = self._rolling() if outlook.rolling else {}

    def _rolling(self) -> Mapping[str, Number | None]:
        moment = self._state.moment(self._rules, self._now)
        return {metric.fingerprint: value_of(self._state, metric, moment) for metric in self._outlook.rolling}

    def moved(self) -> list[Progress]:
        """The progress, as it is now, of the badges that look different than before but for when they expire."""
        state = self._state
        if not state.former:
            return []
        moment = state.moment(self._rules, self._now)
        if len(state.given) != self._given or not self._outlook.metrics or self._is_elsewhere:
            return [progress_at(state, badge, moment) for badge in self._touched() if self._differs(badge, moment)]
        return self._counted(moment)

    @cached_property
    def _is_elsewhere(self) -> bool:
        """Whether the entry changed the clock by which a reader looks."""
        state, (_, offset, attributes) = self._state, self._place
        return state.attributes is not attributes or (
            state.offset != offset and self._rules.settings.local_time == "event"
        )

    def _counted(self, moment: Moment) -> list[Progress]:
        """Of an entry that changed nothing but metrics which it triggers: no award, and no reader's clock."""
        state, found, others = self._state, list[Progress](), dict[str, Badge]()
        for metric, once, more in self._outlook.metrics:
            if metric.fingerprint not in state.former:
                continue
            others.update((badge.id, badge) for badge in more)
            waiting = [badge for badge in once if not state.holds(badge.id, None)]
            if not waiting:
                continue
            was, known = self._former_value(metric, moment), value_of(state, metric, moment)
            for badge in waiting:
                if looks_different(badge, was, known):
                    found.append(once_progress(state, badge, known, moment))
        found += [progress_at(state, badge, moment) for badge in others.values() if self._differs(badge, moment)]
        return sorted(found, key=_badge) if len(found) > 1 else found

    def _former_value(self, metric: Metric, moment: Moment) -> Number | None:
        key = metric.fingerprint
        if key in self._values:
            return self._values[key]
        head = self._state.former[key]
        if head is None:
            head = first_head(metric)
        return metric.measure.value(head[1] if metric.gate else head, moment, self._state.cells.of(key))

    def _differs(self, badge: Badge, moment: Moment) -> bool:
        """Whether a badge looks different than before the entry."""
        differs = None if self._is_elsewhere or not is_simple(badge) else self._simply_differs(badge, moment)
        if differs is None:
            then = self._before.moment(self._rules, self._now)
            return figure(self._before, badge, then) != figure(self._state, badge, moment)
        return differs

    def _simply_differs(self, badge: Badge, moment: Moment) -> bool | None:
        """As ``_differs``, of a badge that is earned once, by one value; None where it takes a closer look."""
        state, former, key = self._state, self._state.former, "b:" + badge.id
        is_held = state.holds(badge.id, None)
        if key in former:
            return True if is_held and former[key] is None else None
        if is_held:
            return False
        if badge.prerequisites and any("b:" + id in former for id, _ in badge.prerequisites.items):
            return None
        metric = badge.criteria[0].metric
        if metric.fingerprint not in former:
            return False
        return looks_different(badge, self._former_value(metric, moment), value_of(state, metric, moment))

    @cached_property
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
