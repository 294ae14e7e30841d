"""Takes the pictures of these pages: ``python -m docs.screenshots [name …]``, with the system's Chromium.

A server tells the story of ``docs/story.py``; each picture is a row of SHOTS. The files are small: 256 colours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import jwt
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from cli.lines import lines_of
from engine.credentials import new_key
from examples import wall

from . import story
from .pages import ROOT

IMAGES = ROOT / "docs" / "images"
SECRET = "pictures are taken with this secret"
BATCH = 500
_SERVE = "import sys; sys.argv[0] = 'badges'; from cli import main; main()"


@dataclass(frozen=True)
class Shot:
    """One picture."""

    name: str
    path: str
    width: int = 1200
    height: int = 800
    scheme: str = "light"
    locale: str = "en-GB"
    user: str | None = None
    """Who is signed in; else staff, for no key is made."""
    before: Callable[[Page], object] | None = None
    """What is done on the page before."""


def arrival(page: Page) -> None:
    """A badge arrives: a moment of joy."""
    page.wait_for_timeout(1500)
    _call(page.url.partition("/wall")[0], "PUT", f"/v1/users/{story.HERO}/badges/mentor", {"reason": "a fine guide"})
    page.locator(".joy").wait_for()
    page.wait_for_timeout(900)


def writing(page: Page) -> None:
    """A rule of the studio's example is written, beside a month of books."""
    _try(page, "badges/critic.yaml")
    page.get_by_label("Step of the timeline").fill("9")
    page.locator(".cm-content").get_by_text("event.words >= 100").click()
    page.mouse.move(0, 0)
    page.keyboard.press("End")
    page.keyboard.type(" and event.")
    page.locator(".cm-completionInfo").wait_for()
    page.get_by_role("heading", name="1 error").wait_for()


def failing(page: Page) -> None:
    """A scenario of the studio's example says what a change broke."""
    _try(page, "badges/critic.yaml")
    page.locator(".cm-content").get_by_text("event.words >= 100").click()
    page.keyboard.press("End")
    page.keyboard.type("0")
    page.get_by_role("tab", name="Scenarios (1 failed)").click()
    page.get_by_role("button", name="Go to line").first.wait_for()


def explained(page: Page) -> None:
    """Why a badge of the studio's example is not earned yet."""
    _try(page, "badges/critic.yaml")
    page.get_by_label("Step of the timeline").fill("9")
    page.locator('#board [data-badge="critic"] button').click()
    page.get_by_role("heading", name="The newest events").wait_for()


def verified(page: Page) -> None:
    """Somebody shows a badge, and the page says what it is worth."""
    address = page.url.partition("/verify")[0]
    found = _call(address, "GET", f"/v1/users/{story.HERO}/badges/all_rounder/credential")
    page.get_by_label("Credential, or its address").fill(found["jwt"])
    page.get_by_label("Whose should it be?").fill(story.HERO)
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("Valid.").wait_for()


def contributors(page: Page) -> None:
    """The page that one command makes of a repository's log, here of a public project without names."""
    example = ROOT / "examples" / "contributors"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        wall.write(file, example / "rules", list(lines_of(str(example / "commits.jsonl.gz"))), "A public project")
        page.goto(file.as_uri())


def delivering(page: Page) -> None:
    """A webhook whose receiver is away, with what waits for it."""
    address = page.url.partition("/ops")[0]
    wish = {"url": "https://shop.invalid/badges", "description": "The shop", "types": ["badge.awarded"]}
    hook = _call(address, "POST", "/v1/webhooks", wish)["id"]
    for user in ("dan", "mia", "noor"):
        _call(address, "PUT", f"/v1/users/{user}/badges/helpful", {"reason": "a fine guide"})
    page.goto(f"/ops/webhooks/{hook}")
    while not page.get_by_text("its name is not found").count():
        page.wait_for_timeout(200)
        page.reload()


def _try(page: Page, file: str) -> None:
    page.locator("#studio[aria-busy=false]").wait_for()
    page.get_by_label("Rules", exact=True).select_option("A small example")
    page.locator(f'[data-path="{file}"]').click()
    page.get_by_label("Events", exact=True).select_option("a_month_of_books")
    page.locator("#step").get_by_text("10 of 10").wait_for()


