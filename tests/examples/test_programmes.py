"""The examples of whole programmes: their events go through, every command of their pages runs."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from cli.folder import loaded
from cli.lines import lines_of
from engine.simulate import simulate
from examples import wall
from tests.cli.processes import call, running

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAMMES = ("learning", "loyalty")
UNHELD = {"learning": set(), "loyalty": {"winter_2026"}}
"""Badges that the sample events lead nobody to: the time for one has not come."""


@pytest.mark.parametrize("name", PROGRAMMES)
def test_sample_events_are_all_taken_and_lead_to_every_badge(name: str) -> None:
    rules = loaded(EXAMPLES / name / "rules")
    answer = simulate(rules, lines_of(str(EXAMPLES / name / "events.jsonl")))
    held = {award["badge"] for standing in answer["users"].values() for award in standing["badges"]}
    assert (answer["rejected"], answer["errors"], rules.badges.keys() - held) == ([], [], UNHELD[name])


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_command_of_the_page_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    (tmp_path / "examples").symlink_to(EXAMPLES)
    monkeypatch.chdir(tmp_path)
    commands = [line.split() for line in re.findall(r"^(?:badges|python -m) .*$", text, re.MULTILINE)]
    assert [words[1] for words in commands] == ["check", "test", "simulate", "-m"]
    for words in commands:
        command, rest = (wall.main, words[3:]) if words[0] == "python" else (main, words[1:])
        done = CliRunner().invoke(command, rest)
        assert done.exit_code == 0, done.output
    assert (tmp_path / "badges.html").stat().st_size > 5000


@pytest.mark.parametrize("name", [*PROGRAMMES, "contributors"])
def test_every_badge_stands_on_the_page(name: str) -> None:
    rules, text = loaded(EXAMPLES / name / "rules"), (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    assert [badge.id for badge in rules.badges.values() if badge.icon not in text and not badge.tiers] == []


def test_a_server_shows_what_came_of_it(tmp_path: Path) -> None:
    words = [
        "--rules",
        str(EXAMPLES / "learning/rules"),
        "--events",
        str(EXAMPLES / "learning/events.jsonl"),
        "--port",
        "0",
    ]
    with running(tmp_path, "import sys; from examples.serving import main; main()", *words) as process:
        address = process.wait_for(r"(http://\S+)/wall/ada")[1]
        assert [each["badge"] for each in call(address, "/v1/users/ada/badges")["badges"]][0] == "first_lesson"
        assert process.end(signal.SIGTERM) == 0


def test_a_line_that_cannot_be_read_does_not_stop_the_page() -> None:
    rules = loaded(EXAMPLES / "learning" / "rules")
    assert "People" in wall.page(rules, ["{", "[]", '{"type": "user.updated"}', ""], "x", "y")
