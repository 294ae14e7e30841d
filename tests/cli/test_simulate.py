"""`badges simulate`: events from a file, through rules, in memory."""

from __future__ import annotations

import gzip
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from cli import simulate
from engine.shares import simulating, splitting

from .conftest import Run

EVENT = {"specversion": "1.0", "source": "app", "type": "quiz", "subject": "ada"}


def lines(*scores: Any) -> str:
    events = (
        {**EVENT, "id": str(n), "time": f"2026-01-0{n}T10:00:00Z", "data": {"score": score}}
        for n, score in enumerate(scores, start=1)
    )
    return "".join(json.dumps(event) + "\n" for event in events)


def test_json_has_users_with_badges_and_progress_rejected_lines_and_errors(badges: Run, folder: Path) -> None:
    (folder / "events.jsonl").write_text(lines(90, "x"))
    result = badges("simulate", "--rules", "rules", "--events", "events.jsonl", "--format", "json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0 and answer.keys() == {"users", "rejected", "errors"}
    (award, _) = answer["users"]["ada"]["badges"]
    assert award.keys() == {
        "badge", "tier", "occurrence", "name", "icon", "points", "awarded_at", "event", "metadata", "rules_version"
    }  # fmt: skip
    assert (award["badge"], award["icon"], award["event"]) == ("first", "🚀", {"source": "app", "id": "1"})
    assert [progress["badge"] for progress in answer["users"]["ada"]["progress"]] == ["first", "good"]
    assert [row["line"] for row in answer["rejected"]] == [2]


def test_later_events_are_left_out(badges: Run, folder: Path) -> None:
    (folder / "events.jsonl").write_text(lines(10, 90))
    words = ("simulate", "--events", "events.jsonl", "--format", "json", "--as-of")
    standing = json.loads(badges(*words, "2026-01-02T09:00:00Z").stdout)["users"]["ada"]
    assert [award["badge"] for award in standing["badges"]] == ["first"]
    assert badges(*words, "2026-01-02").exit_code == 2
    assert "has no offset" in badges(*words, "2026-01-02T09:00:00").stderr


def test_text_tells_badges_users_and_rejected_lines(badges: Run, folder: Path) -> None:
    (folder / "events.jsonl").write_text(lines(90, "x"))
    told = badges("simulate", "--events", "events.jsonl").stdout
    assert "first  1       2026-01-01T10:00:00Z  2026-01-01T10:00:00Z" in told
    assert "  2026-01-01T10:00:00Z  first  🚀 First" in told
    assert "line 2 rejected: " in told and told.endswith("1 user, 1 line rejected, 0 errors.\n")


def test_events_come_from_a_packed_file_or_the_standard_input(badges: Run, folder: Path) -> None:
    (folder / "events.jsonl.gz").write_bytes(gzip.compress(lines(90).encode()))
    assert "1 user, 0 lines rejected" in badges("simulate", "--events", "events.jsonl.gz").stdout
    assert "1 user, 0 lines rejected" in badges("simulate", "--events", "-", input=lines(90)).stdout


def test_a_line_that_is_not_utf_8_is_rejected_alone(badges: Run, folder: Path) -> None:
    (folder / "events.jsonl").write_bytes(lines(90).encode() + b'{"subject": "\xff"}\n')
    assert "1 user, 1 line rejected" in badges("simulate", "--events", "events.jsonl").stdout


def test_another_rule_set_is_compared(badges: Run, folder: Path) -> None:
    (folder / "events.jsonl").write_text(lines(70))
    for file in (folder / "rules").rglob("*.yaml"):
        new = folder / "new" / file.relative_to(folder / "rules")
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(file.read_text().replace(">= 80", ">= 60"))
    told = badges("simulate", "--rules", "new", "--against", "rules", "--events", "events.jsonl").stdout
    assert "good: 1 gain it, 0 lose it\n" in told


def test_a_file_that_is_not_there_exits_with_2_and_a_sentence(badges: Run) -> None:
    result = badges("simulate", "--events", "nowhere.jsonl")
    assert (result.exit_code, result.stderr) == (2, "badges: nowhere.jsonl: No such file or directory\n")


def test_rules_with_an_error_are_not_simulated(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/good.yaml").write_text("name: Good\n")
    result = badges("simulate", "--events", "-", input="")
    assert result.exit_code == 1 and "missing-key" in result.stderr


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lines are too many for memory; the folder for temporary files."""
    monkeypatch.setattr(simulate, "MOST_LINES", 2)
    monkeypatch.setattr(simulating, "processors", lambda: 1)
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_large_file_gives_what_a_small_one_does(
    form: str, badges: Run, folder: Path, request: pytest.FixtureRequest
) -> None:
    text = lines(90, "x", 95, 20).encode()
    (folder / "events.jsonl").write_bytes(b"\xef\xbb\xbf" + text)
    (folder / "events.jsonl.gz").write_bytes(gzip.compress(text))
    words = ("simulate", "--against", "rules", "--format", form, "--events")
    expected = badges(*words, "events.jsonl").stdout
    temporary = request.getfixturevalue("crowded")
    assert badges(*words, "events.jsonl").stdout == expected
    assert badges(*words, "events.jsonl.gz").stdout == expected
    assert badges(*words, "-", input=text).stdout == expected
    assert list(temporary.iterdir()) == []


def test_a_large_file_and_no_room_for_its_parts_exits_with_2_and_a_sentence(
    badges: Run, folder: Path, crowded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "append", lambda file, rows: Path("/dev/full").write_bytes(b"rows"))
    (folder / "events.jsonl").write_text(lines(90, 80, 70))
    result = badges("simulate", "--events", "events.jsonl")
    assert (result.exit_code, result.stderr) == (2, "badges: No space left on device\n")
    assert list(crowded.iterdir()) == []


def test_the_parts_of_a_large_file_go_when_it_is_told_to_end(
    badges: Run, folder: Path, crowded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate, "spooled", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    (folder / "events.jsonl").write_text(lines(90, 80, 70))
    assert badges("simulate", "--events", "events.jsonl").exit_code == 128 + signal.SIGTERM
    assert list(crowded.iterdir()) == [] and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
