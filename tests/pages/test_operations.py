"""The pages of operators, in a browser: looked at, and worked with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.conftest import SECRET, Api, api, make_api

__all__ = ["api", "make_api"]
ROOMS = ("/ops", "/ops/rules", "/ops/users", "/ops/users/olga", "/ops/webhooks", "/ops/audit")
PHONE = {"viewport": {"width": 375, "height": 700}}


@pytest.fixture(scope="module")
def olga(site: Any) -> str:
    """A user with a history, and an id that has to be escaped."""
    for n in range(3):
        site.post("olga", time=f"2026-03-0{n + 1}T12:00:00Z", score=100 if n else 50)
    site.post('<b>"x"&', score=70)
    return "olga"


@pytest.mark.parametrize("options", [{}, {**PHONE, "color_scheme": "dark"}], ids=["desk", "phone, dark"])
def test_every_room_is_without_serious_faults_and_no_wider_than_the_screen(
    new_page: Callable[..., Any], olga: str, faults: Callable[..., list[str]], options: dict[str, Any]
) -> None:
    page = new_page(**options)
    for room in ROOMS:
        page.goto(room)
        assert page.get_by_role("navigation", name="Operations").locator("[aria-current]").count() == 1, room
        assert faults(page) == [], room
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, room


def test_a_badge_is_granted_and_revoked_and_an_event_retracted_by_keyboard(page: Any, site: Any, olga: str) -> None:
    page.goto("/ops/users")
    page.get_by_label("User").fill(olga)
    page.keyboard.press("Enter")
    page.get_by_label("Badge", exact=True).select_option("thanks")
    page.get_by_label("Reason, for the audit").first.fill("for the party")
    page.keyboard.press("Enter")
    page.get_by_text("The badge is granted.").first.wait_for()
    assert "thanks" in [award["badge"] for award in site.call("GET", "/v1/users/olga/badges")["badges"]]
    page.get_by_role("button", name="Revoke Thank you").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("Reason").fill("a mistake")
    page.keyboard.press("Enter")
    page.get_by_text("The badge is revoked.").first.wait_for()
    page.get_by_role("button", name=re.compile("^Retract e")).first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Retract e")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Retract").click()
    page.get_by_text("The event is retracted.").first.wait_for()
    page.locator("tr.gone").wait_for()
    actions = [entry["action"] for entry in site.call("GET", "/v1/audit?limit=3")["entries"]]
    assert actions == ["retract", "revoke", "grant"]
    page.goto("/ops/audit")
    page.get_by_text("a mistake").wait_for()


def test_what_is_refused_is_said_beside_what_was_asked(page: Any, site: Any) -> None:
    page.add_init_script(
        """window.fetch = async () => new Response('{"detail": "url must not be so.", "help": "try another"}',
        {status: 422, headers: {'Content-Type': 'application/problem+json'}})"""
    )
    page.goto("/ops/webhooks")
    page.get_by_label("URL").fill("https://127.0.0.1/")
    page.get_by_role("button", name="Add a webhook").click()
    page.get_by_role("alert").get_by_text("url must not be so. try another").wait_for()
    assert site.call("GET", "/v1/webhooks")["webhooks"] == []


def test_a_webhook_is_added_tested_switched_off_and_removed(page: Any, site: Any) -> None:
    page.goto("/ops/webhooks")
    page.get_by_label("URL").fill("https://hook.invalid/x")
    page.get_by_label("Name, for people").fill("The shop")
    page.get_by_label("badge.awarded").check()
    page.get_by_role("button", name="Add a webhook").click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_label("The secret of this webhook").input_value().startswith("whsec_")
    dialog.get_by_role("button").click()
    page.get_by_role("link", name="The shop").click()
    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("It did not take the test: its name is not found").first.wait_for()
    page.get_by_role("button", name="Switch off").click()
    page.get_by_text("The webhook is off.").first.wait_for()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("The webhook is removed.").first.wait_for()
    assert site.call("GET", "/v1/webhooks")["webhooks"] == []


def test_a_version_is_looked_at_and_put_in_service_again(page: Any, site: Any) -> None:
    files = site.call("GET", "/v1/studio/files")["files"]
    more = {**files, "badges/newcomer.yaml": "{name: Newcomer, trigger: quiz_completed}\n"}
    site.call("POST", "/v1/rules/apply", {"files": more})
    page.goto("/ops/rules")
    page.get_by_role("link", name=re.compile("What would going back do")).first.click()
    page.get_by_role("heading", name="Going back to number").wait_for()
    page.get_by_label("Remove them").check()
    page.get_by_role("button", name="Roll back").click()
    page.get_by_text("are in service again").first.wait_for()
    history = site.call("GET", "/v1/rules/history")["versions"]
    assert history[0]["version"] == history[2]["version"] != history[1]["version"]


def test_figures_renew_themselves(page: Any, site: Any, olga: str) -> None:
    page.clock.install()
    page.goto("/ops")
    before = page.locator(".flow .figure").first.text_content()
    site.post("paula", time=datetime.now(UTC).isoformat())
    for _ in range(100):
        page.clock.run_for(16_000)
        page.wait_for_timeout(100)
        if page.locator(".flow .figure").first.text_content() != before:
            return
    raise AssertionError("the figures stay as they are")


def test_hostile_names_are_shown_as_they_are(page: Any, site: Any, olga: str) -> None:
    page.goto("/ops/users/" + "%3Cb%3E%22x%22%26")
    page.get_by_role("heading", name='<b>"x"&').wait_for()
    assert page.locator("main b:text('x')").count() == 0


def test_pages_of_a_rule_set_with_troubles_tell_them(api: Api) -> None:
    files = dict(api.service.rules.files)
    broken = {**files, "badges/broken.yaml": "{name: Broken, trigger: quiz_completed, metadata: {x: 1 / 0}}\n"}
    api("POST", "/v1/rules/apply", body={"files": broken})
    api.post(api.quiz("q1"))
    api("POST", "/v1/rules/apply", body={"files": {**files, "badges/bad.yaml": "name: Bad\ntrigger: nothing\n"}})
    texts = {room: api.app.test_client().get(room, headers=header(api)).text for room in ("/ops", "/ops/rules")}
    assert "Newer rules were refused" in texts["/ops"] and "broken" in texts["/ops"]
    assert "badges/bad.yaml:2:10" in texts["/ops/rules"]


def header(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.credential('staff')}"}


def test_a_flow_counts_by_the_events_own_times(api: Api) -> None:
    api.post(api.quiz("q1"), api.quiz("q2", time="2026-03-02T10:30:00Z"), api.quiz("q3", time="2026-01-01T00:00:00Z"))
    steps = api.service.overview.flow("day")
    assert len(steps) == 24 and [step.events for step in steps[-3:]] == [1, 0, 1]
    assert sum(step.events for step in steps) == 2
    assert sum(step.events for step in api.service.overview.flow("month")) == 2
    shown = api.app.test_client().get("/ops?range=week", headers=header(api)).text
    assert shown.count('class="space"') == 28
    assert SECRET not in shown
