"""What the server, a rebuild and a simulation hold in memory at most."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from engine.cloudevents import event_json
from engine.jsontext import dumps
from engine.model import Posted
from engine.service import Service
from engine.store import open_store

from .http import BATCH, bodies_of, load, serving
from .many import many
from .report import Line
from .scene import STAFF
from .workload import END, FILES, events

MILLION, PART = 1_000_000, 20_000
BATCH_OF_MANY = 1_000
BEFORE = {file: text for file, text in FILES.items() if "events/" in file or "first" in file}
"""The rules before the rebuild: the fewer, the sooner a million events are taken in."""
COMMAND = "import sys; from cli import main; main(sys.argv[1:])"


def measure(is_long: bool = False) -> list[Line]:
    """The server with a thousand badges; with ``is_long``, an apply and a simulation over a million events, too."""
    with tempfile.TemporaryDirectory(prefix="badges-bench-") as folder:
        lines = [_line("the server with 1,000 badges, MB at most", _server(Path(folder)), 150)]
    if is_long:
        for what, highest in (("a rebuild", _rebuild), ("simulate", _simulate)):
            with tempfile.TemporaryDirectory(prefix="badges-bench-") as folder:
                lines.append(_line(f"{what} of a million events, MB at most", highest(Path(folder)), 300))
    return lines


def _line(what: str, megabytes: float, most: int) -> Line:
    return Line("14", what, f"{megabytes:.0f} MB", megabytes, f"≤ {most}")


def _server(folder: Path) -> float:
    """After some thousand events."""
    with serving(folder, {**many(), **FILES}) as (port, key, process):
        load(folder, port, bodies_of(events(5_000), BATCH), 4, key)
        return _peak(process.pid)


def _rebuild(folder: Path) -> float:
    """Of ``badges apply`` with rules of which every metric is new."""
    url = f"sqlite:///{folder}/bench.db"
    _fill(url)
    changed = {
        file: text.replace("trigger: ", "available: {from: 2020-01-01}, trigger: ") for file, text in FILES.items()
    }
    return _highest_of(folder, "apply", str(_written(changed, folder)), "--database", url)


def _simulate(folder: Path) -> float:
    """Of ``badges simulate`` over a file, with everybody's standing as JSON."""
    events = folder / "events.jsonl"
    with events.open("w", encoding="utf-8") as file:
        file.writelines(dumps(event_json(post.event)) + "\n" for part in _million() for post in part)
    rules = str(_written(FILES, folder))
    return _highest_of(folder, "simulate", "--rules", rules, "--events", str(events), "--format", "json")


def _written(files: Mapping[str, str], folder: Path) -> Path:
    """A rule set in a folder of its own."""
    for file, text in files.items():
        path = folder / "rules" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "rules"


def _highest_of(folder: Path, *words: str) -> float:
    """The most memory that a command holds until it has ended."""
    told = folder / "told.txt"
    with told.open("w", encoding="utf-8") as file:
        process = subprocess.Popen([sys.executable, "-c", COMMAND, *words], stdout=file, stderr=file)
        highest = _highest(process)
    if process.returncode:
        raise SystemExit(f"badges {words[0]} has failed: {told.read_text(encoding='utf-8')}")
    return highest


def _highest(process: subprocess.Popen[bytes]) -> float:
    """The most memory that is held until a process has ended."""
    highest = 0.0
    while process.poll() is None:
        highest = max(highest, _peak(process.pid))
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    return highest


def _fill(url: str) -> None:
    store = open_store(f"{url}?synchronous=normal")
    service = Service(store, lambda: END)
    service.apply(BEFORE, "benchmark")
    for posts in _million():
        for at in range(0, PART, BATCH_OF_MANY):
            service.ingest(posts[at : at + BATCH_OF_MANY], STAFF)
    store.close()


def _million() -> Iterator[Sequence[Posted]]:
    """A million events, part by part, each with users of its own."""
    for part in range(MILLION // PART):
        posts = [replace(p, event=replace(p.event, source=f"part{part}")) for p in events(PART, seed=part)]
        yield [replace(p, event=replace(p.event, user=f"{p.event.user}-{part}")) for p in posts]


def _peak(pid: int) -> float:
    """The most memory that a process, and those that it has started, have held so far; shared pages count for each."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return sum(map(_high_water, [pid, *map(int, found)]))


def _high_water(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else 0.0
