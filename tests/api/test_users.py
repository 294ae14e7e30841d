"""What users hold, and what is done to them."""

from __future__ import annotations

from urllib.parse import quote

import pytest


def test_a_user_sees_badges_a_row_per_tier_and_counts_badges_once(api) -> None:
    api.post(*(api.quiz(f"q{n}") for n in range(4)))
    body = api.get("/v1/users/ada/badges", "user:ada")
    assert body["user"] == "ada"
    assert body["count"] == 3
    names = sorted((b["badge"], b["tier"] or "") for b in body["badges"])
    assert names == [("first_quiz", ""), ("night_owl", ""), ("quiz_master", "bronze"), ("quiz_master", "gold")]
    assert api.get("/v1/users/ada/badges/count", "user:ada") == {"count": 3}


@pytest.mark.parametrize(
    ("query", "accepted", "name"),
    [
        ("", None, "First quiz"),
        ("?locale=ja", None, "初クイズ"),
        ("?locale=ja-JP", "en", "初クイズ"),
        ("?locale=fr", None, "First quiz"),
        ("", "ja", "初クイズ"),
        ("", "fr;q=0.9, ja-JP;q=0.8, en;q=0.1", "初クイズ"),
        ("", "en;q=0.2, ja;q=0.7", "初クイズ"),
        ("", "ja;q=0, en", "First quiz"),
        ("", "*", "First quiz"),
        ("", ";;q=x,,", "First quiz"),
    ],
)
def test_texts_come_in_the_readers_language(api, query: str, accepted: str | None, name: str) -> None:
    api.post(api.quiz("q1"))
    headers = {"Accept-Language": accepted} if accepted else {}
    assert api.get(f"/v1/users/ada/badges{query}", headers=headers)["badges"][0]["name"] == name


def test_an_unknown_user_has_empty_lists(api) -> None:
    assert api.get("/v1/users/nobody/badges") == {"user": "nobody", "count": 0, "badges": []}
    assert api.get("/v1/users/nobody/badges/count") == {"count": 0}
    assert {p["value"] for p in api.get("/v1/users/nobody/progress")["progress"]} == {0}


@pytest.mark.parametrize("user", ["Jürgen", "a b", "a+b@c.d", "名前", "a?b#c", "a%2Fb", "a,b;c"])
def test_a_user_is_found_by_a_percent_encoded_name(api, user: str) -> None:
    api.post(api.quiz("q1", user=user))
    body = api.get(f"/v1/users/{quote(user, safe='')}/badges", f"user:{user}")
    assert (body["user"], body["count"]) == (user, 1)


def test_progress_is_sorted_by_badge_and_leaves_unheld_secrets_out(api) -> None:
    api.post(api.quiz("q1"))
    names = [p["badge"] for p in api.get("/v1/users/ada/progress", "user:ada")["progress"]]
    assert names == ["all_providers", "first_quiz", "quiz_master", "streak_2d"]
    assert "night_owl" in str(api.get("/v1/users/ada/progress", "staff"))
    assert "night_owl" not in str(api.get("/v1/users/ada/progress", "read"))


def test_an_explanation_is_given_for_a_badge_that_may_be_seen(api) -> None:
    api.post(api.quiz("q1"))
    assert api.get("/v1/users/ada/badges/quiz_master/explanation", "user:ada")
    for name in ("night_owl", "no_such"):
        response = api("GET", f"/v1/users/ada/badges/{name}/explanation", "user:ada")
        assert (response.status_code, response.get_json()["type"]) == (404, "/problems/unknown-badge")


def test_a_client_badge_is_new_once(api) -> None:
    first = api("PUT", "/v1/users/ada/badges/sharer", "user:ada")
    again = api("PUT", "/v1/users/ada/badges/sharer", "user:ada")
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.get_json()["newly_awarded"], again.get_json()["newly_awarded"]) == (True, False)
    assert first.get_json()["award"] == again.get_json()["award"]
    assert first.get_json()["award"]["badge"] == "sharer"


