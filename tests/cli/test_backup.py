"""Backup and restore, as docs/operations.md tells them: a copy holds all that was answered before it was made."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import Postgres

from .conftest import Run
from .processes import PATIENCE, call, serving


def quiz(number: int) -> dict[str, Any]:
    event = {"specversion": "1.0", "source": "app", "type": "quiz", "subject": f"u{number % 7}", "id": str(number)}
    return event | {"time": "2026-01-01T10:00:00Z", "data": {"score": number % 100}}


class Poster:
    """Posts events until it is told to end, and knows which were answered."""

    def __init__(self, address: str) -> None:
        self.answered = 0
        self._address = address
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._post, daemon=True)
        self._thread.start()

    def wait_for(self, count: int) -> int:
        while self.answered < count and self._thread.is_alive():
            self._ended.wait(0.01)
        return self.answered

    def end(self) -> int:
        self._ended.set()
        self._thread.join(PATIENCE)
        return self.answered

    def _post(self) -> None:
        while not self._ended.is_set():
            call(self._address, "/v1/events", quiz(self.answered))
            self.answered += 1


def test_a_copy_of_sqlite_made_under_load_holds_all_that_was_answered(folder: Path, badges: Run) -> None:
    with serving(folder) as (_, address):
        poster = Poster(address)
        before = poster.wait_for(50)
        made = badges("backup", "copy.db")
        assert made.exit_code == 0, made.output
        poster.wait_for(before + 50)
        posted = poster.end()
    with serving(folder, "--database", "sqlite:///copy.db") as (_, address):
        answers = call(address, "/v1/events", [quiz(number) for number in range(posted)])["results"]
    statuses = [answer["status"] for answer in answers]
    kept = statuses.count("duplicate")
    assert before <= kept < posted
    assert statuses == ["duplicate"] * kept + ["accepted"] * (posted - kept)
    for database in ("sqlite:///copy.db", "sqlite:///badges.db"):
        assert badges("verify", "--database", database).exit_code == 0


def test_a_copy_takes_the_place_of_the_database(folder: Path, badges: Run) -> None:
    badges("apply")
    badges("import", "-", input=json.dumps(quiz(90)) + "\n")
    badges("key", "create", "ops", "--scope", "staff")
    badges("backup", "copy.db")
    badges("import", "-", input=json.dumps(quiz(91)) + "\n")
    for left in folder.glob("badges.db*"):
        left.unlink()
    (folder / "copy.db").rename(folder / "badges.db")
    assert badges("verify").exit_code == 0
    assert len(badges("export").stdout.splitlines()) == 1
    assert "ops" in badges("key", "list").stdout


def test_a_copy_never_takes_the_place_of_another_file(folder: Path, badges: Run) -> None:
    badges("apply")
    (folder / "copy.db").write_text("something of value")
    result = badges("backup", "copy.db")
    assert result.exit_code == 2 and "there already" in result.stderr
    assert (folder / "copy.db").read_text() == "something of value"
    assert not list(folder.glob("*.part"))


def test_a_database_of_nothing_is_not_copied(folder: Path, badges: Run) -> None:
    result = badges("backup", "copy.db", "--database", "sqlite:///typo.db")
    assert result.exit_code == 2 and "is it the right database?" in result.stderr
    assert not (folder / "copy.db").exists()


def test_a_copy_holds_nothing_of_an_erased_user(folder: Path, badges: Run) -> None:
    badges("apply")
    badges("import", "-", input=json.dumps(quiz(90) | {"subject": "somebody-to-forget"}) + "\n")
    assert badges("erase", "somebody-to-forget", "--yes").exit_code == 0
    badges("backup", "copy.db")
    assert b"somebody-to-forget" not in (folder / "copy.db").read_bytes()


def test_postgresql_is_copied_with_its_own_tools(folder: Path, badges: Run, postgres: Postgres) -> None:
    tools = Path(postgres._program).parent
    if not shutil.which("pg_dump", path=str(tools)):
        pytest.skip("the server has no pg_dump beside it")
    first, second = (postgres.url.replace("/postgres?", f"/{name}?") for name in ("first", "second"))
    postgres.run("CREATE DATABASE first")
    badges("apply", "--database", first)
    badges("import", "-", "--database", first, input="".join(json.dumps(quiz(number)) + "\n" for number in range(20)))
    assert "pg_dump" in badges("backup", "copy", "--database", first).stderr
    postgres.run("CREATE DATABASE second")
    dump = [tools / "pg_dump", "--format=custom", "--file=badges.dump", first]
    subprocess.run(dump, cwd=folder, check=True, timeout=PATIENCE)
    restore = [tools / "pg_restore", "--no-owner", f"--dbname={second}", "badges.dump"]
    subprocess.run(restore, cwd=folder, check=True, timeout=PATIENCE)
    assert badges("verify", "--database", second).exit_code == 0
    assert badges("export", "--database", second).stdout == badges("export", "--database", first).stdout
