"""What must hold of the reference itself, and of what the random rule sets and logs exercise."""

from collections import Counter
from pathlib import PurePosixPath
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from tests.reference import yamltext
from tests.reference.reference import evaluate
from tests.reference.strategies import History, histories, random_history
from tests.reference.wallclock import instant

SEEDS = 60


@settings(max_examples=30, deadline=None)
@given(histories())
def test_any_order_of_arrival_gives_the_same(history: History) -> None:
    files, log = history
    rejected = set(evaluate(files, log)["rejected"])
    accepted = [entry for line, entry in enumerate(log, start=1) if line not in rejected]
    shuffled = Random(len(log)).sample(accepted * 2, len(accepted) * 2)
    assert evaluate(files, shuffled) == evaluate(files, accepted)


@settings(max_examples=30, deadline=None)
@given(histories())
def test_a_value_falls_when_it_expires(history: History) -> None:
    files, log = history
    for user, badge, expires in expiries(evaluate(files, log)):
        before, after = (value_seen(files, log, user, badge, moment) for moment in (expires - 1, expires))
        assert before is not None
        assert after is None or after < before


def expiries(found: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Each user's badges of one criterion that are about to fall, and when."""
    seen = [(user, progress) for user, held in found["users"].items() for progress in held["progress"].values()]
    single = [(user, progress) for user, progress in seen if progress["expires_at"] and "criteria" not in progress]
    return [(user, progress["badge"], instant(progress["expires_at"])[0]) for user, progress in single]


def value_seen(files: dict[str, str], log: list[dict[str, Any]], user: str, badge: str, moment: int) -> Any:
    """The value that a reader sees of a badge at a moment."""
    return evaluate(files, log, moment)["users"][user]["progress"][badge]["value"]


@pytest.fixture(scope="module")
def awarded() -> Counter[str]:
    """How many badges of each kind were awarded by rules over many random histories."""
    found: Counter[str] = Counter()
    for seed in range(SEEDS):
        files, log = random_history(seed)
        badges = {PurePosixPath(p).stem: yamltext.read(t) for p, t in files.items() if p.startswith("badges/")}
        users = evaluate(files, log)["users"].values()
        given = {a["badge"] for u in users for a in u["awards"] if a["event"]["source"] != "badges:calls"}
        found.update(kind for key in given for kind in kinds(badges[key]))
    return found


def kinds(badge: dict[str, Any]) -> list[str]:
    """The features of a badge, as words."""
    keys = [
        "metric",
        "criteria",
        "tiers",
        "repeatable",
        "prerequisites",
        "counts",
        "available",
        "metadata",
        "max_awards",
    ]
    parts = ["within", "per", "by", "latest", "grace", "min_events", "compare"]
    measure = badge.get("measure", "count")
    return [measure, *(key for key in keys + parts if key in badge)]


@pytest.mark.parametrize(
    "kind",
    ["count", "count_distinct", "sum", "max", "min", "average", "latest", "streak", "metric", "criteria", "tiers"]
    + ["repeatable", "prerequisites", "counts", "available", "metadata", "max_awards", "within", "per", "by", "grace"]
    + ["min_events", "compare"],
)
def test_random_histories_award_every_kind_of_badge(awarded: Counter[str], kind: str) -> None:
    assert awarded[kind] > 0
