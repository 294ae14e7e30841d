"""What every measure promises, over the registry: a new measure is tested by being named there."""

import copy
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

import engine
from engine.calendar import DAY, HOUR, Calendar, Moment, zone_at_offset, zone_named
from engine.measures import REGISTRY, Measure, build, width
from engine.measures.protocol import value_key
from engine.numeric import equal

VARIANTS: dict[str, list[dict[str, Any]]] = {
    "count": [{}, {"within": "2d"}, {"per": "day"}, {"per": "week"}, {"by": True}],
    "count_distinct": [{}, {"within": "2d"}, {"per": "day"}, {"per": "month"}, {"latest": True}],
    "sum": [{}, {"within": "2d"}, {"per": "week"}, {"by": True}],
    "max": [{}, {"within": "2d"}, {"per": "day"}],
    "min": [{}, {"within": "2d"}, {"per": "day"}],
    "average": [{}, {"within": "2d", "min_events": 2}, {"per": "day"}, {"min_events": 3}],
    "latest": [{}],
    "streak": [
        {"period": "day"},
        {"period": "day", "grace": 1, "min_events": 2},
        {"period": "week"},
        {"period": "month"},
        {"period": "event"},
        {"period": "day", "laps": 2},
    ],
}
CASES = [build(kind, params) for kind in REGISTRY for params in VARIANTS[kind]]
ZONES = [zone_named("Europe/Berlin"), zone_named("Pacific/Kiritimati"), zone_at_offset(-11 * 3600)]
STEPS = [0, 1, 20 * 60_000_000, 5 * HOUR, 23 * HOUR, DAY, 2 * DAY, 3 * DAY, 9 * DAY]
NUMBERS = [1, 2, 0.1, 0.2, -3, 2.5, Decimal("9007199254740993.5"), 7]
START = 1_774_900_000_000_000


@dataclass(frozen=True)
class Sample:
    """One event as a measure sees it."""

    moment: Moment
    hit: bool
    of: Any
    by: Any


class Cells(dict[str, Any]):
    """Cells as JSON text, so that nothing is shared by accident."""

    def get(self, key: str, default: Any = None) -> Any:
        return json.loads(self[key]) if key in self else default

    def put(self, key: str, value: Any) -> None:
        self.pop(key, None)
        if value is not None:
            self[key] = json.dumps(value)

    def items(self, prefix: str) -> Iterable[tuple[str, Any]]:  # type: ignore[override]
        return [(key, json.loads(self[key])) for key in self if key.startswith(prefix)]


@st.composite
def samples(draw: st.DrawFn) -> list[Sample]:
    """Samples in the order of their instants, in changing zones."""
    at, found = START, []
    for _ in range(draw(st.integers(1, 40))):
        at += draw(st.sampled_from(STEPS))
        moment = Moment(at, Calendar(draw(st.sampled_from(ZONES)) if draw(st.integers(0, 9)) == 0 else ZONES[0]))
        found.append(Sample(moment, draw(st.booleans()), draw(st.sampled_from(NUMBERS)), draw(st.sampled_from("abc"))))
    return found


def fold(measure: Measure, seen: list[Sample]) -> tuple[Any, Cells]:
    head, cells = measure.initial(), Cells()
    for sample in seen:
        if sample.hit or measure.sees_misses:
            before = copy.deepcopy(head)
            after = evolved(measure, head, sample, cells)
            assert head == before, "the head that was given is unchanged"
            assert_most(measure, after, sample, cells)
            head = json.loads(json.dumps(after))
    return head, cells


def evolved(measure: Measure, head: Any, sample: Sample, cells: Cells) -> Any:
    if not sample.hit:
        return measure.missed(head, sample.of, cells)
    of = (sample.by, sample.of) if measure.params.get("by") else sample.of
    return measure.evolve(head, of, sample.moment.instant, sample.moment.calendar, cells)


def assert_most(measure: Measure, head: Any, sample: Sample, cells: Cells) -> None:
    """What a measure says that its value does not exceed, it does not exceed."""
    value, most = measure.value(head, sample.moment, cells), measure.most(head)
    assert value is None or most is None or value <= most
    assert measure.keeps_cells or not cells


def name_of(measure: Measure) -> str:
    return measure.kind + "".join(f"-{key}-{value}" for key, value in measure.params.items())


