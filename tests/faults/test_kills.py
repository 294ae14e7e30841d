"""Servers and commands that are killed at any moment, while clients go on and retry."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable

from tests.faults.judging import judge
from tests.faults.load import ERASED, Load
from tests.faults.scene import FILES, OTHER
from tests.faults.servers import Servers


def assert_all_is_well(servers: Servers, load: Load) -> None:
    """Every acknowledged event is there once, and the state is what a replay gives."""
    verdict = servers.look(lambda service: judge(service, servers.book, load.left))
    assert verdict.is_well, verdict
    stored = Counter(entry["subject"] for entry in servers.look(lambda service: list(service.export())))
    assert {user: stored[user] for user in load.left} == load.left
    assert "0 differences" in servers.run("verify")


def test_servers_that_are_killed_while_clients_go_on(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers()
    load, rng = Load(servers, seed=1), random.Random(1)
    with load.going_on(clients=6):
        for turn in range(4):
            time.sleep(rng.uniform(0.2, 1.0))
            servers.restart(servers.ports[turn % 2])
    assert_all_is_well(servers, load)
    assert servers.book.acknowledged and any(user.startswith(ERASED) for user in load.left)


def test_applies_that_are_killed_while_clients_go_on(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers()
    folders = [str(servers.rules("rules-1", FILES)), str(servers.rules("rules-2", OTHER))]
    load, rng = Load(servers, seed=2), random.Random(2)
    with load.going_on(clients=4):
        for turn in range(4):
            apply = servers.begin("apply", folders[turn % 2], "--allow-remove")
            time.sleep(rng.uniform(0.5, 2.0))
            apply.kill()
            apply.wait()
        assert " in service" in servers.run("apply", folders[1])
    assert_all_is_well(servers, load)


def test_two_applies_at_once_while_clients_go_on(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers()
    folders = [str(servers.rules("rules-1", FILES)), str(servers.rules("rules-2", OTHER))]
    load = Load(servers, seed=3)
    with load.going_on(clients=4):
        for _ in range(2):
            both = [servers.begin("apply", folder, "--allow-remove") for folder in folders]
            assert [process.wait(120) for process in both] == [0, 0]
    assert_all_is_well(servers, load)
