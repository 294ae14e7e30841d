"""Signing in with a key or a token: what the cookie opens, what it does not, and when it ends."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from api import Config
from tests.api.conftest import SECRET, make_api

__all__ = ["make_api"]
OWN = {"Origin": "http://localhost"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def api(make_api: Any) -> Any:
    """An app with keys, so that nobody is staff for being near."""
    made = make_api(Config(jwt_secret=SECRET))
    made.credential("staff")
    return made


def signed_in(api: Any, credential: str, **headers: str) -> Any:
    """A browser after the form, and what it was answered."""
    client = api.app.test_client()
    answer = client.post("/session", data={"credential": credential, "next": "/x"}, headers={**OWN, **headers})
    return client, answer


def test_a_key_signs_in_and_the_cookie_is_for_this_site_and_no_script(api: Any) -> None:
    client, answer = signed_in(api, api.credential("staff"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/x")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie
    assert api.credential("staff") not in cookie
    assert "staff-key" in client.get("/session", headers=HTML).text


def test_over_https_the_cookie_is_for_https_only(api: Any) -> None:
    _, answer = signed_in(api, api.credential("staff"), Origin="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("credential", ["", "bk_unknown", "x.y.z"])
def test_a_credential_that_proves_nothing_signs_nobody_in(api: Any, credential: str) -> None:
    _, answer = signed_in(api, credential)
    assert answer.status_code == 401 and "Set-Cookie" not in answer.headers
    assert not credential or credential not in answer.text


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost.evil.example"])
@pytest.mark.parametrize("path", ["/session", "/session/end"])
def test_no_other_site_signs_a_browser_in_or_out(api: Any, path: str, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = api.app.test_client().post(path, data={"credential": api.credential("staff")}, headers=headers)
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("told", "status"), [("same-origin", 303), ("same-site", 403), ("cross-site", 403), ("none", 403)]
)
def test_what_a_browser_says_of_the_page_counts_also_behind_a_proxy(api: Any, told: str, status: int) -> None:
    headers = {"Sec-Fetch-Site": told, "Origin": "https://badges.example"}
    answer = api.app.test_client().post("/session", data={"credential": api.credential("staff")}, headers=headers)
    assert answer.status_code == status


def test_a_cookie_alone_opens_nothing_of_the_api(api: Any) -> None:
    client, _ = signed_in(api, api.credential("staff"))
    assert client.get("/v1/badges").status_code == 401
    assert client.post("/v1/events", json=[], headers=OWN).status_code == 401


def test_scripts_of_these_pages_ask_for_the_cookie_by_a_header(api: Any) -> None:
    client, _ = signed_in(api, api.credential("staff"))
    asked = {"Authorization": "Session"}
    assert client.get("/v1/audit", headers=asked).status_code == 200
    assert client.post("/v1/events", json=[], headers={**asked, **OWN}).status_code == 200
    assert client.post("/v1/events", json=[], headers={**asked, "Origin": "https://evil.example"}).status_code == 403
    assert client.post("/v1/events", json=[], headers=asked).status_code == 403


def test_a_users_session_reaches_as_far_as_the_token(api: Any) -> None:
    client, _ = signed_in(api, api.credential("user:ada"))
    asked = {"Authorization": "Session"}
    assert client.get("/v1/users/ada/badges", headers=asked).status_code == 200
    assert client.get("/v1/users/eve/badges", headers=asked).status_code == 403


def test_a_session_ends_with_the_key_that_began_it(api: Any) -> None:
    client, _ = signed_in(api, api.credential("read"))
    asked = {"Authorization": "Session"}
    assert client.get("/v1/badges", headers=asked).status_code == 200
    api.service.revoke_key("read-key")
    assert client.get("/v1/badges", headers=asked).status_code == 401
    api.clock.days(1)
    api.service.create_key("read-key", ["staff"])
    assert client.get("/v1/badges", headers=asked).status_code == 401


def test_a_users_session_lasts_no_longer_than_the_token(api: Any) -> None:
    token = jwt.encode({"sub": "ada", "exp": int(time.time()) + 60}, SECRET)
    _, answer = signed_in(api, token)
    assert "Max-Age=60" in answer.headers["Set-Cookie"] or "Max-Age=59" in answer.headers["Set-Cookie"]


def test_a_token_is_no_session_and_a_session_no_token(api: Any) -> None:
    client = api.app.test_client()
    client.set_cookie("badges_session", api.credential("user:ada"))
    assert client.get("/v1/badges", headers={"Authorization": "Session"}).status_code == 401
    signed, _ = signed_in(api, api.credential("user:ada"))
    cookie = signed.get_cookie("badges_session")
    assert api("GET", "/v1/badges", None, headers={"Authorization": f"Bearer {cookie.value}"}).status_code == 401


def test_signing_out_ends_it(api: Any) -> None:
    client, _ = signed_in(api, api.credential("staff"))
    assert client.post("/session/end", headers=OWN).status_code == 303
    assert client.get("/v1/badges", headers={"Authorization": "Session"}).status_code == 401


@pytest.mark.parametrize("target", ["//a.example", "https://a.example", "/\\a.example", "/a\\b", "", "x", "/a\nb"])
def test_nobody_is_sent_to_another_site(api: Any, target: str) -> None:
    data = {"credential": api.credential("staff"), "next": target}
    assert api.app.test_client().post("/session", data=data, headers=OWN).headers["Location"] == "/"
