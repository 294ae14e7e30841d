"""``badges retention``, and what other commands say of what it compacted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run
from .test_database import held, line

OLD = line("1", 90) + line("2", 60, time="2026-01-02T10:00:00Z") + line("3", 60, subject="bob")


@pytest.fixture
def compacted(badges: Run) -> Run:
    """A database in which the logs of two users are compacted."""
    badges("apply")
    badges("import", "-", input=OLD)
    result = badges("retention", "--older", "1d")
    assert (result.exit_code, result.stdout.split(" before ")[0]) == (0, "3 entries of 2 users")
    return badges


def test_the_log_is_compacted_and_verify_agrees(compacted: Run) -> None:
    result = compacted("verify")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "replayed from a snapshot on: 2 logs",
        "2 users, 0 events: 0 differences, 0 awards kept.",
    ]
    assert held(compacted, "ada", "good") == ["2026-01-01T01:00:00Z"]
    assert compacted("retention", "--older", "1d").stdout.startswith("0 entries of 0 users")


def test_what_is_compacted_leaves_the_files(compacted: Run, folder: Path) -> None:
    content = b"".join(path.read_bytes() for path in folder.glob("badges.db*"))
    assert b'{"score":90}' not in content and b"ada" in content


def test_an_explanation_says_that_earlier_events_count_but_are_not_listed(compacted: Run) -> None:
    told = compacted("explain", "ada", "good").stdout.splitlines()
    assert told[0] == "ada, good: earned"
    assert told[-1].startswith("  what came before ") and told[-1].endswith("it counts, but is not listed")


def test_a_dry_run_says_what_would_be_compacted_and_writes_nothing(badges: Run) -> None:
    badges("apply")
    badges("import", "-", input=OLD)
    result = badges("retention", "--older", "1d", "--dry-run")
    assert result.stdout.startswith("3 entries of 2 users before ") and result.stdout.endswith("would be compacted.\n")
    assert badges("verify").stdout == "2 users, 3 events: 0 differences, 0 awards kept.\n"


@pytest.mark.parametrize("age", ["400", "1440", "5m", "0d", "-1d", "1y", "99999999w", ""])
def test_an_age_that_is_none_or_too_short_is_refused(badges: Run, age: str) -> None:
    result = badges("retention", f"--older={age}")
    assert result.exit_code == 2 and "Invalid value for '--older'" in result.stderr


def test_the_import_of_compacted_lines_tells_duplicates_conflicts_and_what_comes_too_late(compacted: Run) -> None:
    again = compacted("import", "-", input=OLD + line("1", 91) + line("9", 90, time="2026-01-02T09:00:00Z"))
    assert again.stdout.splitlines()[-1] == "0 accepted, 3 duplicate, 1 conflict, 1 rejected."
    assert "line 5 rejected: time: is before" in again.stdout


def test_an_export_says_what_was_compacted_and_an_import_elsewhere_goes_on_from_it(compacted: Run) -> None:
    exported = compacted("export").stdout
    first = json.loads(exported.splitlines()[0])
    assert (first["type"], first["data"]["entries"], first["data"]["types"]) == ("badge.compacted", 2, ["quiz"])
    assert first["data"]["until"] == first["time"]
    other = ("--database", "sqlite:///other.db")
    compacted("apply", *other)
    assert compacted("import", "-", *other, input=exported).stdout.startswith("2 accepted, 0 duplicate")
    assert compacted("import", "-", *other, input=exported).stdout.startswith("0 accepted, 2 duplicate")
    assert compacted("export", *other).stdout == exported
    assert held(compacted, "ada", "good", *other) == ["2026-01-01T01:00:00Z"]
    assert compacted("import", "-", *other, input=OLD).stdout.startswith("0 accepted, 3 duplicate")
    assert compacted("verify", *other).exit_code == 0


def test_a_simulation_goes_on_from_what_an_export_says(compacted: Run, folder: Path) -> None:
    late = line("4", 90, subject="bob", time="2026-01-01T00:30:00Z")
    (folder / "events.jsonl").write_text(compacted("export").stdout + late)
    answer = json.loads(compacted("simulate", "--events", "events.jsonl", "--format", "json").stdout)
    badges = {user: [award["badge"] for award in told["badges"]] for user, told in answer["users"].items()}
    assert badges == {"ada": ["first", "good"], "bob": ["first"]}
    assert [rejected["line"] for rejected in answer["rejected"]] == [3]
    assert "is compacted" in answer["rejected"][0]["reason"]


@pytest.mark.parametrize(
    "change",
    [
        {"snapshot": "{}"},
        {"snapshot": None},
        {"snapshot": "no JSON"},
        {"snapshot": '{"state": [], "entries": []}'},
        {},
    ],
)
def test_a_snapshot_that_is_none_is_rejected(compacted: Run, change: dict) -> None:
    entry = json.loads(compacted("export").stdout.splitlines()[0])
    entry = {**entry, "subject": "cyd", "data": {**entry["data"], **change}} if change else {**entry, "data": {}}
    other = ("--database", "sqlite:///other.db")
    compacted("apply", *other)
    result = compacted("import", "-", *other, input=json.dumps({**entry, "subject": "cyd"}) + "\n")
    assert result.exit_code == 1 and "the snapshot is no snapshot" in result.stdout
    assert compacted("export", *other).stdout == ""


def test_a_snapshot_does_not_go_before_a_log_that_is_there(compacted: Run) -> None:
    exported = compacted("export").stdout
    other = ("--database", "sqlite:///other.db")
    compacted("apply", *other)
    compacted("import", "-", *other, input=line("5", 60))
    result = compacted("import", "-", *other, input=exported)
    assert "line 1 rejected: data.snapshot: the snapshot comes too late" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 accepted, 0 duplicate, 0 conflict, 1 rejected."


def test_a_plan_says_that_new_metrics_begin_at_the_snapshot(compacted: Run, folder: Path) -> None:
    (folder / "rules/badges/fair.yaml").write_text("name: Fair\ntrigger: quiz\nwhen: event.score >= 60\n")
    told = compacted("plan").stdout
    assert "The log of 2 users until " in told and "metrics that are new begin there" in told
    assert json.loads(compacted("plan", "--format", "json").stdout)["compacted"]["users"] == 2
