"""Limits of what one caller may use up, and requests that the server gave up."""

from __future__ import annotations

import pytest

from api import Config
from api.rates import Rate
from api.serving import REFUSED
from engine.calendar import DAY
from engine.cloudevents import Limits

SECRET = "a secret that is long enough for HS256"


def test_by_default_a_caller_may_call_as_often_as_it_likes(api) -> None:
    assert {api("GET", "/v1/badges", "read").status_code for _ in range(100)} == {200}


def test_a_key_that_used_up_its_rate_waits_and_others_do_not(make_api) -> None:
    api = make_api(Config(jwt_secret=SECRET, rate=Rate(2, 3600)))
    answers = [api("GET", "/v1/badges", "read") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].get_json()["type"] == "/problems/rate-limited"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 1800
    assert api("GET", "/v1/badges", "staff").status_code == 200
    assert api("GET", "/v1/badges", "user:ada").status_code == 200


def test_each_user_has_a_rate_of_its_own(make_api) -> None:
    api = make_api(Config(jwt_secret=SECRET, rate=Rate(1, 3600)))
    statuses = [api("GET", "/v1/badges", user).status_code for user in ("user:ada", "user:eve", "user:ada")]
    assert statuses == [200, 200, 429]


def test_what_is_open_to_everybody_has_no_rate(make_api) -> None:
    api = make_api(Config(rate=Rate(1, 3600)))
    api.credential("read")
    assert {api("GET", "/healthz", None).status_code for _ in range(5)} == {200}


def test_events_have_a_rate_of_their_own_whatever_their_batches(make_api) -> None:
    api = make_api(Config(event_rate=Rate(3, 3600)))
    assert len(api.post(api.quiz("q1"), api.quiz("q2"))) == 2
    assert len(api.post(api.quiz("q3"), api.quiz("q4"))) == 2
    refused = api("POST", "/v1/events", "events", [api.quiz("q5")])
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert api.get("/v1/users/ada/export")["events"][-1]["id"] == "q4"
    assert api("GET", "/v1/badges", "read").status_code == 200


@pytest.mark.parametrize("reason", ["full", "late"])
def test_a_request_that_the_server_gave_up_is_told_when_to_come_again(api, reason: str) -> None:
    for path in ("/v1/badges", "/v1/events", "/nowhere"):
        response = api("POST" if path == "/v1/events" else "GET", path, environ_overrides={REFUSED: reason})
        assert (response.status_code, response.get_json()["type"]) == (503, "/problems/overloaded")
        assert int(response.headers["Retry-After"]) >= 1
        assert response.headers["X-Request-ID"]


def test_a_request_that_the_server_gave_up_asks_no_database(api, monkeypatch) -> None:
    def ask(*args: object) -> None:
        raise AssertionError("the database was asked")

    credential = api.credential("read")
    monkeypatch.setattr(type(api.service._store), "reading", ask)
    headers = {"Authorization": f"Bearer {credential}"}
    response = api.app.test_client().get("/v1/badges", headers=headers, environ_overrides={REFUSED: "full"})
    assert response.status_code == 503


def test_pages_are_no_larger_than_the_server_allows(make_api) -> None:
    api = make_api(Config(page=5))
    assert api("GET", "/v1/audit?limit=5").status_code == 200
    assert api("GET", "/v1/audit?limit=6").status_code == 422
    assert api("GET", "/v1/leaderboards/badge_count?users=a,b,c,d,e,f").status_code == 422
    assert api("GET", "/v1/leaderboards/badge_count").status_code == 200
    parameters = api.document["paths"]["/v1/audit"]["get"]["parameters"]
    limit = next(each["schema"] for each in parameters if each["name"] == "limit")
    assert (limit["maximum"], limit["default"]) == (5, 5)


def test_events_beyond_the_settings_are_refused(make_api) -> None:
    api = make_api(Config(Limits(age=DAY, name=20, depth=3)))
    for fault in ({"time": "2026-02-01T00:00:00Z"}, {"id": "x" * 21}, {"data": {"a": [[[[]]]]}}):
        assert api("POST", "/v1/events", "events", api.quiz("q1") | fault).status_code == 422
    assert api("POST", "/v1/events", "events", api.quiz("q1")).status_code == 200
