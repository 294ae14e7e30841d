"""Cells stand in the user's row while they are few, and one by one beyond it: a reader sees no difference."""

from __future__ import annotations

from typing import Any

from engine.store import Changes, Store, open_store
from engine.store.backend import transaction
from engine.store.migrations import MIGRATIONS, migrate
from engine.store.nearby import ROOM
from engine.store.postgres import PostgresBackend
from engine.store.sqlite import SqliteBackend
from tests.engine.store.samples import row, save

LARGE = "x" * ROOM


def stored(url: str) -> tuple[list[Any], str | None]:
    """Metrics and keys of the rows of ``cells``, and what stands in the only user's row."""
    opened: Any = open_store(url)
    with opened.reading() as reading:
        found = reading._rows("SELECT metric, key FROM cells ORDER BY metric, key")
        [(column,)] = reading._rows("SELECT cells FROM users")
    opened.close()
    return found, column


def written(url: str, *changes: dict[tuple[str, str], Any], **other: Any) -> dict[tuple[str, str], Any]:
    """All cells of a user, after some changes, each in a transaction of its own."""
    opened = open_store(url)
    for cells in changes:
        save(opened, Changes(row("ann"), cells=cells, **other))
    found = read(opened)
    opened.close()
    return found


def read(opened: Store) -> dict[tuple[str, str], Any]:
    """All cells of a user: together, by metric and one by one, which are the same."""
    with opened.reading() as reading:
        found = reading.cells("ann")
        for metric, key in found:
            assert reading.cells("ann", metric)[(metric, key)] == reading.cell("ann", metric, key)
        asked = [("ann", *key) for key in found]
        assert reading.cells_among([*asked, ("ann", "m", "none"), ("bob", "m", "a")]) == {
            ("ann", *key): value for key, value in found.items()
        }
    return found


def test_few_cells_stand_in_the_row_of_their_user(database_url: str) -> None:
    found = written(database_url, {("m", "a"): 1, ("m", "b"): [2]}, {("m", "a"): None, ("n", "a"): "ü"})
    assert found == {("m", "b"): [2], ("n", "a"): "ü"}
    assert stored(database_url) == ([], '{"m":{"b":[2]},"n":{"a":"ü"}}')


def test_a_metric_that_outgrows_the_row_leaves_it_whole_and_for_good(database_url: str) -> None:
    found = written(
        database_url, {("m", "a"): 1, ("n", "a"): 1}, {("m", "b"): LARGE}, {("m", "b"): None, ("m", "c"): 3}
    )
    assert found == {("m", "a"): 1, ("m", "c"): 3, ("n", "a"): 1}
    assert stored(database_url) == ([("m", "a"), ("m", "c")], '{"m":null,"n":{"a":1}}')
    opened = open_store(database_url)
    save(opened, Changes(row("bob"), cells={("n", "a"): 1}))
    with opened.reading() as reading:
        assert reading.scattered(["ann", "bob", "eve"]) == ["ann"]
    opened.close()


def test_what_is_rebuilt_begins_in_the_row_again(database_url: str) -> None:
    found = written(database_url, {("m", "a"): LARGE})
    assert stored(database_url)[0] == [("m", "a")] and found == {("m", "a"): LARGE}
    assert written(database_url, {("m", "b"): 1}, rebuilt=True) == {("m", "b"): 1}
    assert stored(database_url) == ([], '{"m":{"b":1}}')


def test_where_metrics_are_too_many_to_be_named_in_the_row_it_holds_none(database_url: str) -> None:
    many = {(f"m{number}", "a"): "x" * 9 for number in range(ROOM // 5)}
    assert written(database_url, many, {("m1", "b"): 2}) == {**many, ("m1", "b"): 2}
    assert stored(database_url)[1] is None and len(stored(database_url)[0]) == len(many) + 1


def test_cells_of_an_older_database_stay_where_they_are_until_they_are_folded_anew(database_url: str) -> None:
    backend = PostgresBackend(database_url) if database_url.startswith("postgres") else SqliteBackend(database_url[10:])
    migrate(backend, MIGRATIONS[:9])
    with transaction(backend, writes=True) as writing:
        for user in ("ann", "bob"):
            values = f"'{user}', 1, 'a', 'e', '{{}}', 's', 1, 1, 0, 1, '{{}}'"
            columns = "user_id, time, source, id, attributes, semantics, badges, points, retractions, listed, heads"
            writing.run(f"INSERT INTO users ({columns}) VALUES ({values})")
        writing.run("INSERT INTO cells VALUES ('ann', 'm', 'a', '[1]')")
    backend.close()
    opened: Any = open_store(database_url)
    assert read(opened) == {("m", "a"): [1]}
    for user in ("ann", "bob"):
        save(opened, Changes(row(user), cells={("m", "b"): 2}))
    assert read(opened) == {("m", "a"): [1], ("m", "b"): 2}
    with opened.reading() as reading:
        assert reading._rows("SELECT user_id, cells FROM users ORDER BY user_id") == [
            ("ann", None),
            ("bob", '{"m":{"b":2}}'),
        ]
    save(opened, Changes(row("ann"), cells={("m", "b"): 2}, rebuilt=True))
    assert read(opened) == {("m", "b"): 2}
    with opened.reading() as reading:
        assert reading._rows("SELECT * FROM cells") == []
    opened.close()
