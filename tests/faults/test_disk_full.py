"""A disk that is full: what cannot be stored is not acknowledged, and with room again the servers go on."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable

import pytest

from tests.faults.callers import Caller, Json, event
from tests.faults.judging import judge
from tests.faults.servers import Servers
from tests.postgres import Postgres

pytestmark = pytest.mark.skipif(not shutil.which("prlimit"), reason="the limits of a running process cannot be set")
MEGABYTE = 1024 * 1024
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def large(number: int) -> Json:
    """An event of nearly a megabyte that nothing makes smaller."""
    return event("ada", f"large-{number}", data={"n": number, "pad": os.urandom(MEGABYTE * 3 // 8).hex()})


def posted_until_full(caller: Caller) -> list[Json]:
    """Events that were acknowledged; the last one was not, for want of room."""
    events: list[Json] = []
    for number in range(100):
        events.append(large(number))
        caller.book.send(events[-1:], False)
        status, answer = caller.once("POST", "/v1/events", events[-1])
        if status != 200:
            assert (status, answer["type"]) == (503, "/problems/unavailable")
            return events
        caller.book.answer(events[-1:], answer["results"])
    raise AssertionError("the disk is never full")


def goes_on(servers: Servers, caller: Caller, events: list[Json]) -> None:
    """Now that there is room, all is taken, nothing twice."""
    for each in events:
        caller.post(each)
    caller.post(event("bob", "small"))
    assert servers.look(lambda service: judge(service, servers.book)).is_well
    assert servers.look(lambda service: {e.user: e.value for e in service.leaderboard("hits")}) == {
        "ada": len(events),
        "bob": 1,
    }


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_full_disk_under_sqlite(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers(1)
    caller = servers.caller()
    caller.post(event("ada", "first"))
    resource.prlimit(servers.pid(servers.ports[0]), resource.RLIMIT_FSIZE, (3 * MEGABYTE, resource.RLIM_INFINITY))
    events = posted_until_full(caller)
    assert caller.once("GET", "/v1/users/ada/badges/count")[0] == 200
    resource.prlimit(servers.pid(servers.ports[0]), resource.RLIMIT_FSIZE, UNLIMITED)
    goes_on(servers, caller, [event("ada", "first"), *events])


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_a_full_disk_under_postgresql(new_servers: Callable[..., Servers], postgres: Postgres) -> None:
    servers = new_servers(1)
    caller = servers.caller()
    postgres.limit_files(17 * MEGABYTE)
    try:
        events = posted_until_full(caller)
    finally:
        postgres.limit_files(None)
    goes_on(servers, caller, events)
