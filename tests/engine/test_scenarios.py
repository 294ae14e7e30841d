"""Scenarios: what passes, what fails and why, and what is no scenario at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.compiler import compile_rules, load
from engine.model import RuleSet
from engine.scenarios import Fault, Scenario, coverage, run, scenarios_of, select

FILES = {
    "events/quiz.yaml": "payload: {type: object, required: [score], properties: {score: {type: number}}}\n",
    "events/login.yaml": "payload: {type: object}\n",
    "badges/first.yaml": "name: First\ntrigger: quiz\n",
    "badges/good.yaml": "name: Good\ntrigger: quiz\nwhen: event.score >= 80\n",
    "badges/streak.yaml": "name: Streak\ntrigger: login\nmeasure: streak\nperiod: day\nthreshold: 3\n",
    "badges/hourly.yaml": "name: Hourly\ntrigger: login\nwithin: 1h\nthreshold: 3\n",
    "badges/master.yaml": """\
name: Master
trigger: quiz
tiers: [{id: bronze, threshold: 2}, {id: silver, threshold: 3}]
""",
    "badges/weekly.yaml": "name: Weekly\ntrigger: quiz\nthreshold: 2\nrepeatable: true\n",
    "badges/low.yaml": """\
name: Low
criteria:
  - {trigger: quiz, measure: average, of: event.score, threshold: 50, compare: at_most}
  - {trigger: quiz, threshold: 2}
