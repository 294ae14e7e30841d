"""Whole logs through the rules, in memory and from a store: against a fold of the same rules written by hand.

All in seconds of the processor, of all processes together.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from engine.cloudevents import event_json
from engine.compiler import load
from engine.fold import replay
from engine.jsontext import dumps
from engine.model import Event
from engine.simulate import simulate

from . import jobs
from .by_hand import fold
from .report import Line
from .scene import Held, as_commands_run, compared, post, serving
from .timing import Figure, ratio, rounds
from .workload import FILES, events

COUNT, BATCH = 50_000, 500
SHORT = 15
"""Rounds, which take a second or two."""


def measure() -> list[Line]:
    """The fold, simulate and verify over 50,000 events; all end with the same awards."""
    log = [one.event for one in events(COUNT)]
    figures = compared(
        {
            "by hand": lambda _: _by_hand(log),
            "replay": lambda _: _as_commands_run(_replay, log),
            "simulate": lambda _: _as_commands_run(_simulate, log),
            "simulate by hand": lambda _: _simulate_by_hand(log),
        },
        SHORT,
    )
    verified, verified_by_hand = _verified()
    by_hand, simulated = figures["by hand"], figures["simulate"]
    lines = [
        ("the fold in memory, of one by hand", figures["replay"]),
        ("simulate (JSON lines to answers), of the fold by hand", simulated),
        ("verify (SQLite), of the fold by hand", verified),
    ]
    return [
        *(Line("10", what, one.rate(COUNT), ratio(by_hand, one), "≥ 0.3", "≥ 0.6") for what, one in lines),
        Line("", "the fold by hand", by_hand.rate(COUNT)),
        Line(
            "",
            "simulate, of the same job by hand",
            simulated.rate(COUNT),
            ratio(figures["simulate by hand"], simulated),
        ),
        Line("", "verify, of the same job by hand", verified.rate(COUNT), ratio(verified_by_hand, verified)),
    ]


def _as_commands_run(work: Callable[[list[Event]], tuple[float, Held]], log: list[Event]) -> tuple[float, Held]:
    with as_commands_run():
        return work(log)


def _by_hand(log: list[Event]) -> tuple[float, Held]:
    start = time.process_time()
    users = fold(log)
    seconds = time.process_time() - start
    return seconds, frozenset((user, badge) for user, one in users.items() for badge in one.held)


def _replay(log: list[Event]) -> tuple[float, Held]:
    rules = load(FILES)
    start = time.process_time()
    by_user: dict[str, list[Event]] = defaultdict(list)
    for event in log:
        by_user[event.user].append(event)
    states = {user: replay(rules, user, own) for user, own in by_user.items()}
    seconds = time.process_time() - start
    return seconds, frozenset((u, award.badge) for u, state in states.items() for award in state.awards.values())


def _simulate(log: list[Event]) -> tuple[float, Held]:
    rules, lines = load(FILES), [dumps(event_json(event)) for event in log]
    start = time.process_time()
    users = simulate(rules, lines)["users"]
    seconds = time.process_time() - start
    return seconds, frozenset((user, badge["badge"]) for user, one in users.items() for badge in one["badges"])


def _simulate_by_hand(log: list[Event]) -> tuple[float, Held]:
    lines = [dumps(event_json(event)) for event in log]
    start = time.process_time()
    text = jobs.simulated(lines)
    seconds = time.process_time() - start
    return seconds, frozenset((user, badge) for user, held in json.loads(text)["users"].items() for badge in held)


def _verified() -> tuple[Figure, Figure]:
    """Ours, and the same by hand over the same database."""
    with (
        tempfile.TemporaryDirectory(prefix="badges-bench-") as folder,
        serving(f"sqlite:///{folder}/bench.db") as (service, _),
    ):
        post(service, events(COUNT), BATCH)
        report = service.verify()
        if report.differences or report.events != COUNT:
            raise SystemExit(f"verify finds differences: {report.differences[:3]}")
        if jobs.verified(f"{folder}/bench.db") != (COUNT, []):
            raise SystemExit("The contenders end with different awards.")
        contenders = {"ours": service.verify, "by hand": lambda: jobs.verified(f"{folder}/bench.db")}
        figures = rounds({name: partial(_of_all_processes, work) for name, work in contenders.items()}, SHORT, warm=0)
        return figures["ours"], figures["by hand"]


def _of_all_processes(work: Callable[[], object]) -> float:
    """The seconds of the processor that some work takes, here and in the processes that it starts."""
    before = sum(os.times()[:4])
    work()
    return sum(os.times()[:4]) - before
