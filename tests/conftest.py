"""Stores for tests of every room: which kinds there are, and which kind a test runs on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from engine.store import Store, open_store
from tests import postgres as server

# What one process has compiled, none of the others compiles again: images of containers often ask for the opposite.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

KINDS = ("memory", "sqlite", "postgres")
NewStore = Callable[[], Store]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the whole suite."""
    group = parser.getgroup("badges")
    help_text = "What services stand on in tests that take any store (memory); may be given several times."
    group.addoption("--store", action="append", choices=KINDS, help=help_text)
    group.addoption("--soak", type=float, default=0.05, metavar="MINUTES", help="How long a mixed load lasts (0.05).")
    group.addoption("--no-postgres", action="store_true", help="Leave out what needs a PostgreSQL server.")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers a processor: many tests wait, for servers, browsers and locks."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: "faults" not in item.path.parts)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes any store runs on each that was asked for."""
    if "store_kind" in metafunc.fixturenames:
        metafunc.parametrize("store_kind", metafunc.config.getoption("store") or ["memory"], scope="session")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[server.Postgres]:
    """A PostgreSQL server, started once a session: from the wheel, which the extra `test` installs."""
    if request.config.getoption("no_postgres"):
        pytest.skip("PostgreSQL is left out")
    if not server.is_installed():
        pytest.skip(f"there is no PostgreSQL server: install the wheel {server.WHEEL}")
    with server.running() as started:
        yield started


@pytest.fixture
def new_url(store_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes URLs of empty databases, of the kind that the test runs on."""
    numbers = count()
    with ExitStack() as stack:

        def new() -> str:
            if store_kind == "postgres":
                return str(stack.enter_context(request.getfixturevalue("postgres").empty()))
            return "memory://" if store_kind == "memory" else f"sqlite:///{tmp_path / f'store-{next(numbers)}.db'}"

        yield new


@pytest.fixture
def new_store(new_url: Callable[[], str]) -> Iterator[NewStore]:
    """Makes empty stores, of the kind that the test runs on; they are closed at its end."""
    with ExitStack() as stack:

        def new() -> Store:
            store = open_store(new_url())
            stack.callback(store.close)
            return store

        yield new
