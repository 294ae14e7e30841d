"""Problems for programs: plain JSON records, and SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from ..problems import Problem

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_json(problems: Sequence[Problem]) -> str:
    """A list of records, one a problem."""
    return json.dumps([problem.as_json() for problem in problems], ensure_ascii=False, indent=2)


def as_sarif(problems: Sequence[Problem], folder: str = "") -> str:
    """One run of the tool. Source: SARIF 2.1.0."""
    codes = sorted({problem.code for problem in problems})
    driver = {"name": "badges", "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code), folder) for problem in problems],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(problem: Problem, index: int, folder: str) -> dict[str, Any]:
    sentence = f"{problem.message} ({problem.help})" if problem.help else problem.message
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": sentence},
        "locations": [{"physicalLocation": _location(problem, folder)}],
    }


def _location(problem: Problem, folder: str) -> dict[str, Any]:
    span = problem.span
    file = f"{folder}/{problem.file}" if folder else problem.file
    return {
        "artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": span.line, "startColumn": span.column, "endColumn": span.end_column},
    }
