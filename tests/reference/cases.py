"""Worked cases: texts of rules, a log and what it must come to, for anything that evaluates like the reference.

A case is text in sections, each begun by `=== name`: a rule file (`badges/x.yaml`), `log` (a line an event: user
source id time type [data]; or `raw` and a line as it is), `awards` (all that the log gives: user
badge[.tier][#occurrence] time source id [metadata]), `progress TIME` (user badge key=value …), `rejected` (line
numbers), `errors` (badges whose rule failed), `ordered` (the order of the lines matters). Unless `ordered`, any order
of the lines, each given twice, comes to the same.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from tests.reference.values import same_json
from tests.reference.wallclock import instant

Entry = dict[str, Any]
Evaluate = Callable[[dict[str, str], list[Entry], int | None], dict[str, Any]]
CASES = Path(__file__).parent.parent / "cases"
ENVELOPE = {"user": "subject", "source": "source", "id": "id", "type": "type", "time": "time", "data": "data"}


@dataclass
class Case:
    """A worked case; what it leaves unsaid (None) is not compared."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    ordered: bool = False
    awards: list[list[str]] | None = None
    progress: list[tuple[str, list[tuple[str, str, dict[str, Any]]]]] = field(default_factory=list)
    rejected: list[int] | None = None
    errors: set[str] | None = None


def all_cases() -> list[Path]:
    """Every worked case of the project."""
    return sorted(CASES.glob("*.case"))


def read_case(path: Path) -> Case:
    """The case in a file."""
    case = Case(path.stem)
    for title, lines in sections(path.read_text(encoding="utf-8")):
        read_section(case, title, lines)
    return case


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """The sections of a case, by title."""
    for part in ("\n" + text).split("\n=== ")[1:]:
        title, _, body = part.partition("\n")
        yield title.strip(), body.splitlines()


def read_section(case: Case, title: str, lines: list[str]) -> None:
    """Put one section into its place."""
    said = [line for line in lines if line.strip() and not line.startswith("#")]
    if title == "log":
        case.log = [read_line(line) for line in said]
    elif title == "awards":
        case.awards = [line.split(None, 5) for line in said]
    elif title.startswith("progress "):
        case.progress.append((title.split()[1], [read_progress(line) for line in said]))
    elif title == "rejected":
        case.rejected = [int(number) for line in said for number in line.split()]
    elif title == "errors":
        case.errors = {badge for line in said for badge in line.split()}
    elif title == "ordered":
        case.ordered = True
    else:
        case.files[title] = "\n".join(lines) + "\n"


def read_line(line: str) -> Entry:
    """An entry of a log."""
    if line.startswith("raw "):
        return {"raw": line.removeprefix("raw ")}
    user, source, key, time, kind, *data = line.split(None, 5)
    found = json.loads(data[0], parse_float=Decimal) if data else {}
    return {"user": user, "source": source, "id": key, "time": time, "type": kind, "data": found}


def read_progress(line: str) -> tuple[str, str, dict[str, Any]]:
    """A line of progress: user, badge and the fields that are said."""
    user, badge, *rest = line.split(None, 2)
    fields, text = {}, rest[0] if rest else ""
    while text.strip():
        name, _, text = text.strip().partition("=")
        fields[name], end = json.JSONDecoder(parse_float=Decimal).raw_decode(text)
        text = text[end:]
    return user, badge, fields


def json_text(data: Any) -> str:
    """JSON in which decimals stand as they were written."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {json_text(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(json_text, data)) + "]"
    return str(data) if isinstance(data, Decimal) else json.dumps(data)


def cloudevent(entry: Entry) -> str:
    """An entry as a line of JSON: a CloudEvent, or the raw line."""
    if "raw" in entry:
        return str(entry["raw"])
    return json_text({"specversion": "1.0"} | {name: entry[key] for key, name in ENVELOPE.items() if key in entry})


def orders(case: Case, shuffles: int = 3) -> Iterator[list[int]]:
    """Orders of a case's lines, by number from 0: as written; unless `ordered` also shuffled, each line given twice."""
    yield list(range(len(case.log)))
    for seed in range(0 if case.ordered else shuffles):
        doubled = [line for line in range(len(case.log)) for _ in (0, 1)]
        Random(seed).shuffle(doubled)
        yield doubled


def run_case(case: Case, evaluate: Evaluate, shuffles: int = 3) -> list[str]:
    """Everything in which an evaluation differs from a case, in any of the orders."""
    return [problem for order in orders(case, shuffles) for problem in differences(case, order, evaluate)]


def differences(case: Case, order: list[int], evaluate: Evaluate) -> list[str]:
    """What differs when the lines are given in one order."""
    log = [case.log[line] for line in order]
    found = evaluate(case.files, log, None)
    problems = award_differences(case, found)
    if case.rejected is not None and {order[line - 1] + 1 for line in found["rejected"]} != set(case.rejected):
        problems.append(f"rejected {found['rejected']}, expected {case.rejected}")
    if case.errors is not None and {error[0] for error in found["errors"]} != case.errors:
        problems.append(f"errors {found['errors']}, expected {case.errors}")
    for time, expected in case.progress:
        problems += progress_differences(time, expected, evaluate(case.files, log, instant(time)[0]))
    return problems


def award_differences(case: Case, found: dict[str, Any]) -> list[str]:
    """Awards that are missing or too many, and metadata that differ where the case says them."""
    if case.awards is None:
        return []
    given = [(award_key(user, award), award) for user, held in found["users"].items() for award in held["awards"]]
    expected = [expected_key(line) for line in case.awards]
    surplus, lacking = Counter(key for key, _ in given), Counter(expected)
    problems = [f"missing award {key}" for key in lacking - surplus]
    problems += [f"surplus award {key}" for key in surplus - lacking]
    for line in (line for line in case.awards if len(line) > 5):
        metadata = json.loads(line[5], parse_float=Decimal)
        other = [award["metadata"] for key, award in given if key == expected_key(line)]
        problems += [f"metadata of {line[:2]}: {data}" for data in other if not same_json(data, metadata)]
    return problems


def award_key(user: str, award: dict[str, Any]) -> tuple[Any, ...]:
    """An award given, as a case compares it."""
    name = award["badge"] + (f".{award['tier']}" if award["tier"] else "")
    name += f"#{award['occurrence']}" if award["occurrence"] is not None else ""
    return user, name, instant(award["awarded_at"])[0], award["event"]["source"], award["event"]["id"]


def expected_key(line: list[str]) -> tuple[Any, ...]:
    """An award expected, as a case compares it."""
    user, badge, time, source, key = line[:5]
    return user, badge, instant(time)[0], source, key


def progress_differences(
    time: str, expected: list[tuple[str, str, dict[str, Any]]], found: dict[str, Any]
) -> list[str]:
    """Fields of progress that differ from what the case says."""
    problems = []
    for user, badge, fields in expected:
        progress = found["users"].get(user, {"progress": {}})["progress"].get(badge, {})
        for name, value in fields.items():
            if name not in progress or not same_field(name, progress[name], value):
                problems.append(f"{time} {user} {badge} {name}={progress.get(name)!r}, expected {value!r}")
    return problems


def same_field(name: str, found: Any, expected: Any) -> bool:
    """Equality of a field: times as instants, the rest as JSON."""
    if name == "expires_at" and found and expected:
        return instant(found)[0] == instant(expected)[0]
    return same_json(found, expected)
