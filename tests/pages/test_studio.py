"""The studio in a browser: faults at their places, a badge earned in the timeline, a patch; by keyboard, by all."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.studio.patch import patch
from tests.pages.conftest import RULES

PERFECT = "badges/perfect.yaml"


@pytest.fixture
def studio(page: Any) -> Any:
    """The studio, ready."""
    return ready(page)


def ready(page: Any) -> Any:
    page.goto("/studio")
    page.locator("#studio[aria-busy=false]").wait_for()
    return page


def opened(page: Any, path: str) -> Any:
    """The editor of a file."""
    page.locator(f'[data-path="{path}"]').click()
    return page.get_by_role("textbox", name=f"Text of {path}")


def rewritten(page: Any, path: str, text: str) -> None:
    """Write a file anew, as somebody does who types."""
    opened(page, path).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text[0])
    page.keyboard.insert_text(text[1:])


def test_a_fault_shows_at_its_place_and_a_fix_clears_it(studio: Any) -> None:
    rewritten(studio, PERFECT, 'name: 💯 Flawless\nicon: "💯"\ntrigger: quiz_completed\nwhen: event.scroe == 100\n')
    underlined = studio.locator("#editor .cm-lintRange-error")
    underlined.wait_for()
    assert underlined.inner_text() == "scroe"
    assert studio.get_by_role("heading", name="1 error").is_visible()
    assert studio.locator("#problems button").first.inner_text().startswith("quiz_completed declares no field scroe")
    assert studio.locator(f'[data-path="{PERFECT}"]').inner_text().split() == ["perfect", "1", "error", "changed"]
    studio.locator("#problems button").first.click()
    studio.keyboard.press("F8")
    studio.get_by_role("button", name="Write score").click()
    studio.get_by_role("heading", name="error").wait_for(state="detached")
    assert studio.locator(".cm-lintRange-error").count() == 0
    assert studio.locator("#waiting").is_hidden()


def test_keys_ids_and_fields_are_completed_and_explained(studio: Any) -> None:
    rewritten(studio, PERFECT, "name: Flawless\n")
    studio.keyboard.type("trigg")
    offered = studio.locator(".cm-tooltip-autocomplete")
    offered.get_by_text("trigger", exact=True).click()
    offered.get_by_text("quiz_completed", exact=True).click()
    studio.keyboard.press("End")
    studio.keyboard.insert_text("\nwhen: event")
    studio.keyboard.type(".")
    offered.get_by_text("score", exact=True).click()
    assert "trigger: quiz_completed\nwhen: event.score" in studio.locator(".cm-content").inner_text()
    studio.locator(".cm-content").get_by_text("trigger", exact=True).hover()
    studio.locator(".told").get_by_text("The type of event that counts").wait_for()


def test_a_badge_is_earned_in_the_timeline_and_explained_operand_by_operand(studio: Any) -> None:
    rewritten(
        studio, PERFECT, 'name: Flawless\nicon: "💯"\ntrigger: quiz_completed\nwhen: event.score >= 0\nthreshold: 3\n'
    )
    tile = studio.locator('#board [data-badge="perfect"]')
    tile.get_by_text("earned").wait_for()
    studio.get_by_label("Step of the timeline").fill("2")
    tile.get_by_text("1 of 3").wait_for()
    for _ in range(4):
        studio.get_by_role("button", name="One step on").click()
    assert studio.locator("#step .earned").inner_text().startswith("💯 Flawless is earned.")
    tile.get_by_role("button").click()
    dialog = studio.get_by_role("dialog")
    dialog.get_by_role("heading", name="Flawless: earned").wait_for()
    assert dialog.get_by_text("event.score >= 0").first.is_visible()
    dialog.get_by_role("button", name="Make a scenario of it").click()
    studio.get_by_role("textbox", name="Text of scenarios/recorded/perfect.yaml").wait_for()
    assert dialog.is_hidden()
    studio.get_by_role("tab", name="Scenarios").click()
    studio.get_by_text("✓ 1 of 1 scenario passed").wait_for()


def test_a_stored_users_events_become_the_timeline(studio: Any, site: Any) -> None:
    site.post("studio-ada", score=100)
    studio.get_by_label("Events", exact=True).select_option("A stored user…")
    studio.get_by_role("textbox", name="User").fill("studio-ada")
    studio.get_by_role("button", name="Fetch").click()
    studio.locator("#step").get_by_text("1 of 1: quiz_completed").wait_for()
    assert studio.locator('#board [data-badge="perfect"].held').count() == 1


def test_scenarios_run_as_one_types_and_show_what_came(studio: Any) -> None:
    studio.get_by_role("button", name="New file").click()
    studio.get_by_label("Kind").select_option("scenarios")
    studio.get_by_label("Name").fill("mine")
    studio.get_by_role("button", name="Make it").click()
    steps = "steps:\n  - {event: quiz_completed, data: {score: 1}, awards: [perfect]}\n"
    rewritten(studio, "scenarios/mine.yaml", steps)
    studio.get_by_role("tab", name="Scenarios (1 failed)").click()
    story = studio.locator("#scenarios .stories")
    assert "expected new awards: perfect; got: first_quiz" in story.inner_text()
    rewritten(studio, "scenarios/mine.yaml", steps.replace("score: 1", "score: 100").replace("[p", "[first_quiz, p"))
    studio.locator("#scenarios .good").first.wait_for()
    studio.get_by_role("button", name="Show in the timeline").click()
    studio.locator("#step").get_by_text("1 of 1: quiz_completed").wait_for()


def test_a_change_is_planned_and_copied_as_a_patch_that_git_takes(studio: Any, tmp_path: Path) -> None:
    studio.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = RULES[PERFECT].replace("points: 20", "points: 25")
    rewritten(studio, PERFECT, text)
    studio.get_by_role("tab", name="Changes").click()
    studio.locator("#meaning").get_by_text("points 20 → 25").wait_for()
    studio.get_by_role("button", name="Plan").click()
    studio.locator("#consequences").get_by_text(re.compile(r"^Of \d+ users? ")).wait_for()
    studio.get_by_role("button", name="Copy as pull request patch").click()
    studio.get_by_role("button", name="Copied").wait_for()
    copied = studio.evaluate("navigator.clipboard.readText()")
    assert copied == patch(RULES, {**RULES, PERFECT: text})
    (tmp_path / "rules/badges").mkdir(parents=True)
    (tmp_path / "rules" / PERFECT).write_text(RULES[PERFECT], encoding="utf-8")
    subprocess.run(["git", "apply", "--check", "-"], input=copied.encode(), cwd=tmp_path, check=True)


def test_a_draft_stays_in_the_browser_and_is_discarded(studio: Any, site: Any) -> None:
    rewritten(studio, PERFECT, RULES[PERFECT] + "# mine\n")
    studio.locator(f'[data-path="{PERFECT}"]').locator(".mark").wait_for()
    ready(studio)
    assert "# mine" in studio.locator(".cm-content").inner_text()
    assert "# mine" not in site.call("GET", "/v1/studio/files")["files"][PERFECT]
    studio.get_by_role("button", name="Rename").click()
    studio.get_by_label("New path").fill("badges/flawless.yaml")
    studio.locator("#ask-yes").click()
    studio.locator('[data-path="badges/flawless.yaml"]').wait_for()
    studio.get_by_role("button", name="Discard the draft").click()
    studio.locator("#ask-yes").click()
    studio.locator('[data-path="badges/flawless.yaml"]').wait_for(state="detached")
    assert studio.get_by_role("button", name="Discard the draft").is_disabled()


def test_it_can_be_used_by_keyboard_only_and_the_editor_left(studio: Any) -> None:
    studio.locator(f'[data-path="{PERFECT}"]').focus()
    studio.keyboard.press("Enter")
    assert studio.evaluate("document.activeElement.dataset.path") == PERFECT
    for _ in range(40):
        studio.keyboard.press("Tab")
        if studio.evaluate("document.activeElement.id") == "editor":
            break
    studio.keyboard.press("Control+End")
    studio.keyboard.type("thresh")
    studio.locator(".cm-tooltip-autocomplete").wait_for()
    studio.keyboard.press("Escape")
    studio.get_by_role("heading", name="error").wait_for()
    studio.keyboard.press("Escape")
    studio.keyboard.press("Tab")
    assert studio.evaluate("document.activeElement.closest('#problems') !== null")
    studio.keyboard.press("Enter")
    assert studio.evaluate("document.activeElement.id") == "editor"
    studio.locator("#tab-timeline").focus()
    studio.keyboard.press("ArrowRight")
    assert studio.get_by_role("tab", name="Scenarios").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_used_by_everybody(new_page: Callable[..., Any], faults: Any, scheme: str) -> None:
    page = ready(new_page(color_scheme=scheme))
    rewritten(page, PERFECT, "name: Flawless\ntrigger: quiz_complete\n")
    page.get_by_role("heading", name="1 error").wait_for()
    assert faults(page) == []
    for tab in ("Scenarios", "Changes") if scheme == "light" else ():
        page.get_by_role("tab", name=tab).click()
        assert faults(page) == []


def test_a_phone_is_wide_enough(new_page: Callable[..., Any]) -> None:
    page = ready(new_page(viewport={"width": 360, "height": 740}, has_touch=True))
    page.locator("#board li").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
