"""Awards as credentials over HTTP: issued to holders, verified by everybody, and no more once revoked."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from api import BadConfig, Config, create_app
from engine.credentials import carried, new_key

from .conftest import SECRET

URL = "http://localhost"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("keys") / "issuer.pem"
    file.write_text(new_key("ES256"), encoding="utf-8")
    return str(file)


@pytest.fixture
def api(make_api: Callable[..., Any], key: str) -> Any:
    """An app that issues; Ada holds a badge, two tiers' worth of another, and a secret."""
    made = make_api(Config(jwt_secret=SECRET, issuer_url=URL, issuer_key=key, issuer_name="A school"))
    made.post(*(made.quiz(f"q{n}") for n in range(4)))
    return made


def issued(api: Any, badge: str = "first_quiz", caller: str = "user:ada") -> Any:
    return api.get(f"/v1/users/ada/badges/{badge}/credential", caller)


def public(api: Any, path: str, **options: Any) -> Any:
    """What somebody without credentials gets."""
    return api.app.test_client().get(path.removeprefix(URL), **options)


def verdict(api: Any, shown: str, **more: Any) -> tuple[bool, str]:
    answer = api("POST", "/v1/credentials/verify", "user:eve", {"credential": shown, **more}).get_json()
    return answer["valid"], answer["status"]


def test_all_that_a_credential_names_can_be_asked_for_by_everybody(api: Any) -> None:
    found = issued(api)
    document, header = found["credential"], jwt.get_unverified_header(found["jwt"])
    public_key = public(api, header["kid"]).get_json()
    assert jwt.decode(found["jwt"], jwt.PyJWK(public_key), ["ES256"])["jti"] == document["id"]
    assert public(api, "/issuer/jwks.json").get_json()["keys"] == [public_key]
    subject = document["credentialSubject"]["achievement"]
    assert public(api, subject["id"]).get_json().items() >= subject.items()
    assert public(api, document["issuer"]["id"]).get_json()["name"] == "A school"
    image = public(api, subject["image"]["id"])
    assert (
        image.mimetype == "image/svg+xml"
        and "🎯" in image.text
        and "default-src 'none'" in image.headers["Content-Security-Policy"]
    )
    status = public(api, document["credentialStatus"]["id"])
    assert status.get_json()["revokedCredential"] == [] and status.headers["Cache-Control"] == "no-store"
    assert public(api, document["id"], headers={"Accept": "text/html"}).headers["Location"].startswith("/verify?id=")


def test_images_carry_what_verifies(api: Any) -> None:
    for form, mimetype in (("svg", "image/svg+xml"), ("png", "image/png")):
        answer = api("GET", f"/v1/users/ada/badges/first_quiz/credential.{form}", "user:ada")
        assert answer.mimetype == mimetype
        assert verdict(api, carried(answer.data) or "") == (True, "valid")


def test_the_newest_tier_is_shared_unless_one_is_named(api: Any) -> None:
    ids = [
        issued(api, name)["credential"]["credentialSubject"]["achievement"]["id"]
        for name in ("quiz_master", "quiz_master.bronze")
    ]
    assert ids == [f"{URL}/achievements/quiz_master.gold", f"{URL}/achievements/quiz_master.bronze"]
    assert [public(api, id).status_code for id in ids] == [200, 200]
    assert public(api, f"{URL}/achievements/quiz_master.tin").status_code == 404


@pytest.mark.parametrize("revoke", ["/v1/users/ada/badges/first_quiz", "/v1/users/ada"])
def test_what_is_revoked_or_erased_verifies_as_revoked(api: Any, revoke: str) -> None:
    found = issued(api)
    assert verdict(api, found["jwt"], holder="ada") == (True, "valid")
    assert verdict(api, found["jwt"], holder="eve") == (False, "valid")
    assert api("DELETE", revoke, "staff").status_code == 200
    assert verdict(api, found["jwt"]) == (False, "revoked")
    status = public(api, found["credential"]["credentialStatus"]["id"]).get_json()
    assert status["revokedCredential"] == [{"id": found["credential"]["id"], "revoked": True}]


