"""Commands over a database: apply, import, export, verify, explain, erase, key, history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

EVENT = {"specversion": "1.0", "source": "app", "type": "quiz", "subject": "ada", "time": "2026-01-01T10:00:00+09:00"}


def line(id_: str, score: Any, **more: Any) -> str:
    return json.dumps({**EVENT, "id": id_, "data": {"score": score}, **more}) + "\n"


def held(badges: Run, user: str, badge: str, *words: str) -> list[str]:
    answer = json.loads(badges("explain", user, badge, "--format", "json", *words).stdout)
    return [award["awarded_at"] for award in answer["awards"]]


# apply and history


def test_apply_puts_a_rule_set_in_service_and_says_what_happened(badges: Run) -> None:
    first, again = badges("apply"), badges("apply")
    assert first.exit_code == again.exit_code == 0
    assert "is in service, the first one; 0 users rebuilt, 0 awards given." in first.stdout
    assert "was in service already" in again.stdout


def test_apply_gives_what_users_have_earned_already(badges: Run, folder: Path) -> None:
    badges("apply")
    badges("import", "-", input=line("1", 60))
    (folder / "rules/badges/fair.yaml").write_text("name: Fair\ntrigger: quiz\nwhen: event.score >= 60\n")
    result = badges("apply")
    assert "1 user rebuilt, 1 award given." in result.stdout and "untested-badge" in result.stderr
    assert held(badges, "ada", "fair") == ["2026-01-01T01:00:00Z"]


def test_apply_refuses_rules_with_an_error_and_those_in_service_stay(badges: Run, folder: Path) -> None:
    badges("apply")
    (folder / "rules/badges/good.yaml").write_text("name: Good\ntrigger: quizz\n")
    result = badges("apply")
    assert (result.exit_code, result.stdout) == (1, "") and "unknown-event" in result.stderr
    assert len(json.loads(badges("history", "--format", "json").stdout)) == 1


def test_apply_refuses_to_remove_a_badge_that_people_hold_unless_told(badges: Run, folder: Path) -> None:
    badges("apply")
    badges("import", "-", input=line("1", 90))
    (folder / "rules/badges/good.yaml").unlink()
    story = folder / "rules/scenarios/story.yaml"
    story.write_text(story.read_text().replace(", good", ""))
    result = badges("apply")
    assert result.exit_code == 1 and "good (1 person)" in result.stderr
    assert badges("apply", "--allow-remove").exit_code == 0


def test_history_lists_versions_newest_first(badges: Run, folder: Path) -> None:
    assert badges("history").stdout == ""
    badges("apply")
    (folder / "rules/settings.yaml").write_text("timezone: Asia/Tokyo\n")
    badges("apply")
    rows = badges("history").stdout.splitlines()
    assert rows[0].split() == ["number", "version", "applied", "at", "by"]
    assert [row.split()[0] for row in rows[1:3]] == ["2", "1"]


# import, export, verify


def test_import_takes_events_in_once_and_tells_the_lines_that_it_refused(badges: Run) -> None:
    badges("apply")
    lines = line("1", 90) + "\n" + line("2", "x") + line("1", 90) + line("1", 91) + "nonsense\n"
    result = badges("import", "-", input=lines)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 accepted, 1 duplicate, 1 conflict, 2 rejected."
    assert [row.split()[:3] for row in result.stdout.splitlines()[:-1]] == [
        ["line", "3", "rejected:"],
        ["line", "5", "conflict:"],
        ["line", "6", "rejected:"],
    ]


def test_import_without_a_refused_line_exits_with_0(badges: Run, folder: Path) -> None:
    badges("apply")
    (folder / "events.jsonl").write_text(line("1", 90))
    assert badges("import", "events.jsonl").exit_code == 0
    answer = json.loads(badges("import", "events.jsonl", "--format", "json").stdout)
    assert answer == {"accepted": 0, "duplicate": 1, "conflict": 0, "rejected": 0, "refused": []}


def test_more_lines_than_a_batch_are_all_taken_in(badges: Run) -> None:
    badges("apply")
    result = badges("import", "-", input="".join(line(str(n), 1) for n in range(1203)))
    assert result.stdout == "1203 accepted, 0 duplicate, 0 conflict, 0 rejected.\n"
    assert badges("verify").stdout == "1 user, 1203 events: 0 differences, 0 awards kept.\n"


def test_what_one_database_exports_another_imports_calls_and_retractions_too(badges: Run, folder: Path) -> None:
    badges("apply")
    badges("import", "-", input=line("1", 90) + line("2", 90) + line("3", 20, subject="bob"))
    call = {"source": "badges:calls", "type": "badge.granted", "data": {"badge": "gift"}}
    badges("import", "-", input=line("g", 0, **call))
    badges("import", "-", input=line("r", 0, type="event.retracted", data={"source": "app", "id": "1"}))
    exported = badges("export").stdout
    assert badges("apply", "--database", "sqlite:///other.db").exit_code == 0
    result = badges("import", "-", "--database", "sqlite:///other.db", input=exported)
    assert (result.exit_code, result.stdout) == (0, "5 accepted, 0 duplicate, 0 conflict, 0 rejected.\n")
    assert badges("export", "--database", "sqlite:///other.db").stdout == exported
    assert '"time":"2026-01-01T10:00:00+09:00"' in exported
    for badge in ("first", "good", "gift"):
        assert held(badges, "ada", badge) == held(badges, "ada", badge, "--database", "sqlite:///other.db") != []


def test_an_import_before_any_rules_are_applied_says_what_to_do(badges: Run) -> None:
    result = badges("import", "-", input=line("1", 90))
    assert result.exit_code == 2 and "`badges apply`" in result.stderr


def test_verify_lists_what_is_kept_and_exits_with_0(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/low.yaml").write_text(
        "name: Low\ncriteria:\n  - {trigger: quiz}\n"
        "  - {trigger: quiz, measure: average, of: event.score, threshold: 50, compare: at_most}\n"
    )
    badges("apply")
    badges("import", "-", input=line("2", 10))
    badges("import", "-", input=line("1", 200, time="2025-12-01T10:00:00Z"))
    result = badges("verify")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "kept: ada: low, awarded 2026-01-01T01:00:00Z",
        "1 user, 2 events: 0 differences, 1 award kept.",
    ]


def test_verify_exits_with_1_on_a_difference(badges: Run, folder: Path) -> None:
    import sqlite3

    badges("apply")
    badges("import", "-", input=line("1", 90))
    with sqlite3.connect(folder / "badges.db") as connection:
        connection.execute("DELETE FROM awards WHERE badge = 'good'")
    result = badges("verify")
    assert result.exit_code == 1 and "differs: ada: good is not held, a replay gives it" in result.stdout


# explain, erase, key


def test_explain_says_why_or_what_is_missing(badges: Run) -> None:
    badges("apply")
    badges("import", "-", input=line("1", 79))
    told = badges("explain", "ada", "good").stdout
    assert told.startswith("ada, good: in progress\n  missing: count of quiz when event.score >= 80: 0, at least 1\n")
    assert "did not count: event.score >= 80 is false (event.score = 79)" in told
    told = badges("explain", "ada", "first").stdout
    assert told.startswith("ada, first: earned\n  awarded: first, 2026-01-01T01:00:00Z, with app 1\n")


def test_explain_of_an_unknown_badge_exits_with_1_and_a_suggestion(badges: Run) -> None:
    badges("apply")
    result = badges("explain", "ada", "frist")
    assert (result.exit_code, result.stderr) == (1, "badges: There is no badge frist. did you mean first?\n")


def test_erase_asks_first_and_removes_everything(badges: Run, folder: Path) -> None:
    badges("apply")
    badges("import", "-", input=line("1", 90, subject="zebulon"))
    assert badges("erase", "zebulon", input="n\n").exit_code == 1
    assert badges("erase", "zebulon").exit_code == 1
    assert held(badges, "zebulon", "first") != []
    assert badges("erase", "zebulon", input="y\n").exit_code == 0
    assert badges("export").stdout == "" and b"zebulon" not in (folder / "badges.db").read_bytes()
    assert badges("erase", "zebulon", "--yes").stdout == "Nothing is stored of zebulon.\n"


def test_a_new_key_stands_alone_on_a_line_and_only_its_hash_is_kept(badges: Run, folder: Path) -> None:
    result = badges("key", "create", "ops", "--scope", "events, read")
    token = result.stdout.removesuffix("\n")
    assert result.exit_code == 0 and token.startswith("bk_") and token.split() == [token]
    assert token.encode() not in (folder / "badges.db").read_bytes()
    assert badges("key", "list").stdout.splitlines()[1].split()[:2] == ["ops", "events,read"]
    assert badges("key", "revoke", "ops").exit_code == 0
    assert badges("key", "revoke", "ops").exit_code == 1
    assert json.loads(badges("key", "list", "--format", "json").stdout) == []


@pytest.mark.parametrize("scope", ["everything", "", "events,,root"])
def test_a_key_without_a_known_scope_is_refused(badges: Run, scope: str) -> None:
    result = badges("key", "create", "ops", "--scope", scope)
    assert (result.exit_code, result.stdout) == (1, "") and "events, read, staff" in result.stderr


def test_a_second_key_of_the_same_name_is_refused(badges: Run) -> None:
    badges("key", "create", "ops", "--scope", "read")
    assert badges("key", "create", "ops", "--scope", "read").exit_code == 1


# which database


def test_the_database_is_named_by_the_option_before_or_after_the_command_or_the_environment(
    badges: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    badges("apply", "--database", "sqlite:///a.db")
    badges("--database", "sqlite:///b.db", "apply")
    monkeypatch.setenv("BADGES_DATABASE_URL", "sqlite:///c.db")
    badges("apply")
    monkeypatch.delenv("BADGES_DATABASE_URL")
    badges("apply")
    assert {path.name for path in folder.glob("*.db")} == {"a.db", "b.db", "c.db", "badges.db"}


@pytest.mark.parametrize("url", ["mysql://x", "badges.db", "sqlite:////nowhere/at/all.db"])
def test_a_database_that_cannot_be_opened_exits_with_2_and_a_sentence(badges: Run, url: str) -> None:
    result = badges("verify", "--database", url)
    assert result.exit_code == 2 and result.stderr.startswith("badges: ") and "fault" not in result.stderr


def test_a_file_that_is_no_database_exits_with_2_and_a_sentence(badges: Run, folder: Path) -> None:
    (folder / "badges.db").write_text("This is a letter, and no database. " * 100)
    result = badges("verify")
    assert result.exit_code == 2 and result.stderr.startswith("badges: ") and "fault" not in result.stderr
