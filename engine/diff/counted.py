"""What a criterion counts, before and after: triggers, ``when``, ``of``, ``by``, and the keys of the measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..expressions import Expression
from ..measures import width
from ..model import Criterion
from .changes import CHANGED, LOOSER, TEXT_ONLY, TIGHTER, Finding, opposite
from .conditions import condition_of, exchanged, meaning_of
from .describe import events_of, one_line, some
from .growth import more_helps, more_hurts, sees_misses
from .implication import fails_with, holds_with
from .written import Written

_CONTAINS = {"day": {"week", "month", "year"}, "month": {"year"}}
"""Calendar periods, and those that hold each of them whole."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A criterion before and after."""

    old: Criterion
    new: Criterion
    before: Written
    after: Written
    steady: bool
    """Whether the badge's criteria can become met only with an event that counts."""
    repeats: bool
    """Whether the badge is awarded again and again."""

    def more(self, same_events: bool = False) -> str:
        """The direction in which more events that count lead.

        ``same_events``: the badge is evaluated at the same events as before, only more of them are in the value.
        """
        if more_helps(self.old, self.before.rules) and more_helps(self.new, self.after.rules):
            return LOOSER
        hurts = more_hurts(self.old, self.before.rules) and more_hurts(self.new, self.after.rules)
        return TIGHTER if hurts and (same_events or self.steady) else CHANGED

    def fewer(self, same_events: bool = False) -> str:
        """The direction in which fewer events that count lead."""
        return opposite(self.more(same_events))


def compare_counted(pair: Pair) -> Iterator[Finding]:
    """The differences between what two criteria count."""
    old, new = pair.old.metric, pair.new.metric
    yield from _triggers(pair)
    yield from _when(pair)
    if old.measure.kind != new.measure.kind:
        yield Finding("measure", CHANGED, f"measure {old.measure.kind} → {new.measure.kind}")
        return
    if meaning_of(old.of, pair.before.catalogs) != meaning_of(new.of, pair.after.catalogs):
        yield Finding("of", CHANGED, f"of {one_line(old.of)} → {one_line(new.of)}")
    yield from _by(pair)
    yield from _window(pair)
    yield from _keys(pair)


def _triggers(pair: Pair) -> Iterator[Finding]:
    old, new = set(pair.old.metric.triggers), set(pair.new.metric.triggers)
    if old == new:
        return
    blind = not sees_misses(pair.old.metric) and not sees_misses(pair.new.metric)
    direction = CHANGED
    if blind and old < new:
        direction = pair.more()
    elif blind and new < old:
        direction = pair.fewer()
    yield Finding("trigger", direction, f"trigger {events_of(pair.old.metric)} → {events_of(pair.new.metric)}")


def _when(pair: Pair) -> Iterator[Finding]:
    old, new = pair.old.metric.when, pair.new.metric.when
    if meaning_of(old, pair.before.catalogs) == meaning_of(new, pair.after.catalogs):
        return
    yield Finding("when", _direction_of_when(pair), _told(pair, old, new))


def _direction_of_when(pair: Pair) -> str:
    old = condition_of(pair.old.metric.when, pair.before.catalogs)
    new = condition_of(pair.new.metric.when, pair.after.catalogs)
    misses = sees_misses(pair.old.metric) or sees_misses(pair.new.metric)
    narrower = holds_with(new, old) and (not misses or fails_with(new, old))
    wider = holds_with(old, new) and (not misses or fails_with(old, new))
    if narrower and wider:
        return TEXT_ONLY
    return pair.fewer() if narrower else pair.more() if wider else CHANGED


def _told(pair: Pair, old: Expression | None, new: Expression | None) -> str:
    if old is None or new is None:
        return f"counts only when {one_line(new)}" if new else f"counts also when not {one_line(old)}"
    if old.canonical != new.canonical:
        return f"when {one_line(old)} → {one_line(new)}"
    return f"when {one_line(new)}: {'; '.join(_items(pair, name) for name in sorted(new.catalogs))}"


def _items(pair: Pair, name: str) -> str:
    come, gone = exchanged(pair.before.catalogs, pair.after.catalogs, name)
    told = [f"{verb} {some(items)}" for verb, items in (("with", come), ("without", gone)) if items]
    return f"catalog {name} {' and '.join(told) or 'as it was'}"


def _by(pair: Pair) -> Iterator[Finding]:
    old, new = (meaning_of(c.metric.by, written.catalogs) for c, written in _sides(pair))
    if old == new:
        return
    if old and new:
        told = f"by {one_line(pair.old.metric.by)} → {one_line(pair.new.metric.by)}"
        yield Finding("by", CHANGED, told)
    elif new:
        told = f"counts for each {one_line(pair.new.metric.by)} by itself"
        yield Finding("by", pair.fewer(same_events=True), told)
    else:
        told = f"no longer counts for each {one_line(pair.old.metric.by)} by itself"
        yield Finding("by", pair.more(same_events=True), told)


def _sides(pair: Pair) -> tuple[tuple[Criterion, Written], tuple[Criterion, Written]]:
    return (pair.old, pair.before), (pair.new, pair.after)


def _window(pair: Pair) -> Iterator[Finding]:
    old, new = (_window_of(c) for c, _ in _sides(pair))
    if _is_inside(old, new) and _is_inside(new, old):
        return
    if pair.repeats and "per" in (old[0], new[0]):
        direction = CHANGED
    elif _is_inside(old, new):
        direction = pair.more(same_events=True)
    else:
        direction = pair.fewer(same_events=True) if _is_inside(new, old) else CHANGED
    yield Finding("window", direction, f"{_named(old)} → {_named(new)}")


Window = tuple[str, str]
_ALL = ("", "")


def _window_of(criterion: Criterion) -> Window:
    params = criterion.metric.measure.params
    return next(((key, params[key]) for key in ("within", "per") if key in params), _ALL)


def _is_inside(one: Window, other: Window) -> bool:
    """Whether every event of the one window is in the other one."""
    if other == _ALL or one == _ALL or one[0] != other[0]:
        return other == _ALL
    if one[0] == "within":
        return width(one[1]) <= width(other[1])
    return one == other or other[1] in _CONTAINS.get(one[1], ())


def _named(window: Window) -> str:
    return " ".join(window) if window != _ALL else "all events"


def _keys(pair: Pair) -> Iterator[Finding]:
    """The keys that make a value higher, or that let there be one."""
    old, new = pair.old.metric.measure.params, pair.new.metric.measure.params
    if old.get("period") != new.get("period"):
        yield Finding("period", CHANGED, f"period {old['period']} → {new['period']}")
    if old.get("latest", False) != new.get("latest", False):
        direction = pair.fewer(same_events=True) if new.get("latest") else pair.more(same_events=True)
        told = "a value counts only by its newest event" if new.get("latest") else "a value once counted stays counted"
        yield Finding("latest", direction, told)
    if (was := old.get("grace", 0)) != (now := new.get("grace", 0)):
        direction = pair.more(same_events=True) if now > was else pair.fewer(same_events=True)
        yield Finding("grace", direction, f"grace {was} → {now}")
    if (was := old.get("min_events", 1)) != (now := new.get("min_events", 1)):
        fewer = LOOSER if pair.new.metric.measure.kind == "average" else pair.more(same_events=True)
        yield Finding("min_events", fewer if now < was else opposite(fewer), f"min_events {was} → {now}")
