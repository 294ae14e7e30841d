"""The engine against the reference, which reads the meaning of the rules from the definitions alone."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import jsontext
from engine.calendar import parse_instant
from engine.cloudevents import from_json
from engine.compiler import load
from engine.model import Posted, Refusal, Viewer
from engine.presentation import award_json, progress_json
from engine.service import Service
from engine.simulate import simulate
from engine.store import Store
from tests.conftest import NewStore
from tests.reference.cases import all_cases, cloudevent, json_text, read_case, run_case
from tests.reference.reference import evaluate
from tests.reference.strategies import random_history
from tests.seeds import SEEDS

STAFF = Viewer("staff", name="test")
Files = dict[str, str]
Log = list[dict[str, Any]]


def simulated(files: Files, log: Log, as_of: int | None) -> dict[str, Any]:
    """What simulate answers, in the shape of the reference's answer."""
    found = simulate(load(files), [cloudevent(entry) for entry in log], as_of)
    return {
        "users": {
            user: {"awards": standing["badges"], "progress": {p["badge"]: p for p in standing["progress"]}}
            for user, standing in found["users"].items()
        },
        "rejected": [record["line"] for record in found["rejected"]],
        "errors": {(e["badge"], e["user"], e["event"]["source"], e["event"]["id"]) for e in found["errors"]},
    }


def served(store: Store, files: Files, log: Log, seed: int, now: int) -> Service:
    """A service that got the log in any order and in any batches."""
    rng = Random(seed)
    service = Service(store, lambda: now)
    service.apply(files, "test")
    posts: list[Posted | Refusal] = []
    for entry in log:
        try:
            posts.append(from_json(jsontext.loads(cloudevent(entry))))
        except jsontext.BadJSON:
            continue
    while posts:
        size = rng.choice([1, 1, 1, 2, 5, 20, len(posts)])
        service.ingest(posts[:size], STAFF, reserved=True)
        posts = posts[size:]
    return service


def plain(awards: list[dict[str, Any]]) -> list[str]:
    """Awards as comparable texts, without what only the engine knows."""
    names = ("badge", "tier", "occurrence", "awarded_at", "event", "metadata")
    return sorted(json_text({name: award[name] for name in names}) for award in awards)


def shared(progress: dict[str, Any], reference: dict[str, Any]) -> dict[str, Any]:
    """The fields of progress that the reference gives too."""
    found = {name: progress.get(name) for name in reference}
    if reference.get("criteria"):
        found["criteria"] = [shared(*pair) for pair in zip(progress["criteria"], reference["criteria"], strict=True)]
    return found


@pytest.mark.parametrize("path", all_cases(), ids=lambda path: path.stem)
def test_simulate_agrees_with_the_worked_case(path: Path) -> None:
    assert run_case(read_case(path), simulated) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_simulate_agrees_with_the_reference(seed: int) -> None:
    files, log = random_history(seed)
    expected, found = evaluate(files, log, None), simulated(files, log, None)
    assert found["rejected"] == expected["rejected"]
    assert set(found["users"]) == set(expected["users"])
    for user, standing in expected["users"].items():
        assert plain(found["users"][user]["awards"]) == plain(standing["awards"]), user
        progress = found["users"][user]["progress"]
        assert set(progress) == set(standing["progress"])
        for badge, fields in standing["progress"].items():
            assert shared(progress[badge], fields) == fields, (user, badge)
    assert found["errors"] == expected["errors"]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_any_batches_and_any_repeats_equal_the_replay(seed: int, new_store: NewStore) -> None:
    files, log = random_history(seed)
    rng = Random(seed + 1)
    firsts = list({(e["user"], e["source"], e["id"]): e for e in reversed(log) if "raw" not in e}.values())
    arrivals = firsts + [rng.choice(firsts) for _ in range(len(firsts) // 3)]
    rng.shuffle(arrivals)
    now = parse_instant("2100-01-01T00:00:00Z")[0]
    expected = simulated(files, firsts, now)
    service = served(new_store(), files, arrivals, seed, now)
    report = service.verify()
    assert report.differences == []
    kept = {line.split(":")[0] for line in report.kept}
    for user in expected["users"].keys() - kept:
        found = [award_json(award, service.rules) for award in service.awards(user, STAFF)]
        assert plain(found) == plain(expected["users"][user]["awards"]), user
        progress = {p.badge: progress_json(p) for p in service.progress(user, STAFF)}
        assert progress == expected["users"][user]["progress"], user
        assert service.count(user) == len({award["badge"] for award in found})
