"""What a wall shows of a badge: where it stands, of what its medal is made, what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from api.pages.icons import MEDAL, is_image, shown_icon
from api.pages.tiles import shelves, tiles
from tests.api.conftest import api, make_api
from tests.pages.conftest import RULES

__all__ = ["api", "make_api"]


def event(id: str, user: str = "ada", type: str = "quiz_completed", **data: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": id, "source": "t", "type": type, "subject": user, "data": data}


@pytest.fixture
def api_of_pages(make_api: Any) -> Any:
    return make_api(files=RULES)


def wall(api: Any, user: str = "ada", *locales: str) -> dict[str, Any]:
    """The tiles of a user by id, secrets that are not held left out."""
    return {tile.id: tile for tile in tiles(api.service.wall(user), api.service.rules, locales) if tile.id}


def test_badges_stand_in_the_section_of_their_state(api_of_pages: Any) -> None:
    api = api_of_pages
    api.post(event("1", score=50), event("2", score=50), event("3", type="login"), event("4", score=50))
    all_tiles = tiles(api.service.wall("ada"), api.service.rules, ())
    found = {shelf.section: [tile.id for tile in shelf.tiles] for shelf in shelves(all_tiles)}
    assert found["earned"] == ["quiz_master", "first_quiz"]
    assert found["going"] == ["streak_3d", "hostile"]
    assert set(found["open"]) == {"perfect", "thanks"}
    assert found["locked"] == ["mentor"] and found["away"] == ["summer"]
    assert found["secret"] == [""]


def test_a_locked_badge_names_what_is_missing(api_of_pages: Any) -> None:
    api_of_pages.post(event("1", score=50))
    assert wall(api_of_pages)["mentor"].missing == ["Flawless"]


def test_tiers_rise_to_gold_and_show_the_way_to_the_next(api_of_pages: Any) -> None:
    api_of_pages.post(*(event(str(n), score=50) for n in range(3)))
    tile = wall(api_of_pages)["quiz_master"]
    assert (tile.name, tile.metal) == ("Bronze quiz master", "silver")
    assert [step.held for step in tile.steps] == [True, False]
    assert tile.progress is not None and (tile.progress.value, tile.progress.threshold) == (3, 6)
    api_of_pages.post(*(event(str(n), score=50) for n in range(3, 6)))
    tile = wall(api_of_pages)["quiz_master"]
    assert (tile.name, tile.metal, tile.progress, tile.points) == ("Gold quiz master", "gold", None, 60)


def test_a_secret_is_a_silhouette_until_it_is_held(api_of_pages: Any) -> None:
    assert "night_owl" not in wall(api_of_pages)
    night = {"time": "2026-03-02T02:00:00Z"}
    api_of_pages.post(*({**event(str(n), score=50), **night} for n in range(3)))
    assert wall(api_of_pages)["night_owl"].section == "earned"
    assert "night_owl" not in wall(api_of_pages, "eve")


def test_texts_are_in_the_readers_language(api_of_pages: Any) -> None:
    assert wall(api_of_pages, "ada", "de")["first_quiz"].name == "Erstes Quiz"


def test_a_retired_badge_stays_on_the_walls_of_those_who_hold_it(api_of_pages: Any) -> None:
    api_of_pages.post(event("1", score=100))
    retired = {"badges/perfect.yaml": RULES["badges/perfect.yaml"] + "retired: true\n"}
    rest = {name: text for name, text in RULES.items() if name != "badges/mentor.yaml"}
    api_of_pages.service.apply({**rest, **retired}, by="t")
    assert wall(api_of_pages)["perfect"].section == "earned"
    assert "perfect" not in wall(api_of_pages, "eve")


def test_a_wall_tells_the_name_that_its_user_has(api_of_pages: Any) -> None:
    api_of_pages.post(event("1", type="user.updated", name="Ada Lovelace"))
    assert api_of_pages.service.wall("ada").name == "Ada Lovelace"
    assert api_of_pages.service.wall("nobody").name is None


def test_a_long_wall_begins_with_so_many_tiles_and_tells_how_many_there_are(api_of_pages: Any) -> None:
    whole = tiles(api_of_pages.service.wall("ada"), api_of_pages.service.rules, ())
    begun = shelves(whole, 3)
    assert sum(len(shelf.tiles) for shelf in begun) == 3
    assert [shelf.count for shelf in begun] == [shelf.count for shelf in shelves(whole)][: len(begun)]


@pytest.mark.parametrize("icon", ["🎯", "A+", "https://cdn.example/a.png", "data:image/png;base64,AAAA"])
def test_icons_are_emojis_or_images_that_pages_may_load(icon: str) -> None:
    assert shown_icon(icon) == icon and is_image(icon) == (":" in icon)


@pytest.mark.parametrize("icon", ["", "http://cdn.example/a.png", "ftp://x/y"])
def test_what_pages_may_not_load_is_a_medal(icon: str) -> None:
    assert shown_icon(icon) == MEDAL
