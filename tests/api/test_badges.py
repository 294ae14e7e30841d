"""The catalog."""

from __future__ import annotations


def test_the_catalog_lists_badges_and_hides_secrets(api) -> None:
    body = api.get("/v1/badges", "user:ada")
    named = [badge["id"] for badge in body["badges"] if "id" in badge]
    assert "first_quiz" in named
    assert "night_owl" not in named
    assert [badge for badge in body["badges"] if "id" not in badge] == [{"secret": True}]
    assert "night_owl" in [badge["id"] for badge in api.get("/v1/badges", "staff")["badges"]]


def test_a_held_secret_is_shown_to_its_holder_only(api) -> None:
    api.post(*(api.quiz(f"q{n}") for n in range(3)))
    assert api.get("/v1/badges/night_owl", "user:ada")["secret"] is True
    for caller in ("user:eve", "read"):
        hidden = api("GET", "/v1/badges/night_owl", caller)
        unknown = api("GET", "/v1/badges/no_such_badge", caller)
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.text.replace("night_owl", "no_such_badge") == unknown.text


def test_a_badge_tells_its_texts_tiers_and_holders(api) -> None:
    api.post(api.quiz("q1"), api.quiz("q2"))
    badge = api.get("/v1/badges/quiz_master", "read")
    assert (badge["id"], badge["name"], badge["holders"], badge["rarity"]) == ("quiz_master", "Quiz master", 1, None)
    assert [(tier["id"], tier["threshold"], tier["name"]) for tier in badge["tiers"]] == [
        ("bronze", 2, "Quiz master"),
        ("gold", 4, "Quiz master"),
    ]
    assert api.get("/v1/badges/first_quiz?locale=ja", "read")["description"] == "クイズを終える。"


def test_rarity_is_a_share_of_the_users_from_ten_on(api) -> None:
    api.post(*(api.quiz("q1", user=f"u{n}", type="login" if n else "quiz_completed") for n in range(12)))
    assert api.get("/v1/badges/first_quiz", "read")["rarity"] == 8.3


def test_rarity_leaves_out_users_of_whom_there_are_only_calls(api) -> None:
    api.post(*(api.quiz("q1", user=f"u{n}", type="login" if n else "quiz_completed") for n in range(10)))
    for number in range(10):
        assert api("PUT", f"/v1/users/gone{number}/badges/first_quiz", "staff", {"reason": "test"}).status_code == 201
    assert api.get("/v1/badges/first_quiz", "read")["rarity"] == 100
    api("DELETE", "/v1/users/gone1/badges/first_quiz", "staff")
    api.post(api.quiz("q1", user="gone1", type="login"))
    assert api.get("/v1/badges/first_quiz", "read")["rarity"] == 90.9