SHOTS = (
    Shot("studio", "/studio", width=1440, height=860, before=writing),
    Shot("studio-scenarios", "/studio", width=1440, height=860, scheme="dark", before=failing),
    Shot("studio-why", "/studio", width=1200, height=800, before=explained),
    Shot("wall", f"/wall/{story.HERO}", height=1800, user=story.HERO),
    Shot("wall-dark", f"/wall/{story.HERO}", height=1060, scheme="dark", user=story.HERO),
    Shot("wall-phone", f"/wall/{story.HERO}?locale=de", width=400, height=860, user=story.HERO),
    Shot("badge", f"/wall/{story.HERO}/badges/all_rounder", width=1000, height=820),
    Shot("gallery", "/gallery", height=900, user=story.HERO),
    Shot("leaderboard", "/leaderboards/all_time?limit=12", width=1000, height=900, user="dan"),
    Shot("operations", "/ops?range=month", width=1200, height=960),
    Shot("operations-user", f"/ops/users/{story.HERO}", width=1200, height=900, scheme="dark"),
    Shot("sign-in", "/session", width=800, height=620, user=None),
    Shot("embedded", f"/embed/wall/{story.HERO}?theme=dark&accent=3ecf8e", width=800, height=560),
    Shot("verify", "/verify", width=800, height=900, before=verified),
    Shot("contributors", "/session", width=1200, height=860, before=contributors),
    Shot("arrival", f"/wall/{story.HERO}", width=1000, height=760, user=story.HERO, before=arrival),
    Shot("operations-webhook", "/ops/webhooks", width=1200, height=760, before=delivering),
)


def main() -> None:
    """Take all pictures, or those that are named."""
    wanted = [shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]]
    chromium = os.environ.get("BADGES_TEST_CHROMIUM") or shutil.which("chromium")
    IMAGES.mkdir(exist_ok=True)
    with told() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in wanted:
            file = IMAGES / f"{shot.name}.png"
            file.write_bytes(smaller(taken(browser, address, shot)))
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} kB")
        browser.close()


def taken(browser: Browser, address: str, shot: Shot) -> bytes:
    """A picture as the browser takes it."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.scheme,  # type: ignore[arg-type]
        locale=shot.locale,
        timezone_id="Europe/Berlin",
    )
    page = context.new_page()
    if shot.user:
        page.goto("/session?locale=en")
        page.get_by_label("Key or token").fill(jwt.encode({"sub": shot.user, "exp": 4_000_000_000}, SECRET))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/session" not in url)
    page.goto(shot.path)
    page.wait_for_load_state("load")
    if shot.before:
        shot.before(page)
    page.evaluate("() => document.fonts.ready")
    picture = page.screenshot()
    context.close()
    return picture


def smaller(picture: bytes) -> bytes:
    """The same picture in 256 colours."""
    image = Image.open(BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


@contextmanager
def told() -> Iterator[str]:
    """A server to which the story was told, and its address."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in story.rules().items():
            file = folder / "rules" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        (folder / "issuer.pem").write_text(new_key("ES256"), encoding="utf-8")
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "BADGES_JWT_SECRET": SECRET,
            "BADGES_LOG_LEVEL": "error",
            "BADGES_ISSUER_KEY": str(folder / "issuer.pem"),
            "BADGES_ISSUER_URL": "https://badges.example",
            "BADGES_ISSUER_NAME": "A school",
        }
        command = [sys.executable, "-c", _SERVE, "serve", "--port", "0", "--database", f"sqlite:///{folder}/story.db"]
        server = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)
        try:
            address = _address(server)
            _tell(address)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        if match := re.search(r"Listening on (\S+)", line):
            return match[1]
    raise SystemExit("the server did not start")


def _tell(address: str) -> None:
    events = story.events(datetime.now(UTC))
    for first in range(0, len(events), BATCH):
        answer = _call(address, "POST", "/v1/events", events[first : first + BATCH])
        refused = [each["errors"] for each in answer["results"] if each["status"] != "accepted"]
        assert not refused, refused[0]
    _call(address, "PUT", f"/v1/users/{story.HERO}/badges/helpful", {"reason": "showed two colleagues around"})


def _call(address: str, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    request = Request(address + path, data, headers, method=method)
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main()
