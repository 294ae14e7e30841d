"""Databases that outlive a process: of both kinds, unless `--store` chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.faults.servers import Servers, serving


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Faults are met on every database."""
    if request.param not in (request.config.getoption("store") or [request.param]):
        pytest.skip("another store was chosen")
    return str(request.param)


@pytest.fixture
def new_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes URLs of empty databases."""
    numbers = count()
    with ExitStack() as stack:

        def new() -> str:
            if database_kind == "postgres":
                return str(stack.enter_context(request.getfixturevalue("postgres").empty()))
            return f"sqlite:///{tmp_path / f'badges-{next(numbers)}.db'}"

        yield new


@pytest.fixture
def new_servers(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Callable[..., Servers]]:
    """Makes servers of an empty database; they are gone at the end."""
    with ExitStack() as stack:

        def new(count: int = 2) -> Servers:
            return stack.enter_context(serving(tmp_path, new_database(), count))

        yield new
