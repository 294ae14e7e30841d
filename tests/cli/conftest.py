"""A folder of rules to work in, and the command line over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

Run = Callable[..., Result]
RULES = {
    "events/quiz.yaml": "payload: {type: object, required: [score], properties: {score: {type: number}}}\n",
    "badges/first.yaml": "name: First\nicon: 🚀\ntrigger: quiz\n",
    "badges/good.yaml": "name: Good\ntrigger: quiz\nwhen: event.score >= 80\n",
    "badges/gift.yaml": "name: Gift\ngrant: staff\n",
    "scenarios/story.yaml": "steps:\n  - {event: quiz, data: {score: 90}, awards: [first, good]}\n"
    "  - {grant: gift, awards: [gift]}\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a rule set in `rules`."""
    for name, text in RULES.items():
        file = tmp_path / "rules" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BADGES_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def badges(folder: Path) -> Run:
    """Runs the command line in the working folder."""
    runner = CliRunner()
    return lambda *words, **more: runner.invoke(main, [str(word) for word in words], **more)
