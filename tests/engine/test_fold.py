"""The short cut that the fold takes for plain rules comes to what its counters say."""

from __future__ import annotations

import pytest

from engine import jsontext
from engine.cloudevents import from_json
from engine.compiler import load
from engine.fold import replay
from engine.fold.plans import plan_of
from engine.model import Event, Posted
from engine.state import State
from tests.reference.cases import cloudevent
from tests.reference.strategies import random_history
from tests.seeds import SEEDS


def _log(entries: list[dict[str, object]]) -> list[Event]:
    """The entries that are events."""
    posts = [from_json(jsontext.loads(cloudevent(entry))) for entry in entries if "raw" not in entry]
    return [post.event for post in posts if isinstance(post, Posted)]


def _left(state: State) -> tuple[object, ...]:
    """All that a fold leaves."""
    return state.heads, state.cells.changed, state.awards, state.given, list(state.failures), state.position


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_written_for_a_type_does_what_its_counters_do(seed: int) -> None:
    files, entries = random_history(seed)
    rules = load(files)
    events = [event for event in _log(entries) if event.type in rules.events]
    fitting = [event for event in events if not rules.events[event.type].validate(event.data)]
    for user in {event.user for event in fitting}:
        own = [event for event in fitting if event.user == user]
        counted = replay(rules, user, own, trace=lambda *_: None)
        assert _left(replay(rules, user, own)) == _left(counted)


def test_many_types_are_written() -> None:
    found = [load(random_history(seed)[0]) for seed in SEEDS[:10]]
    plans = [plan_of(rules, type) for rules in found for type, route in rules.routes.items() if route.metrics]
    assert sum(plan.run is not plan.counted for plan in plans) > len(plans) // 4
