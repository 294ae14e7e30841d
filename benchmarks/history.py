"""Long histories and late events: whether an event costs more where there are many others before it."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Sequence

from msgspec.structs import replace

from engine.calendar import MINUTE, SECOND
from engine.model import Event, Posted

from .report import Line
from .scene import Run, compared, ingested, post, serving
from .timing import ratio, rounds
from .workload import END, START, events

SHORT, LONG, MORE = 10_000, 200_000, 2_000
FEW, MANY, OF_ONE = 10, 100_000, 500
BATCH, LATE = 500, 0.05
_NUMBERS = itertools.count()
"""Of what is posted round by round."""


def measure() -> list[Line]:
    """Rates behind a short and a long history; of events in order, and of some that come late."""
    return [*_whole(), *_of_one_user(), *_late()]


def _whole() -> list[Line]:
    """Histories of many users."""
    with tempfile.TemporaryDirectory(prefix="badges-bench-") as folder:
        urls = {name: f"sqlite:///{folder}/{name}.db" for name in ("short", "long")}
        with serving(urls["short"]) as (short, _), serving(urls["long"]) as (long, _):
            post(short, events(SHORT, seed=2), BATCH)
            post(long, events(LONG, seed=2), BATCH)
            figures = rounds(
                {
                    "short": lambda: post(short, _next(), 100),
                    "long": lambda: post(long, _next(), 100),
                }
            )
    found = ratio(figures["short"], figures["long"])
    what = "rate behind 200,000 events, of that behind 10,000 (batches of 100)"
    return [Line("7", what, figures["long"].rate(MORE), found, "≥ 0.95", "≥ 1")]


def _next() -> list[Posted]:
    """New events of the same users, after all others, and after those of the rounds before."""
    number = next(_NUMBERS)
    found = [one.event for one in events(MORE, seed=3)]
    later = [(END + (number * MORE + at) * SECOND, event) for at, event in enumerate(found)]
    return [Posted(replace(event, id=f"n{number}-{event.id}", time=time)) for time, event in later]


def _of_one_user() -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="badges-bench-") as folder:
        urls = {name: f"sqlite:///{folder}/{name}.db" for name in ("few", "many")}
        with serving(urls["few"]) as (few, _), serving(urls["many"]) as (many, _):
            post(few, _of("one", events(FEW, seed=2)), BATCH)
            post(many, _of("one", events(MANY, seed=2)), BATCH)
            figures = rounds(
                {
                    "few": lambda: post(few, _of(_someone(), _next()[:OF_ONE]), 1),
                    "many": lambda: post(many, _of("one", _next()[:OF_ONE]), 1),
                }
            )
    found = ratio(figures["few"], figures["many"])
    what = "single events of a user with 100,000 events, of those of a user with none to begin with"
    return [Line("7", what, figures["many"].rate(OF_ONE), found, "≥ 0.9", "≥ 1")]


def _someone() -> str:
    return f"someone{random.random()}"


def _of(user: str, posts: Sequence[Posted]) -> list[Posted]:
    return [replace(one, event=replace(one.event, user=user)) for one in posts]


def _late() -> list[Line]:
    lines = []
    for size, count in ((1, 2_000), (BATCH, 10_000)):
        ordered = _dense(events(count, seed=4))
        figures = compared(
            {
                "in order": _run(ordered, size),
                "late": _run(_shuffled(ordered), size),
            }
        )
        found = ratio(figures["in order"], figures["late"])
        what = f"5% of the events late, of the rate in order ({'one by one' if size == 1 else 'batches of 500'})"
        lines.append(Line("8", what, figures["late"].rate(count), found, "≥ 0.5", "≥ 0.8"))
    return lines


def _run(posts: Sequence[Posted], size: int) -> Run:
    return lambda folder: ingested(f"sqlite:///{folder}/bench.db", posts, size)


def _dense(posts: Sequence[Posted]) -> list[Posted]:
    """The same events within a day, so that what is an hour late comes behind many others."""
    return [replace(one, event=replace(one.event, time=START + (one.event.time - START) // 90)) for one in posts]


def _shuffled(posts: Sequence[Posted]) -> list[Posted]:
    """The same events, of which some arrive up to an hour late."""
    rng = random.Random(5)
    arrivals = []
    for one in posts:
        delay = rng.randrange(60 * MINUTE) if rng.random() < LATE else 0
        arrivals.append((one.event.time + delay, one))
    return [one for _, one in sorted(arrivals, key=lambda pair: (pair[0], _key(pair[1].event)))]


def _key(event: Event) -> tuple[str, str]:
    return event.source, event.id
