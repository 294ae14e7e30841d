"""The rule set in service, and putting another one there."""

from __future__ import annotations

from typing import Any


def files_of(api) -> dict[str, str]:
    return dict(api.service.rules.files)


def test_the_status_tells_version_and_what_the_rules_did(api) -> None:
    api.post(api.quiz("q1"))
    status = api.get("/v1/rules", "read")
    assert status["version"] == api.service.rules.version
    assert status["since"] == "2026-03-02T12:00:00Z"
    assert {"badges", "events", "failing"} <= set(status)


def test_staff_apply_a_rule_set(api) -> None:
    api.post(api.quiz("q1"))
    new = "{name: New, trigger: quiz_completed}\n"
    response = api("POST", "/v1/rules/apply", body={"files": {**files_of(api), "badges/new.yaml": new}})
    assert response.status_code == 200
    assert response.get_json()["version"] == api.service.rules.version
    assert "new" in [badge["badge"] for badge in api.get("/v1/users/ada/badges")["badges"]]
    assert api.get("/v1/audit")["entries"][0]["actor"] == "staff-key"


def test_a_rule_set_with_an_error_is_refused_with_every_problem(api) -> None:
    before = api.service.rules.version
    bad = "{name: Bad, trigger: quiz_complete, when: event.scroe > 1}\n"
    response = api("POST", "/v1/rules/apply", body={"files": {**files_of(api), "badges/bad.yaml": bad}})
    body = response.get_json()
    assert (response.status_code, body["type"]) == (422, "/problems/invalid-rules")
    assert {"code", "severity", "file", "line", "column", "end_column", "message", "help"} == set(body["problems"][0])
    assert ("unknown-event", "badges/bad.yaml") in {(p["code"], p["file"]) for p in body["problems"]}
    assert api.service.rules.version == before


def test_a_badge_that_people_hold_is_not_removed_unless_it_is_allowed(api) -> None:
    api.post(api.quiz("q1"))
    files: dict[str, Any] = {
        path: text for path, text in files_of(api).items() if "first_quiz" not in path and "proud" not in path
    }
    response = api("POST", "/v1/rules/apply", body={"files": files})
    assert (response.status_code, response.get_json()["type"]) == (409, "/problems/badge-in-use")
    allowed = api("POST", "/v1/rules/apply", body={"files": files, "allow_remove": True})
    assert allowed.status_code == 200


def test_a_bad_field_is_named(api) -> None:
    for body, field in (
        ({}, "files"),
        ({"files": []}, "files"),
        ({"files": {"a.yaml": 3}}, "files"),
        ({"files": {}, "allow_remove": "yes"}, "allow_remove"),
    ):
        response = api("POST", "/v1/rules/apply", body=body)
        assert response.status_code == 422
        assert response.get_json()["errors"][0]["field"] == field
