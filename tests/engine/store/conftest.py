"""A store of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import Store, open_store

DATABASES = ["sqlite", "postgres"]


@pytest.fixture(params=["memory", *DATABASES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, of every kind."""
    yield from _empty(request, tmp_path)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database that outlives its store."""
    yield from _empty(request, tmp_path)


@pytest.fixture(params=DATABASES, scope="module")
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that is empty at first, for all tests of a module."""
    yield from _empty(request, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, of every kind."""
    opened = open_store(url)
    yield opened
    opened.close()


def _empty(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "postgres":
        with request.getfixturevalue("postgres").empty() as url:
            yield url
    else:
        yield "memory://" if request.param == "memory" else f"sqlite:///{folder / 'badges.db'}"
