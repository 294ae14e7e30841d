"""A simulation that is split by user, and by several processes, gives what one over the whole file gives."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cli.lines import decoded
from cli.simulated import FEW, as_json, as_text
from engine.cloudevents import event_json
from engine.compiler import compile_rules, load
from engine.jsontext import dumps
from engine.model import RuleSet
from engine.retention import compact, entry_of
from engine.shares import Asked, Outcome, processes, simulated, simulating, split, splitting, spool, spooled, spooling
from engine.simulate import compare, read_log, simulate
from tests.reference.cases import cloudevent
from tests.reference.strategies import random_history
from tests.seeds import SEEDS

ODD = (
    b"no json\n",
    b'{"subject": "\xff"}\n',
    "\u2003\n".encode(),
    b"[]\n",
    b'{"specversion":"1.0","id":"x","source":"app","type":"none","subject":"u1","time":"2999-01-01T00:00:00Z"}\n',
    b'{"specversion":"1.0","id":"x","source":"app","type":"none","subject":"u1","subject":"u2"}\n',
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is split, written and read in the smallest pieces, here."""
    sizes = (
        (splitting, "PARTS", 3),
        (splitting, "HELD", 700),
        (spooling, "BATCH", 500),
        (simulating, "LARGEST", 3_000),
    )
    for module, name, value in sizes:
        monkeypatch.setattr(module, name, value)
    for module in (processes, simulating):
        monkeypatch.setattr(module, "processors", lambda: 1)


def history(seed: int) -> tuple[dict[str, str], list[bytes]]:
    """Rules, and lines of several users: late, repeated, contradicted, wrong, escaped, and some after a snapshot."""
    rng = Random(seed)
    files, log = random_history(seed)
    text = [cloudevent(entry) for entry in log]
    text += rng.sample(text, len(text) // 5)
    text = [line.replace('"u1"', f'"{rng.choice(("u1", "ü1", "u1b"))}"') for line in text]
    text += [snapshot for user in ("u1b", "u2") if (snapshot := _snapshot(load(files), text, user, rng))]
    lines = [line.encode("utf-8", "surrogateescape") + b"\n" for line in text] + [*ODD]
    lines += [json.dumps(json.loads(line)).encode() + b"\n" for line in lines[: len(lines) // 3] if b"{" in line[:1]]
    rng.shuffle(lines)
    return files, [*lines[:-1], lines[-1].rstrip(b"\n")]


def _snapshot(rules: RuleSet, lines: list[str], user: str, rng: Random) -> str | None:
    log = read_log(rules, lines).by_user(None).get(user)
    if not log:
        return None
    until = rng.choice(log).time
    start = compact(rules, user, sorted(log, key=lambda event: event.position), [], until)
    return dumps(event_json(entry_of(user, start, []))) if start else None


def changed(files: dict[str, str]) -> RuleSet:
    """Rules with a badge more, and without one that no other needs."""
    more = {**files, "badges/more.yaml": "{name: More, trigger: user.updated}"}
    badges = [name for name in files if name.startswith("badges/")]
    found = (compile_rules({name: text for name, text in more.items() if name != badge}).rules for badge in badges)
    return next(filter(None, found))


def shared(asked: Asked, lines: list[bytes]) -> tuple[str, str]:
    """What comes of the lines when they are split, as JSON and as text."""
    with spool() as folder:
        told: list[int] = []
        shares = split(enumerate(lines, start=1), asked.rules.events, folder)
        outcome = spooled(asked, shares, told.append)
        assert told[-1] == len(lines)
        return printed(asked, outcome)


def printed(asked: Asked, outcome: Outcome) -> tuple[str, str]:
    return "".join(as_json(outcome, asked.other is not None)), "".join(as_text(outcome))


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_what_is_split_comes_to_the_same(seed: int, small: None) -> None:
    files, lines = history(seed)
    rules, text = load(files), list(map(decoded, lines))
    other = changed(files)
    for until in (None, sorted(event.time for event in read_log(rules, text).events())[seed]):
        asked = Asked(rules, other, until)
        answer: dict[str, Any] = simulate(rules, text, until)
        answer["against"] = compare(simulate(other, text, until), answer)
        whole = printed(asked, simulated(asked, list(enumerate(text, start=1))))
        assert whole[0] == json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
        assert shared(asked, lines) == whole


def test_the_newest_event_is_told_anew_if_the_newest_one_that_was_seen_is_rejected(small: None) -> None:
    files, lines = history(1)
    newest = b'{"specversion":"1.0","id":"new","source":"app","type":"user.updated","subject":"u1",'
    lines += [newest + b'"time":"2998-01-01T00:00:00Z","data":{}}\n', newest + b'"time":"2999-01-01T00:00:00Z"}\n']
    asked = Asked(load(files))
    with spool() as folder:
        shares = split(enumerate(lines, start=1), asked.rules.events, folder)
        outcome = spooled(asked, shares, lambda done: None)
        assert shares.newest is not None and outcome.figures.newest is not None
        assert shares.newest > outcome.figures.newest
    text = list(map(decoded, lines))
    assert shared(asked, lines)[0] == json.dumps(simulate(asked.rules, text), ensure_ascii=False, indent=2) + "\n"


def test_several_processes_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    files, lines = history(3)
    rules = load(files)
    asked = Asked(rules, changed(files), None, FEW)
    for module in (processes, simulating):
        monkeypatch.setattr(module, "processors", lambda: 2)
    whole = printed(asked, simulated(asked, [(n, decoded(line)) for n, line in enumerate(lines, start=1)]))
    assert shared(asked, lines) == whole


def test_nothing_is_left_of_what_was_written_on_the_way(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    files, lines = history(2)

    def interrupted(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), spool() as folder:
        spooled(Asked(load(files)), split(enumerate(lines), {}, folder), interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_with_the_file(small: None) -> None:
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        spooling.write_run(Path("/dev/full"), [("user", "text")])
