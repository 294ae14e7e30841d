"""The example rule sets are as they should be: nothing to find in them, and every badge told by a scenario."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path

import pytest

from engine.compiler import compile_rules, load
from engine.scenarios import coverage, run, scenarios_of
from engine.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("rules", "examples/contributors/rules", "examples/learning/rules", "examples/loyalty/rules")


def files_of(folder: str) -> dict[str, str]:
    """The rule files of a folder, by path relative to it."""
    root = ROOT / folder
    return {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in root.rglob("*.yaml")}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_check_finds_nothing(folder: str) -> None:
    assert compile_rules(files_of(folder)).problems == ()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_scenario_passes_and_every_badge_is_awarded_in_one(folder: str) -> None:
    rules = load(files_of(folder))
    results = [run(rules, scenario) for scenario in scenarios_of(rules)]
    assert [(result.scenario.file, result.faults) for result in results if not result.passed] == []
    assert coverage(rules, results).percent == 100


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_names_the_schema_of_its_kind(folder: str) -> None:
    kinds = {"events": "event", "badges": "badge", "catalogs": "catalog", "metrics": "metric"}
    kinds |= {"leaderboards": "leaderboard", "scenarios": "scenario"}
    for path, text in files_of(folder).items():
        kind = kinds.get(path.split("/")[0], path.removesuffix(".yaml"))
        name = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        schema = (ROOT / folder / path).parent / name
        assert schema.resolve() == ROOT / "docs" / "schemas" / f"{kind}.schema.json", path


def test_a_file_of_events_gives_what_its_users_earned() -> None:
    lines = (ROOT / "examples/quizzes.jsonl").read_text(encoding="utf-8").splitlines()
    answer = simulate(load(files_of("rules")), lines)
    held = {user: [award["badge"] for award in told["badges"]] for user, told in answer["users"].items()}
    assert held["bob"] == ["quiz_master_3", "referrer"]
    assert sorted(held["ada"]) == ["accuracy_expert", "first_quiz", "streak_3d", "weekend_warrior"]
    assert [rejected["line"] for rejected in answer["rejected"]] == [11]
    assert answer["errors"] == []


def test_real_commits_are_all_taken() -> None:
    with gzip.open(ROOT / "examples/contributors/commits.jsonl.gz", "rt", encoding="utf-8") as log:
        lines = list(islice(log, 2000))
    answer = simulate(load(files_of("examples/contributors/rules")), lines)
    assert answer["rejected"] == answer["errors"] == []
    authors = {json.loads(line)["subject"] for line in lines}
    assert answer["users"].keys() == authors
