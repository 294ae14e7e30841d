"""A git repository's log becomes events, at the authors' own local times, and a page."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.folder import loaded
from engine.simulate import simulate
from examples.contributors import log
from examples.contributors.__main__ import RULES
from examples.contributors.__main__ import main as page
from examples.contributors.repository import NoRepository, Person, Repository, instant

ADA = ("Ada", "ada@example.org")
EVE = ('Eve" onclick=&quot;x', "eve/../x@example.org")


def git(folder: Path, *words: str, who: tuple[str, str] = ADA, at: str = "2026-03-02T10:00:00+09:00") -> None:
    """A git command as somebody, at a time."""
    name, email = who
    told = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", name), ("EMAIL", email), ("DATE", at))}  # fmt: skip
    own = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(folder), *words], env={**own, **told}, check=True, capture_output=True, timeout=60)


def commit(folder: Path, message: str, **more: Any) -> None:
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message, **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone") / "project"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / ".mailmap").write_text("Grace Hopper <grace@example.org> <g@old.example>\n", encoding="utf-8")
    for day in (1, 2, 3):
        commit(folder, f"day {day}", at=f"2026-03-0{day}T00:30:00+09:00")
    commit(folder, "together\n\nCo-authored-by: G <G@old.example>\nCo-authored-by: Ada <ada@example.org>")
    git(folder, "tag", "v1", who=EVE)
    commit(folder, "hello", who=EVE, at="2026-03-05T10:00:00-05:00")
    commit(folder, "automatic", who=("Updates[bot]", "bot@example.org"))
    git(folder, "tag", "--annotate", "v2", "--message", "two", who=EVE, at="2026-03-07T10:00:00Z")
    return folder


@pytest.fixture(scope="module")
def events(folder: Path) -> list[dict[str, Any]]:
    return list(log.events(Repository(folder)))


def test_commits_keep_their_authors_own_offset(events: list[dict[str, Any]]) -> None:
    times = [event["time"] for event in events if event["type"] == "commit" and event["subject"] == ADA[1]]
    assert times[:2] == ["2026-03-01T00:30:00+09:00", "2026-03-02T00:30:00+09:00"]


def test_everybody_who_took_part_has_a_name_and_events(events: list[dict[str, Any]]) -> None:
    eve = log.user_of(Person(*EVE))
    assert [(event["type"], event["subject"]) for event in events if event["type"] != "commit"] == [
        ("user.updated", "ada@example.org"),
        ("user.updated", "grace@example.org"),
        ("co_authored", "grace@example.org"),
        ("user.updated", eve),
        ("tag", "ada@example.org"),
        ("tag", eve),
    ]
    assert eve.startswith("u") and "@" not in eve


def test_without_names_nobody_is_named_and_with_bots_they_are_there(folder: Path) -> None:
    text = json.dumps(list(log.events(Repository(folder), anonymous=True, bots=True)))
    assert "example" not in text and "Ada" not in text
    assert len({event["subject"] for event in json.loads(text)}) == 4


def test_the_rules_take_all_of_it(events: list[dict[str, Any]]) -> None:
    answer = simulate(loaded(RULES), map(json.dumps, events))
    assert (answer["rejected"], answer["errors"]) == ([], [])
    held = [[award["badge"] for award in standing["badges"]] for standing in answer["users"].values()]
    assert held == [["first_commit", "first_tag", "three_days"], ["helping_hand"], ["first_commit", "first_tag"]]


def test_one_command_writes_a_page_in_which_names_are_text(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "badges.html"
    done = CliRunner().invoke(page, [str(folder), "--out", str(out)], catch_exceptions=False)
    assert done.output == out.as_uri() + "\n"
    text = out.read_text(encoding="utf-8")
    assert "Three days in a row" in text and "Eve&#34; onclick=&amp;quot;" in text
    assert "<script" not in text and "default-src 'none'" in text


def test_a_bare_clone_tells_the_same(folder: Path, events: list[dict[str, Any]], tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), "project.git")
    commits = [event for event in log.events(Repository(tmp_path / "project.git")) if event["type"] == "commit"]
    assert commits == [event for event in events if event["type"] == "commit"]
    assert {event["source"] for event in commits} == {"git:project"}


def test_what_is_no_repository_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(log.main, [str(tmp_path)])
    assert (done.exit_code, "not a git repository" in done.output) == (1, True)
    git(tmp_path, "init", "--quiet")
    with pytest.raises(NoRepository, match="nothing has been committed"):
        Repository(tmp_path)


@pytest.mark.parametrize(
    ("date", "means"),
    [
        ("1772442000 +0545", "2026-03-02T14:45:00+05:45"),
        ("1772442000 -0330", "2026-03-02T05:30:00-03:30"),
        ("1772442000 +9959", "2026-03-02T09:00:00+00:00"),
        ("999999999999 +0000", None),
        ("", None),
    ],
)
def test_dates_that_cannot_be_are_no_fault(date: str, means: str | None) -> None:
    found = instant(date)
    assert (found.isoformat() if found else None) == means
