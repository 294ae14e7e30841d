"""Who may open which page: by the header, as by the cookie, the same table."""

from __future__ import annotations

from typing import Any

import pytest

from api import Config
from api.permissions import is_page
from tests.api.conftest import SECRET, make_api

__all__ = ["make_api"]
ALL = ("staff", "events", "read", "user:ada", "user:eve", None)
KNOWN = ("staff", "read", "user:ada", "user:eve")
PAGES = [
    ("GET", "/", ALL),
    ("GET", "/session", ALL),
    ("POST", "/session", ALL),
    ("POST", "/session/end", ALL),
    ("GET", "/static/base.css", ALL),
    ("GET", "/static/texts.json", ALL),
    ("GET", "/embed/wall/ada", ALL),
    ("GET", "/issuer", ALL),
    ("GET", "/issuer/jwks.json", ALL),
    ("GET", "/issuer/keys/k1", ALL),
    ("GET", "/achievements/first_quiz", ALL),
    ("GET", "/achievements/first_quiz/image.svg", ALL),
    ("GET", "/credentials/c1", ALL),
    ("GET", "/credentials/c1/status", ALL),
    ("GET", "/verify", ALL),
    ("POST", "/verify", ALL),
    ("GET", "/wall", KNOWN),
    ("GET", "/wall/ada", ("staff", "read", "user:ada")),
    ("GET", "/wall/ada/badges/first_quiz", ("staff", "read", "user:ada")),
    ("GET", "/wall/ada/badges/first_quiz/credential.svg", ("staff", "read", "user:ada")),
    ("GET", "/gallery", KNOWN),
    ("GET", "/leaderboards", KNOWN),
    ("GET", "/leaderboards/badge_count", KNOWN),
    ("GET", "/studio", ("staff",)),
    ("GET", "/ops", ("staff",)),
    ("GET", "/ops/rules", ("staff",)),
    ("GET", "/ops/rules/1", ("staff",)),
    ("GET", "/ops/users", ("staff",)),
    ("GET", "/ops/users/ada", ("staff",)),
    ("GET", "/ops/audit", ("staff",)),
    ("GET", "/ops/webhooks", ("staff",)),
    ("GET", "/ops/webhooks/wh_1", ("staff",)),
]
HTML = {"Accept": "text/html", "Origin": "http://localhost"}


@pytest.fixture
def api(make_api: Any) -> Any:
    """An app with keys."""
    made = make_api(Config(jwt_secret=SECRET))
    made.credential("staff")
    return made


def test_the_table_names_every_page(api: Any) -> None:
    adapter = api.app.url_map.bind("localhost")
    named = {(adapter.match(path, method, return_rule=True)[0].rule, method) for method, path, _ in PAGES}
    rules = [rule for rule in api.app.url_map.iter_rules() if is_page(rule.endpoint)]
    routes = {(rule.rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert named == routes


@pytest.mark.parametrize("caller", ALL)
def test_a_reader_opens_what_the_table_allows(api: Any, caller: str | None) -> None:
    headers = {**HTML, **({"Authorization": f"Bearer {api.credential(caller)}"} if caller else {})}
    for method, path, allowed in PAGES:
        data = {"credential": api.credential("staff")} if (method, path) == ("POST", "/session") else None
        status = api.app.test_client().open(path, method=method, headers=headers, data=data).status_code
        assert (status not in (401, 403)) == (caller in allowed), (path, status)


@pytest.mark.parametrize(("path", "status"), [("/wall/ada", 200), ("/wall/eve", 403)])
def test_a_user_who_signed_in_sees_the_own_wall(api: Any, path: str, status: int) -> None:
    client = api.app.test_client()
    client.post("/session", data={"credential": api.credential("user:ada")}, headers=HTML)
    answer = client.get(path, headers=HTML)
    assert answer.status_code == status and answer.mimetype == "text/html"


def test_a_wall_never_tells_secrets_not_even_to_staff(api: Any) -> None:
    answer = api.app.test_client().get("/wall/ada", headers={"Authorization": f"Bearer {api.credential('staff')}"})
    assert answer.status_code == 200 and "Night owl" not in answer.text and "A secret" in answer.text


def test_the_page_of_a_secret_is_the_one_of_a_badge_that_does_not_exist(api: Any) -> None:
    header = {"Authorization": f"Bearer {api.credential('staff')}", **HTML}
    one, other = (api.app.test_client().get(f"/wall/ada/badges/{name}", headers=header) for name in ("night_owl", "no"))
    assert one.status_code == other.status_code == 404
    assert one.text.replace("night_owl", "no") == other.text
