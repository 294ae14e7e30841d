"""What is wrong in a step before anything is run, beyond what is checked when the rule set is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import RuleSet
from .nouns import Fault, Scenario, Step

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
    steps = enumerate(scenario.steps, start=1)
    return [Fault(number, message, is_error=True) for number, step in steps for message in _step(rules, step)]


def kind_of(step: Step) -> str:
    """Which kind of step it is."""
    return next(kind for kind in _KEYS if kind in step)


def _step(rules: RuleSet, step: Step) -> Iterator[str]:
    kind = kind_of(step)
    for key in sorted(step.keys() - _KEYS[kind]):
        yield f"`{key}` does not belong to a step with `{kind}`"
    if "every" in step and "repeat" not in step:
        yield "`every` needs `repeat`: how often"
    for name in step.get("expect", {}).get("progress", ()):
        badge = rules.badges.get(name)
        if badge is None or not badge.criteria:
            yield f"progress is told of badges with criteria, by their id, but not of {name}"
