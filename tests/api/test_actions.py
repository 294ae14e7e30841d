"""The action endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendar import SECOND


def act(api, action: str, caller: str = "user:ada", path: str = "/v1/actions", headers=None, **body: Any) -> Any:
    api.clock.now += SECOND
    response = api("POST", path, caller, {"action": action, **body}, headers=headers or {})
    assert response.status_code == 200, response.text
    answer = response.get_json()
    assert answer.pop("success") is True
    return answer


def refused(api, caller: str = "user:ada", **body: Any) -> tuple[int, str]:
    response = api("POST", "/v1/actions", caller, body)
    answer = response.get_json()
    assert answer["success"] is False
    return response.status_code, answer["type"].removeprefix("/problems/")


@pytest.mark.parametrize("path", ["/v1/actions", "/functions/v1/badge-system", "/functions/v1/anything"])
def test_a_client_badge_is_awarded_once(api, path: str) -> None:
    first = act(api, "award", path=path, badge_id="sharer", badge_name="Ignored", icon_emoji="🙈")
    assert first["newly_awarded"] is True
    assert first["badge"]["badge_id"] == "sharer"
    assert first["badge"]["badge_name"] == "Sharer"
    assert act(api, "award", path=path, badge_id="sharer")["newly_awarded"] is False


def test_the_list_tells_what_a_user_holds(api) -> None:
    api.post(api.quiz("q1"))
    assert act(api, "list") == {
        "badges": [
            {
                "badge_id": "first_quiz",
                "badge_name": "First quiz",
                "icon_emoji": "🎯",
                "condition": "Finish a quiz.",
                "awarded_at": "2026-03-02T12:00:00Z",
            }
        ]
    }


def test_a_streak_is_checked_once_a_day(api) -> None:
    assert act(api, "check_streaks") == {"current_streak": 1, "awarded": []}
    assert act(api, "check_streaks") == {"current_streak": 1, "awarded": []}
    api.clock.days(1)
    assert act(api, "check_streaks") == {"current_streak": 2, "awarded": ["streak_2d"]}
    assert act(api, "check_streaks") == {"current_streak": 2, "awarded": []}


def test_scores_are_recorded_and_counted(api) -> None:
    score = {"provider_id": "openai", "quiz_correct": True}
    assert act(api, "record_score", **score) == {"newly_correct": True, "correct_count": 1, "awarded": []}
    assert act(api, "record_score", **score) == {"newly_correct": False, "correct_count": 1, "awarded": []}
    second = act(api, "record_score", provider_id="anthropic", quiz_correct=True)
    assert second == {"newly_correct": True, "correct_count": 2, "awarded": ["all_providers"]}
    assert act(api, "check_quiz_master") == {"correct_count": 2, "total_providers": 2, "awarded": []}
    wrong = act(api, "record_score", provider_id="openai", quiz_correct=False)
    assert (wrong["newly_correct"], wrong["correct_count"]) == (False, 1)


@pytest.mark.parametrize("in_header", [True, False])
def test_a_named_event_counts_once(api, in_header: bool) -> None:
    headers = {"Idempotency-Key": "try-1"} if in_header else {}
    body = {} if in_header else {"id": "try-1"}
    for _ in range(2):
        act(api, "record_score", provider_id="openai", quiz_correct=True, headers=headers, **body)
    events = api.get("/v1/users/ada/export")["events"]
    assert [event["id"] for event in events] == ["try-1"]
    assert events[0]["data"] == {"provider_id": "openai", "quiz_correct": True}


def test_a_key_acts_for_any_user_and_must_say_whom(api) -> None:
    act(api, "record_score", "events", user_id="eve", provider_id="openai", quiz_correct=True)
    board = {"entries": [{"user_id": "eve", "correct_count": 1, "rank": 1}]}
    assert act(api, "score_leaderboard", "events", limit=5) == board
    assert act(api, "score_leaderboard") == board
    assert refused(api, "events", action="list") == (422, "invalid-request")
    assert refused(api, "events", action="list", user_id="a/b") == (422, "invalid-request")
    assert refused(api, "events", action="list", user_id="") == (422, "invalid-request")


def test_a_token_acts_for_its_own_user_only(api) -> None:
    assert act(api, "list", user_id="ada") == {"badges": []}
    for action in ("list", "leaderboard"):
        assert refused(api, action=action, user_id="eve") == (403, "forbidden")


def test_a_misspelt_action_is_answered_with_a_suggestion(api) -> None:
    [error] = api("POST", "/v1/actions", "user:ada", {"action": "lsit"}).get_json()["errors"]
    assert (error["field"], error["help"]) == ("action", "did you mean list?")


def test_the_leaderboard_counts_badges(api) -> None:
    api.post(api.quiz("q1"))
    assert act(api, "leaderboard", limit=3) == {"entries": [{"user_id": "ada", "badge_count": 1, "rank": 1}]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"action": 3}, 422),
        ({"action": "lsit"}, 422),
        ({"action": "award"}, 422),
        ({"action": "award", "badge_id": 7}, 422),
        ({"action": "award", "badge_id": "no_such"}, 404),
        ({"action": "award", "badge_id": "night_owl"}, 404),
        ({"action": "award", "badge_id": "mvp"}, 403),
        ({"action": "award", "badge_id": "proud_sharer"}, 409),
        ({"action": "record_score", "provider_id": "openai"}, 422),
        ({"action": "record_score", "provider_id": 3, "quiz_correct": True}, 422),
        ({"action": "record_score", "provider_id": "x", "quiz_correct": True, "id": ""}, 422),
        ({"action": "record_score", "provider_id": "x", "quiz_correct": True, "id": 3}, 422),
        ({"action": "leaderboard", "limit": 0}, 422),
        ({"action": "leaderboard", "limit": "5"}, 422),
        ({"action": "list", "user_id": 3}, 422),
    ],
)
def test_a_call_that_cannot_be_done_says_so(api, body: dict, status: int) -> None:
    assert refused(api, **body)[0] == status
