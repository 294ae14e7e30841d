"""The feed of a user by HTTP: pages, languages, what is read and what is wanted; and streams within one process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api import Config, streams

from .conftest import FILES, SECRET, Api

FEED = "/v1/users/ada/notifications"
QUIET = {**FILES, "notifications.yaml": "hint: {at: 0}"}


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    """An app that tells of awards alone."""
    return make_api(files=QUIET)


def earn(api: Any, *ids: str) -> None:
    """Finish quizzes, one request each."""
    for id in ids:
        api.post(api.quiz(id))


def test_the_feed_tells_newest_first_page_by_page(api) -> None:
    assert api.get(FEED, "user:ada") == {"unread": 0, "notifications": []}
    earn(api, "1", "2", "3")
    feed = api.get(FEED, "user:ada")
    assert feed["unread"] == 3
    titles = [each["title"] for each in feed["notifications"]]
    assert titles == ["You have earned Night owl", "You have earned Quiz master (bronze)", "You have earned First quiz"]
    first = feed["notifications"][-1]
    assert (first["id"], first["kind"], first["read"], first["text"]) == (1, "award", False, "Finish a quiz.")
    assert first["items"] == api.get("/v1/users/ada/badges")["badges"][:1]
    assert [each["id"] for each in api.get(f"{FEED}?limit=1&before=3")["notifications"]] == [2]
    assert api.get("/v1/users/nobody/notifications") == {"unread": 0, "notifications": []}


def test_its_language_is_the_one_asked_for_else_the_users_else_the_readers(api) -> None:
    def title(path: str = FEED, **headers: str) -> str:
        return str(api.get(path, "user:ada", headers=headers)["notifications"][0]["title"])

    earn(api, "1")
    japanese = "You have earned 初クイズ"
    assert title(**{"Accept-Language": "ja"}) == japanese and title() == "You have earned First quiz"
    api.post({**api.quiz("l"), "type": "user.updated", "data": {"locale": "ja"}})
    assert title() == japanese and title(f"{FEED}?locale=en") == "You have earned First quiz"


@pytest.mark.parametrize(
    ("body", "left"), [(None, 0), ({}, 0), ({"all": True}, 0), ({"until": 2}, 1), ({"ids": [1]}, 2)]
)
def test_what_is_read_is_marked(api, body: Any, left: int) -> None:
    earn(api, "1", "2", "3")
    answer = api("POST", f"{FEED}/read", "user:ada", body)
    assert answer.get_json() == {"unread": left}
    assert api.get(FEED)["unread"] == left


@pytest.mark.parametrize(
    "body",
    [{"ids": 1}, {"ids": ["1"]}, {"ids": [True]}, {"until": 0}, {"all": False}, {"id": 1}, {"ids": [1], "until": 1}],
)
def test_what_cannot_be_marked_is_refused(api, body: Any) -> None:
    earn(api, "1")
    assert api("POST", f"{FEED}/read", "user:ada", body).status_code == 422
    assert api.get(FEED)["unread"] == 1


def test_kinds_are_chosen_one_by_one(api) -> None:
    path = f"{FEED}/preferences"
    everything = {"award": True, "progress": True, "hint": True, "streak": True}
    assert api.get(path, "user:ada") == everything
    assert api("PUT", path, "user:ada", {"award": False}).get_json() == {**everything, "award": False}
    earn(api, "1")
    assert api.get(FEED)["notifications"] == []
    for wrong in ({"awards": False}, {"award": "no"}, {"award": 1}):
        assert api("PUT", path, "user:ada", wrong).status_code == 422


def parts(response: Any, count: int) -> str:
    """The first parts of a stream."""
    chunks = (chunk for chunk in response.response if not chunk.startswith(b":"))
    return b"".join(next(chunks) for _ in range(count)).decode()


def stream(api: Any, caller: str = "user:ada", **headers: str) -> Any:
    """An answer that goes on."""
    headers["Authorization"] = f"Bearer {api.credential(caller)}"
    return api.app.test_client().open("/v1/users/ada/stream", headers=headers)


def test_a_stream_begins_after_a_number_or_now(api) -> None:
    earn(api, "1", "2")
    with stream(api, **{"Last-Event-ID": "1"}) as resumed, stream(api) as fresh:
        assert parts(resumed, 1) == "retry: 2000\nid: 1\n\n" and parts(fresh, 1) == "retry: 2000\nid: 2\n\n"
        told = parts(resumed, 1)
        assert told.startswith("id: 2\nevent: notification\ndata: {") and '"unread":2' in told.replace(" ", "")
        earn(api, "3")
        assert parts(fresh, 1).startswith("id: 3\n") and parts(resumed, 1).startswith("id: 3\n")


def test_streams_are_bounded_for_each_user_and_in_all(make_api) -> None:
    api = make_api(Config(jwt_secret=SECRET, user_streams=1, streams=2))
    with (
        stream(api) as one,
        api.app.test_client().open(
            "/v1/users/eve/stream", headers={"Authorization": f"Bearer {api.credential('user:eve')}"}
        ) as other,
    ):
        assert one.status_code == other.status_code == 200
        assert api("GET", "/v1/users/eve/stream", "user:eve").status_code == 503
        other.close()
        assert api("GET", "/v1/users/ada/stream", "user:ada").get_json()["type"] == "/problems/too-many-streams"


def test_a_stream_ends_with_the_token_or_when_its_time_is_over(make_api) -> None:
    api = make_api(Config(jwt_secret=SECRET, stream_seconds=0))
    with stream(api) as over:
        assert b"".join(over.response) == b"retry: 2000\nid: 0\n\n"


def test_a_stream_of_a_key_ends_with_the_key(api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BEAT", 0.0)
    with stream(api, "read") as answer:
        chunks = iter(answer.response)
        assert next(chunks).startswith(b"retry: ") and next(chunks) == b": \n\n"
        api.service.revoke_key("read-key")
        assert set(chunks) <= {b": \n\n"}


def test_figures_tell_what_is_told(api) -> None:
    earn(api, "1")
    with stream(api):
        figures = api("GET", "/metrics", "read").text
    assert "badges_streams 1.0" in figures and 'badges_notifications_total{kind="award"} 1.0' in figures
