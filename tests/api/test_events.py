"""Events come in."""

from __future__ import annotations

import json

import pytest

from api import Config
from engine.calendar import DAY, format_instant
from engine.cloudevents import Limits

from .conftest import FILES


def fields(response) -> list[str]:
    return [error["field"] for error in response.get_json()["errors"]]


def test_an_event_answers_with_what_it_earned(api) -> None:
    response = api("POST", "/v1/events", "events", api.quiz("q1"))
    assert response.status_code == 200
    [result] = response.get_json()["results"]
    assert (result["id"], result["source"], result["status"], result["errors"]) == ("q1", "quiz", "accepted", [])
    assert result["awarded"] == [
        {
            "badge": "first_quiz",
            "tier": None,
            "occurrence": None,
            "name": "First quiz",
            "icon": "🎯",
            "points": 5,
            "awarded_at": "2026-03-02T12:00:00Z",
            "event": {"source": "quiz", "id": "q1"},
            "metadata": {"percent": 90},
            "rules_version": api.service.rules.version,
        }
    ]
    moved = {p["badge"]: (p["value"], p["threshold"], p["state"]) for p in result["progress"]}
    assert moved == {"first_quiz": (1, 1, "earned"), "quiz_master": (1, 2, "in_progress")}


def test_names_come_in_the_readers_language(api) -> None:
    response = api("POST", "/v1/events?locale=ja", "events", api.quiz("q1"))
    assert response.get_json()["results"][0]["awarded"][0]["name"] == "初クイズ"


def test_a_retry_answers_with_the_first_receipts_awards(api) -> None:
    first, second = api.post(api.quiz("q1"))[0], api.post(api.quiz("q1"))[0]
    assert second["status"] == "duplicate"
    assert second["awarded"] == first["awarded"]


def test_a_retry_is_a_duplicate_also_if_the_rules_would_refuse_it_by_now(api) -> None:
    first = api.post(api.quiz("q1"))[0]
    files = FILES | {
        "events/quiz_completed.yaml": FILES["events/quiz_completed.yaml"].replace("minimum: 0", "minimum: 99")
    }
    api.service.apply(files, by="test")
    retry, corrected = api.quiz("q1"), api.quiz("q2") | {"data": {"score": 99, "totalQuestions": 99}}
    results = api.post(retry, retry | {"type": "unknown"}, api.quiz("q2"), corrected, api.quiz("q2"))
    assert [result["status"] for result in results] == ["duplicate", "rejected", "rejected", "accepted", "rejected"]
    assert results[0]["awarded"] == first["awarded"]
    assert api("POST", "/v1/events", "events", retry).status_code == 200


def test_a_retry_without_a_time_is_a_duplicate(api) -> None:
    event = {name: value for name, value in api.quiz("q1").items() if name != "time"}
    api.post(event)
    api.clock.days(1)
    assert api.post(event)[0]["status"] == "duplicate"


def test_the_same_key_with_other_content_is_a_conflict(api) -> None:
    api.post(api.quiz("q1"))
    response = api("POST", "/v1/events", "events", api.quiz("q1", score=1))
    assert response.status_code == 409
    assert response.get_json()["type"] == "/problems/conflict"
    assert fields(response) == ["data"]
    assert api.post(api.quiz("q1", score=1))[0]["status"] == "conflict"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "a/b"}, "subject"),
        ({"time": "2026-03-02T12:00:00"}, "time"),
        ({"data": {"score": 9}}, "totalQuestions"),
        ({"data": {"score": "nine", "totalQuestions": 10}}, "score"),
        ({"data": 3}, "data"),
        ({"specversion": "0.3"}, "specversion"),
    ],
)
def test_a_single_event_that_is_rejected_names_the_field_and_leaves_nothing(api, changes: dict, field: str) -> None:
    response = api("POST", "/v1/events", "events", api.quiz("q1", **changes))
    assert response.status_code == 422
    assert any(field in name for name in [*fields(response), response.get_json()["detail"]])
    assert api.post(api.quiz("q1"))[0]["status"] == "accepted"


