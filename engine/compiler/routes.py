"""What an event of each type can touch, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ..model import BADGE_AWARDED, BADGE_GRANTED, Badge, Metric, Route

HOLDING = "b:"
_GRANT = f"{BADGE_GRANTED}:"
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Index:
    """Who hangs on what, by badge id, event type and fingerprint."""

    dependents: Mapping[str, tuple[Badge, ...]]
    gated: Mapping[str, tuple[Metric, ...]]
    triggered: Mapping[str, tuple[Badge, ...]]
    metrics: Mapping[str, tuple[Metric, ...]]
    """By event type."""


def index(badges: Mapping[str, Badge], metrics: Mapping[str, Metric]) -> Index:
    """The indexes of a rule set."""
    ordered = sorted(badges.values(), key=lambda badge: (badge.depth, badge.id))
    dependents: dict[str, list[Badge]] = {}
    triggered: dict[str, list[Badge]] = {}
    for badge in ordered:
        for id in {id for id, _ in badge.prerequisites.items} if badge.prerequisites else ():
            dependents.setdefault(id, []).append(badge)
        for type in badge.triggers:
            triggered.setdefault(type, []).append(badge)
    gated: dict[str, list[Metric]] = {}
    by_type: dict[str, list[Metric]] = {}
    for metric in sorted(metrics.values(), key=lambda metric: metric.fingerprint):
        for id in {id for id, _ in metric.gate.items} if metric.gate else ():
            gated.setdefault(id, []).append(metric)
        for type in metric.triggers:
            by_type.setdefault(type, []).append(metric)
    return Index(_frozen(dependents), _frozen(gated), _frozen(triggered), _frozen(by_type))


def _frozen(lists: Mapping[str, list[Thing]]) -> dict[str, tuple[Thing, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


class Routes(Mapping[str, Route]):
    """The route of every event type, and of the grant of every badge: each is worked out when it is first asked for.

    Grants are rare, and the routes of a thousand badges that need one another hold half a million keys.
    """

    def __init__(self, index: Index, types: Iterable[str], badges: Mapping[str, Badge]) -> None:
        self._index = index
        self._types = frozenset(types)
        self._badges = badges
        self._made: dict[str, Route] = {}

    def __getitem__(self, name: str) -> Route:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._worked_out(name)
        return found

    def __iter__(self) -> Iterator[str]:
        yield from self._types
        yield from (_GRANT + id for id in self._badges)

    def __len__(self) -> int:
        return len(self._types) + len(self._badges)

    def _worked_out(self, name: str) -> Route:
        if name in self._types:
            return self._of_type(name)
        if name.startswith(_GRANT) and name[len(_GRANT) :] in self._badges:
            return self._of_grant(name[len(_GRANT) :])
        raise KeyError(name)

    @cached_property
    def _collectors(self) -> Mapping[str, Badge]:
        """The badges that count awards, and all that hang on them."""
        return _closure(self._index, self._index.triggered.get(BADGE_AWARDED, ()))

    def _of_type(self, type: str) -> Route:
        index = self._index
        metrics, badges = index.metrics.get(type, ()), index.triggered.get(type, ())
        closure = _closure(index, badges)
        touched = metrics
        if closure:
            closure = {**closure, **self._collectors}
            touched = (*metrics, *index.metrics.get(BADGE_AWARDED, ()))
        return Route(metrics, badges, _keys(index, touched, closure))

    def _of_grant(self, id: str) -> Route:
        index = self._index
        reached = _closure(index, [self._badges[id], *index.dependents.get(id, ())])
        touched = (*index.metrics.get(BADGE_AWARDED, ()), *index.gated.get(id, ()))
        return Route((), (), _keys(index, touched, {**reached, **self._collectors}))


def _closure(index: Index, start: Iterable[Badge]) -> dict[str, Badge]:
    """The badges, and all that hang on them."""
    found: dict[str, Badge] = {}
    waiting = list(start)
    while waiting:
        badge = waiting.pop()
        if badge.id not in found:
            found[badge.id] = badge
            waiting.extend(index.dependents.get(badge.id, ()))
    return found


def _keys(index: Index, metrics: Iterable[Metric], closure: Mapping[str, Badge]) -> tuple[str, ...]:
    """The state to load: metrics, and holdings of badges and of all that they need."""
    touched = {metric.fingerprint: metric for metric in metrics}
    for id, badge in closure.items():
        for metric in (*(c.metric for c in badge.criteria), *index.gated.get(id, ())):
            touched[metric.fingerprint] = metric
    held = set(closure)
    for needs in (*(b.prerequisites for b in closure.values()), *(m.gate for m in touched.values())):
        held.update(id for id, _ in needs.items) if needs else None
    return (*sorted(touched), *sorted(HOLDING + id for id in held))
