"""Real input: the commit log of a large public project, by the authors' own clocks."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.folder import read_rules
from engine import jsontext
from engine.calendar import parse_instant
from engine.cloudevents import from_json
from engine.compiler import compile_rules, load
from engine.model import RuleSet, Viewer
from engine.presentation import award_json, progress_json
from engine.service import Service
from engine.simulate import simulate
from engine.store import open_store

EXAMPLE = Path(__file__).parents[2] / "examples" / "contributors"
STAFF = Viewer("staff", name="test")

BY_HAND = {
    "u221aa008": [
        "first_commit 404abe0f1c19",
        "every_year#2018-01-01 86239ee5a59e",
        "committer.bronze abf6fe0a983c",
        "night_owl b4132df5f712",
        "collector a000cec011b8",
        "comeback a000cec011b8",
    ],
    "uf2115bf7": [
        "first_commit fe4b6693f740",
        "every_year#2017-01-01 34a48134640b",
        "three_days 1faf33acacd2",
        "comeback 43c9d9e91fb7",
        "collector f62fd2bfc9f8",
        "committer.bronze f62fd2bfc9f8",
        "every_year#2019-01-01 a68d1f268864",
    ],
    "u578be9a2": [
        "first_commit a53e00f9fdd8",
        "comeback 2bd077ed9724",
        "every_year#2021-01-01 72a9f7fee92b",
        "collector 516579a97eb8",
        "committer.bronze 516579a97eb8",
        "team_player 516579a97eb8",
        "every_year#2022-01-01 286dfc70b7c7",
    ],
}
"""What three people hold, and the commits that completed it: read off their commits with pencil and paper."""


def lines() -> Iterator[str]:
    with gzip.open(EXAMPLE / "commits.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from file


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return read_rules(EXAMPLE / "rules")


@pytest.fixture(scope="module")
def rules(files: dict[str, str]) -> RuleSet:
    return load(files)


@pytest.fixture(scope="module")
def simulated(rules: RuleSet) -> dict[str, Any]:
    return simulate(rules, lines())


def test_the_rules_have_no_problem(files: dict[str, str]) -> None:
    assert compile_rules(files).problems == ()


def test_three_people_hold_what_their_commits_say(simulated: dict[str, Any]) -> None:
    for user, expected in BY_HAND.items():
        held = [
            award["badge"]
            + (f".{award['tier']}" if award["tier"] else "")
            + (f"#{award['occurrence']}" if award["occurrence"] else "")
            + f" {award['event']['id']}"
            for award in simulated["users"][user]["badges"]
        ]
        assert held == expected


def test_nothing_is_rejected_and_no_rule_fails(simulated: dict[str, Any]) -> None:
    assert (len(simulated["users"]), simulated["rejected"], simulated["errors"]) == (1477, [], [])


def test_simulate_import_and_verify_agree(
    files: dict[str, str], rules: RuleSet, simulated: dict[str, Any], tmp_path: Path
) -> None:
    newest = max(parse_instant(json.loads(line)["time"])[0] for line in lines())
    service = Service(open_store(f"sqlite:///{tmp_path}/commits.db"), lambda: newest)
    service.apply(files, "test")
    posts = [from_json(jsontext.loads(line)) for line in lines()]
    for start in range(0, len(posts), 500):
        receipts = service.ingest(posts[start : start + 500], STAFF)
        assert {receipt.status for receipt in receipts} == {"accepted"}
    for user, standing in simulated["users"].items():
        assert [award_json(award, rules) for award in service.awards(user, STAFF)] == standing["badges"]
        assert [progress_json(p) for p in service.progress(user, STAFF)] == standing["progress"]
    report = service.verify()
    assert (report.users, report.events, report.differences, report.kept) == (1477, 18_400, [], [])
