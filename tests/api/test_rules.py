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


def test_staff_ask_for_a_plan_and_nothing_is_written(api) -> None:
    api.post(api.quiz("q1"), api.quiz("q2", user="bob"))
    before = api.get("/v1/rules", "read")
    new = "{name: New, trigger: quiz_completed, prerequisites: [first_quiz]}\n"
    files = {**files_of(api), "badges/new.yaml": new}
    files["badges/quiz_master.yaml"] = files["badges/quiz_master.yaml"].replace("threshold: 2", "threshold: 3")
    plan = api("POST", "/v1/rules/plan", body={"files": files}).get_json()
    told = {badge["badge"]: badge for badge in plan["badges"]}
    assert [example["user"] for example in told["new"]["gains"]["examples"]] == ["ada", "bob"]
    assert told["quiz_master"]["progress"]["examples"][0] == {
        "user": "ada",
        "before": {"value": 1, "threshold": 2, "percent": 50},
        "after": {"value": 1, "threshold": 3, "percent": 33},
    }
    assert {(c["badge"], c["direction"]) for c in plan["changes"]} >= {("quiz_master", "tighter")}
    assert (plan["previous"], plan["refused"], plan["users"], plan["rebuilt"]) == (before["version"], False, 2, 2)
    assert api.get("/v1/rules", "read") == before
    assert "new" not in [badge["badge"] for badge in api.get("/v1/users/ada/badges")["badges"]]


def test_only_staff_plan_and_apply(api) -> None:
    for path in ("/v1/rules/plan", "/v1/rules/apply"):
        for caller in ("read", "events", "user:ada"):
            assert api("POST", path, caller, {"files": files_of(api)}).status_code == 403


def test_a_plan_of_rules_with_an_error_is_refused_like_an_apply(api) -> None:
    response = api("POST", "/v1/rules/plan", body={"files": {"badges/bad.yaml": "name: Bad\ntrigger: nothing\n"}})
    assert (response.status_code, response.get_json()["type"]) == (422, "/problems/invalid-rules")


def test_an_apply_lists_its_awards_if_it_is_to_announce_them(api) -> None:
    api.post(api.quiz("q1"))
    new = {**files_of(api), "badges/new.yaml": "{name: New, icon: 🆕, trigger: quiz_completed}\n"}
    announced = api("POST", "/v1/rules/apply", body={"files": new, "announce": True}).get_json()["announced"]
    assert [(award["user"], award["badge"], award["icon"]) for award in announced] == [("ada", "new", "🆕")]
    newer = {**new, "badges/newer.yaml": "{name: Newer, trigger: quiz_completed, threshold: 1}\n"}
    answer = api("POST", "/v1/rules/apply", body={"files": newer}).get_json()
    assert (answer["awarded"], answer["announced"]) == (1, [])


def test_refused_rules_show_in_the_status_and_in_the_telemetry_until_others_are_in_service(api) -> None:
    good = files_of(api)
    assert api.get("/v1/rules", "read")["refused"] is None
    bad = {**good, "badges/bad.yaml": "name: Bad\ntrigger: nothing\n"}
    api("POST", "/v1/rules/apply", body={"files": bad})
    refused = api.get("/v1/rules", "read")["refused"]
    assert refused["at"] == "2026-03-02T12:00:00Z" and refused["problems"][0]["code"] == "unknown-event"
    assert "badges_rules_refused 1.0" in api("GET", "/metrics", "read").text
    api("POST", "/v1/rules/apply", body={"files": good})
    assert api.get("/v1/rules", "read")["refused"] is None
    assert "badges_rules_refused 0.0" in api("GET", "/metrics", "read").text


def test_a_bad_field_is_named(api) -> None:
    for body, field in (
        ({}, "files"),
        ({"files": []}, "files"),
        ({"files": {"a.yaml": 3}}, "files"),
        ({"files": {}, "allow_remove": "yes"}, "allow_remove"),
        ({"files": {}, "announce": 1}, "announce"),
    ):
        response = api("POST", "/v1/rules/apply", body=body)
        assert response.status_code == 422
        assert response.get_json()["errors"][0]["field"] == field


def test_versions_are_listed_and_an_earlier_one_is_put_in_service_again(api) -> None:
    first = api.get("/v1/rules")["version"]
    new = {**files_of(api), "badges/new.yaml": "{name: New, trigger: quiz_completed}\n"}
    second = api("POST", "/v1/rules/apply", body={"files": new}).get_json()["version"]
    api.post(api.quiz("q1"))
    assert api("POST", "/v1/rules/rollback").status_code == 409
    back = api("POST", "/v1/rules/rollback", body={"allow_remove": True}).get_json()
    assert (back["version"], back["previous"]) == (first, second)
    again = api("POST", "/v1/rules/rollback", body={"version": "2", "announce": True}).get_json()
    assert again["version"] == second and [each["badge"] for each in again["announced"]] == ["new"]
    history = api.get("/v1/rules/history")["versions"]
    assert [each["number"] for each in history] == [4, 3, 2, 1]
    assert [each["version"] for each in history] == [second, first, second, first]
    assert api("POST", "/v1/rules/rollback", body={"version": "none"}).status_code == 404
    assert api("POST", "/v1/rules/rollback", body={"version": 9}).status_code == 422