""",
    "badges/after.yaml": "name: After\ntrigger: login\nprerequisites: [gift]\n",
    "badges/gift.yaml": "name: Gift\ngrant: staff\n",
}
RULES = load(FILES)
QUIZ = {"event": "quiz", "data": {"score": 90}}


def played(*steps: dict[str, Any], rules: RuleSet = RULES, **more: Any) -> tuple[Fault, ...]:
    return run(rules, Scenario("story", "scenarios/story.yaml", {"steps": list(steps), **more})).faults


def expecting(**wanted: Any) -> dict[str, Any]:
    return {"expect": wanted}


def messages(faults: tuple[Fault, ...]) -> str:
    return "\n".join(line for fault in faults for line in (fault.message, *fault.reasons))


# What passes


def test_awards_are_exactly_the_new_ones_in_any_order() -> None:
    assert played({**QUIZ, "awards": ["good", "first"]}, {**QUIZ, "awards": ["weekly", "master.bronze"]}) == ()


def test_an_award_that_is_not_expected_fails_and_so_does_one_that_does_not_come() -> None:
    assert "got: first, good" in messages(played({**QUIZ, "awards": ["first"]}))
    assert "got: none" in messages(played({"event": "login", "awards": ["streak"]}))
    assert played({**QUIZ, "awards": []}) != ()


def test_awards_of_a_repeated_step_are_those_of_all_its_times() -> None:
    step = {**QUIZ, "repeat": 4, "every": "1h"}
    assert played({**step, "awards": ["first", "good", "master.bronze", "master.silver", "weekly#1", "weekly#2"]}) == ()
    assert played({**step, "awards": ["first", "good", "master", "master", "weekly", "weekly"]}) == ()
    assert played({**step, "awards": ["first", "good", "master", "weekly", "weekly"]}) != ()


def test_the_expected_badges_are_held_and_the_others_are_not() -> None:
    wanted = expecting(badges=["first", "master", "master.bronze"], without=["master.silver", "streak"])
    assert played(QUIZ, QUIZ, wanted) == ()
    assert len(played(QUIZ, QUIZ, expecting(badges=["master.silver"], without=["first"]))) == 2


def test_progress_is_compared_as_numbers_and_null_is_undefined() -> None:
    assert played(expecting(progress={"streak": 0.0, "low": 0})) != ()
    assert played(expecting(progress={"streak": 0.0, "master": 0})) == ()
    assert played({"event": "quiz", "data": {"score": 0.1}}, expecting(progress={"master": 1})) == ()


def test_without_a_time_steps_come_a_minute_apart_from_noon_of_new_years_day() -> None:
    steps = ({"event": "login"}, {"event": "login", "id": "b"}, {"event": "login", "at": "2026-01-01T12:02Z"})
    assert played(*steps, {**expecting(progress={"hourly": 3})}) == ()
    assert played(*steps, {**expecting(badges=["hourly"], at="2026-01-01T12:01")}) != ()


def test_a_local_time_is_that_of_the_users_zone_across_a_change_of_the_clocks() -> None:
    steps = (
        {"event": "login", "at": "2026-03-28T23:30", "awards": []},
        {"event": "login", "at": "2026-03-29T00:10", "awards": []},
        {"event": "login", "at": "+1d", "awards": ["streak"]},
    )
    assert played(*steps, timezone="Europe/Berlin") == ()


def test_days_keep_the_wall_clock_and_hours_are_elapsed() -> None:
    start = {"event": "login", "at": "2026-03-28T12:00"}
    assert played(start, expecting(progress={"hourly": 0}, at="+1h"), timezone="Europe/Berlin") == ()
    day = ({"event": "login", "at": "+1d"}, {"event": "login", "at": "2026-03-29T10:00Z", "id": "same"})
    assert played(start, *day, expecting(progress={"hourly": 2}), timezone="Europe/Berlin") == ()
    hours = ({"event": "login", "at": "+24h"}, {"event": "login", "at": "2026-03-29T13:00", "id": "same"})
    assert played(start, *hours, expecting(progress={"hourly": 2}), timezone="Europe/Berlin") == ()


def test_a_wall_clock_that_the_clocks_skip_is_after_the_gap_and_one_that_comes_twice_is_the_first() -> None:
    gap = ({"event": "login", "at": "2026-03-29T02:30"}, {"event": "login", "at": "2026-03-29T01:30Z", "id": "z"})
    assert played(*gap, expecting(progress={"hourly": 2}), timezone="Europe/Berlin") == ()
    twice = ({"event": "login", "at": "2026-10-25T02:30"}, {"event": "login", "at": "2026-10-25T00:30Z", "id": "z"})
    assert played(*twice, expecting(progress={"hourly": 2}), timezone="Europe/Berlin") == ()


def test_an_expectation_looks_as_of_its_time() -> None:
    steps = ({"event": "login", "at": "2026-01-01T12:00"}, {"event": "login", "at": "2026-01-01T12:30"})
    assert played(*steps, expecting(progress={"hourly": 1}, at="2026-01-01T12:10")) == ()
    assert played(*steps, expecting(progress={"hourly": 1}, at="2026-01-01T13:10")) == ()
    assert played(*steps, expecting(progress={"hourly": 0}, at="2026-01-01T13:30")) == ()


def test_an_event_may_come_late_and_is_folded_at_its_own_time() -> None:
    late = {"event": "login", "at": "2026-01-02T12:00", "awards": ["streak"]}
    assert played({"event": "login"}, {"event": "login", "at": "2026-01-03T12:00", "awards": []}, late) == ()


def test_a_late_event_announces_nothing_twice() -> None:
    low = {"event": "quiz", "data": {"score": 10}}
    second = {**low, "at": "2026-01-03T12:00", "awards": ["low", "master", "weekly"]}
    steps = ({**low, "at": "2026-01-01T12:00"}, second)
    high = {"event": "quiz", "data": {"score": 200}, "at": "2026-01-02T12:00", "awards": ["good", "master"]}
    lowered = {"event": "quiz", "data": {"score": -100}, "at": "2026-01-04T12:00", "awards": ["weekly"]}
    assert played(*steps, high, expecting(without=["low"]), lowered, expecting(badges=["low"])) == ()


def test_the_same_event_again_changes_nothing() -> None:
    again = {**QUIZ, "id": "q"}
    assert played(again, {**again, "awards": []}, expecting(progress={"master": 1})) == ()


def test_a_grant_gives_a_badge_once_and_opens_what_needs_it() -> None:
    grant = {"grant": "gift", "awards": ["gift"]}
    assert played(grant, {"grant": "gift", "awards": []}, {"event": "login", "awards": ["after"]}) == ()
    assert played({"grant": "master.silver", "awards": ["master.silver"]}) == ()


def test_a_revoked_badge_is_not_given_again_by_the_rules() -> None:
    steps = (QUIZ, {"revoke": "first"}, {**QUIZ, "awards": ["master", "weekly"]})
    assert played(*steps, expecting(without=["first"])) == ()


def test_a_retraction_takes_out_one_event_and_what_comes_then_is_new_again() -> None:
    steps = ({**QUIZ, "id": "q", "awards": ["first", "good"]}, {"retract": "q", "awards": []})
    assert played(*steps, expecting(without=["first"]), {**QUIZ, "awards": ["first", "good"]}) == ()


def test_of_a_repeated_step_its_id_is_that_of_the_first_time() -> None:
    steps = ({**QUIZ, "id": "q", "repeat": 3, "every": "1h"}, {"retract": "q"})
    assert played(*steps, expecting(badges=["first"], progress={"master": 2 + 1})) != ()
    assert played(*steps, expecting(badges=["first", "master.bronze"], without=["master.silver"])) == ()
    assert played(*steps, {"retract": "q-3"}, expecting(progress={"master": 1})) == ()


def test_steps_may_be_of_several_users() -> None:
    steps = (QUIZ, {**QUIZ, "user": "bob", "awards": ["first", "good"]})
    assert played(*steps, {**expecting(badges=["first"]), "user": "bob"}, expecting(progress={"master": 1})) == ()


def test_the_users_zone_sets_off_no_rule() -> None:
    files = {**FILES, "badges/profile.yaml": "name: Profile\ntrigger: user.updated\n"}
    steps = (expecting(without=["profile"]), {"event": "user.updated", "data": {"name": "Ada"}, "awards": ["profile"]})
    assert played(*steps, rules=load(files), timezone="Asia/Tokyo") == ()


def test_where_events_offsets_decide_days_an_offset_once_written_stays() -> None:
    rules = load({**FILES, "settings.yaml": "local_time: event\n"})
    steps = ({"event": "login", "at": "2026-01-01T23:30+09:00"}, {"event": "login", "at": "+1d"})
    assert played(*steps, {"event": "login", "at": "+1d", "awards": ["streak"]}, rules=rules) == ()


# What fails says why


def test_a_failure_says_which_event_did_not_count_operand_by_operand_and_where_the_rule_stands() -> None:
    told = messages(played({"event": "quiz", "data": {"score": 79}, "awards": ["first", "good"]}))
    assert "expected new awards: first, good; got: first" in told
    assert "good is at 0, and needs at least 1" in told
    assert "step 1 (quiz) did not count: event.score >= 80 is false (event.score = 79), badges/good.yaml:3" in told


def test_a_failure_says_what_is_missing_before_a_badge() -> None:
    assert "after needs first: gift" in messages(played({"event": "login"}, expecting(badges=["after"])))
    assert "gift is only given by a call" in messages(played(expecting(badges=["gift"])))
    assert "no event of type login happened" in messages(played(QUIZ, expecting(badges=["streak"])))


def test_a_failure_says_that_an_event_was_retracted() -> None:
    told = messages(played({**QUIZ, "id": "q"}, {"retract": "q"}, expecting(badges=["good"])))
    assert "step 1 (quiz) did not count: it was retracted" in told


def test_a_badge_that_should_not_be_held_is_told_with_the_step_that_gave_it() -> None:
    told = messages(played(QUIZ, expecting(without=["first"])))
    assert "first came with step 1, at 2026-01-01T12:00:00Z" in told


def test_a_condition_of_several_parts_names_the_one_that_was_false() -> None:
    when = "event.score >= 10 and not (event.score < 50 or event.score > 90)"
    rules = load({**FILES, "badges/good.yaml": f"name: Good\ntrigger: quiz\nwhen: {when}\n"})
    told = messages(played({"event": "quiz", "data": {"score": 95}, "awards": ["first", "good"]}, rules=rules))
    assert "event.score >= 10 is false" not in told and "event.score = 95" in told


def test_a_rule_that_failed_is_told_with_its_message() -> None:
    rules = load({**FILES, "badges/good.yaml": "name: Good\ntrigger: quiz\nwhen: 1 / event.score > 1\n"})
    told = messages(played({"event": "quiz", "data": {"score": 0}, "awards": ["first", "good"]}, rules=rules))
    assert "rule failed" in told and "divides by 0" in told


# What is no scenario


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([QUIZ], "expects nothing"),
        ([QUIZ, expecting(badges=[])], "expects nothing"),
        ([QUIZ, expecting(at="+1h")], "expects nothing"),
        ([{**QUIZ, "awards": ["frist"]}], "frist"),
        ([expecting(without=["nobody"])], "nobody"),
        ([expecting(badges=["master.gold"])], "gold"),
        ([expecting(progress={"nobody": 1})], "nobody"),
        ([expecting(progress={"gift": 1})], "progress is told of badges with criteria"),
        ([{"grant": "gft", "awards": []}], "gft"),
        ([{"event": "quizz", "awards": []}], "quizz"),
        ([{"event": "quiz", "awards": []}], "the data of quiz is refused"),
        ([{"event": "badge.awarded", "awards": []}], "cannot be posted"),
        ([{"retract": "q", "awards": []}], "no step has the id q"),
        ([{**QUIZ, "at": "tomorrow", "awards": []}], "tomorrow is no time"),
        ([{**QUIZ, "at": "2026-02-30T10:00", "awards": []}], "2026-02-30T10:00 is no date and time that exists"),
        ([{**QUIZ, "at": "+9999w", "repeat": 9999, "every": "9999w", "awards": []}], "leads beyond the calendar"),
        ([{**QUIZ, "every": "1h", "awards": []}], "repeat is missing: every demands it"),
        ([{**QUIZ, "repeat": 2, "every": "soon", "awards": []}], "soon is no distance"),
        ([{**QUIZ, "repeat": 10**9, "awards": []}], "10000"),
        ([{**QUIZ, **expecting(badges=["first"])}], "a step does one thing"),
        ([{"at": "+1h", "awards": []}], "does nothing"),
        ([{"grant": "gift", "data": {}, "awards": []}], "`data` does not belong to a step with `grant`"),
        ([{**QUIZ, "id": "q"}, {**QUIZ, "id": "q", "at": "+1h", "awards": []}], "there is another event of id q"),
    ],
)
def test_what_cannot_be_run_as_written_is_an_error_and_never_a_pass(steps: list[Any], sentence: str) -> None:
    compiled = compile_rules({**FILES, "scenarios/story.yaml": json.dumps({"steps": steps})})
    if compiled.rules is None:
        told = " ".join(f"{p.message} {p.help}" for p in compiled.problems if p.severity == "error")
    else:
        faults = run(compiled.rules, scenarios_of(compiled.rules)[0]).faults
        assert any(fault.is_error for fault in faults)
        told = messages(faults)
    assert sentence in told


# All of a rule set


STORY = "description: A story.\nsteps:\n  - {event: quiz, data: {score: 90}, awards: [first, good]}\n"


def test_scenarios_are_found_in_the_files_with_the_line_of_each_step() -> None:
    rules = load({**FILES, "scenarios/a/one.yaml": STORY, "scenarios/two.yaml": STORY})
    scenarios = scenarios_of(rules)
    assert [(s.id, s.file, s.lines) for s in scenarios] == [
        ("a/one", "scenarios/a/one.yaml", (3,)),
        ("two", "scenarios/two.yaml", (3,)),
    ]
    assert all(run(rules, scenario).passed for scenario in scenarios)


def test_some_scenarios_are_chosen_by_their_whole_name_or_its_last_part() -> None:
    rules = load({**FILES, "scenarios/a/one.yaml": STORY, "scenarios/two.yaml": STORY})
    names = {pattern: [s.id for s in select(scenarios_of(rules), pattern)] for pattern in ("*", "one", "a/*", "x*")}
    assert names == {"*": ["a/one", "two"], "one": ["a/one"], "a/*": ["a/one"], "x*": []}


def test_a_fault_has_the_place_of_its_step() -> None:
    rules = load({**FILES, "scenarios/two.yaml": STORY.replace("90", "10")})
    result = run(rules, scenarios_of(rules)[0])
    assert result.place(result.faults[0]) == "scenarios/two.yaml:3"


def test_coverage_names_badges_never_awarded_and_conditions_never_true_or_never_false() -> None:
    rules = load({name: FILES[name] for name in ("events/quiz.yaml", "badges/first.yaml", "badges/good.yaml")})
    results = [run(rules, Scenario("s", "", {"steps": [{**QUIZ, "data": {"score": 1}, "awards": ["first"]}]}))]
    found = coverage(rules, results)
    assert (found.never_awarded, found.never_true) == (("good",), ("event.score >= 80, badges/good.yaml:3",))
    assert (found.never_false, found.touched, found.total, found.percent) == ((), 2, 4, 50)


def test_a_run_does_not_change_the_scenario() -> None:
    document = {"steps": [{**QUIZ, "awards": ["first", "good"]}, expecting(badges=["first"])]}
    before = repr(document)
    run(RULES, Scenario("s", "", document))
    assert repr(document) == before
