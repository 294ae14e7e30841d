"""Every error is a problem with a stable type."""

from __future__ import annotations

import pytest

from api import Config
from engine.cloudevents import Limits
from engine.store.protocol import StoreUnavailable


def kind(response) -> tuple[int, str]:
    body = response.get_json()
    assert body["status"] == response.status_code
    assert body["title"] and body["detail"]
    return response.status_code, body["type"]


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v1//events", "/v1/badges/", "/v1/users/a%2Fb/badges"])
def test_an_unknown_path_is_a_problem(api, path: str) -> None:
    assert kind(api("GET", path)) == (404, "/problems/not-found")


def test_a_wrong_method_says_which_are_right(api) -> None:
    response = api("PATCH", "/v1/events", body={})
    assert kind(response) == (405, "/problems/method-not-allowed")
    assert response.headers["Allow"] == "OPTIONS, POST"


@pytest.mark.parametrize("path", ["/v1/events", "/v1/actions", "/v1/rules/apply"])
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1"]
)
def test_a_body_of_another_type_is_a_problem(api, path: str, content_type: str) -> None:
    response = api("POST", path, body=b"{}", headers={"Content-Type": content_type})
    assert kind(response) == (415, "/problems/unsupported-media-type")


@pytest.mark.parametrize("path", ["/v1/events", "/v1/actions", "/v1/rules/apply"])
@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff"])
def test_a_body_that_is_no_json_is_a_problem(api, path: str, body: bytes) -> None:
    assert kind(api("POST", path, body=body)) == (400, "/problems/bad-json")


@pytest.mark.parametrize("path", ["/v1/actions", "/v1/rules/apply"])
@pytest.mark.parametrize("body", [b"[]", b"3", b"null", b'{"a": "\\ud800"}', b'{"\\u0000": 1}'])
def test_a_body_that_is_no_good_object_is_a_problem(api, path: str, body: bytes) -> None:
    assert kind(api("POST", path, body=body)) == (422, "/problems/invalid-request")


@pytest.mark.parametrize("path", ["/v1/events", "/v1/actions", "/v1/rules/apply"])
def test_a_body_over_the_limit_is_a_problem(make_api, path: str) -> None:
    api = make_api(Config(limits=Limits(body=100)))
    assert kind(api("POST", path, body=b" " * 101)) == (413, "/problems/too-large")
    assert api("POST", path, body=b" " * 98 + b"{}").status_code == 422


def test_a_path_that_is_not_utf_8_is_a_problem(api) -> None:
    raw = {"PATH_INFO": "/v1/users/\xff/badges"}
    assert kind(api("GET", "/nowhere", environ_overrides=raw)) == (400, "/problems/bad-request")


@pytest.mark.parametrize("user", ["x" * 201, "a%00b", "a%0Ab"])
def test_a_path_that_cannot_name_a_user_is_a_problem(api, user: str) -> None:
    response = api("GET", f"/v1/users/{user}/badges")
    assert kind(response) == (422, "/problems/invalid-request")
    assert response.get_json()["errors"][0]["field"] == "user"


def test_an_unexpected_failure_gives_nothing_away(api, monkeypatch) -> None:
    monkeypatch.setattr(type(api.service), "count", broken(RuntimeError("the password is sesame")))
    response = api("GET", "/v1/users/ada/badges/count")
    assert kind(response) == (500, "/problems/internal-error")
    assert "sesame" not in response.text
    assert response.get_json()["request_id"] == response.headers["X-Request-ID"]


def test_a_database_that_cannot_be_reached_is_a_problem_that_passes(api, monkeypatch) -> None:
    monkeypatch.setattr(type(api.service), "count", broken(StoreUnavailable("busy")))
    response = api("GET", "/v1/users/ada/badges/count")
    assert kind(response) == (503, "/problems/unavailable")
    assert response.headers["Retry-After"] == "1"


def broken(error: Exception):
    def call(*args: object) -> None:
        raise error

    return call


def test_every_answer_names_its_request(api) -> None:
    given = api("GET", "/healthz", None, headers={"X-Request-ID": "abc-1"})
    assert given.headers["X-Request-ID"] == "abc-1"
    forged = api("GET", "/healthz", None, headers={"X-Request-ID": "a b <x>"})
    assert len(forged.headers["X-Request-ID"]) == 32
    assert api("GET", "/nowhere").headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/v1/actions", "/functions/v1/badges"])
def test_problems_of_actions_say_that_they_failed(api, path: str) -> None:
    for response in (
        api("POST", path, body=b"{"),
        api("POST", path, None, {}, headers={"Authorization": "Bearer x"}),
        api("GET", path),
        api("POST", path, body={"action": "list", "user_id": "a/b"}),
    ):
        assert response.get_json()["success"] is False