def test_an_unknown_type_is_answered_with_a_suggestion(api) -> None:
    response = api("POST", "/v1/events", "events", api.quiz("q1", type="quiz_complete"))
    body = response.get_json()
    assert (response.status_code, body["type"]) == (422, "/problems/unknown-event")
    assert body["errors"][0]["field"] == "type"
    assert "quiz_completed" in body["errors"][0]["help"]


def test_one_bad_event_of_a_batch_does_not_stop_the_others(api) -> None:
    results = api.post(api.quiz("q1"), api.quiz("q2", type="nothing"), {"id": "x"}, api.quiz("q1"), api.quiz("q3"))
    assert [result["status"] for result in results] == ["accepted", "rejected", "rejected", "duplicate", "accepted"]
    assert [result["id"] for result in results] == ["q1", "q2", "x", "q1", "q3"]
    assert [bool(result["errors"]) for result in results] == [False, True, True, False, False]


def test_an_empty_batch_has_no_results(api) -> None:
    assert api.post() == []


def test_an_event_in_headers_is_the_same_event(api) -> None:
    event = api.quiz("q1", user="Jürgen")
    headers = {f"ce-{name}": str(value) for name, value in event.items() if name != "data"}
    headers |= {"ce-subject": "J%C3%BCrgen"}
    response = api("POST", "/v1/events", "events", event["data"], headers=headers)
    assert response.get_json()["results"][0]["status"] == "accepted"
    assert api.post(event)[0]["status"] == "duplicate"


@pytest.mark.parametrize(
    "content_type", ["application/cloudevents+json", "application/cloudevents-batch+json", "application/json"]
)
def test_every_content_type_of_cloudevents_is_read(api, content_type: str) -> None:
    body = [api.quiz("q1")] if "batch" in content_type else api.quiz("q1")
    response = api("POST", "/v1/events", "events", body, headers={"Content-Type": content_type})
    assert response.get_json()["results"][0]["status"] == "accepted"


def test_a_batch_over_the_limit_is_too_large(make_api) -> None:
    api = make_api(Config(limits=Limits(events=2)))
    assert api("POST", "/v1/events", body=[api.quiz("a"), api.quiz("b"), api.quiz("c")]).status_code == 413
    assert len(api.post(api.quiz("a"), api.quiz("b"))) == 2


def test_a_time_far_ahead_of_the_clock_is_rejected(api) -> None:
    response = api("POST", "/v1/events", "events", api.quiz("q1", time=format_instant(api.clock.now + DAY)))
    assert (response.status_code, fields(response)) == (422, ["time"])


def test_what_calls_write_cannot_be_posted(api) -> None:
    for changes in ({"type": "badge.granted"}, {"type": "badge.awarded"}, {"source": "badges:calls"}):
        data = {"badge": "mvp"}
        assert api("POST", "/v1/events", "staff", api.quiz("q1", data=data, **changes)).status_code == 422


def test_only_staff_may_retract(api) -> None:
    api.post(api.quiz("q1"))
    retraction = api.quiz("r1", type="event.retracted", data={"source": "quiz", "id": "q1"})
    response = api("POST", "/v1/events", "events", retraction)
    assert (response.status_code, response.get_json()["type"]) == (403, "/problems/forbidden")
    assert api.post(retraction)[0]["status"] == "rejected"
    assert api.post(retraction, caller="staff")[0]["status"] == "accepted"
    assert api.get("/v1/users/ada/badges")["badges"] == []


def test_decimals_come_back_as_they_were_written(api) -> None:
    body = json.dumps(api.quiz("q1")).replace('"score": 9', '"score": 0.12345678901234567890').encode()
    api("POST", "/v1/events", "events", body)
    assert "0.12345678901234567890" in api("GET", "/v1/users/ada/export").text
