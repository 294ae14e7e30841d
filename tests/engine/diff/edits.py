"""Random edits of a rule set, mostly such as can be proved to be looser or tighter."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from random import Random
from typing import Any

from engine.compiler import compile_rules
from tests.reference import yamltext
from tests.reference.palette import ANYWHERE, CONDITIONS, VALUES
from tests.reference.random_rules import PERIODS, WINDOWS, Rules

Document = dict[str, Any]
Documents = dict[str, Document]
ATTEMPTS = 30
SPELLINGS = [(">=", ">"), (">", ">="), ("<=", "<"), ("<", "<="), ("not in", "in"), ('", ', '", "np", ')]


def edited(rng: Random, files: dict[str, str], most: int = 2) -> dict[str, str] | None:
    """The files with a few edits that the compiler accepts; None if it accepted none of many."""
    for _ in range(ATTEMPTS):
        documents = {path: yamltext.read(text) for path, text in files.items()}
        for _ in range(rng.randint(1, most)):
            rng.choice(EDITS)(rng, documents)
        found = {path: yamltext.write(document) for path, document in documents.items()}
        if found != files and compile_rules(found).rules:
            return found
    return None


def ids(documents: Documents) -> list[str]:
    """The badges."""
    return [PurePosixPath(path).stem for path in documents if path.startswith("badges/")]


def badge(rng: Random, documents: Documents, *keys: str) -> Document:
    """Some badge that has these keys; an empty one if none has."""
    found = [documents[path] for path in documents if path.startswith("badges/")]
    return rng.choice([one for one in found if all(key in one for key in keys)] or [{}])


def counted(rng: Random, documents: Documents, *keys: str) -> Document:
    """Something that counts, with these keys: a badge, a criterion or a shared metric."""
    found = [document for path, document in documents.items() if path.startswith(("badges/", "metrics/"))]
    found += [part for document in found for part in document.get("criteria", [])]
    return rng.choice([one for one in found if all(key in one for key in ("trigger", *keys))] or [{}])


def threshold(rng: Random, documents: Documents) -> None:
    """A threshold moved."""
    one = rng.choice([counted(rng, documents, "threshold"), badge(rng, documents, "threshold")])
    if isinstance(one.get("threshold"), int | float):
        one["threshold"] = max(1, one["threshold"] + rng.choice([-2, -1, 1, 2]))


def limit(rng: Random, documents: Documents) -> None:
    """A number or a word inside a condition moved."""
    one = counted(rng, documents, "when")
    if "when" not in one:
        return
    when = str(one["when"])
    numbers = list(re.finditer(r"(?<![\w.\"-])\d+(?![\w.\"-])", when))
    if numbers and rng.random() < 0.6:
        found = rng.choice(numbers)
        number = max(0, int(found[0]) + rng.choice([-2, -1, 1, 2]))
        one["when"] = when[: found.start()] + str(number) + when[found.end() :]
    else:
        before, after = rng.choice(
            [(">=", ">"), (">", ">="), ("<=", "<"), ("<", "<="), ("not in", "in"), ('", ', '", "np", ')]
        )
        one["when"] = when.replace(before, after, 1)


def condition(rng: Random, documents: Documents) -> None:
    """A condition with one more part, before or behind, or with none."""
    one = counted(rng, documents)
    trigger = one.get("trigger")
    other = rng.choice([*ANYWHERE, *(CONDITIONS.get(trigger, []) if isinstance(trigger, str) else [])])
    word = rng.choice(["and", "and", "or"])
    if "when" not in one:
        one["when"] = other
    elif rng.random() < 0.2:
        one.pop("when")
    else:
        parts = [f"({one['when']})", f"({other})"]
        one["when"] = f" {word} ".join(parts if rng.random() < 0.7 else reversed(parts))


def simpler(rng: Random, documents: Documents) -> None:
    """A condition with one part less."""
    one = counted(rng, documents, "when")
    parts = re.split(r" (?:and|or) ", str(one.get("when", "")))
    if len(parts) > 1:
        one["when"] = rng.choice(parts)


def window(rng: Random, documents: Documents) -> None:
    """Another window, or none."""
    one = counted(rng, documents)
    was = next((key for key in ("within", "per") if one.pop(key, None)), rng.choice(["within", "per"]))
    if rng.random() < 0.75:
        one[was] = rng.choice(WINDOWS if was == "within" else PERIODS)


def keys(rng: Random, documents: Documents) -> None:
    """Another key of the measure."""
    one = counted(rng, documents, "measure")
    kind = one.get("measure")
    if kind == "streak":
        one[rng.choice(["grace", "min_events"])] = rng.randint(1, 3)
    elif kind == "average":
        one["min_events"] = rng.randint(1, 3)
    elif kind == "count_distinct":
        one["latest"] = not one.get("latest", False)
    elif kind in ("count", "sum") and not one.pop("by", None) and isinstance(one["trigger"], str):
        one["by"] = rng.choice(VALUES.get(one["trigger"], ["type"]))


def trigger(rng: Random, documents: Documents) -> None:
    """One trigger more, or less."""
    one = counted(rng, documents)
    types = [PurePosixPath(path).stem for path in documents if path.startswith("events/")]
    if isinstance(one.get("trigger"), list):
        one["trigger"] = rng.choice(one["trigger"])
    elif "trigger" in one:
        one["trigger"] = sorted({one["trigger"], rng.choice(types)})


def criterion(rng: Random, documents: Documents) -> None:
    """One criterion more, or less."""
    found = badge(rng, documents, "criteria").get("criteria", [])
    maker = makers(rng, documents)
    if len(found) > 1 and rng.random() < 0.5:
        found.remove(rng.choice(found))
    elif found:
        capped = {**maker.count(rng.choice(maker.types)), "threshold": 2, "compare": "at_most"}
        found.append(rng.choice([maker.plain("x"), capped]))


def prerequisites(rng: Random, documents: Documents) -> None:
    """One prerequisite more or less, needed or not."""
    one = badge(rng, documents, "trigger")
    found, name = one.get("prerequisites"), rng.choice(ids(documents))
    if not isinstance(found, list):
        named = (found or {}).get("any") or (found or {}).get("of") or []
        choices: list[Any] = [[name], {"any": [*named, name]}, {"at_least": 1, "of": [*named, name]}]
        if len(named) > 1:
            choices += [{"any": named[:1]}, {"at_least": 2, "of": named}, list(named)]
        one["prerequisites"] = rng.choice(choices)
    elif len(found) > 1 and rng.random() < 0.6:
        one["prerequisites"] = rng.choice([found[1:], {"any": found}])
    elif rng.random() < 0.4:
        one.pop("prerequisites")
        one.pop("counts", None)
    else:
        one["prerequisites"] = [*found, name]


def counts(rng: Random, documents: Documents) -> None:
    """What was done before counts, or no longer."""
    one = badge(rng, documents, "prerequisites")
    if "prerequisites" in one and not one.pop("counts", None):
        one["counts"] = "after_prerequisites"


def available(rng: Random, documents: Documents) -> None:
    """A window opened or closed, at either end."""
    one = badge(rng, documents, "trigger")
    found = one.setdefault("available", {})
    bound = rng.choice(["from", "until"])
    if not found.pop(bound, None) or rng.random() < 0.6:
        found[bound] = rng.choice(["2026-03-10", "2026-03-14"] if bound == "from" else ["2026-03-28", "2026-04-02"])
    if not found:
        one.pop("available")


def tiers(rng: Random, documents: Documents) -> None:
    """A tier moved, taken away or added."""
    found: list[Document] = badge(rng, documents, "tiers").get("tiers", [])
    kind = rng.choice(["move", "take", "add"])
    if kind == "take" and len(found) > 1:
        found.remove(rng.choice(found))
    elif kind == "add" and found:
        found.append({"id": "platinum", "threshold": found[-1]["threshold"] + 3})
    elif found:
        rng.choice(found)["threshold"] += rng.choice([-1, 1, 2])


def repeats(rng: Random, documents: Documents) -> None:
    """Awarded more often, or less."""
    one = badge(rng, documents, "trigger", "threshold")
    if not one.get("repeatable"):
        one["repeatable"] = True
    elif rng.random() < 0.3:
        one.pop("repeatable")
        one.pop("max_awards", None)
    else:
        one["max_awards"] = rng.randint(1, 4)


def retired(rng: Random, documents: Documents) -> None:
    """A badge retired, or brought back."""
    one = badge(rng, documents, "name")
    one["retired"] = not one.get("retired", False)


def renamed(rng: Random, documents: Documents) -> None:
    """A badge under another id, everywhere."""
    path = rng.choice([path for path in documents if path.startswith("badges/")])
    old = PurePosixPath(path).stem
    one = documents.pop(path)
    one["formerly"] = [*one.get("formerly", []), old]
    new = rng.choice([f"new_{old}", f"a{old}", f"z{old}"])
    documents[f"badges/{new}.yaml"] = one
    for other in documents.values():
        if "prerequisites" in other:
            text = yamltext.write(other["prerequisites"])
            other["prerequisites"] = yamltext.read(re.sub(rf"\b{old}\b", new, text))


def removed(rng: Random, documents: Documents) -> None:
    """A badge taken away, and from prerequisites too."""
    path = rng.choice([path for path in documents if path.startswith("badges/")])
    documents.pop(path)
    old = PurePosixPath(path).stem
    for other in documents.values():
        if old in str(other.get("prerequisites", "")):
            other.pop("prerequisites")
            other.pop("counts", None)


def merged(rng: Random, documents: Documents) -> None:
    """A badge taken away, and its awards given to another one."""
    before = set(ids(documents))
    removed(rng, documents)
    one = badge(rng, documents, "name")
    one["formerly"] = [*one.get("formerly", []), *(before - set(ids(documents)))]


def payload(rng: Random, documents: Documents) -> None:
    """A payload that takes more events, or fewer."""
    path = rng.choice([path for path in documents if path.startswith("events/")])
    schema = documents[path]["payload"]
    fields, required = schema["properties"], schema.setdefault("required", [])
    name = rng.choice(sorted(fields))
    if fields[name].get("type") == "number" and rng.random() < 0.5:
        fields[name][rng.choice(["minimum", "maximum"])] = rng.choice([0, 1, 3, 5])
    elif name in required:
        required.remove(name)
    else:
        required.append(name)


def makers(rng: Random, documents: Documents) -> Rules:
    """What makes random parts for the event types of these rules."""
    maker = Rules(rng)
    maker.types = sorted(PurePosixPath(path).stem for path in documents if path.startswith("events/"))
    return maker


def added(rng: Random, documents: Documents) -> None:
    """A badge that was not there."""
    maker = makers(rng, documents)
    makes = [maker.plain, maker.several, maker.tiered, maker.repeated, maker.collector, maker.easy, maker.given]
    key = rng.choice(["a_new", "z_new"])
    documents[f"badges/{key}.yaml"] = {"name": key, "category": "red", **rng.choice(makes)(key)}


def dressed(rng: Random, documents: Documents) -> None:
    """Another text, category, points or metadata."""
    one = badge(rng, documents, "name")
    choices: list[Document] = [
        {"name": "Other"},
        {"category": rng.choice(["red", "blue"])},
        {"metadata": {"at": "time.date"}},
        {"secret": True},
    ]
    one |= rng.choice(choices) if "tiers" in one else rng.choice([*choices, {"points": rng.choice([0, 5, 7])}])


def settings(rng: Random, documents: Documents) -> None:
    """Another calendar."""
    choices: list[Document] = [
        {"timezone": "Asia/Kathmandu"}, {"day_start": "03:00"}, {"week_start": "sunday"}, {"local_time": "event"}
    ]  # fmt: skip
    documents["settings.yaml"] |= rng.choice(choices)


def catalog(rng: Random, documents: Documents) -> None:
    """An item more, or less."""
    path, more = rng.choice([("catalogs/providers.yaml", "other"), ("catalogs/countries.yaml", "us")])
    items = documents[path]["items"]
    if rng.random() < 0.5:
        items.append(more)
    elif len(items) > 1:
        items.pop()


EDITS: list[Callable[[Random, Documents], None]] = [
    threshold, threshold, limit, limit, condition, condition, simpler, window, window, keys, keys, trigger, criterion,
    prerequisites, prerequisites, prerequisites, counts, available, tiers, repeats, retired, renamed, removed, merged,
    added, payload, dressed, settings, catalog,
]  # fmt: skip
