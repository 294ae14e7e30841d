"""A mixed load with a kill every minute: nothing lost, nothing doubled.

`pytest -n0 tests/faults/test_soak.py --soak 30 -s` is the long form, and prints the figures that benchmarks/RESULTS.md
holds; without the option it is a few seconds with a kill every few.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.judging import judge
from tests.faults.load import Load
from tests.faults.scene import FILES, OTHER
from tests.faults.servers import Servers
from tests.postgres import Postgres

KILLS = 4
"""At least; one a minute, if that is more."""
CLIENTS = 4
PATIENCE = 600.0
"""Seconds after which an apply beside the load is given up."""
LONG: dict[str, Any] = {"users": 400, "rest": 0.2, "leave_every": 20}
"""So that half an hour leaves histories of some hundred events, and a machine can do other work beside it."""


def test_a_mixed_load_with_kills_loses_and_doubles_nothing(
    new_servers: Callable[..., Servers], database_kind: str, request: pytest.FixtureRequest
) -> None:
    minutes = request.config.getoption("soak")
    servers = new_servers(2)
    load = Load(servers, seed=5, **LONG) if minutes > 1 else Load(servers, seed=5, leave_every=0.5)
    kills = max(KILLS, int(minutes))
    with load.going_on(CLIENTS):
        for number in range(kills):
            time.sleep(random.uniform(0.8, 1.2) * minutes * 60 / kills)
            _strike(servers, number, request)
    verdict = servers.look(lambda service: judge(service, servers.book, load.left))
    print(f"\n{database_kind}: {figures(load, kills, minutes, len(verdict.lost), len(verdict.doubled))}")
    assert verdict.is_well, verdict
    stored = Counter(entry["subject"] for entry in servers.look(lambda service: list(service.export())))
    assert {user: stored[user] for user in load.left} == load.left
    assert "0 differences" in servers.run("verify")


def _strike(servers: Servers, number: int, request: pytest.FixtureRequest) -> None:
    """Kill a server in turn; now and then an apply goes on meanwhile, or the database loses its connections."""
    apply = None
    if number % 4 == 1:
        files = OTHER if number % 8 == 1 else FILES
        folder = servers.rules("rules-1" if files is FILES else "rules-2", files)
        apply = servers.begin("apply", str(folder), "--allow-remove")
    if number % 4 == 3 and servers.url.startswith("postgresql"):
        postgres: Postgres = request.getfixturevalue("postgres")
        postgres.cut_all_connections()
    servers.restart(servers.ports[number % len(servers.ports)])
    if apply:
        assert apply.wait(PATIENCE) == 0, apply.printed


def figures(load: Load, kills: int, minutes: float, lost: int, doubled: int) -> str:
    """What happened, for a table."""
    book = load.servers.book
    return (
        f"{minutes:g} minutes, {kills} kills; {len(book.sent)} events sent in {book.attempts} requests "
        f"({book.retried} of them retries), {len(book.acknowledged)} acknowledged, {lost} lost, {doubled} doubled; "
        f"{load.others} other requests, {len(load.left)} users erased"
    )
