"""Many clients at once, over several processes: exact counts, one award, one announcement."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from tests.faults.callers import Caller, event
from tests.faults.judging import judge
from tests.faults.scene import STAFF
from tests.faults.servers import Servers

THREADS = 50


def at_once(servers: Servers, work: Callable[[int, Caller], None]) -> None:
    """The work of 50 clients, all at once."""
    ready, faults = Barrier(THREADS), list[BaseException]()

    def run(number: int) -> None:
        caller = servers.caller()
        ready.wait()
        try:
            work(number, caller)
        except BaseException as error:
            faults.append(error)
        caller.close()

    threads = [Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_fifty_clients_with_the_same_events_of_one_user(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers()

    def work(number: int, caller: Caller) -> None:
        for turn in range(12):
            caller.post(event("ada", f"e{(turn + number) % 12}", number=(turn + number) % 12))

    at_once(servers, work)
    assert servers.look(lambda service: judge(service, servers.book)).is_well
    assert list(servers.book.accepted.values()) == [1] * 12
    held = servers.look(lambda service: [award.key for award in service.awards("ada", STAFF)])
    assert len([key for key in held if key[0] == "laps"]) == 2
    assert {key[1:] for key in servers.book.told} == set(held)


def test_fifty_clients_with_different_events_of_one_user(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers()

    def work(number: int, caller: Caller) -> None:
        for turn in range(4):
            caller.post(event("ada", f"e{number}-{turn}", number=turn))

    at_once(servers, work)
    assert servers.look(lambda service: judge(service, servers.book)).is_well
    assert servers.look(lambda service: service.leaderboard("hits")[0].value) == 4 * THREADS
    held = servers.look(lambda service: [award.key for award in service.awards("ada", STAFF)])
    assert len([key for key in held if key[0] == "laps"]) == 4 * THREADS // 5
    assert {key[1:] for key in servers.book.told} == set(held)


def test_fifty_clients_with_batches_of_the_same_users_in_any_order(new_servers: Callable[..., Servers]) -> None:
    servers = new_servers()
    users = [f"user-{number}" for number in range(6)]

    def work(number: int, caller: Caller) -> None:
        start = number % len(users)
        for turn in range(2):
            caller.post(*[event(user, f"e{number}-{turn}") for user in users[start:] + users[:start]])

    at_once(servers, work)
    assert servers.look(lambda service: judge(service, servers.book)).is_well
    values = servers.look(lambda service: [entry.value for entry in service.leaderboard("hits")])
    assert values == [2 * THREADS] * len(users)
