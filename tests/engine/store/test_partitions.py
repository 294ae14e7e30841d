"""Tables that are partitioned by user, as the documents tell how: they answer as whole ones do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from engine.service import Service
from engine.store import open_store
from engine.store.backend import transaction
from engine.store.migrations import MIGRATIONS, migrate
from engine.store.postgres import PostgresBackend
from engine.store.tables import OF_USERS
from tests.faults.scene import STAFF, hit, picture
from tests.faults.steps import CALLS, NOW, USERS, prepare
from tests.postgres import Postgres

PAGE = Path(__file__).parents[3] / "docs" / "scaling.md"
SCRIPT = re.findall(r"(?ms)^```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"))[0]


@pytest.fixture
def whole_url(postgres: Postgres) -> Iterator[str]:
    with postgres.empty() as url:
        yield url


@pytest.fixture
def partitioned_url(postgres: Postgres) -> Iterator[str]:
    """A database with something in it, partitioned then."""
    with postgres.empty() as url:
        store = open_store(url)
        prepare(Service(store, lambda: NOW))
        store.close()
        with psycopg.connect(url) as connection:
            connection.execute(SCRIPT)
        yield url


def test_partitioned_tables_answer_as_whole_ones_do(whole_url: str, partitioned_url: str) -> None:
    stores = [open_store(url) for url in (whole_url, partitioned_url)]
    services = [Service(store, lambda: NOW) for store in stores]
    prepare(services[0])
    for name, call in CALLS.items():
        for service in services:
            call(service)
        whole, partitioned = (picture(service, *USERS) for service in services)
        assert partitioned == whole, name
    assert services[1].verify().differences == []
    services[1].ingest([hit(f"user-{number}", 1) for number in range(200)], STAFF)
    assert len(services[1].leaderboard("hits", 300)) == len(services[0].leaderboard("hits")) + 200
    for store in stores:
        store.close()


def test_every_table_of_users_is_partitioned_and_used(partitioned_url: str) -> None:
    store = open_store(partitioned_url)
    Service(store, lambda: NOW).ingest([hit(f"user-{number}", 1) for number in range(200)], STAFF)
    store.close()
    with psycopg.connect(partitioned_url) as connection:
        found = connection.execute("SELECT relname FROM pg_class WHERE relkind = 'p' AND pg_table_is_visible(oid)")
        assert {name for (name,) in found} == {table.name for table in OF_USERS} - {"audit", "deliveries"}
        used = connection.execute("SELECT count(DISTINCT tableoid) FROM events").fetchone()
        assert used == (16,)


def test_a_later_version_of_the_tables_is_reached_from_partitioned_ones_too(partitioned_url: str) -> None:
    backend = PostgresBackend(partitioned_url)
    step = ("ALTER TABLE users ADD COLUMN mood {text} NOT NULL DEFAULT 'fine'", "DROP INDEX users_by_badges")
    migrate(backend, [*MIGRATIONS, step])
    with transaction(backend, writes=False) as reading:
        assert set(reading.rows("SELECT mood FROM users")) == {("fine",)}
    backend.close()
