"""What every page has: a strict policy, no caches, faces for errors, languages, files that browsers keep."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from api.pages.assets import FOLDER as STATIC
from api.pages.assets import TYPES, assets
from api.pages.texts import FOLDER, best, languages, written_in
from tests.api.conftest import api, make_api

__all__ = ["api", "make_api"]
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_page_may_load_from_here_only_and_is_shown_in_no_frame(api: Any) -> None:
    answer = api.app.test_client().get("/session", headers=HTML)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_hold_no_script_and_no_style_of_their_own() -> None:
    for path in (STATIC.parent / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|<script(?![^>]* src=)|\son[a-z]+=|\sstyle=|\|\s*safe", text), path.name


def test_a_browser_is_shown_a_page_for_an_error_and_a_program_the_problem(api: Any) -> None:
    client = api.app.test_client()
    shown = client.get("/nowhere", headers=HTML)
    assert shown.status_code == 404 and "There is nothing here" in shown.text
    assert client.get("/nowhere").get_json()["type"] == "/problems/not-found"
    assert client.get("/v1/nowhere", headers=HTML).get_json()["type"] == "/problems/not-found"


def test_the_first_page_is_the_one_that_a_reader_may_open(api: Any) -> None:
    api.credential("staff")
    assert api.app.test_client().get("/", headers=HTML).headers["Location"] == "/session"


@pytest.mark.parametrize("language", languages())
def test_a_language_says_what_english_says_with_the_same_placeholders(language: str) -> None:
    english, own = written_in("en"), written_in(language)
    holes = re.compile(r"\{\w+\}")
    assert own.keys() <= english.keys()
    for key, text in own.items():
        assert set(holes.findall(text)) <= set(holes.findall(english[key])) | {"{number}"}, key


def test_texts_are_in_the_readers_language_or_in_english() -> None:
    assert best(["de-AT"])("shell.sign_in") == "Anmelden"
    assert best(["tlh", "ja"])("shell.sign_in") == "サインイン"
    assert best(["tlh"])("shell.sign_in") == "Sign in"
    assert best(["de"]).number(1234.5) == "1.234,5" and best([]).number(1000) == "1,000"
    assert best(["de"]).day(0) == "1. Jan. 1970" and best(["ja"]).day(0) == "1970年1月1日"


def test_every_file_of_texts_is_flat() -> None:
    for path in FOLDER.rglob("*.json"):
        assert all(isinstance(text, str) for text in json.loads(path.read_text(encoding="utf-8")).values()), path


def test_files_are_kept_for_good_by_an_address_that_changes_with_them(api: Any) -> None:
    client = api.app.test_client()
    kept = client.get(assets().url("base.css"))
    assert kept.headers["Cache-Control"].endswith("immutable") and kept.mimetype == "text/css"
    again = client.get("/static/base.css")
    assert again.headers["Cache-Control"] == "public, max-age=600"
    tag = {"If-None-Match": again.headers["ETag"]}
    assert client.get("/static/base.css", headers=tag).status_code == 304
    assert client.get("/static/000000000000/base.css").headers["Cache-Control"] == "public, max-age=600"
    small = client.get("/static/base.css", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip" and len(small.data) < len(kept.data)


@pytest.mark.parametrize("path", ["../shell.py", "..%2fshell.py", "nothing.js", "", "%2e%2e/templates/base.html"])
def test_nothing_else_is_served(api: Any, path: str) -> None:
    assert api.app.test_client().get(f"/static/{path}").status_code == 404


def test_all_files_there_are_of_a_type_that_is_served() -> None:
    assert {path.suffix for path in STATIC.rglob("*") if path.is_file()} <= set(TYPES)


def test_signing_in_by_keyboard_and_the_look_that_was_chosen_stays(
    new_page: Callable[..., Any], site: Any, faults: Callable[..., list[str]]
) -> None:
    page = new_page()
    page.goto("/session")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert faults(page) == []
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert faults(page) == []
    page.get_by_label("Key or token").fill(site.token("ada"))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="ada").wait_for()
