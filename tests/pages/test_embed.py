"""Walls in pages of others: in a frame, and as an element; and who may not do that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api import Config
from tests.api.conftest import SECRET, make_api
from tests.pages.conftest import APP

__all__ = ["make_api"]


@pytest.fixture(scope="module")
def user(site: Any) -> str:
    """Somebody with a badge, and others to come."""
    site.post("embedded", score=100)
    return "embedded"


@pytest.fixture
def app_page(new_page: Callable[..., Any]) -> Callable[[str], Any]:
    """Opens a page of another site with a body."""

    def opened(body: str) -> Any:
        page = new_page()
        html = f"<!doctype html><html lang='en'><title>App</title><body><h1>App</h1>{body}</body></html>"
        page.route(f"{APP}/**", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(f"{APP}/home")
        return page

    return opened


def element(site: Any, **attributes: str) -> str:
    """The one script tag, and the element."""
    told = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f'<script type="module" src="{site.address}/static/badge-wall.js"></script><badge-wall {told}></badge-wall>'


def test_the_element_shows_a_wall_to_who_has_a_token(app_page: Any, site: Any, user: str, faults: Any) -> None:
    page = app_page(element(site, user=user, token=site.token(user), locale="en"))
    page.locator("badge-wall .shelf.earned h3", has_text="First quiz").wait_for()
    assert page.locator("badge-wall .shelf h2 .word").all_inner_texts()[:2] == ["Earned", "On the way"]
    assert "<b onclick='alert(1)'>Bold & brave</b>" in page.locator("badge-wall h3").all_inner_texts()
    assert page.locator("badge-wall .secret h3").all_inner_texts() == ["A secret"]
    assert faults(page) == []


def test_the_element_takes_its_colours_from_the_page(app_page: Any, site: Any, user: str) -> None:
    style = "<style>badge-wall { --badges-card: rgb(1, 2, 3) }</style>"
    page = app_page(style + element(site, user=user, token=site.token(user), only="earned"))
    tile = page.locator("badge-wall .tile").first
    tile.wait_for()
    assert tile.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(1, 2, 3)"
    assert page.locator("badge-wall .shelf").count() == 1


def test_a_frame_is_given_the_token_by_the_page_around(app_page: Any, site: Any, user: str) -> None:
    frame = f'<iframe title="Badges" src="{site.address}/embed/wall/{user}?theme=dark&accent=ff0000"></iframe>'
    script = f"""<script>addEventListener('message', ({{data, source, origin}}) => {{
        if (data.type === 'badge-wall:ready' && origin === '{site.address}')
            source.postMessage({{type: 'badge-wall:token', token: '{site.token(user)}'}}, origin);
        if (data.type === 'badge-wall:size') document.querySelector('iframe').height = data.height;
    }})</script>"""
    page = app_page(script + frame)
    inside = page.frame_locator("iframe")
    inside.locator("h3", has_text="First quiz").wait_for()
    assert inside.locator("html").get_attribute("data-theme") == "dark"
    page.wait_for_function("document.querySelector('iframe').clientHeight > 300")


def test_a_frame_of_this_server_shows_the_wall_at_once(page: Any, user: str) -> None:
    page.goto(f"/embed/wall/{user}")
    assert page.locator(".shelf.earned h3").first.inner_text() in ("Flawless", "First quiz")
    assert page.locator("header, footer, .tile a").count() == 0


def test_only_origins_that_the_settings_name_may_frame_a_wall_and_nothing_else(make_api: Any) -> None:
    api = make_api(Config(jwt_secret=SECRET, embed_origins=frozenset({"https://app.example"})))
    api.credential("staff")
    client = api.app.test_client()
    policy = client.get("/embed/wall/ada").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://app.example;" in policy
    assert "frame-ancestors 'none'" in client.get("/session").headers["Content-Security-Policy"]


def test_a_frame_tells_nothing_to_who_may_not_see_the_wall(make_api: Any) -> None:
    api = make_api(Config(jwt_secret=SECRET))
    api.post(api.quiz("1", "ada"))
    client = api.app.test_client()
    eve = {"Authorization": f"Bearer {api.credential('user:eve')}"}
    for headers in ({}, eve):
        answer = client.get("/embed/wall/ada", headers=headers)
        assert answer.status_code == 200 and "First quiz" not in answer.text and "waiting" in answer.text


def test_the_words_of_the_element_come_in_the_readers_language(make_api: Any) -> None:
    answer = make_api().app.test_client().get("/static/texts.json?locale=de")
    assert answer.get_json()["wall.earned"] == "Verdient" and answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "shell.sign_in" not in answer.get_json()
