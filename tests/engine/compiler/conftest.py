"""A small rule set, and how to compile it with changes."""

from collections.abc import Callable

import pytest

from engine.compiler import load
from engine.model import RuleSet

EVENTS = {
    "events/quiz.yaml": """
        payload:
          type: object
          required: [score, total, provider]
          properties:
            score: {type: number}
            total: {type: integer, minimum: 1}
            provider: {type: string}
            note: {type: string}
        """,
    "events/login.yaml": "payload: {type: object}",
    "catalogs/providers.yaml": "items: [openai, google]",
}

Rules = Callable[..., RuleSet]


@pytest.fixture
def rules() -> Rules:
    """Compile the small rule set with files added: ``rules({"badges/x.yaml": ...})``, or a badge ``x`` by its text."""

    def compile(changes: dict[str, str] | str = "", **badges: str) -> RuleSet:
        files = {"badges/x.yaml": changes} if isinstance(changes, str) and changes else changes or {}
        return load({**EVENTS, **files, **{f"badges/{id}.yaml": f"name: {id}\n{text}" for id, text in badges.items()}})

    return compile
