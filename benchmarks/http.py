"""Posts over HTTP: against an empty route of Flask under the same server, and batches against the engine in process."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

from engine.cloudevents import event_json
from engine.jsontext import dumps
from engine.model import Posted
from engine.service import Service
from engine.store import open_store

from .report import Line
from .scene import Held, compared, held_in, post
from .scene import serving as stored
from .servers import MODULES, SERVERS
from .timing import Contender, ratio, rounds
from .workload import END, FILES, events

SINGLE, WARM, BATCHED, BATCH, CONNECTIONS = 2_000, 200, 6_500, 500, 16
"""Events one by one, the first of them that do not count; events in batches, of which the first does not count."""
TIMED = SINGLE - WARM
SERVE = "from cli import main; main()"


def measure() -> list[Line]:
    """Singles, batches, and other servers of an empty route."""
    return [*_singles(), *_batches(), *_servers()]


def _singles() -> list[Line]:
    bodies = bodies_of(events(SINGLE), 1)
    taken: list[list[float]] = []

    def engine(folder: Path) -> tuple[float, Held]:
        with serving(folder) as (port, key, _):
            seconds, each = load(folder, port, bodies, CONNECTIONS, key, WARM)
        taken.append(each)
        return seconds, _held(folder, events(SINGLE))

    def empty(folder: Path) -> tuple[float, None]:
        with _empty("own") as port:
            return load(folder, port, bodies, CONNECTIONS, warm=WARM)[0], None

    def alone(folder: Path) -> tuple[float, Held]:
        return warmed(f"sqlite:///{folder}/bench.db", events(SINGLE), 1, WARM)

    figures = compared({"engine": engine, "empty": empty, "in process": alone})
    own, other = figures["engine"], figures["empty"]
    spreads = [_percentile(each, 99) / _percentile(each, 50) for each in taken]
    times = [f"{_percentile(sum(taken, []), share) * 1e3:.1f} ms" for share in (50, 99)]
    return [
        Line(
            "9",
            "single posts, 16 connections, of an empty route",
            own.rate(TIMED),
            ratio(other, own),
            "≥ 0.5",
            "≥ 0.7",
        ),
        Line(
            "9",
            "single posts, 16 connections, p99 of p50",
            " and ".join(times),
            statistics.median(spreads),
            "≤ 5",
            "≤ 3",
        ),
        Line("", "an empty route of Flask under the same server, 16 connections", other.rate(TIMED)),
        Line("", "single events, in process, one caller", figures["in process"].rate(TIMED)),
    ]


def _batches() -> list[Line]:
    posts = events(BATCHED)
    bodies = bodies_of(posts, BATCH)

    def by_http(folder: Path) -> tuple[float, Held]:
        with serving(folder) as (port, key, _):
            seconds, _ = load(folder, port, bodies, 1, key, 1)
        return seconds, _held(folder, posts)

    figures = compared(
        {"http": by_http, "in process": lambda folder: warmed(f"sqlite:///{folder}/bench.db", posts, BATCH, BATCH)}
    )
    found = ratio(figures["in process"], figures["http"])
    what = "batches of 500 by HTTP, of the rate in process"
    return [Line("9", what, figures["http"].rate(BATCHED - BATCH), found, "≥ 0.5", "≥ 0.8")]


def _servers() -> list[Line]:
    """The empty route under every server that is installed, in turns."""
    bodies = [b"{}"] * SINGLE
    with tempfile.TemporaryDirectory(prefix="badges-bench-") as folder, ExitStack() as stack:
        ports = {name: stack.enter_context(_empty(name)) for name in SERVERS if find_spec(MODULES[name])}
        figures = rounds({name: _posting(Path(folder), port, bodies) for name, port in ports.items()})
    return [Line("", f"an empty route of Flask under {name}", figure.rate(TIMED)) for name, figure in figures.items()]


def _posting(folder: Path, port: int, bodies: Sequence[bytes]) -> Contender:
    return lambda: load(folder, port, bodies, CONNECTIONS, warm=WARM)[0]


def warmed(url: str, posts: Sequence[Posted], size: int, warm: int) -> tuple[float, Held]:
    """Post all into an empty store in process: the seconds that it took but for the first, and who holds what."""
    with stored(url) as (service, store):
        post(service, posts[:warm], size)
        return post(service, posts[warm:], size), held_in(store, posts)


def bodies_of(posts: Sequence[Posted], size: int) -> list[bytes]:
    """What is sent: events as CloudEvents, alone or in batches."""
    all_of_them = [event_json(one.event) for one in posts]
    parts = [all_of_them[at : at + size] for at in range(0, len(all_of_them), size)]
    return [dumps(part[0] if size == 1 else part).encode() for part in parts]


def load(
    folder: Path, port: int, bodies: Sequence[bytes], connections: int, key: str = "", warm: int = 0
) -> tuple[float, list[float]]:
    """Send all, by a process of its own: the seconds of all, and of each, but for so many at the beginning."""
    file = folder / "bodies"
    file.write_bytes(b"\n".join(bodies))
    words = [sys.executable, "-m", "benchmarks.load", str(port), str(file), str(connections), str(warm), key]
    found = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=300).stdout)
    return found["seconds"], found["taken"]


@contextmanager
def serving(folder: Path, files: Mapping[str, str] = FILES) -> Iterator[tuple[int, str, subprocess.Popen[str]]]:
    """The engine's own server over an empty database: its port, a key, and its process."""
    url = f"sqlite:///{folder}/bench.db"
    store = open_store(url)
    service = Service(store, lambda: END)
    service.apply(files, "benchmark")
    key = service.create_key("benchmark", ("events",))
    store.close()
    words = [sys.executable, "-c", SERVE, "serve", "--port", "0", "--database", url]
    with _process(words, folder) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Listening"):
                yield int(line.rsplit(":", 1)[1]), key, process
                return
        raise SystemExit("The server does not start.")


@contextmanager
def _empty(name: str) -> Iterator[int]:
    with _process([sys.executable, "-m", "benchmarks.servers", name], Path.cwd()) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextmanager
def _process(words: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended with the block; what it logs is not read."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _held(folder: Path, posts: Sequence[Posted]) -> Held:
    store = open_store(f"sqlite:///{folder}/bench.db")
    try:
        return held_in(store, posts)
    finally:
        store.close()


def _percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * share // 100, len(ordered) - 1)]
