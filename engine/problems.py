"""A fault with a place: what is wrong in a rule set, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

ERROR = "error"
WARNING = "warning"

WARNINGS = frozenset(
    {
        "possible-zero-division",
        "always-true",
        "never-true",
        "same-rule",
        "swallowed-comment",
        "missing-translation",
        "untested-badge",
    }
)

CODES = WARNINGS | frozenset(
    {
        "yaml-syntax",
        "duplicate-key",
        "unknown-key",
        "missing-key",
        "wrong-type",
        "bad-value",
        "bad-id",
        "duplicate-id",
        "unknown-event",
        "unknown-metric",
        "unknown-badge",
        "unknown-tier",
        "unknown-catalog",
        "unknown-leaderboard",
        "unknown-field",
        "unknown-name",
        "unknown-function",
        "optional-field",
        "type-mismatch",
        "not-a-condition",
        "expression-syntax",
        "forbidden-expression",
        "expression-too-large",
        "prerequisite-cycle",
        "unreachable",
        "tier-order",
        "bad-window",
        "bad-repeat",
        "bad-schema",
    }
)


class Span(NamedTuple):
    """A place in a file: 1-based line and column in characters; ``end_column`` is exclusive, on the same line."""

    line: int = 1
    column: int = 1
    end_column: int = 1


class Problem(NamedTuple):
    """One fault of a rule set: a stable code, a sentence in the author's words, a place, and a way out."""

    code: str
    message: str
    file: str
    span: Span = Span()
    help: str | None = None

    @property
    def severity(self) -> str:
        return WARNING if self.code in WARNINGS else ERROR

    def as_json(self) -> dict[str, object]:
        """The record that every printer and the HTTP answer share."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "line": self.span.line,
            "column": self.span.column,
            "end_column": self.span.end_column,
            "message": self.message,
            "help": self.help,
        }


class RulesRejected(Exception):
    """A rule set with an error, which is never put in service; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.file}:{p.span.line}:{p.span.column}: {p.message}" for p in self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """``did you mean totalQuestions?`` when something near is known, else nothing."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is nearest, if one is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return near[0] if near else None
