"""What is wrong in a scenario before anything is run: unknown names, keys that do not belong, nothing expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..calendar import zone_named
from ..model import RuleSet
from .nouns import Fault, Scenario, ScenarioError, Step, known_badge, unknown

REPEATS = 10_000
"""The most times that a step may be repeated."""
_SHARED = {"at", "user"}
_KEYS = {
    "event": _SHARED | {"event", "data", "id", "source", "repeat", "every", "awards"},
    "grant": _SHARED | {"grant", "awards"},
    "revoke": _SHARED | {"revoke", "awards"},
    "retract": _SHARED | {"retract", "awards"},
    "expect": _SHARED | {"expect"},
}
"""The keys of each kind of step."""


def check(rules: RuleSet, scenario: Scenario) -> list[Fault]:
    """Everything for which a scenario cannot be run as it is written."""
    faults = [_fault(0, message) for message in _whole(scenario)]
    for number, step in enumerate(scenario.steps, start=1):
        faults += [_fault(number, message) for message in _step(rules, step)]
    return faults


def kind_of(step: Step) -> str:
    """Which kind of step it is. Raises ScenarioError."""
    kinds = [kind for kind in _KEYS if kind in step]
    if len(kinds) != 1:
        does = " and ".join(kinds) or "nothing"
        raise ScenarioError(f"a step does one of {', '.join(_KEYS)}, but this one does {does}")
    return kinds[0]


def _whole(scenario: Scenario) -> Iterator[str]:
    if not any(map(_expects, scenario.steps)):
        yield "it expects nothing: add `awards` to a step, or a step `expect`"
    try:
        zone_named(scenario.document.get("timezone", "UTC"))
    except ValueError as error:
        yield f"timezone: {error}"


def _expects(step: Step) -> bool:
    """Whether a step says what must come; an empty list in ``expect`` says nothing."""
    wanted = step.get("expect") or {}
    return "awards" in step or any(wanted.get(key) for key in ("badges", "without", "progress"))


def _step(rules: RuleSet, step: Step) -> Iterator[str]:
    try:
        kind = kind_of(step)
    except ScenarioError as error:
        yield str(error)
        return
    for key in step.keys() - _KEYS[kind]:
        yield f"`{key}` does not belong to a step with `{kind}`"
    if "every" in step and "repeat" not in step:
        yield "`every` needs `repeat`: how often"
    if step.get("repeat", 1) > REPEATS:
        yield f"repeat must be at most {REPEATS}"
    if kind == "event" and step["event"] not in rules.events:
        yield unknown("event type", step["event"], rules.events)
    if kind == "event" and step["event"].startswith("badge."):
        yield f"{step['event']} cannot be posted: the engine makes it"
    yield from _badges(rules, step)


def _badges(rules: RuleSet, step: Step) -> Iterator[str]:
    wanted: dict[str, Any] = step.get("expect") or {}
    named = [*step.get("awards", ()), *wanted.get("badges", ()), *wanted.get("without", ())]
    for text in [*named, *(step[key] for key in ("grant", "revoke") if key in step), *wanted.get("progress", ())]:
        try:
            name = known_badge(rules, text)
        except ScenarioError as error:
            yield str(error)
            continue
        if text in wanted.get("progress", ()) and not (rules.badges[name.badge].criteria and text == name.badge):
            yield f"progress is told of badges with criteria, by their id, but not of {text}"


def _fault(step: int, message: str) -> Fault:
    return Fault(step, message, is_error=True)