@pytest.mark.parametrize(("badge", "status"), [("mvp", 403), ("first_quiz", 403), ("no_such", 404), ("night_owl", 404)])
def test_a_users_own_token_gives_only_client_badges(api, badge: str, status: int) -> None:
    assert api("PUT", f"/v1/users/ada/badges/{badge}", "user:ada").status_code == status


def test_a_client_badge_waits_for_its_prerequisites(api) -> None:
    response = api("PUT", "/v1/users/ada/badges/proud_sharer", "user:ada")
    assert (response.status_code, response.get_json()["type"]) == (409, "/problems/locked")
    assert response.get_json()["missing_prerequisites"] == ["first_quiz"]
    api.post(api.quiz("q1"))
    assert api("PUT", "/v1/users/ada/badges/proud_sharer", "user:ada").status_code == 201


def test_staff_give_any_badge_and_say_why(api) -> None:
    assert api("PUT", "/v1/users/ada/badges/mvp", "staff", {"reason": "Kind to newcomers"}).status_code == 201
    assert api("PUT", "/v1/users/eve/badges/mvp?reason=Also%20kind", "staff").status_code == 201
    reasons = [entry["detail"].get("reason") for entry in api.get("/v1/audit")["entries"]]
    assert {"Kind to newcomers", "Also kind"} <= set(reasons)


def test_a_tier_is_named_after_a_dot(api) -> None:
    award = api("PUT", "/v1/users/ada/badges/quiz_master.gold").get_json()["award"]
    assert (award["badge"], award["tier"]) == ("quiz_master", "gold")
    assert api("PUT", "/v1/users/eve/badges/quiz_master").get_json()["award"]["tier"] == "bronze"
    assert api("PUT", "/v1/users/eve/badges/quiz_master.tin").status_code == 404


@pytest.mark.parametrize("body", [{"reason": 3}, {"reason": "x" * 1001}, []])
def test_a_bad_reason_is_refused(api, body: object) -> None:
    assert api("PUT", "/v1/users/ada/badges/mvp", "staff", body).status_code == 422


def test_a_reason_that_no_database_keeps_is_refused(api) -> None:
    assert api("PUT", "/v1/users/ada/badges/mvp?reason=%00").status_code == 422
    assert api("DELETE", "/v1/users/ada/badges/mvp?reason=%00").status_code == 422


def test_a_revoked_badge_is_gone_with_all_its_tiers_and_not_given_again_by_the_user(api) -> None:
    api("PUT", "/v1/users/ada/badges/sharer", "user:ada")
    assert api("DELETE", "/v1/users/ada/badges/sharer?reason=Spam").get_json() == {"revoked": 1}
    assert api.get("/v1/users/ada/badges")["badges"] == []
    assert api("PUT", "/v1/users/ada/badges/sharer", "user:ada").status_code == 403
    assert api("DELETE", "/v1/users/eve/badges/sharer").status_code == 404
    assert api.get("/v1/audit")["entries"][0]["detail"]["reason"] == "Spam"


def test_an_erased_user_is_unknown_and_may_begin_anew(api) -> None:
    api.post(api.quiz("q1"))
    assert api("DELETE", "/v1/users/ada").get_json() == {"erased": True}
    assert api.get("/v1/users/ada/badges")["badges"] == []
    assert "ada" not in api("GET", "/v1/audit").text.replace("user:ada", "")
    assert api("DELETE", "/v1/users/ada").get_json() == {"erased": False}
    assert api.post(api.quiz("q1"))[0]["status"] == "accepted"


def test_an_export_holds_events_and_awards(api) -> None:
    event = api.quiz("q1", time="2026-03-02T12:00:00+09:00")
    api.post(event)
    body = api.get("/v1/users/ada/export", "user:ada")
    assert body["events"] == [event]
    assert [award["badge"] for award in body["awards"]] == ["first_quiz"]
