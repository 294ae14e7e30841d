"""A mixed load, and what is done to the servers meanwhile."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.callers import Caller, Json, event
from tests.faults.servers import Servers

ERASED = "leaver"
"""What the ids of users who are erased begin with."""


@dataclass
class Load:
    """Clients that go on until they are told to stop: each in a thread of its own."""

    servers: Servers
    seed: int
    users: int = 40
    rest: float = 0.0
    """Seconds between two requests of a client."""
    leave_every: float = 0.3
    """Seconds between two erasures."""
    faults: list[BaseException] = field(default_factory=list)
    others: int = 0
    """Requests that carry no events: reads, grants, erasures."""
    left: dict[str, int] = field(default_factory=dict)
    """Of users who were erased: how many events came after."""
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self, clients: int) -> Iterator[None]:
        """Clients go on while the block runs; what one of them met is raised at the end."""
        threads = [threading.Thread(target=self._client, args=(number,)) for number in range(clients)]
        threads.append(threading.Thread(target=self._leaver))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
        if self.faults:
            raise self.faults[0]

    def _client(self, number: int) -> None:
        rng, caller = random.Random(f"{self.seed}-{number}"), self.servers.caller()
        posted: list[Json] = []
        work = [self._single, self._single, self._batch, self._again, self._other]
        self._until_over(caller, lambda: rng.choice(work)(rng, caller, number, posted))

    def _leaver(self) -> None:
        """Users who are erased, and begin anew."""
        rng, caller = random.Random(f"{self.seed}-leaver"), self.servers.caller()
        self._until_over(caller, lambda: self._leave(rng, caller))

    def _until_over(self, caller: Caller, turn: Callable[[], None]) -> None:
        try:
            while not self._over.is_set():
                turn()
                self._over.wait(self.rest)
        except BaseException as error:
            self.faults.append(error)
            self._over.set()
        caller.close()

    def _new(self, rng: random.Random, number: int, posted: list[Json]) -> Json:
        """An event of any user; some are late."""
        late = {"time": f"2026-01-{rng.randrange(1, 28):02d}T12:00:00Z"} if rng.random() < 0.15 else {}
        made = event(f"user-{rng.randrange(self.users)}", f"{number}-{len(posted)}", rng.randrange(40), **late)
        posted.append(made)
        return made

    def _single(self, rng: random.Random, caller: Caller, number: int, posted: list[Json]) -> None:
        caller.post(self._new(rng, number, posted))

    def _batch(self, rng: random.Random, caller: Caller, number: int, posted: list[Json]) -> None:
        caller.post(*[self._new(rng, number, posted) for _ in range(rng.randrange(2, 20))])

    def _again(self, rng: random.Random, caller: Caller, number: int, posted: list[Json]) -> None:
        """An event that was acknowledged long ago, or just now."""
        if posted:
            caller.post(rng.choice(posted))

    def _other(self, rng: random.Random, caller: Caller, number: int, posted: list[Json]) -> None:
        user = f"user-{rng.randrange(self.users)}"
        reads = [f"/v1/users/{user}/badges", f"/v1/users/{user}/progress", "/v1/leaderboards/hits", "/v1/badges"]
        path = rng.choice([*reads, f"/v1/users/{user}/badges/gift"])
        method, body = ("PUT", {"reason": "a gift"}) if path.endswith("gift") else ("GET", None)
        status, answer = caller.surely(method, path, body)
        assert status in (200, 201), (status, answer)
        self.others += 1

    def _leave(self, rng: random.Random, caller: Caller) -> None:
        user = f"{ERASED}-{len(self.left)}"
        caller.post(*[event(user, f"before-{number}") for number in range(5)])
        status, _ = caller.surely("DELETE", f"/v1/users/{user}")
        assert status in (200, 204, 404), status
        after = rng.randrange(3)
        for number in range(after):
            caller.post(event(user, f"after-{number}"))
        self.left[user] = after
        self._over.wait(self.leave_every)
