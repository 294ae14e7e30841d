"""Users ranked."""

from __future__ import annotations

import pytest


@pytest.fixture
def ranked(api):
    counts = {"ada": 4, "bob": 2, "cy": 2, "dee": 1}
    api.post(*(api.quiz(f"q{n}", user=user) for user, count in counts.items() for n in range(count)))
    return api


def places(api, query: str = "") -> list[tuple[int, str]]:
    entries = api.get(f"/v1/leaderboards/badge_count{query}", "user:ada")["entries"]
    return [(entry["rank"], entry["user"]) for entry in entries]


def test_equal_values_share_a_rank(ranked) -> None:
    assert places(ranked) == [(1, "ada"), (2, "bob"), (2, "cy"), (4, "dee")]


def test_a_part_of_it_can_be_asked_for(ranked) -> None:
    assert places(ranked, "?limit=2") == [(1, "ada"), (2, "bob")]
    assert (4, "dee") in places(ranked, "?around=dee&limit=2")
    assert places(ranked, "?users=dee,bob,nobody") == [(2, "bob"), (4, "dee")]
    assert places(ranked, "?users=") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("limit=-1", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("around=a/b", "around"),
        ("users=a,b/c", "users"),
        ("users=" + "a,b," * 400 + ",".join(map(str, range(1000))), "users"),
    ],
)
def test_a_bad_parameter_is_named(api, query: str, field: str) -> None:
    response = api("GET", f"/v1/leaderboards/badge_count?{query}")
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["field"] == field


def test_an_unknown_parameter_is_ignored(ranked) -> None:
    assert len(places(ranked, "?utm_source=x")) == 4


def test_an_unknown_leaderboard_is_not_found(api) -> None:
    response = api("GET", "/v1/leaderboards/badge_cuont")
    assert (response.status_code, response.get_json()["type"]) == (404, "/problems/unknown-leaderboard")