def test_a_secret_is_shared_by_its_holder_and_is_unknown_to_others(api: Any) -> None:
    secret = issued(api, "night_owl")
    assert verdict(api, secret["jwt"]) == (True, "valid")
    for user, caller in (("ada", "read"), ("eve", "user:eve")):
        refused = api("GET", f"/v1/users/{user}/badges/night_owl/credential", caller)
        nothing = api("GET", f"/v1/users/{user}/badges/no_badge/credential", caller)
        assert refused.status_code == nothing.status_code == 404
        assert refused.get_json()["type"] == nothing.get_json()["type"]
    assert public(api, f"{URL}/achievements/night_owl").status_code == 404


def test_what_is_not_held_is_not_issued(api: Any) -> None:
    refused = api("GET", "/v1/users/ada/badges/mvp/credential", "user:ada")
    assert (refused.status_code, refused.get_json()["type"]) == (404, "/problems/not-held")
    assert api("GET", "/v1/users/ada/badges/first_quiz/credential?occurrence=7", "user:ada").status_code == 404


def test_a_server_without_a_key_issues_nothing(make_api: Callable[..., Any], key: str) -> None:
    api = make_api()
    refused = api("GET", "/v1/users/ada/badges/first_quiz/credential", "user:ada")
    assert (refused.status_code, refused.get_json()["type"]) == (404, "/problems/no-issuer")
    assert public(api, "/issuer").status_code == public(api, "/verify").status_code == 404
    for config in (Config(issuer_key=key), Config(issuer_url=URL), Config(issuer_key="nowhere", issuer_url=URL)):
        with pytest.raises(BadConfig, match="BADGES_ISSUER"):
            create_app(api.service, config)


@pytest.mark.parametrize("by", ["paste", "upload", "address", "form address"])
def test_the_page_says_who_what_and_when(api: Any, by: str) -> None:
    found, client, browser = issued(api), api.app.test_client(), {"Accept": "text/html"}
    image = api("GET", "/v1/users/ada/badges/first_quiz/credential.png", "user:ada").data
    forms = {
        "paste": {"credential": found["jwt"], "holder": "ada"},
        "upload": {"file": (io.BytesIO(image), "badge.png"), "holder": "ada"},
        "form address": {"credential": found["credential"]["id"]},
    }
    if by == "address":
        shown = public(api, found["credential"]["id"], headers=browser, follow_redirects=True)
    else:
        shown = client.post("/verify", data=forms[by], headers={**browser, "Origin": URL})
    assert shown.status_code == 200 and "Valid." in shown.text and "First quiz" in shown.text
    assert "2026-03-02" in shown.text and "A school" in shown.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"credential": "<script>alert(1)</script>"}, "There is no credential in this."),
        ({"credential": "eyJhbGciOiJub25lIn0.e30.xxxx"}, "Another issuer"),
        ({"credential": f"{URL}/credentials/AAAA"}, "Another issuer"),
        ({}, "Verify a badge"),
    ],
)
def test_the_page_says_why_something_proves_nothing(api: Any, form: dict[str, str], said: str) -> None:
    shown = api.app.test_client().post("/verify", data=form, headers={"Accept": "text/html", "Origin": URL})
    assert shown.status_code == 200 and said in shown.text and "<script>alert" not in shown.text


def test_a_plain_identity_is_shown_where_that_is_set(make_api: Callable[..., Any], key: str, tmp_path: Path) -> None:
    api = make_api(Config(jwt_secret=SECRET, issuer_url=URL, issuer_key=key, issuer_hashes=False))
    api.post(api.quiz("q1"))
    assert issued(api)["credential"]["credentialSubject"]["identifier"][0]["identityHash"] == "ada"
