"""Badges and news that arrive while one looks on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.pages.test_embed import app_page, element

__all__ = ["app_page"]


def begun(page: Any, path: str) -> None:
    """Open a wall, and wait until it listens."""
    with page.expect_response(lambda answer: "/stream" in answer.url):
        page.goto(path)


def test_a_badge_arrives_on_the_wall_without_a_reload_and_is_announced(new_page: Callable[..., Any], site: Any) -> None:
    site.post("live-ada", "login")
    page = new_page("live-ada")
    begun(page, "/wall/live-ada")
    page.evaluate("window.stays = true")
    site.post("live-ada", score=100)
    page.locator(".joy .what").first.wait_for()
    assert page.locator(".joy .what").first.inner_text() in ("First quiz", "Flawless")
    assert {"First quiz", "Flawless"} <= set(page.locator(".shelf.earned h3").all_inner_texts())
    page.locator("#said", has_text="New badge: Flawless").wait_for(state="attached")
    assert page.evaluate("window.stays") is True


def test_those_who_mind_movement_see_the_badge_and_no_confetti(new_page: Callable[..., Any], site: Any) -> None:
    page = new_page("live-ben", reduced_motion="reduce")
    begun(page, "/wall/live-ben")
    site.post("live-ben")
    page.locator(".joy").wait_for()
    assert page.locator("canvas").count() == 0


def test_news_are_counted_and_read_once_they_are_seen(
    new_page: Callable[..., Any], site: Any, faults: Callable[..., list[str]]
) -> None:
    site.post("live-cleo")
    page = new_page("live-cleo")
    begun(page, "/wall/live-cleo")
    assert page.locator(".unread").inner_text().endswith("2")
    page.locator(".news summary").focus()
    with page.expect_response(lambda answer: answer.url.endswith("/notifications/read")):
        page.keyboard.press("Enter")
    page.locator(".unread").wait_for(state="detached")
    assert "First quiz" in page.locator(".bulletin").inner_text()
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert page.locator(".news[open]").count() == 0
    assert site.call("GET", "/v1/users/live-cleo/notifications")["unread"] == 0


def test_staff_who_look_at_a_wall_leave_its_news_unread(page: Any, site: Any) -> None:
    site.post("live-dan")
    begun(page, "/wall/live-dan")
    page.locator(".news summary").click()
    page.locator(".bulletin").get_by_text("First quiz").first.wait_for()
    assert site.call("GET", "/v1/users/live-dan/notifications")["unread"] == 2


def test_a_badge_arrives_in_the_element_on_another_site(app_page: Any, site: Any) -> None:
    site.post("live-eve", "login")
    page = app_page(element(site, user="live-eve", token=site.token("live-eve"), locale="en", live=""))
    with page.expect_response(lambda answer: "/stream" in answer.url):
        page.locator("badge-wall h3").first.wait_for()
    site.post("live-eve")
    page.locator("badge-wall .shelf.earned h3", has_text="First quiz").wait_for()
    page.locator("badge-wall [role=status]", has_text="New badge: First quiz").wait_for(state="attached")
