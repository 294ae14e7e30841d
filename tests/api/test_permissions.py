"""Who may call what: the whole table, called."""

from __future__ import annotations

import pytest

from api.permissions import is_page
from engine.store import MemoryStore
from tests.api.conftest import Api, api_over

CALLERS = ("staff", "events", "read", "user:ada", "user:eve")
ROUTES = [
    ("GET", "/healthz", CALLERS),
    ("GET", "/readyz", CALLERS),
    ("GET", "/openapi.json", CALLERS),
    ("GET", "/metrics", ("staff", "read")),
    ("POST", "/v1/events", ("staff", "events")),
    ("GET", "/v1/users/ada/badges", ("staff", "read", "user:ada")),
    ("GET", "/v1/users/ada/badges/count", ("staff", "read", "user:ada")),
    ("GET", "/v1/users/ada/progress", ("staff", "read", "user:ada")),
    ("GET", "/v1/users/ada/badges/first_quiz/explanation", ("staff", "read", "user:ada")),
    ("GET", "/v1/users/ada/export", ("staff", "read", "user:ada")),
    ("PUT", "/v1/users/ada/badges/sharer", ("staff", "user:ada")),
    ("PUT", "/v1/users/ada/badges/mvp", ("staff",)),
    ("DELETE", "/v1/users/ada/badges/sharer", ("staff",)),
    ("DELETE", "/v1/users/ada", ("staff",)),
    ("GET", "/v1/users/ada/badges/first_quiz/credential", ("staff", "read", "user:ada")),
    ("GET", "/v1/users/ada/badges/first_quiz/credential.svg", ("staff", "read", "user:ada")),
    ("GET", "/v1/users/ada/badges/first_quiz/credential.png", ("staff", "read", "user:ada")),
    ("POST", "/v1/credentials/verify", ("staff", "read", "user:ada", "user:eve")),
    ("GET", "/v1/users/ada/notifications", ("staff", "read", "user:ada")),
    ("POST", "/v1/users/ada/notifications/read", ("staff", "events", "user:ada")),
    ("GET", "/v1/users/ada/notifications/preferences", ("staff", "read", "user:ada")),
    ("PUT", "/v1/users/ada/notifications/preferences", ("staff", "events", "user:ada")),
    ("GET", "/v1/users/ada/stream", ("staff", "read", "user:ada")),
    ("GET", "/v1/badges", ("staff", "read", "user:ada", "user:eve")),
    ("GET", "/v1/badges/first_quiz", ("staff", "read", "user:ada", "user:eve")),
    ("GET", "/v1/leaderboards/badge_count", ("staff", "read", "user:ada", "user:eve")),
    ("POST", "/v1/actions", ("staff", "events", "user:ada", "user:eve")),
    ("POST", "/functions/v1/badges", ("staff", "events", "user:ada", "user:eve")),
    ("GET", "/v1/rules", ("staff", "read")),
    ("GET", "/v1/rules/history", ("staff",)),
    ("POST", "/v1/rules/rollback", ("staff",)),
    ("POST", "/v1/rules/plan", ("staff",)),
    ("POST", "/v1/rules/apply", ("staff",)),
    ("GET", "/v1/audit", ("staff",)),
    ("GET", "/v1/studio/files", ("staff",)),
    ("POST", "/v1/studio/check", ("staff",)),
    ("POST", "/v1/studio/complete", ("staff",)),
    ("POST", "/v1/studio/hover", ("staff",)),
    ("POST", "/v1/studio/simulate", ("staff",)),
    ("POST", "/v1/studio/explain", ("staff",)),
    ("POST", "/v1/studio/record", ("staff",)),
    ("POST", "/v1/studio/scenarios", ("staff",)),
    ("POST", "/v1/studio/events", ("staff",)),
    ("POST", "/v1/studio/diff", ("staff",)),
    ("POST", "/v1/studio/patch", ("staff",)),
    ("GET", "/v1/webhooks", ("staff",)),
    ("POST", "/v1/webhooks", ("staff",)),
    ("GET", "/v1/webhooks/wh_1", ("staff",)),
    ("PATCH", "/v1/webhooks/wh_1", ("staff",)),
    ("DELETE", "/v1/webhooks/wh_1", ("staff",)),
    ("POST", "/v1/webhooks/wh_1/rotate", ("staff",)),
    ("POST", "/v1/webhooks/wh_1/test", ("staff",)),
    ("POST", "/v1/webhooks/wh_1/replay", ("staff",)),
    ("GET", "/v1/webhooks/wh_1/deliveries", ("staff",)),
    ("GET", "/v1/webhooks/wh_1/deliveries/1", ("staff",)),
    ("POST", "/v1/webhooks/wh_1/deliveries/1/replay", ("staff",)),
]
OPEN = ("/healthz", "/readyz", "/openapi.json")


@pytest.fixture(scope="module")
def closed() -> Api:
    """An app for all calls that are refused: they leave it as it was."""
    made = api_over(MemoryStore())
    made.credential("read")
    return made


def test_the_table_names_every_route(api) -> None:
    adapter = api.app.url_map.bind("localhost")
    named = {(adapter.match(path, method, return_rule=True)[0].rule, method) for method, path, _ in ROUTES}
    rules = [rule for rule in api.app.url_map.iter_rules() if not is_page(rule.endpoint)]
    routes = {(rule.rule, method) for rule in rules for method in rule.methods or ()}
    assert named == {(rule, method) for rule, method in routes if method not in ("HEAD", "OPTIONS")}


def body_of(method: str, path: str) -> object:
    return {} if method == "POST" else None


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("method", "path", "allowed"), ROUTES)
def test_a_caller_reaches_what_the_table_allows(api, method: str, path: str, allowed: tuple, caller: str) -> None:
    status = api(method, path, caller, body_of(method, path)).status_code
    assert (status not in (401, 403)) == (caller in allowed), status


@pytest.mark.parametrize(("method", "path", "allowed"), ROUTES)
def test_a_caller_without_credentials_reaches_only_what_is_open(closed, method: str, path: str, allowed: tuple) -> None:
    response = closed(method, path, None, body_of(method, path))
    assert (response.status_code == 200) == (path in OPEN)
    if path not in OPEN:
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("credential", ["Bearer bk_unknown", "Bearer x.y.z", "Bearer ", "Basic YTpi", "Bearer", ""])
@pytest.mark.parametrize(("method", "path", "allowed"), ROUTES)
def test_a_bad_credential_is_refused_everywhere(
    closed, method: str, path: str, allowed: tuple, credential: str
) -> None:
    response = closed(method, path, None, body_of(method, path), headers={"Authorization": credential})
    assert response.status_code == 401
    assert response.get_json()["type"] == "/problems/bad-credentials"


def test_a_key_of_two_scopes_reaches_both(api) -> None:
    assert api("GET", "/v1/badges", "events+read").status_code == 200
    assert api("POST", "/v1/events", "events+read", []).status_code == 200
    assert api("GET", "/v1/audit", "events+read").status_code == 403


def test_a_revoked_key_ends(api) -> None:
    assert api("GET", "/v1/badges", "read").status_code == 200
    api.service.revoke_key("read-key")
    assert api("GET", "/v1/badges", "read").status_code == 401


def test_the_scheme_of_a_credential_is_read_in_any_case(api) -> None:
    header = {"Authorization": f"bearer  {api.credential('read')}"}
    assert api("GET", "/v1/badges", None, headers=header).status_code == 200
