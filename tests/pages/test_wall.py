"""Walls, the gallery and leaderboards, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.cli.processes import call, serving

Faults = Callable[..., list[str]]


@pytest.fixture(scope="module")
def ada(site: Any) -> str:
    """A user who holds something of everything."""
    for score in (50, 100, 70):
        site.post("wall-ada", score=score)
    site.post("wall-ada", "login")
    return "wall-ada"


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with 500 badges, and its address."""
    folder = tmp_path_factory.mktemp("big")
    for name in ("badges", "events"):
        (folder / "rules" / name).mkdir(parents=True)
    (folder / "rules/events/login.yaml").write_text("payload: {type: object}\n")
    for number in range(500):
        badge = (
            f'name: The badge {number}\ndescription: Sign in often enough for {number}.\nicon: "🏅"\ncategory: big\n'
        )
        (folder / f"rules/badges/b{number}.yaml").write_text(f"{badge}trigger: login\nthreshold: {number // 100 + 1}\n")
    with serving(folder) as (_, address):
        event = {"specversion": "1.0", "id": "1", "source": "t", "type": "login", "subject": "ada"}
        call(address, "/v1/events", event)
        yield address


def names(page: Any, section: str) -> list[str]:
    """The names of the badges in a section, in order."""
    return list(page.locator(f".shelf.{section} h3").all_inner_texts())


def test_a_wall_shows_what_is_held_what_is_coming_what_is_locked_and_silhouettes(page: Any, ada: str) -> None:
    page.goto(f"/wall/{ada}")
    assert set(names(page, "earned")) == {"First quiz", "Flawless", "Bronze quiz master"}
    assert "Mentor" in names(page, "going")
    assert "Three days in a row" in names(page, "open")
    assert names(page, "secret") == ["A secret"]
    assert page.locator(".hero .sum").inner_text().startswith("3 of 8 badges")


def test_texts_of_rules_are_texts_and_nothing_else(page: Any, ada: str) -> None:
    page.goto(f"/wall/{ada}")
    assert "<b onclick='alert(1)'>Bold & brave</b>" in names(page, "going")
    assert page.locator("#wall b[onclick]").count() == 0


def test_what_a_badge_is_about_opens_on_the_wall_by_keyboard_and_closes_again(page: Any, ada: str) -> None:
    page.goto(f"/wall/{ada}")
    page.get_by_role("link", name="Mentor").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("heading", name="Mentor").wait_for()
    assert "Needs all of these first" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent") == "Mentor"


def test_the_page_of_a_badge_tells_why_events_did_not_count(page: Any, ada: str) -> None:
    page.goto(f"/wall/{ada}/badges/perfect")
    page.get_by_text("Why not").first.click()
    assert "event.score == 100" in page.locator(".tree").first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_used_by_everybody(new_page: Callable[..., Any], ada: str, faults: Faults, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    for path in (f"/wall/{ada}", f"/wall/{ada}/badges/perfect", "/gallery", "/leaderboards/most_badges", "/wall"):
        page.goto(path)
        assert faults(page) == [], path


def test_a_phone_is_wide_enough(new_page: Callable[..., Any], ada: str) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    for path in (f"/wall/{ada}", f"/wall/{ada}/badges/mentor", "/gallery", "/leaderboards/points", "/session"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_a_wall_is_sifted_by_name_and_category(page: Any, ada: str) -> None:
    page.goto(f"/wall/{ada}")
    page.locator("#sift").fill("flaw")
    assert page.locator(".tile:visible h3").all_inner_texts() == ["Flawless"]


def test_the_gallery_tells_how_many_hold_a_badge_and_which_are_ones_own(new_page: Callable[..., Any], ada: str) -> None:
    page = new_page(ada)
    page.goto("/gallery")
    card = page.locator("#badge-perfect")
    assert re.search(r"yours[\s\S]*\d+ (person|people)", card.inner_text())
    assert "Night owl" not in page.content()


def test_a_leaderboard_shows_ones_own_place_however_far_down(new_page: Callable[..., Any], site: Any, ada: str) -> None:
    for place in range(3):
        site.post(f"ahead-{place}", score=100)
        site.post(f"ahead-{place}", score=100)
        site.post(f"ahead-{place}", score=100)
    site.post("behind")
    page = new_page("behind")
    page.goto("/leaderboards/points?limit=2")
    assert page.locator("tr.me th").inner_text().startswith("behind")
    assert page.locator("tbody").first.locator("tr").count() == 2


def test_users_may_be_called_whatever_they_like(page: Any, site: Any) -> None:
    user = "a b&c<d>'?#%ü"
    site.post(user)
    page.goto(f"/wall/{quote(user, safe='')}/badges/first_quiz")
    page.locator(".crumbs a").click()
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("heading", name="Verdient").wait_for()
    assert page.locator("h1").inner_text() == user


def test_pages_speak_the_readers_language(new_page: Callable[..., Any], ada: str) -> None:
    page = new_page(locale="de-DE")
    page.goto(f"/wall/{ada}")
    assert page.locator("html").get_attribute("lang") == "de"
    assert "Erstes Quiz" in names(page, "earned")
    page.get_by_role("link", name="日本語").click()
    page.get_by_role("heading", name="獲得済み").wait_for()
    assert "locale=ja" in page.get_by_role("link", name="ギャラリー").get_attribute("href")


def test_five_hundred_badges_come_in_a_page_that_stays_small_and_then_the_rest(
    new_page: Callable[..., Any], big: str
) -> None:
    page = new_page()
    answer = page.goto(f"{big}/wall/ada")
    assert len(answer.body()) < 150_000
    page.locator(".tile").nth(499).wait_for(state="attached")
    page.locator("#sift").fill("badge 499")
    assert page.locator(".tile:visible h3").all_inner_texts() == ["The badge 499"]
    assert len(page.goto(f"{big}/gallery").body()) < 150_000
    page.locator(".tile").nth(499).wait_for(state="attached")