def each_measure() -> Iterator[Measure]:
    """All variants of all measures: a log takes long to draw, and no time to fold. Who fails is noted last."""
    for measure in CASES:
        note(name_of(measure))
        yield measure


def test_every_measure_has_variants_and_a_manual() -> None:
    assert set(VARIANTS) == set(REGISTRY)
    assert all(module.PARAMETERS is not None for module in REGISTRY.values())
    assert engine.is_compiled() or all(module.__doc__ for module in REGISTRY.values())


@settings(max_examples=150, deadline=None)
@given(seen=samples(), later=st.sampled_from([0, HOUR, DAY, 3 * DAY, 40 * DAY]))
def test_a_measure_is_what_its_definition_says(seen: list[Sample], later: int) -> None:
    now = Moment(seen[-1].moment.instant + later, seen[-1].moment.calendar)
    for measure in each_measure():
        head, cells = fold(measure, seen)
        found, expected = measure.value(head, now, cells), defined(measure, seen, now)
        assert (found is None) == (expected is None)
        assert found is None or equal(found, expected)


@settings(max_examples=150, deadline=None)
@given(seen=samples())
def test_the_values_to_come_are_the_values_that_come(seen: list[Sample]) -> None:
    now = seen[-1].moment
    for measure in each_measure():
        head, cells = fold(measure, seen)
        value = measure.value(head, now, cells)
        for instant, after in dict(measure.changes(head, now, cells)).items():
            assert instant > now.instant
            assert measure.value(head, Moment(max(instant - 1, now.instant), now.calendar), cells) == value
            value = measure.value(head, Moment(instant, now.calendar), cells)
            assert value == after


@settings(max_examples=50, deadline=None)
@given(seen=samples())
def test_cells_do_not_outlive_a_window(seen: list[Sample]) -> None:
    for measure in each_measure():
        _, cells = fold(measure, seen)
        if "within" in measure.params:
            live = [s for s in seen if s.moment.instant > seen[-1].moment.instant - width(measure.params["within"])]
            entries = [entry for key in cells if key.startswith("q") for entry in cells.get(key)]
            assert len(entries) <= len(live) + 32


# The definitions


def defined(measure: Measure, seen: list[Sample], now: Moment) -> Any:
    params = measure.params
    hits = [sample for sample in seen if sample.hit]
    if measure.kind == "streak":
        return event_run(seen) if params["period"] == "event" else period_run(hits, params, now)
    if params.get("latest"):
        newest = {value_key(sample.of): sample.hit for sample in seen}
        return sum(newest.values())
    if "within" in params:
        hits = [s for s in hits if s.moment.instant > now.instant - width(params["within"])]
    if "per" in params:
        hits = [s for s in hits if s.moment.period(params["per"]) == now.period(params["per"])]
    if params.get("by"):
        groups = {sample.by: [s for s in hits if s.by == sample.by] for sample in hits}
        return max((gathered(measure.kind, group, params) for group in groups.values()), default=0)
    return gathered(measure.kind, hits, params)


def gathered(kind: str, hits: list[Sample], params: Any) -> Any:
    numbers = [Decimal(str(sample.of)) for sample in hits]
    if kind == "count":
        return len(hits)
    if kind == "count_distinct":
        return len({value_key(sample.of) for sample in hits})
    if kind == "sum":
        return sum(numbers)
    if len(numbers) < params.get("min_events", 1):
        return None
    return {"max": max, "min": min, "average": lambda n: sum(n) / len(n), "latest": lambda n: n[-1]}[kind](numbers)


def event_run(seen: list[Sample]) -> int:
    length = 0
    for sample in seen:
        length = length + 1 if sample.hit else 0
    return length


def period_run(hits: list[Sample], params: Any, now: Moment) -> int:
    counts: dict[int, int] = {}
    for sample in hits:
        period = sample.moment.period(params["period"])
        counts[period] = counts.get(period, 0) + 1
    active = sorted(period for period, count in counts.items() if count >= params.get("min_events", 1))
    reach = params.get("grace", 0) + 1
    if not active or now.period(params["period"]) - active[-1] > reach:
        return 0
    length = 1
    while length < len(active) and active[-length] - active[-length - 1] <= reach:
        length += 1
    return length
