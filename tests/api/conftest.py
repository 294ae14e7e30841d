"""An app over the real engine and an in-memory store, whose every answer is held against its OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import jwt
import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from api import Config, create_app
from engine.calendar import DAY, format_instant, parse_instant
from engine.service import Service
from engine.store import Store
from tests.conftest import NewStore

SECRET = "a secret that is long enough for HS256"
NOON = parse_instant("2026-03-02T12:00:00Z")[0]
FILES = {
    "settings.yaml": "locale: en\n",
    "events/login.yaml": "payload: {type: object}\n",
    "events/quiz_completed.yaml": """
payload:
  type: object
  required: [score, totalQuestions]
  properties:
    score: {type: number, minimum: 0}
    totalQuestions: {type: integer, minimum: 1}
""",
    "events/score_recorded.yaml": """
payload:
  type: object
  required: [provider_id, quiz_correct]
  properties: {provider_id: {type: string}, quiz_correct: {type: boolean}}
""",
    "catalogs/providers.yaml": "items: [openai, anthropic]\n",
    "metrics/login_streak.yaml": "{trigger: login, measure: streak, period: day}\n",
    "metrics/correct_providers.yaml": """
trigger: score_recorded
when: event.quiz_correct and event.provider_id in catalog.providers
measure: count_distinct
of: event.provider_id
latest: true
""",
    "badges/first_quiz.yaml": """
name: {en: First quiz, ja: 初クイズ}
description: {en: Finish a quiz., ja: クイズを終える。}
icon: "🎯"
points: 5
trigger: quiz_completed
metadata: {percent: event.score / event.totalQuestions * 100}
""",
    "badges/quiz_master.yaml": """
name: Quiz master
trigger: quiz_completed
tiers: [{id: bronze, threshold: 2}, {id: gold, threshold: 4}]
""",
    "badges/sharer.yaml": "{name: Sharer, grant: client}\n",
    "badges/proud_sharer.yaml": "{name: Proud sharer, grant: client, prerequisites: [first_quiz]}\n",
    "badges/mvp.yaml": "{name: Most valuable, grant: staff}\n",
    "badges/night_owl.yaml": "{name: Night owl, secret: true, trigger: quiz_completed, threshold: 3}\n",
    "badges/streak_2d.yaml": "{name: Two days, metric: login_streak, threshold: 2}\n",
    "badges/all_providers.yaml": "{name: All, metric: correct_providers, threshold: size(catalog.providers)}\n",
    "leaderboards/badge_count.yaml": "{name: Most badges, rank_by: badges}\n",
    "leaderboards/quiz_correct.yaml": "{name: Champions, rank_by: metric, metric: correct_providers}\n",
    "actions.yaml": """
check_streaks: {emits: login, metric: login_streak, badges: [streak_2d]}
check_quiz_master: {metric: correct_providers, catalog: providers, badges: [all_providers]}
record_score: {emits: score_recorded, metric: correct_providers, badges: [all_providers]}
leaderboard: {leaderboard: badge_count}
score_leaderboard: {leaderboard: quiz_correct}
""",
}


@dataclass
class Clock:
    """A clock that tests move."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now

    def days(self, days: int) -> None:
        self.now += days * DAY


@dataclass
class Api:
    """An app, and calls to it that check each answer against the OpenAPI document."""

    app: Flask
    service: Service
    clock: Clock
    config: Config
    keys: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, method: str, path: str, caller: str | None = "staff", body: Any = None, **options: Any
    ) -> TestResponse:
        """The answer to a call by ``staff``, ``events``, ``read``, ``user:NAME``, or None for nobody."""
        headers = dict(options.pop("headers", {}))
        if caller:
            headers.setdefault("Authorization", f"Bearer {self.credential(caller)}")
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
            options["data"] = body if isinstance(body, bytes) else json.dumps(body)
        response = self.app.test_client().open(path, method=method, headers=headers, **options)
        self.check(method, unquote(path.partition("?")[0]), response)
        return response

    def get(self, path: str, caller: str | None = "staff", **options: Any) -> Any:
        """The body of a good answer."""
        response = self("GET", path, caller, **options)
        assert response.status_code == 200, response.text
        return response.get_json()

    @staticmethod
    def quiz(id: str, user: str = "ada", score: float = 9, **more: Any) -> dict[str, Any]:
        """A finished quiz, as a service posts it."""
        data = {"score": score, "totalQuestions": 10}
        event = {"id": id, "source": "quiz", "type": "quiz_completed", "subject": user, "data": data}
        return {"specversion": "1.0", **event, "time": format_instant(NOON)} | more

    def post(self, *events: dict[str, Any], caller: str = "events") -> list[dict[str, Any]]:
        """The receipts of a batch."""
        response = self("POST", "/v1/events", caller, list(events))
        assert response.status_code == 200, response.text
        return list(response.get_json()["results"])

    def credential(self, caller: str) -> str:
        """A key of that scope, or the token of ``user:NAME``."""
        if caller.startswith("user:"):
            return jwt.encode({"sub": caller[5:], "exp": 4_000_000_000}, SECRET)
        if caller not in self.keys:
            self.keys[caller] = self.service.create_key(f"{caller}-key", caller.split("+"))
        return self.keys[caller]

    def check(self, method: str, path: str, response: TestResponse) -> None:
        """Holds an answer against the OpenAPI document."""
        if method in ("OPTIONS", "HEAD"):
            return
        operation = self._operation(method, path)
        if operation is None and response.mimetype == "text/html":
            return
        responses = operation["responses"] if operation else {}
        said = responses.get(str(response.status_code), responses.get("default"))
        problem = response.status_code >= 400
        assert response.mimetype == ("application/problem+json" if problem else next(iter(said["content"])))
        documented = str(response.status_code) in responses or response.status_code >= 500
        assert documented or not operation, f"{response.status_code} is undocumented"
        if response.mimetype == "text/event-stream":
            response.close()  # it would go on for ever
        if response.is_json:
            schema = (
                {"$ref": "#/components/schemas/Problem"} if problem else next(iter(said["content"].values()))["schema"]
            )
            whole = {**schema, "components": self.document["components"]}
            Draft202012Validator(whole, format_checker=FormatChecker()).validate(response.get_json())

    @property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document, which is the same for all apps of a configuration."""
        if self.config not in _DOCUMENTS:
            _DOCUMENTS[self.config] = self.app.test_client().get("/openapi.json").get_json()
        return _DOCUMENTS[self.config]

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, operations in sorted(self.document["paths"].items(), key=lambda item: item[0].count("{")):
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                return operations.get(method.lower())
        return None


_DOCUMENTS: dict[Config, dict[str, Any]] = {}
_BUILDERS: dict[tuple[str, bool], Callable[..., Any]] = {}
_compile_builder = Rule._compile_builder


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """What makes URLs of a route: half of the time that it takes to make an app, and the same in each of them."""
    key = (rule.rule, append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


def api_over(store: Store, config: Config | None = None, files: dict[str, str] = FILES) -> Api:
    """An app over an engine of its own."""
    clock, config = Clock(), config or Config(jwt_secret=SECRET)
    service = Service(store, clock)
    service.apply(files, by="test")
    with patch.object(Rule, "_compile_builder", _builder):
        return Api(create_app(service, config), service, clock, config)


@pytest.fixture
def make_api(new_store: NewStore) -> Iterator[Callable[..., Api]]:
    """Makes apps, each over an engine of its own."""

    def make(config: Config | None = None, files: dict[str, str] = FILES) -> Api:
        return api_over(new_store(), config, files)

    yield make


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    """An app with the rules above."""
    return make_api()
