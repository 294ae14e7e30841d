"""From a URL to a store: what can be named, what is said when it cannot be opened, how old databases are brought up."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from engine.store import Changes, Head, MemoryStore, Store, StoreOutdated, StoreUnavailable, open_store
from engine.store.backend import transaction
from engine.store.migrations import MIGRATIONS, migrate
from engine.store.postgres import PostgresBackend
from engine.store.sqlite import SqliteBackend
from tests.engine.store.samples import row, save


def users(store: Store) -> list[str]:
    """The ids of all users."""
    with store.reading() as transaction:
        return transaction.users()


def test_a_relative_path_is_a_file_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///my badges.db")
    save(store, Changes(row("ann")))
    monkeypatch.chdir("/")
    store.close()
    assert users(store) == ["ann"]
    assert (tmp_path / "my badges.db").is_file()
    store.close()


def test_a_fourth_slash_begins_an_absolute_path(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/badges.db").close()
    assert (tmp_path / "badges.db").is_file()


def test_how_surely_a_commit_is_on_the_disk_is_said_behind_the_path(tmp_path: Path) -> None:
    for ending, expected in (("", 2), ("?synchronous=full", 2), ("?synchronous=normal", 1)):
        store = open_store(f"sqlite:///{tmp_path}/badges.db{ending}")
        with store.reading() as reading:
            assert reading._rows("PRAGMA synchronous") == [(expected,)]
        store.close()
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["badges.db"]


def test_memory_is_a_store_of_its_own_every_time() -> None:
    first, second = open_store("memory://"), open_store("memory://")
    assert isinstance(first, MemoryStore)
    save(first, Changes(row("ann")))
    assert users(second) == []


@pytest.mark.parametrize(
    "url", ["", "badges.db", "mysql://host/name", "sqlite://badges.db", "sqlite:///", "sqlite:///:memory:", "memory:"]
)
def test_a_url_of_no_known_kind_is_refused_with_examples(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///badges.db"):
        open_store(url)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="in a folder that can be written to"):
        open_store(f"sqlite:///{tmp_path}/nowhere/badges.db")


def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and no database. " * 50)
    with pytest.raises(StoreUnavailable, match=r"notes\.txt is no SQLite database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("These are notes")


def test_a_server_that_is_not_there_is_unavailable_and_the_password_is_not_told() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreUnavailable, match="badges at 127.0.0.1 cannot be used now") as caught:
        open_store("postgresql://ann:hunter2@127.0.0.1:1/badges")
    assert "hunter2" not in str(caught.value)


def test_without_a_driver_postgresql_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "engine.store.postgres", None)
    with pytest.raises(StoreUnavailable, match="extra `postgres`"):
        open_store("postgresql://localhost/badges")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE users (login TEXT)")
    with pytest.raises(StoreOutdated, match="holds tables of another program"):
        open_store(f"sqlite:///{path}")


def test_a_database_is_opened_again_with_all_that_it_holds(database_url: str) -> None:
    first = open_store(database_url)
    save(first, Changes(row("ann")))
    first.close()
    second = open_store(database_url)
    assert users(second) == ["ann"]
    second.close()


def test_a_file_that_was_moved_away_takes_nothing_that_would_be_lost(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "badges.db", tmp_path / "elsewhere.db"
    store = open_store(f"sqlite:///{path}")
    save(store, Changes(row("ann")))
    path.rename(elsewhere)
    with pytest.raises(StoreUnavailable, match="moved or replaced; put it back"):
        save(store, Changes(row("bob")))
    assert not path.exists()
    elsewhere.rename(path)
    save(store, Changes(row("bob")))
    assert users(store) == ["ann", "bob"]
    store.close()


STEP = ("ALTER TABLE users ADD COLUMN mood {text} NOT NULL DEFAULT 'fine'", "CREATE INDEX moods ON users (mood)")


def first_version(path: Path) -> SqliteBackend:
    """A database of the first version, with a user."""
    backend = SqliteBackend(str(path))
    migrate(backend, MIGRATIONS[:1])
    with transaction(backend, writes=True) as writing:
        values = "('ann', 1, 'app', 'e1', NULL, '{}', 's1', 1, 1.5, 0, 'Ann', 1)"
        writing.run(f"INSERT INTO users VALUES {values}")
    return backend


def test_a_database_of_the_first_version_is_brought_up_with_all_that_it_holds(tmp_path: Path) -> None:
    """But for the state that another fold gave: it is due to be folded anew."""
    backend = first_version(tmp_path / "badges.db")
    migrate(backend, [*MIGRATIONS, STEP])
    migrate(backend, [*MIGRATIONS, STEP])
    with transaction(backend, writes=False) as reading:
        assert reading.rows("SELECT user_id, semantics, mood FROM users") == [("ann", "", "fine")]
        assert reading.rows("SELECT value FROM meta WHERE name = 'schema'") == [(str(len(MIGRATIONS) + 1),)]
    backend.close()


def test_heads_of_an_older_database_are_read_until_they_are_folded_anew(database_url: str) -> None:
    backend = PostgresBackend(database_url) if database_url.startswith("postgres") else SqliteBackend(database_url[10:])
    migrate(backend, MIGRATIONS[:2])
    with transaction(backend, writes=True) as writing:
        for user in ("ann", "bob"):
            writing.run(f"INSERT INTO users VALUES ('{user}', 1, 'a', 'e', NULL, '{{}}', 's', 1, 1, 0, 'N', 1, NULL)")
        for head in (("ann", "m1", "[1, 0.1]", 7), ("ann", "m2", '"12345678901234567890.5"', None)):
            writing.run("INSERT INTO states (user_id, key, body, value) VALUES (?, ?, ?, ?)", head)
    backend.close()
    store = open_store(database_url)
    with store.reading() as reading:
        assert reading.all_heads("ann") == {"m1": [1, 0.1], "m2": "12345678901234567890.5"}
        assert reading.all_heads("bob") == {}
        assert [entry.user for entry in reading.rank_metric("m1", 0, 10)] == ["ann"]
    save(store, Changes(row("ann"), heads={"m1": Head(2)}), Changes(row("bob"), heads={"b:0": Head(1)}, rebuilt=True))
    with store.reading() as reading:
        assert reading.all_heads("ann") == {"m1": 2, "m2": "12345678901234567890.5"}
        assert reading.heads(["bob"], ["b:0", "b:1"]) == {"bob": {"b:0": 1}}
        assert reading.rank_metric("m1", 0, 10) == []
    store.close()


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    backend = first_version(tmp_path / "badges.db")
    with pytest.raises(StoreUnavailable):
        migrate(backend, [*MIGRATIONS, STEP, ("CREATE TABLE users (again TEXT)",)])
    with transaction(backend, writes=False) as reading:
        assert reading.rows("SELECT value FROM meta WHERE name = 'schema'") == [("1",)]
        assert len(reading.rows("SELECT * FROM users")[0]) == 12
    backend.close()


def test_a_database_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "badges.db"
    backend = first_version(path)
    migrate(backend, [*MIGRATIONS, STEP])
    backend.close()
    with pytest.raises(StoreOutdated, match="written by a newer version.*upgrade the program"):
        open_store(f"sqlite:///{path}")
