"""Problems as annotations of a GitHub workflow. Source: GitHub, workflow commands, "Setting an error message"."""

from __future__ import annotations

from collections.abc import Sequence

from ..problems import Problem


def as_github(problems: Sequence[Problem], folder: str = "") -> str:
    """One command a problem; ``folder`` is the rule set's, as the repository sees it."""
    return "\n".join(_command(problem, folder) for problem in problems)


def _command(problem: Problem, folder: str) -> str:
    span = problem.span
    properties = {
        "file": f"{folder}/{problem.file}" if folder else problem.file,
        "line": str(span.line),
        "col": str(span.column),
        "endColumn": str(span.end_column),
        "title": problem.code,
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    sentence = f"{problem.message} ({problem.help})" if problem.help else problem.message
    return f"::{problem.severity} {told}::{_escaped(sentence)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
