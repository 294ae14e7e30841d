"""A store of every kind: with BADGES_TEST_POSTGRES set to a server's URL, PostgreSQL too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from engine.store import Store, open_store

POSTGRES = os.environ.get("BADGES_TEST_POSTGRES")
DATABASES = ["sqlite", *(["postgresql"] if POSTGRES else [])]


@pytest.fixture(params=["memory", *DATABASES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, of every kind."""
    yield from _empty(request.param, tmp_path)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database that outlives its store."""
    yield from _empty(request.param, tmp_path)


@pytest.fixture(params=DATABASES, scope="module")
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that is empty at first, for all tests of a module."""
    yield from _empty(request.param, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, of every kind."""
    opened = open_store(url)
    yield opened
    opened.close()


def _empty(kind: str, folder: Path) -> Iterator[str]:
    if kind == "postgresql":
        yield from _schema(POSTGRES or "")
    else:
        yield "memory://" if kind == "memory" else f"sqlite:///{folder / 'badges.db'}"


def _schema(server: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _on(server, f"CREATE SCHEMA {name}")
    yield f"{server}{'&' if '?' in server else '?'}options={quote(f'-csearch_path={name}')}"
    _on(server, f"DROP SCHEMA {name} CASCADE")


def _on(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
