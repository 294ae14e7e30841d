"""What an event costs while a thousand badges are loaded that it has nothing to do with: seconds of the processor."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.compiler import load
from engine.fold import replay
from engine.model import Event, Posted, RuleSet

from .many import many
from .report import Line
from .scene import Held, Run, compared, ingested
from .timing import Figure, ratio
from .workload import FILES, events

COUNT, BATCH = 5_000, 500
PASSES, ROUNDS = 5, 15
"""In memory so many times a round, for a round of some milliseconds says nothing."""
MORE = {**many(), **FILES}


def measure() -> list[Line]:
    """The same events under a small and a large rule set."""
    posts = events(COUNT)
    logs = _by_user([post.event for post in posts])
    few, all_of_them = load(FILES), load(MORE)
    memory = compared(
        {"few": lambda _: _replayed(few, logs), "many": lambda _: _replayed(all_of_them, logs)},
        ROUNDS,
    )
    stored = compared(
        {"few": _stored(posts, BATCH, FILES), "many": _stored(posts, BATCH, MORE)},
    )
    singles = posts[:1_000]
    alone = compared(
        {"few": _stored(singles, 1, FILES), "many": _stored(singles, 1, MORE)},
    )
    return [
        _line("an event beside 1,000 unrelated badges, in memory", memory, COUNT, "≤ 1.05"),
        _line("the same, stored in batches of 500", stored, COUNT, "≤ 1.10"),
        _line("the same, stored one by one", alone, len(singles), "≤ 1.10"),
    ]


def _line(what: str, figures: Mapping[str, Figure], count: int, least: str) -> Line:
    return Line("3", what, figures["many"].rate(count), ratio(figures["many"], figures["few"]), least, "≤ 1.00")


def _stored(posts: Sequence[Posted], size: int, files: Mapping[str, str]) -> Run:
    return lambda folder: ingested(f"sqlite:///{folder}/bench.db", posts, size, files, time.process_time)


def _by_user(found: list[Event]) -> dict[str, list[Event]]:
    logs: dict[str, list[Event]] = defaultdict(list)
    for event in found:
        logs[event.user].append(event)
    return logs


def _replayed(rules: RuleSet, logs: Mapping[str, list[Event]]) -> tuple[float, Held]:
    start = time.process_time()
    for _ in range(PASSES):
        states = {user: replay(rules, user, log) for user, log in logs.items()}
    seconds = (time.process_time() - start) / PASSES
    return seconds, frozenset((u, award.badge) for u, state in states.items() for award in state.awards.values())
