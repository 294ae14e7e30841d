"""The benchmarks: rooms that can be measured, and lines that say what is reached."""

import inspect
import json
from importlib import import_module

import pytest

from benchmarks.__main__ import ROOMS
from benchmarks.by_hand import fold
from benchmarks.jobs import simulated
from benchmarks.many import many
from benchmarks.report import Line
from benchmarks.workload import FILES, events
from engine.cloudevents import event_json
from engine.compiler import load
from engine.fold import replay
from engine.jsontext import dumps
from engine.simulate import simulate


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_can_be_measured(room: str) -> None:
    measure = import_module(f"benchmarks.{room}").measure
    assert not [p for p in inspect.signature(measure).parameters.values() if p.default is p.empty]


@pytest.mark.parametrize(
    ("ratio", "least", "aim", "reached"),
    [
        (0.8, "≥ 0.5", "≥ 0.7", "aim"),
        (0.6, "≥ 0.5", "≥ 0.7", "yes"),
        (0.4, "≥ 0.5", "≥ 0.7", "**no**: 80% of it"),
        (4.0, "≤ 3", "≤ 2", "**no**: 75% of it"),
        (0.0, "≤ 0", "", "aim"),
        (0.4, "", "", ""),
    ],
)
def test_a_line_says_what_is_reached(ratio: float, least: str, aim: str, reached: str) -> None:
    assert Line("9", "what", "figure", ratio, least, aim).reached == reached


def test_the_engine_and_the_fold_by_hand_end_with_the_same_awards() -> None:
    log = [post.event for post in events(500)]
    rules = load(FILES)
    by_hand = {user: set(one.held) for user, one in fold(log).items()}
    for user, held in by_hand.items():
        state = replay(rules, user, [event for event in log if event.user == user])
        assert {award.badge for award in state.awards.values()} == held


def test_the_job_by_hand_ends_with_the_same_awards_as_simulate() -> None:
    lines = [dumps(event_json(post.event)) for post in events(500)]
    found = simulate(load(FILES), lines)["users"]
    by_hand = json.loads(simulated([*lines, "no json", lines[0], lines[1].replace("2026", "2025")]))
    assert [refused["line"] for refused in by_hand["refused"]] == [501, 503]
    assert {user: set(held) for user, held in by_hand["users"].items()} == {
        user: {award["badge"] for award in standing["badges"]} for user, standing in found.items()
    }


def test_the_large_rule_set_has_no_errors() -> None:
    assert len(load(many(20)).badges) == 20
