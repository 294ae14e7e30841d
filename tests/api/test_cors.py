"""Browsers of configured origins, and of no others."""

from __future__ import annotations

import pytest

from api import Config

PAGE = "https://app.example"


@pytest.fixture
def open_api(make_api):
    return make_api(Config(cors_origins=frozenset({PAGE})))


def preflight(api, path: str, origin: str = PAGE, method: str = "POST"):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "x-client-info",
    }
    return api("OPTIONS", path, None, headers=asked)


@pytest.mark.parametrize(
    "path", ["/v1/events", "/v1/users/ada/badges/x", "/functions/v1/any", "/v1/badges", "/nowhere"]
)
def test_a_preflight_needs_no_credentials(open_api, path: str) -> None:
    open_api.credential("read")
    response = preflight(open_api, path)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert response.headers["Access-Control-Allow-Headers"] == "x-client-info"
    assert {"PUT", "DELETE", "POST", "GET"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))


def test_another_origin_is_told_nothing(open_api) -> None:
    response = preflight(open_api, "/v1/events", "https://evil.example")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Access-Control-Allow-Methods" not in response.headers


def test_without_origins_nobody_is_let_in(api) -> None:
    assert "Access-Control-Allow-Origin" not in preflight(api, "/v1/events").headers
    assert "Access-Control-Allow-Origin" not in api("GET", "/healthz", None, headers={"Origin": PAGE}).headers


@pytest.mark.parametrize(("path", "status"), [("/v1/badges", 200), ("/v1/badges/none", 404), ("/nowhere", 404)])
def test_answers_and_problems_can_be_read_by_the_page(open_api, path: str, status: int) -> None:
    response = open_api("GET", path, "read", headers={"Origin": PAGE})
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert "X-Request-ID" in response.headers["Access-Control-Expose-Headers"]
    assert "Origin" in response.headers["Vary"]


def test_a_refused_credential_can_be_read_by_the_page(open_api) -> None:
    response = open_api("GET", "/v1/badges", None, headers={"Origin": PAGE, "Authorization": "Bearer bk_x"})
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (401, PAGE)


def test_any_origin_can_be_allowed_and_is_still_no_staff(make_api) -> None:
    api = make_api(Config(cors_origins=frozenset({"*"})))
    response = api("GET", "/v1/audit", None, headers={"Origin": "https://anyone.example"})
    assert response.status_code == 401
    assert response.headers["Access-Control-Allow-Origin"] == "https://anyone.example"
