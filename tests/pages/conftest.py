"""A real server and a real browser for tests of pages: one of each a session; a page fails on what goes wrong in it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import jwt
import pytest

from engine.credentials import new_key
from tests.cli.processes import serving

SECRET = "a secret that is long enough for HS256"
APP = "http://app.example"
"""A site that may embed walls; its pages are made up in the browser."""
ISSUER = "https://badges.example"
PATIENCE = 15_000
"""Milliseconds after which a test gives up."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
)
RULES = {
    "settings.yaml": "locale: en\n",
    "events/login.yaml": "payload: {type: object}\n",
    "events/quiz_completed.yaml": """
payload:
  type: object
  required: [score]
  properties: {score: {type: number, minimum: 0, maximum: 100}}
""",
    "badges/first_quiz.yaml": """
name: {en: First quiz, de: Erstes Quiz}
description: {en: Finish a quiz., de: Schließe ein Quiz ab.}
icon: "🚀"
category: quiz
points: 5
trigger: quiz_completed
""",
    "badges/quiz_master.yaml": """
name: Quiz master
description: Finish quizzes.
icon: "🧠"
category: quiz
trigger: quiz_completed
tiers:
  - {id: bronze, name: Bronze quiz master, threshold: 2, points: 10}
  - {id: gold, name: Gold quiz master, threshold: 6, points: 50}
""",
    "badges/perfect.yaml": """
name: Flawless
description: Score 100 in a quiz.
icon: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cpath d='M0 0h8v8H0z'/%3E%3C/svg%3E"
category: quiz
points: 20
trigger: quiz_completed
when: event.score == 100
""",
    "badges/mentor.yaml": """
name: Mentor
description: Ten more quizzes, once the first is done and one was flawless.
icon: "🎓"
category: quiz
trigger: quiz_completed
threshold: 10
prerequisites: [first_quiz, perfect]
""",
    "badges/streak_3d.yaml": """
name: Three days in a row
description: Open the app on 3 days in a row.
icon: "🔥"
category: streak
trigger: login
measure: streak
period: day
threshold: 3
""",
    "badges/night_owl.yaml": """
name: Night owl
description: Finish three quizzes at night.
icon: "🦉"
secret: true
trigger: quiz_completed
when: time.hour < 5
threshold: 3
""",
    "badges/summer.yaml": """
name: Summer of quizzes
description: Finish a quiz in the summer of 2020.
icon: "🏖️"
trigger: quiz_completed
available: {from: 2020-06-01, until: 2020-08-31}
""",
    "badges/thanks.yaml": "{name: Thank you, description: Given by the team., icon: 💐, grant: staff, points: 1}\n",
    "badges/hostile.yaml": """
name: "<b onclick='alert(1)'>Bold & brave</b>"
description: "</script><script>alert(1)</script>"
icon: "<i>"
trigger: login
threshold: 50
""",
    "leaderboards/most_badges.yaml": "{name: Most badges, rank_by: badges}\n",
    "leaderboards/points.yaml": "{name: Points, rank_by: points}\n",
}


@dataclass
class Site:
    """A server of the rules above, without keys, whose users have tokens."""

    address: str
    _numbers: Iterator[int] = field(default_factory=lambda: count())

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON answer to a call by staff."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data else {}
        request = Request(self.address + path, data, headers, method=method)
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def post(self, user: str, type: str = "quiz_completed", time: str = "2026-03-02T12:00:00Z", **data: Any) -> Any:
        """The receipt of an event of a user's."""
        if type == "quiz_completed":
            data = {"score": 50, **data}
        id = f"e{next(self._numbers)}"
        event = {"id": id, "source": "test", "type": type, "subject": user, "time": time, "data": data}
        return self.call("POST", "/v1/events", {"specversion": "1.0", **event})["results"][0]

    @staticmethod
    def token(user: str) -> str:
        """A user's own token."""
        return jwt.encode({"sub": user, "exp": 4_000_000_000}, SECRET)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running server."""
    folder = tmp_path_factory.mktemp("site")
    for name, text in RULES.items():
        file = folder / "rules" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "issuer.pem").write_text(new_key("ES256"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BADGES_JWT_SECRET", SECRET)
        patch.setenv("BADGES_CORS_ORIGINS", APP)
        patch.setenv("BADGES_EMBED_ORIGINS", APP)
        patch.setenv("BADGES_ISSUER_KEY", str(folder / "issuer.pem"))
        patch.setenv("BADGES_ISSUER_URL", ISSUER)
        patch.delenv("BADGES_DATABASE_URL", raising=False)
        with serving(folder) as (_, address):
            yield Site(address)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser: the system's Chromium."""
    found = os.environ.get("BADGES_TEST_CHROMIUM") or shutil.which("chromium")
    if found is None:
        pytest.skip("there is no Chromium: install the system's package, or name one in BADGES_TEST_CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: extra `test`")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """Opens pages, each of a reader of its own; at the end none of them may have complained."""
    complaints: list[str] = []
    contexts = []

    def new(user: str | None = None, **options: Any) -> Any:
        options.setdefault("viewport", {"width": 1200, "height": 900})
        context = browser.new_context(base_url=site.address, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if user is not None:
            sign_in(page, site.token(user))
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A page of a reader without credentials, who is staff on a server without keys."""
    return new_page()


def sign_in(page: Any, credential: str) -> None:
    """Sign in by the form."""
    page.goto("/session")
    page.get_by_label("Key or token").fill(credential)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: not url.endswith("/session"))


@pytest.fixture(scope="session")
def faults() -> Callable[..., list[str]]:
    """What axe-core finds against a page, from ``serious`` on."""
    module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: extra `test`")
    axe = module.Axe()

    def found(page: Any) -> list[str]:
        results = axe.run(page, options={"resultTypes": ["violations"]})
        return [
            f"{each['id']}: {node['html']}"
            for each in results.response["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    return found
