"""Awards of other systems come in by a mapping, and all awards go out as tables."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

MAPPING = "from: lms\nuser: who\nbadge: what\nawarded_at: at\nmetadata: {note: why}\n"
RULES = "rules/badges"


@pytest.fixture
def ready(folder: Path, badges: Run) -> Path:
    """A database with rules; two badges by rules, a mapping."""
    (folder / "m.yaml").write_text(MAPPING, encoding="utf-8")
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "quiz", "subject": "=cmd|' calc'!A0",
             "time": "2026-01-05T10:00:00Z", "data": {"score": 50}}  # fmt: skip
    (folder / "events.jsonl").write_text(json.dumps(event), encoding="utf-8")
    assert badges("apply", "rules").exit_code == badges("import", "events.jsonl").exit_code == 0
    return folder


def awards(badges: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in badges("export", "--awards").output.splitlines()]


def test_importing_twice_changes_nothing_and_a_rebuild_keeps_it(ready: Path, badges: Run) -> None:
    (ready / "a.csv").write_text(
        "who;what;at;why\nada;gift;2025-01-01;thanks\nada;first;2025-01-02;\n", encoding="utf-8"
    )
    assert badges("import", "a.csv", "--mapping", "m.yaml", "--dry-run").output.startswith("Dry run")
    assert len(awards(badges)) == 1
    assert badges("import", "a.csv", "--mapping", "m.yaml").output.startswith("2 imported")
    once = awards(badges)
    assert badges("import", "a.csv", "--mapping", "m.yaml").output.startswith("0 imported, 0 held already, 2 known")
    (ready / RULES / "good.yaml").write_text("name: Good\ntrigger: quiz\nwhen: event.score >= 40\n", encoding="utf-8")
    assert badges("apply", "rules").exit_code == 0
    assert [award for award in awards(badges) if award["user"] == "ada"] == once[1:]
    assert [(award["badge"], award["metadata"], award["by_call"]) for award in once[1:]] == [
        ("gift", {"note": "thanks"}, True),
        ("first", {}, True),
    ]
    assert "0 differences" in badges("verify").output


def test_the_earlier_time_stands(ready: Path, badges: Run) -> None:
    user = "=cmd|' calc'!A0"
    lines = [{"who": user, "what": "first", "at": at} for at in ("2026-01-06T10:00:00Z", "2026-01-04T10:00:00Z")]
    (ready / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = badges("import", "a.jsonl", "--mapping", "m.yaml", "--format", "json")
    assert done.exit_code == 0 and json.loads(done.output)["imported"] + json.loads(done.output)["held_already"] == 2
    assert [(award["awarded_at"], award["by_call"]) for award in awards(badges)] == [("2026-01-04T10:00:00Z", True)]
    assert "0 differences" in badges("verify").output


def test_what_is_exported_as_csv_has_no_formula_and_comes_back(ready: Path, badges: Run) -> None:
    text = badges("export", "--awards", "--format", "csv").output
    [row] = csv.DictReader(io.StringIO(text))
    assert row["user"] == "'=cmd|' calc'!A0" and row["by_call"] == "false"
    (ready / "own.yaml").write_text(
        "from: b\nuser: user\nbadge: badge\ntier: tier\nawarded_at: awarded_at\n", encoding="utf-8"
    )
    with gzip.open(ready / "all.csv.gz", "wt", encoding="utf-8") as file:
        file.write(text)
    other = ("--database", f"sqlite:///{ready}/other.db")
    assert badges(*other, "apply", "rules").exit_code == 0
    assert badges(*other, "import", "all.csv.gz", "--mapping", "own.yaml").output.startswith("1 imported")
    [there] = [json.loads(line) for line in badges(*other, "export", "--awards").output.splitlines()]
    assert (there["user"], there["awarded_at"]) == ("=cmd|' calc'!A0", "2026-01-05T10:00:00Z")


def test_each_line_that_is_refused_has_its_number_and_reason(ready: Path, badges: Run) -> None:
    rows = ["who,what,at,why", "ada,frist,2025-01-01,", 'ada,gift,2025-01-01,"two\nlines"', "a,b,c,d,e", "ada,gift", ""]
    (ready / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    done = badges("import", "a.csv", "--mapping", "m.yaml", "--format", "json")
    answer = json.loads(done.output)
    assert (done.exit_code, answer["imported"]) == (1, 1)
    assert [(line["line"], line["reason"].split(":")[0]) for line in answer["lines"]] == [
        (2, "what there is no badge frist (did you mean first?)"),
        (5, "the row has 5 cells, and the first row 4"),
        (6, "at is empty"),
    ]


def test_the_same_award_with_other_metadata_is_refused(ready: Path, badges: Run) -> None:
    for why in ("one", "two"):
        (ready / "a.jsonl").write_text(json.dumps({"who": "a", "what": "gift", "at": "2025-01-01", "why": why}))
        done = badges("import", "a.jsonl", "--mapping", "m.yaml")
    assert (done.exit_code, "with other metadata" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("mapping", "table", "told"),
    [
        ("from: x\nusr: who\n", "who,what,at,why\n", "m.yaml:2:1: unknown-key"),
        (MAPPING, "whom,what,at,why\n", "the table has no column who: did you mean whom?"),
        (MAPPING, "", "has no first row"),
    ],
)
def test_what_cannot_begin_says_why(ready: Path, badges: Run, mapping: str, table: str, told: str) -> None:
    (ready / "m.yaml").write_text(mapping, encoding="utf-8")
    (ready / "a.csv").write_text(table, encoding="utf-8")
    done = badges("import", "a.csv", "--mapping", "m.yaml")
    assert done.exit_code and told in done.stderr


def test_an_import_stands_in_the_audit_log_once(ready: Path, badges: Run) -> None:
    from engine.service import Service
    from engine.store import open_store

    (ready / "a.csv").write_text("who,what,at,why\nada,gift,2025-01-01,\n", encoding="utf-8")
    for _ in range(2):
        badges("import", "a.csv", "--mapping", "m.yaml")
    store = open_store(f"sqlite:///{ready}/badges.db")
    records = [each for each in Service(store, lambda: 0).audit() if each["action"] == "import"]
    store.close()
    assert [record["detail"] for record in records] == [{"from": "lms", "awards": 1}]


def test_logs_are_no_table(badges: Run, ready: Path) -> None:
    assert badges("export", "--format", "csv").exit_code == badges("import", "events.jsonl", "--dry-run").exit_code == 2
