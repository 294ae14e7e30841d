"""Which badges an entry of the log moved: what a reader saw before it, against what is seen after it.

Heads are replaced and never changed in place, so what was there before is kept by reference; only the values of rolling
windows, whose cells do change, are read in advance.
"""

from __future__ import annotations

from collections.abc import Iterable

from .calendar import Moment
from .fold import value_of
from .model import Badge, Number, Progress, RuleSet
from .progress import figure, progress_of
from .state import State


class Before:
    """What a reader sees of the badges that an entry can touch, just before it is stepped over."""

    def __init__(self, rules: RuleSet, state: State, keys: Iterable[str], now: int) -> None:
        self._rules = rules
        self._state = state
        self._now = now
        self._keys = frozenset(keys)
        self._heads = dict(state.heads)
        self._position, self._offset, self._attributes = state.position, state.offset, state.attributes
        self._values = self._rolling(state.moment(rules, now))

    def _rolling(self, moment: Moment) -> dict[str, Number | None]:
        metrics = (self._rules.by_fingerprint.get(key) for key in self._keys)
        rolling = (metric for metric in metrics if metric and "within" in metric.measure.params)
        return {metric.fingerprint: value_of(self._state, metric, moment) for metric in rolling}

    def moved(self) -> list[Progress]:
        """The progress, as it is now, of the badges that look different than before but for when they expire."""
        badges = self._touched()
        if not badges:
            return []
        before = State(self._state.user, self._position, self._offset, self._attributes, self._heads, self._state.cells)
        before.values = self._values
        return [
            progress_of(self._rules, self._state, badge, self._now)
            for badge in badges
            if figure(self._rules, before, badge, self._now) != figure(self._rules, self._state, badge, self._now)
        ]

    def _touched(self) -> list[Badge]:
        """The badges whose metrics, holdings or prerequisites have changed, by id."""
        rules, heads = self._rules, self._state.heads
        names: set[str] = set()
        for key, head in heads.items():
            if self._heads.get(key) is head:
                continue
            if key.startswith("b:"):
                names.add(key[2:])
                names.update(badge.id for badge in rules.dependents.get(key[2:], ()))
            else:
                names.update(rules.users_of.get(key, ()))
        badges = (rules.badges[name] for name in sorted(names) if name in rules.badges)
        return [badge for badge in badges if badge.criteria and self._keys.issuperset(_fingerprints(badge))]


def _fingerprints(badge: Badge) -> set[str]:
    return {criterion.metric.fingerprint for criterion in badge.criteria}


def moved_between(rules: RuleSet, before: State, after: State, now: int) -> list[Progress]:
    """The progress after a replay of the badges that look different than before it."""
    badges = (badge for _, badge in sorted(rules.badges.items()) if badge.criteria)
    return [
        progress_of(rules, after, badge, now)
        for badge in badges
        if figure(rules, before, badge, now) != figure(rules, after, badge, now)
    ]
