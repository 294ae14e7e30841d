"""Events one by one: what each gives, moves and counts for, and that the end is what a simulation gives."""

from __future__ import annotations

import json
from typing import Any

from engine.calendar import parse_instant
from engine.compiler import load
from engine.simulate import simulate
from engine.studio.stories import played, samples, story
from engine.studio.timeline import explanation, timeline

RULES = load(
    {
        "events/quiz.yaml": "payload: {type: object, required: [score], properties: {score: {type: number}}}\n",
        "events/login.yaml": "payload: {type: object}\n",
        "badges/good.yaml": "name: Good\ntrigger: quiz\nwhen: 100 / event.score <= 2\nthreshold: 2\n",
        "badges/first.yaml": "name: First\ntrigger: quiz\n",
        "badges/streak.yaml": "name: Streak\ntrigger: login\nmeasure: streak\nperiod: day\nthreshold: 3\n",
        "scenarios/a/two.yaml": """
description: Two good ones.
timezone: Asia/Tokyo
steps:
  - {event: quiz, data: {score: 80}, repeat: 2, every: 1h, awards: [first, good]}
  - expect: {badges: [streak]}
""",
    }
)


def line(key: str, time: str, type: str = "quiz", user: str = "ada", **data: Any) -> str:
    event = {"specversion": "1.0", "id": key, "source": "t", "type": type, "subject": user, "time": time, "data": data}
    return json.dumps(event)


LINES = [
    line("b", "2026-01-02T10:00:00Z", score=90),
    line("a", "2026-01-01T10:00:00Z", score=60),
    line("c", "2026-01-03T10:00:00Z", score=10),
    line("d", "2026-01-04T10:00:00Z", score=0),
    line("l", "2026-01-01T11:00:00Z", "login", user="bob"),
    line("r", "2026-01-05T10:00:00Z", "event.retracted", source="t", id="b"),
]


def shown(answer: dict[str, Any], user: str) -> dict[str, Any]:
    """The progress of all badges after the last step, as somebody sees it who follows the steps."""
    seen = {each["badge"]: each for each in answer["begin"][user]["progress"]}
    for step in answer["steps"]:
        if step["user"] == user:
            seen |= {each["badge"]: each for each in step["progress"]}
    return seen


def test_events_happen_in_the_order_of_their_times_and_each_says_what_it_gave() -> None:
    answer = timeline(RULES, LINES, None, lambda: False)
    steps = {step["event"]["id"]: step for step in answer["steps"]}
    assert list(steps) == ["a", "l", "b", "c", "d", "r"]
    assert answer["users"] == ["ada", "bob"]
    assert [award["badge"] for award in steps["a"]["awards"]] == ["first"]
    assert [award["badge"] for award in steps["b"]["awards"]] == ["good"]
    assert steps["r"]["lost"] == ["good"]
    assert answer["left_out"] == 0


def test_a_step_says_for_which_badges_it_counted_and_why_not_for_others() -> None:
    step = timeline(RULES, LINES, None, lambda: False)["steps"][3]
    assert {(each["badges"][0], each["counted"]) for each in step["counts"]} == {("first", True), ("good", False)}
    reason = next(each["reason"] for each in step["counts"] if not each["counted"])
    assert reason == "100 / event.score <= 2 is false (100 / event.score = 10, event.score = 10)"


def test_a_failing_rule_is_told_at_its_step() -> None:
    step = timeline(RULES, LINES, None, lambda: False)["steps"][4]
    assert [failure["badge"] for failure in step["failures"]] == ["good"]


def test_the_last_step_shows_what_a_simulation_gives() -> None:
    answer = timeline(RULES, LINES, None, lambda: False)
    whole = simulate(RULES, LINES)["users"]["ada"]
    assert list(shown(answer, "ada").values()) == whole["progress"]
    early = timeline(RULES, LINES, parse_instant("2026-01-02T12:00:00Z")[0], lambda: False)
    assert [step["event"]["id"] for step in early["steps"]] == ["a", "l", "b"]


def test_a_streak_that_is_over_shows_as_over_at_the_next_step() -> None:
    lines = [line("1", "2026-01-01T10:00:00Z", "login"), line("2", "2026-01-09T10:00:00Z", score=1)]
    steps = timeline(RULES, lines, None, lambda: False)["steps"]
    values = [{each["badge"]: each["value"] for each in step["progress"]} for step in steps]
    assert (values[0]["streak"], values[1]["streak"]) == (1, 0)


def test_what_there_is_no_time_for_is_counted() -> None:
    times = iter([False, False, True])
    answer = timeline(RULES, LINES, None, lambda: next(times))
    assert (len(answer["steps"]), answer["left_out"]) == (2, 4)


def test_what_is_no_event_is_rejected_with_its_line() -> None:
    answer = timeline(RULES, ["{", "", line("a", "2026-01-01T10:00:00Z", "quizz")], None, lambda: False)
    assert [each["line"] for each in answer["rejected"]] == [1, 3]
    assert "did you mean quiz?" in answer["rejected"][1]["reason"]


def test_a_badge_is_explained_as_it_stood_after_a_step() -> None:
    good = RULES.badges["good"]
    assert explanation(RULES, LINES, "ada", good, 1)["state"] == "in_progress"
    earned = explanation(RULES, LINES, "ada", good, 3)
    assert (earned["state"], earned["awards"][0]["kept"]) == ("earned", False)
    assert explanation(RULES, LINES, "ada", good, None)["events"][0]["counted"] is False


def test_scenarios_say_what_was_expected_and_what_came() -> None:
    answer = played(RULES, "*", lambda: False)
    (found,) = answer["scenarios"]
    assert (found["passed"], found["faults"][0]["line"]) == (False, 6)
    assert found["faults"][0]["message"] == "expected streak to be held, but it is not"
    assert answer["coverage"]["never_awarded"] == ["streak"]
    assert played(RULES, "*", lambda: True)["left_out"] == 1


def test_a_scenario_becomes_a_timeline_in_its_own_zone() -> None:
    answer = timeline(RULES, story(RULES, "a/two"), None, lambda: False)
    assert answer["rejected"] == []
    assert [step["event"]["type"] for step in answer["steps"]] == ["user.updated", "quiz", "quiz"]
    assert [award["badge"] for step in answer["steps"] for award in step["awards"]] == ["first", "good"]
    assert story(RULES, "nothing") == []


def test_a_sample_has_every_type_of_event_and_none_is_rejected() -> None:
    answer = timeline(RULES, samples(RULES, "ada"), None, lambda: False)
    assert answer["rejected"] == []
    assert {step["event"]["type"] for step in answer["steps"]} == {"quiz", "login"}
    assert "streak" in {award["badge"] for step in answer["steps"] for award in step["awards"]}


def test_a_samples_data_are_those_that_scenarios_write() -> None:
    steps = timeline(RULES, samples(RULES, "ada"), None, lambda: False)["steps"]
    assert {json.dumps(step["event"]["data"]) for step in steps} == {'{"score": 80}', "{}"}
