"""The studio's routes: what they answer, what they refuse, and that they keep nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.studio import asking
from api.studio.example import example
from engine.compiler import compile_rules
from engine.scenarios import run, scenarios_of
from tests.api.conftest import FILES

BAD = {**FILES, "badges/bad.yaml": "name: 🎯 Bad\nicon: 🎯\ntrigger: quiz_complete\n"}


def asked(api: Any, do: str, **body: Any) -> Any:
    response = api("POST", f"/v1/studio/{do}", body={"files": FILES, **body})
    assert response.status_code == 200, response.text
    return response.get_json()


def events(api: Any, *quizzes: str) -> str:
    return "\n".join(json.dumps(api.quiz(id)) for id in quizzes)


def test_it_begins_with_the_files_in_service_and_an_example(api) -> None:
    told = api.get("/v1/studio/files")
    assert (told["files"], told["version"]) == (FILES, api.service.rules.version)
    assert told["example"] == example()


def test_the_example_is_without_fault_and_passes_its_scenarios() -> None:
    compiled = compile_rules(example())
    assert compiled.problems == () and compiled.rules
    assert all(run(compiled.rules, scenario).passed for scenario in scenarios_of(compiled.rules))


def test_a_check_tells_what_the_command_line_tells(api) -> None:
    told = asked(api, "check", files=BAD)
    assert told["problems"] == [problem.as_json() for problem in compile_rules(BAD).problems]
    assert told["version"] is None
    assert asked(api, "check")["version"] == api.service.rules.version


def test_a_cursor_is_told_what_can_be_written_and_what_it_means(api) -> None:
    place = {"file": "badges/sharer.yaml", "line": 1, "column": 18}
    assert {option["text"] for option in asked(api, "complete", **place)["options"]} >= {"trigger", "when"}
    assert asked(api, "hover", **{**place, "column": 20})["title"] == "grant: string"


def test_a_timeline_tells_each_step_and_explains_a_badge(api) -> None:
    told = asked(api, "simulate", events=events(api, "q1", "q2"))
    assert [[award["badge"] for award in step["awards"]] for step in told["steps"]] == [["first_quiz"], ["quiz_master"]]
    why = asked(api, "explain", events=events(api, "q1"), user="ada", badge="first_quiz", step=0)
    assert (why["state"], why["criteria"][0]["value"]) == ("in_progress", 0)


def test_a_timeline_becomes_a_scenario_that_passes(api) -> None:
    moment = {"events": events(api, "q1", "q2", "q3"), "user": "ada", "badge": "quiz_master"}
    told = asked(api, "record", **moment)
    assert told["file"] == "scenarios/recorded/quiz_master.yaml"
    files = {**FILES, told["file"]: told["text"]}
    assert asked(api, "scenarios", files=files)["passed"] == 1
    assert asked(api, "record", **moment, files=files)["file"] == "scenarios/recorded/quiz_master_2.yaml"
    response = api("POST", "/v1/studio/record", body={"files": FILES, **moment, "badge": "sharer"})
    assert response.get_json()["errors"][0]["message"] == "nothing that ada did touches sharer"


def test_scenarios_run_and_become_timelines(api) -> None:
    step = "{event: quiz_completed, data: {score: 1, totalQuestions: 1}, awards: [sharer]}"
    files = {**FILES, "scenarios/s.yaml": f"steps:\n  - {step}\n"}
    told = asked(api, "scenarios", files=files)
    assert told["scenarios"][0]["faults"][0]["message"] == "expected new awards: sharer; got: first_quiz"
    assert '"quiz_completed"' in asked(api, "events", files=files, scenario="s")["events"]
    assert '"login"' in asked(api, "events")["events"]


def test_a_change_is_told_by_meaning_and_as_a_patch(api) -> None:
    files = {**FILES, "badges/mvp.yaml": "{name: Most valuable, grant: staff, points: 3}\n"}
    change = asked(api, "diff", files=files)["changes"][0]
    assert (change["badge"], change["sentence"]) == ("mvp", "points 0 → 3")
    assert "+++ b/rules/badges/mvp.yaml" in asked(api, "patch", files=files)["patch"]
    assert "+++ b/badges/mvp.yaml" in asked(api, "patch", files=files, folder="")["patch"]
    assert asked(api, "patch", files=files, old=files)["patch"] == ""


def test_rules_with_an_error_are_not_played(api) -> None:
    for do in ("simulate", "scenarios", "diff", "events"):
        body = {"files": BAD, **({"events": ""} if do == "simulate" else {})}
        response = api("POST", f"/v1/studio/{do}", body=body)
        assert (response.status_code, response.get_json()["type"]) == (422, "/problems/invalid-rules")
        assert response.get_json()["problems"][0]["code"] == "unknown-event"


@pytest.mark.parametrize(
    ("do", "body", "field"),
    [
        ("check", {"files": []}, "files"),
        ("complete", {"file": "badges/mvp.yaml", "line": 0, "column": 1}, "line"),
        ("complete", {"file": "badges/mvp.yaml", "line": 1}, "column"),
        ("hover", {"file": "badges/none.yaml", "line": 1, "column": 1}, "file"),
        ("simulate", {"events": "", "as_of": "yesterday"}, "as_of"),
        ("simulate", {"events": 3}, "events"),
        ("explain", {"events": "", "user": "ada", "badge": "none"}, "badge"),
        ("explain", {"events": "", "badge": "mvp"}, "user"),
        ("events", {"scenario": "none"}, "scenario"),
        ("patch", {"folder": 3}, "folder"),
    ],
)
def test_a_bad_field_is_named(api, do: str, body: dict[str, Any], field: str) -> None:
    response = api("POST", f"/v1/studio/{do}", body={"files": FILES, **body})
    assert (response.status_code, response.get_json()["errors"][0]["field"]) == (422, field)


def test_what_is_too_large_is_refused(api, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n" * 2 * asking.EVENTS + "{}\n" * (asking.EVENTS + 1)
    assert api("POST", "/v1/studio/simulate", body={"files": FILES, "events": lines}).status_code == 413
    monkeypatch.setattr(asking, "CHARACTERS", 100)
    assert api("POST", "/v1/studio/check", body={"files": FILES}).status_code == 413


def test_what_costs_too_much_is_refused_and_others_may_wait(api, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, status, slug in ((asking.TooCostly, 422, "too-costly"), (asking.Busy, 503, "busy")):

        def refuse(do: str, question: Any, error: type[Exception] = error) -> None:
            raise error

        monkeypatch.setattr(asking.workshop(), "ask", refuse)
        response = api("POST", "/v1/studio/check", body={"files": FILES})
        assert (response.status_code, response.get_json()["type"]) == (status, f"/problems/{slug}")


def test_nothing_is_kept(api) -> None:
    before = api.get("/v1/audit"), api.get("/v1/rules")
    asked(api, "simulate", events=events(api, "q1"))
    asked(api, "check", files=BAD)
    assert (api.get("/v1/audit"), api.get("/v1/rules")) == before
    assert api.get("/v1/users/ada/badges")["count"] == 0
