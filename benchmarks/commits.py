"""Real input: the commits of a large public project, under the rules of the example of contributors."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cli.folder import read_rules
from engine import jsontext
from engine.calendar import parse_instant
from engine.cloudevents import from_json
from engine.compiler import load
from engine.model import Posted
from engine.service import Service
from engine.simulate import simulate
from engine.store import open_store
from examples.contributors.log import events
from examples.contributors.repository import Repository

from .report import Line
from .scene import Held, compared, held_in, post

EXAMPLE = Path(__file__).parent.parent / "examples" / "contributors"
BATCH = 500


def measure(checkout: Path | None = None) -> list[Line]:
    """By simulate, and in batches into memory and SQLite: all end with the same awards.

    The commits of a checkout of git, or those that the example comes with.
    """
    files = read_rules(EXAMPLE / "rules")
    lines = list(_commits(checkout) if checkout else _example())
    posts = [one for one in map(from_json, map(jsontext.loads, lines)) if isinstance(one, Posted)]
    newest = max(parse_instant(json.loads(line)["time"])[0] for line in lines)
    figures = compared(
        {
            "simulate": lambda _: _simulated(files, lines),
            "in memory, batches of 500": lambda _: _stored("memory://", files, posts, newest),
            "SQLite, batches of 500": lambda folder: _stored(f"sqlite:///{folder}/b.db", files, posts, newest),
        },
        count=5,
    )
    return [Line("", f"{len(posts):,} commits: {name}", one.rate(len(posts))) for name, one in figures.items()]


def _commits(checkout: Path) -> Iterator[str]:
    return (json.dumps(event) for event in events(Repository(checkout), anonymous=True))


def _example() -> Iterator[str]:
    with gzip.open(EXAMPLE / "commits.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from file


def _simulated(files: dict[str, str], lines: Sequence[str]) -> tuple[float, Held]:
    rules = load(files)
    start = time.perf_counter()
    users = simulate(rules, lines)["users"]
    seconds = time.perf_counter() - start
    return seconds, frozenset((user, award["badge"]) for user, one in users.items() for award in one["badges"])


def _stored(url: str, files: dict[str, str], posts: Sequence[Posted], newest: int) -> tuple[float, Held]:
    store = open_store(url)
    try:
        service = Service(store, lambda: newest)
        service.apply(files, "benchmark")
        return post(service, posts, BATCH), held_in(store, posts)
    finally:
        store.close()
