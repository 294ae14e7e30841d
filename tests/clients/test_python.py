"""The Python client against a real server; and what it does when the line is bad."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import uuid4

import httpx
import pytest
from badges_client import Badges, Problem, Retries, Unreachable, event

from tests.cli.processes import ROOT

QUIZ = {"score": 9, "totalQuestions": 10}
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def user() -> str:
    return f"py {uuid4()} é?"


def of(handler: Callable[[httpx.Request], httpx.Response], **more: object) -> tuple[Badges, list[float]]:
    """A client of a made-up server, and the rests that it takes."""
    rests: list[float] = []
    retries = Retries(sleep=rests.append, chance=lambda: 1.0, **more)  # type: ignore[arg-type]
    return Badges("http://server", "bk_x", retries=retries, transport=httpx.MockTransport(handler)), rests


def test_a_user_s_way_through_all_calls(server: str, user: str) -> None:
    with Badges(server) as badges:
        receipt = badges.send(event(user, "quiz_completed", QUIZ, source="py", time=AT))
        assert [award["badge"] for award in receipt["awarded"]] == ["accuracy_expert", "first_quiz"]
        more = (event(user, "quiz_completed", QUIZ, source="py", id=f"m{n}", time=AT + timedelta(n)) for n in range(5))
        assert [receipt["status"] for receipt in badges.send_all(more, batch=2)] == ["accepted"] * 5
        assert badges.count(user) == len({award["badge"] for award in badges.badges(user)})
        assert {each["badge"]: each["value"] for each in badges.progress(user)}["quiz_master"] == 6
        assert badges.explanation(user, "quiz_master")["state"] == "in_progress"
        feed = badges.notifications(user)
        assert feed["unread"] == len(feed["notifications"]) > 0
        assert badges.mark_read(user, [feed["notifications"][0]["id"]]) == feed["unread"] - 1
        assert badges.mark_read(user) == 0
        assert badges.grant(user, "referrer", "thanks")["newly_awarded"]
        assert badges.revoke(user, "referrer") == 1
        assert badges.badge("first_quiz")["holders"] >= 1 and len(badges.catalog()) > 5
        assert user in [place["user"] for place in badges.leaderboard("badge_count", around=user)]
        assert badges.act("list", user)["success"]
        assert badges.export(user)["user"] == user
        assert badges.erase(user) and badges.badges(user) == []


def test_a_broken_line_counts_nothing_twice(server: str, user: str) -> None:
    real, calls = httpx.HTTPTransport(), []

    class Breaking(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            calls.append(request.read())
            answer = real.handle_request(request)
            if len(calls) % 2:
                answer.close()
                raise httpx.ReadError("the line broke after the server had answered")
            return answer

    with Badges(server, transport=Breaking(), retries=Retries(sleep=lambda _: None)) as badges:
        receipt = badges.send(event(user, "quiz_completed", QUIZ, source="py", time=AT))
        assert (receipt["status"], len(receipt["awarded"])) == ("duplicate", 2)
        fields = {"provider_id": "openai", "quiz_correct": True}
        assert badges.act("record_score", user, **fields)["correct_count"] == 1
        assert calls[0] == calls[1] and calls[2] == calls[3]
        events = badges.export(user)["events"]
        assert [each["type"] for each in events] == ["quiz_completed", "score_recorded"]


def test_news_come_as_they_happen(server: str, user: str) -> None:
    with Badges(server) as badges:
        badges.send(event(user, "quiz_completed", QUIZ, source="py", time=AT))
        first = badges.notifications(user)["notifications"][0]["id"]
        news = badges.news(user, after=first)
        badges.grant(user, "referrer", "thanks")
        told = next(each for each in news if each["kind"] == "award")
        assert "referrer" in [item["badge"] for item in told["items"]] and told["id"] > first
        news.close()  # type: ignore[attr-defined]


def test_a_broken_stream_is_resumed_after_the_newest_event() -> None:
    asked: list[str | None] = []

    def stream(number: int) -> str:
        data = f'data: {{"id": {number + 1},\ndata: "kind": "award"}}'
        return f"retry: 1\nid: {number}\n\n:\nid: {number + 1}\n{data}\n\nid: 99\n"

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("Last-Event-ID"))
        if len(asked) == 2:
            return httpx.Response(503, headers={"Retry-After": "4"})
        return httpx.Response(200, text=stream(len(asked)))

    badges, rests = of(answer)
    news = badges.news("ada", after=1)
    assert [next(news)["id"] for _ in range(3)] == [2, 4, 5]
    assert (asked, rests) == (["1", "2", "2", "4"], [0.2, 4, 0.2])


def test_a_stream_that_is_refused_says_why() -> None:
    badges, _ = of(lambda request: httpx.Response(403, json={"type": "/problems/forbidden", "detail": "no"}))
    with pytest.raises(Problem, match="403 forbidden"):
        next(badges.news("ada"))


def test_a_refusal_says_what_and_why(server: str, user: str) -> None:
    with Badges(server) as badges:
        with pytest.raises(Problem) as refused:
            badges.send(event(user, "quiz_complete", source="py"))
        assert (refused.value.status, refused.value.type) == (422, "unknown-event")
        assert refused.value.errors[0]["help"] == "did you mean quiz_completed?"
        with pytest.raises(Problem, match="404 unknown-badge"):
            badges.badge("nothing")
    with pytest.raises(Problem, match="401"), Badges(server, "bk_wrong") as stranger:
        stranger.catalog()


def test_it_rests_longer_each_time_and_as_long_as_it_is_asked_to() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    answers = [
        httpx.Response(503),
        httpx.Response(429, headers={"Retry-After": "9"}),
        httpx.Response(503, headers={"Retry-After": until}),
        httpx.Response(502, headers={"Retry-After": "soon"}),
        httpx.Response(200, json={"count": 3}),
    ]
    badges, rests = of(lambda request: answers.pop(0))
    assert badges.count("ada") == 3
    assert (rests[0], rests[1], rests[3]) == (0.2, 9, 1.6) and 15 < rests[2] <= 20


def test_a_server_that_asks_for_too_long_a_rest_is_not_waited_for() -> None:
    badges, rests = of(lambda request: httpx.Response(429, headers={"Retry-After": "3600"}, text="<html>"))
    with pytest.raises(Problem) as refused:
        badges.count("ada")
    assert (refused.value.status, rests) == (429, [])


def test_a_server_that_never_answers_is_given_up() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    badges, rests = of(refuse, attempts=3)
    with pytest.raises(Unreachable, match="3 attempts"):
        badges.count("ada")
    assert rests == [0.2, 0.4]


def test_names_are_parts_of_a_path_and_a_key_is_only_in_its_header() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"count": 0})

    badges, _ = of(answer)
    badges.count("a/b?c=../d")
    assert seen[0].url.raw_path == b"/v1/users/a%2Fb%3Fc%3D..%2Fd/badges/count"
    assert seen[0].headers["Authorization"] == "Bearer bk_x" and "bk_x" not in repr(seen[0].headers)


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="zone"):
        event("ada", "login", source="s", time=datetime(2026, 1, 1))
    assert json.loads(json.dumps(event("ada", "login", source="s", time="2026-01-01T00:00:00Z")))["time"].endswith("Z")


def test_it_is_a_package_of_its_own() -> None:
    project = tomllib.loads((ROOT / "clients/python/pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["name"], project["dependencies"]) == ("badges-client", ["httpx>=0.27"])
