"""Differences between two evaluations of the same history, as sentences."""

from typing import Any

from tests.reference.cases import same_field
from tests.reference.values import same_json
from tests.reference.wallclock import instant

Evaluation = dict[str, Any]


def compare(expected: Evaluation, found: Evaluation) -> list[str]:
    """Everything in which a found evaluation differs from the expected one."""
    problems = [f"rejected {found['rejected']}, expected {expected['rejected']}"]
    problems = problems if found["rejected"] != expected["rejected"] else []
    problems += [f"surplus error {error}" for error in sorted(found["errors"] - expected["errors"])]
    problems += [f"missing error {error}" for error in sorted(expected["errors"] - found["errors"])]
    for user, wanted in expected["users"].items():
        given = found["users"].get(user, {"awards": [], "progress": {}})
        problems += [f"{user}: {problem}" for problem in compare_awards(wanted["awards"], given["awards"])]
        problems += [f"{user}: {problem}" for problem in compare_progress(wanted["progress"], given["progress"])]
    return problems


def compare_awards(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[str]:
    """Awards that are missing, surplus or have other metadata."""
    wanted, given = ({award_key(award): award["metadata"] for award in awards} for awards in (expected, found))
    problems = [f"missing award {key}" for key in wanted if key not in given]
    problems += [f"surplus award {key}" for key in given if key not in wanted]
    both = [key for key in wanted if key in given and not same_json(wanted[key], given[key])]
    return problems + [f"metadata of {key} {given[key]}, expected {wanted[key]}" for key in both]


def award_key(award: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one award from another."""
    event = award["event"]
    when = instant(award["awarded_at"])[0]
    return award["badge"], award["tier"], award["occurrence"], when, event["source"], event["id"]


def compare_progress(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Fields of progress that differ, badge by badge; `criteria` field by field too."""
    problems = []
    for badge, wanted in expected.items():
        given = found.get(badge, {})
        problems += [f"progress {badge} {problem}" for problem in compare_fields(wanted, given)]
    return problems


def compare_fields(wanted: dict[str, Any], given: dict[str, Any]) -> list[str]:
    """Fields that differ between two mappings of progress."""
    problems = []
    for name, value in wanted.items():
        if name == "criteria":
            pairs = zip(value, given.get(name) or [{}] * len(value), strict=False)
            problems += [f"criteria {problem}" for pair in pairs for problem in compare_fields(*pair)]
        elif name not in given or not same_field(name, given[name], value):
            problems.append(f"{name}={given.get(name)!r}, expected {value!r}")
    return problems
