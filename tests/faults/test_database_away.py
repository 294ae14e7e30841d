"""A database that is gone for a while: clients are told to come again, and servers find it again by themselves."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import postgres as server
from tests.faults.callers import Caller, event
from tests.faults.judging import judge
from tests.faults.load import Load
from tests.faults.scene import FILES
from tests.faults.servers import Servers, serving


@pytest.fixture
def own_postgres(postgres: server.Postgres) -> Iterator[server.Postgres]:
    """A server that nobody else needs meanwhile."""
    with server.running() as started:
        yield started


def refused(caller: Caller) -> None:
    """An event is not taken now, and the client is told when to come again."""
    caller.book.send([event("eve", "e1")], False)
    status, answer = caller.once("POST", "/v1/events", event("eve", "e1"))
    assert (status, answer["type"]) == (503, "/problems/unavailable")
    assert caller.once("GET", "/healthz")[0] == 200
    assert caller.once("GET", "/readyz")[0] == 503


def test_a_server_of_databases_that_crashes_and_comes_back(own_postgres: server.Postgres, tmp_path: Path) -> None:
    with own_postgres.empty() as url, serving(tmp_path, url) as servers:
        load = Load(servers, seed=4)
        with load.going_on(clients=4):
            for how in (signal.SIGQUIT, signal.SIGINT):
                time.sleep(1)
                own_postgres.stop(how)
                refused(servers.caller())
                own_postgres.start()
                servers.caller().post(event("eve", "e1"))
            own_postgres.cut_all_connections()
            time.sleep(1)
        verdict = servers.look(lambda service: judge(service, servers.book, load.left))
        assert verdict.is_well, verdict


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_file_that_is_moved_away_and_back(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers(2)
    caller = servers.caller()
    caller.post(event("eve", "e0"))
    path = Path(servers.url.removeprefix("sqlite:///"))
    path.rename(path.with_suffix(".away"))
    refused(caller)
    path.with_suffix(".away").rename(path)
    caller.post(event("eve", "e1"))
    assert servers.look(lambda service: judge(service, servers.book)).is_well


def test_a_server_that_starts_before_its_database_says_why_it_ends(
    own_postgres: server.Postgres, tmp_path: Path
) -> None:
    with own_postgres.empty() as url, serving(tmp_path, url, 1) as servers:
        servers.stop()
        own_postgres.stop()
        process = servers.begin("serve", "--rules", str(servers.rules("rules-1", FILES)), "--port", "0")
        assert process.wait(60) == 2
        process.wait_for("badges: the database postgres at this machine cannot be used now: .*; try again")
        own_postgres.start()
