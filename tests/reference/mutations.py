"""Random changes of a rule set: what an author does to rules that are in service."""

from collections.abc import Callable
from pathlib import PurePosixPath
from random import Random
from typing import Any

from engine.compiler import compile_rules
from tests.reference import yamltext
from tests.reference.palette import ANYWHERE, CONDITIONS
from tests.reference.random_rules import ZONES, Rules

Document = dict[str, Any]
Documents = dict[str, Document]
ATTEMPTS = 40


def mutated(rng: Random, files: dict[str, str], most: int = 3) -> dict[str, str]:
    """The files with one to a few changes that the compiler accepts."""
    for _ in range(ATTEMPTS):
        documents = {path: yamltext.read(text) for path, text in files.items()}
        for _ in range(rng.randint(1, most)):
            rng.choice(CHANGES)(rng, documents)
        changed = {path: yamltext.write(document) for path, document in documents.items()}
        if compile_rules(changed).rules:
            return changed
    return files


def badge_of(rng: Random, documents: Documents, *keys: str) -> Document:
    """Some badge that has these keys; an empty one if none has."""
    badges = [documents[path] for path in documents if path.startswith("badges/")]
    return rng.choice([badge for badge in badges if all(key in badge for key in keys)] or [{}])


def counted(rng: Random, documents: Documents) -> Document:
    """Something that counts: a badge, a criterion or a shared metric."""
    found = [document for path, document in documents.items() if path.startswith(("badges/", "metrics/"))]
    found += [part for document in found for part in document.get("criteria", [])]
    return rng.choice([document for document in found if "trigger" in document] or [{}])


def threshold(rng: Random, documents: Documents) -> None:
    """Another threshold."""
    several = badge_of(rng, documents, "criteria").get("criteria", [])
    badge = rng.choice([badge_of(rng, documents, "threshold"), *several])
    if isinstance(badge.get("threshold"), int | float):
        badge["threshold"] = max(1, badge["threshold"] + rng.choice([-2, -1, -1, 1, 2]))


def condition(rng: Random, documents: Documents) -> None:
    """Another condition, one more, or none."""
    found = counted(rng, documents)
    trigger = found.get("trigger")
    pool = [*ANYWHERE, *(CONDITIONS.get(trigger, []) if isinstance(trigger, str) else [])]
    other = rng.choice(pool)
    kind = rng.choice(["other", "and", "or", "none"])
    if kind == "none":
        found.pop("when", None)
    elif kind == "other" or "when" not in found:
        found["when"] = other
    else:
        found["when"] = f"({found['when']}) {kind} {other}"


def prerequisites(rng: Random, documents: Documents) -> None:
    """Other prerequisites, or none."""
    ids = [PurePosixPath(path).stem for path in documents if path.startswith("badges/")]
    badge = badge_of(rng, documents, "name")
    kind = rng.choice(["none", "all", "any"])
    if kind == "none":
        badge.pop("prerequisites", None)
        badge.pop("counts", None)
    else:
        names = rng.sample(ids, min(2, len(ids)))
        badge["prerequisites"] = names if kind == "all" else {"any": names}


def tiers(rng: Random, documents: Documents) -> None:
    """A tier moved, taken away or added."""
    found: list[Document] = badge_of(rng, documents, "tiers").get("tiers", [])
    kind = rng.choice(["move", "take", "add"])
    if kind == "take" and len(found) > 1:
        found.remove(rng.choice(found))
    elif kind == "add" and found:
        found.append({"id": "platinum", "threshold": found[-1]["threshold"] + 3})
    elif found:
        rng.choice(found)["threshold"] += rng.choice([-1, 1, 2])


def available(rng: Random, documents: Documents) -> None:
    """A window opened or closed."""
    badge = badge_of(rng, documents, "trigger")
    badge["available"] = {"from": rng.choice(["2026-03-10", "2026-03-28"])}
    if rng.random() < 0.4:
        badge.pop("available")


def retired(rng: Random, documents: Documents) -> None:
    """A badge retired, or brought back."""
    badge = badge_of(rng, documents, "trigger")
    badge["retired"] = not badge.get("retired", False)


def renamed(rng: Random, documents: Documents) -> None:
    """A badge under another id, everywhere."""
    path = rng.choice([path for path in documents if path.startswith("badges/")])
    old = PurePosixPath(path).stem
    badge = documents.pop(path)
    badge["formerly"] = [*badge.get("formerly", []), old]
    documents[f"badges/new_{old}.yaml"] = badge
    for other in documents.values():
        if "prerequisites" in other:
            other["prerequisites"] = _with(other["prerequisites"], old, f"new_{old}")


def removed(rng: Random, documents: Documents) -> None:
    """A badge taken away, and from prerequisites too."""
    path = rng.choice([path for path in documents if path.startswith("badges/")])
    documents.pop(path)
    old = PurePosixPath(path).stem
    for other in documents.values():
        if old in str(other.get("prerequisites", "")):
            other.pop("prerequisites")
            other.pop("counts", None)


def added(rng: Random, documents: Documents) -> None:
    """A badge that was not there."""
    maker = Rules(rng)
    maker.types = sorted(PurePosixPath(path).stem for path in documents if path.startswith("events/"))
    makers = [maker.plain, maker.several, maker.tiered, maker.repeated, maker.collector, maker.easy, maker.given]
    key = f"added_{rng.randint(0, 99)}"
    documents[f"badges/{key}.yaml"] = {"name": key, **rng.choice(makers)(key)}


def told(rng: Random, documents: Documents) -> None:
    """Another text, category, points or metadata."""
    badge = badge_of(rng, documents, "name")
    choices: list[Document] = [
        {"name": "Other"}, {"category": rng.choice(["red", "blue"])}, {"metadata": {"at": "time.date"}},
        {"secret": True},
    ]  # fmt: skip
    badge |= rng.choice(choices) if "tiers" in badge else rng.choice([*choices, {"points": rng.choice([0, 5, 7])}])


def settings(rng: Random, documents: Documents) -> None:
    """Another calendar."""
    choices: list[Document] = [
        {"timezone": rng.choice(ZONES)}, {"day_start": "03:00"}, {"week_start": "sunday"}, {"local_time": "event"}
    ]  # fmt: skip
    documents["settings.yaml"] |= rng.choice(choices)


def catalog(rng: Random, documents: Documents) -> None:
    """An item more, or less."""
    items = documents["catalogs/providers.yaml"]["items"]
    if rng.random() < 0.5:
        items.append("xai")
    elif len(items) > 2:
        items.pop()


def board(rng: Random, documents: Documents) -> None:
    """A leaderboard more."""
    shared = [PurePosixPath(path).stem for path in documents if path.startswith("metrics/")]
    ranked: Document = {"rank_by": "metric", "metric": rng.choice(shared)} if shared else {"rank_by": "points"}
    documents["leaderboards/some.yaml"] = {"name": "Some", **ranked}


def _with(prerequisites: Any, old: str, new: str) -> Any:
    """Prerequisites that name another id."""
    if isinstance(prerequisites, list):
        return [new + item.removeprefix(old) if item.split(".")[0] == old else item for item in prerequisites]
    return {key: _with(value, old, new) if isinstance(value, list) else value for key, value in prerequisites.items()}


Change = Callable[[Random, Documents], None]
CHANGES: list[Change] = [
    threshold, threshold, threshold, condition, condition, prerequisites, tiers, available, retired, renamed, removed,
    added, added, told, settings, catalog, board,
]  # fmt: skip
