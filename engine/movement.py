"""Which badges an entry of the log moved: what a reader saw before it, against what is seen after it.

Heads are replaced and never changed in place, so what was there before is kept by reference; only the values of rolling
windows, whose cells do change, are read in advance.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter

from .calendar import Moment
from .fold import value_of
from .model import Badge, Metric, Number, Progress, Route, RuleSet
from .progress import capped, figure, progress_at
from .state import State, first_head

_NOTHING = Route((), (), ())


class Before:
    """What a reader sees of the badges that an entry can touch, just before it is stepped over."""

    def __init__(self, rules: RuleSet, state: State, route: Route | None, now: int) -> None:
        self._rules = rules
        self._state = state
        self._now = now
        self._route = route or _NOTHING
        self._given = len(state.given)
        self._heads = state.heads.copy()
        self._position, self._offset, self._attributes = state.position, state.offset, state.attributes
        self._values = self._rolling()

    def _rolling(self) -> dict[str, Number | None]:
        keys = self._rules.rolling.intersection(self._route.keys) if self._rules.rolling else ()
        if not keys:
            return {}
        moment = self._state.moment(self._rules, self._now)
        return {key: value_of(self._state, self._rules.by_fingerprint[key], moment) for key in keys}

    def moved(self) -> list[Progress]:
        """The progress, as it is now, of the badges that look different than before but for when they expire."""
        plain = self._is_plain()
        badges = self._counting() if plain else self._touched()
        if not badges:
            return []
        state, now = self._state, self._state.moment(self._rules, self._now)
        moved = [b for b in badges if (self._passes(b, now) if plain and _is_simple(b) else self._differs(b, now))]
        return [progress_at(state, badge, now) for badge in moved]

    def _is_plain(self) -> bool:
        """Whether the entry changed nothing but metrics that it triggers: no award, and no reader's clock."""
        state = self._state
        if len(state.given) != self._given or not self._route.metrics or state.attributes is not self._attributes:
            return False
        return state.offset == self._offset or self._rules.settings.local_time != "event"

    def _counting(self) -> list[Badge]:
        """The badges whose metrics the entry changed, by id, without those that are earned for good."""
        heads, old, state = self._state.heads, self._heads, self._state
        keys = [m.fingerprint for m in self._route.metrics]
        changed = {key for key in keys if heads.get(key) is not old.get(key)}
        found = []
        for badge in self._route.badges if changed else ():
            if _is_simple(badge):
                if badge.criteria[0].metric.fingerprint in changed and not state.holds(badge.id, None):
                    found.append(badge)
            elif any(criterion.metric.fingerprint in changed for criterion in badge.criteria):
                found.append(badge)
        return sorted(found, key=_id)

    def _passes(self, badge: Badge, now: Moment) -> bool:
        """Whether the one value of a badge looks different beside its threshold."""
        [criterion] = badge.criteria
        was, known = self._former_value(criterion.metric, now), value_of(self._state, criterion.metric, now)
        limit = criterion.threshold
        return was != known and capped(criterion, limit, was) != capped(criterion, limit, known)

    def _differs(self, badge: Badge, now: Moment) -> bool:
        """Whether a badge looks different than before the entry."""
        then = self._former.moment(self._rules, self._now)
        return figure(self._former, badge, then) != figure(self._state, badge, now)

    def _former_value(self, metric: Metric, now: Moment) -> Number | None:
        key = metric.fingerprint
        if key in self._values:
            return self._values[key]
        head = self._heads.get(key)
        if head is None:
            head = first_head(metric)
        return metric.measure.value(head[1] if metric.gate else head, now, self._state.cells.of(key))

    @cached_property
    def _former(self) -> State:
        """The state before the entry, with the cells of now."""
        old = State(self._state.user, self._position, self._offset, self._attributes, self._heads, self._state.cells)
        old.values = self._values
        return old

    def _touched(self) -> list[Badge]:
        """The badges whose metrics, holdings or prerequisites have changed, by id."""
        rules, heads = self._rules, self._state.heads
        names = _names(rules, (key for key, head in heads.items() if self._heads.get(key) is not head))
        badges = (rules.badges[name] for name in names if name in rules.badges)
        known = frozenset(self._route.keys)
        return [badge for badge in badges if badge.criteria and known.issuperset(_fingerprints(badge))]


_id = attrgetter("id")


def _is_simple(badge: Badge) -> bool:
    """Whether a badge is earned once, by one value that reaches one threshold."""
    return len(badge.criteria) == 1 and not badge.tiers and not badge.repeatable


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


def _fingerprints(badge: Badge) -> set[str]:
    return {criterion.metric.fingerprint for criterion in badge.criteria}


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
