"""The scenarios of a rule set played: what was expected and what came, step by step; and their events, to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..calendar import DAY, HOUR, parse_instant
from ..cloudevents import event_json
from ..jsontext import dumps
from ..model import BADGE_AWARDED, EVENT_RETRACTED, USER_UPDATED, Event, RuleSet
from ..payloads import sample
from ..scenarios import Fault, Scenario, ScenarioResult, coverage, run, scenarios_of, select
from .timeline import Enough

Answer = dict[str, Any]
DAYS = 8
"""How many days of events a sample has."""
_FIRST = parse_instant("2026-01-05T09:00:00Z")[0]
_BUILT_IN = (BADGE_AWARDED, EVENT_RETRACTED, USER_UPDATED)


def played(rules: RuleSet, pattern: str, enough: Enough) -> Answer:
    """What came of the scenarios that a pattern names, and what none of them touches."""
    chosen = select(scenarios_of(rules), pattern)
    results = []
    for scenario in chosen:
        if enough():
            break
        results.append(run(rules, scenario))
    return {
        "scenarios": [_result(result) for result in results],
        "passed": sum(result.passed for result in results),
        "left_out": len(chosen) - len(results),
        "coverage": _coverage(rules, results),
    }


def story(rules: RuleSet, name: str) -> list[str]:
    """The events of one scenario, as lines of CloudEvents; of none if there is no such scenario."""
    found = next((scenario for scenario in scenarios_of(rules) if scenario.id == name), None)
    return [_line(event) for event in _told(found, run(rules, found))] if found else []


def samples(rules: RuleSet, user: str) -> list[str]:
    """A week and a day in which every type of event happens once a day, as lines of CloudEvents.

    Their data are those that scenarios give the type, one after the other, else the least that its payload accepts.
    """
    types = [type_ for type_ in rules.events if type_ not in _BUILT_IN]
    known = _written(rules)
    return [
        _line(Event(user, "studio", f"{type_}-{day + 1}", type_, _FIRST + day * DAY + hour * HOUR, 0, data))
        for day in range(DAYS)
        for hour, type_ in enumerate(types)
        if isinstance(data := _data(rules, type_, known.get(type_, []), day), dict)
    ]


def _written(rules: RuleSet) -> dict[str, list[Any]]:
    """What scenarios say of the data of each type of event, each once."""
    found: dict[str, dict[str, Any]] = {}
    for scenario in scenarios_of(rules):
        for step in scenario.steps:
            if step.get("data"):
                found.setdefault(step["event"], {}).setdefault(dumps(step["data"]), step["data"])
    return {type_: list(data.values()) for type_, data in found.items()}


def _data(rules: RuleSet, type_: str, known: list[Any], day: int) -> Any:
    return known[day % len(known)] if known else sample(rules.events[type_].payload)


def _line(event: Event) -> str:
    return dumps(event_json(event))


def _told(scenario: Scenario, result: ScenarioResult) -> Iterator[Event]:
    """What was given to the engine; the users' zone is an event of theirs, as nothing else tells it."""
    log, zone = result.log, scenario.document.get("timezone")
    first = min((event.time for event in log), default=_FIRST)
    for user in dict.fromkeys(event.user for event in log) if zone else ():
        yield Event(user, "studio", "zone", USER_UPDATED, first - 1, 0, {"timezone": zone})
    yield from log


def _result(result: ScenarioResult) -> Answer:
    scenario = result.scenario
    return {
        "scenario": scenario.id,
        "file": scenario.file,
        "description": str(scenario.document.get("description", "")),
        "steps": len(scenario.steps),
        "passed": result.passed,
        "faults": [_fault(result, fault) for fault in result.faults],
    }


def _fault(result: ScenarioResult, fault: Fault) -> Answer:
    lines = result.scenario.lines
    return {
        "step": fault.step,
        "line": lines[fault.step - 1] if 0 < fault.step <= len(lines) else 1,
        "message": fault.message,
        "reasons": list(fault.reasons),
        "is_error": fault.is_error,
    }


def _coverage(rules: RuleSet, results: Iterable[ScenarioResult]) -> Answer:
    found = coverage(rules, results)
    return {
        "percent": found.percent,
        "never_awarded": list(found.never_awarded),
        "never_true": list(found.never_true),
        "never_false": list(found.never_false),
    }
