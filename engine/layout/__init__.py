"""How a rule file is laid out: indentation, blanks and empty lines, and nothing else.

Two blanks for each level, lists one level below their key, one blank after ``-``, ``:`` and ``,``, none inside of
brackets; at most one empty line in a row, none at either end; two blanks or more before a comment beside something.
Keys, values, quotes, comments and the breaks between lines stay as they are, in their order.
"""

from __future__ import annotations

from ..documents import MAPPING, normal, parse
from ..problems import Problem
from .comments import comments
from .writer import Writer

__all__ = ["lay_out"]


def lay_out(file: str, text: str) -> tuple[str | None, list[Problem]]:
    """The text as it should be laid out, or the fault for which it is no YAML that can be read.

    A text that would then say anything else is left as it is, as is one that holds no keys and values.
    """
    root, problems = parse(file, text)
    faults = [problem for problem in problems if problem.code == "yaml-syntax"]
    if faults:
        return None, faults
    if root is not None and root.kind != MAPPING:
        return text, []
    laid_out = Writer(normal(text)).written()
    return (laid_out if laid_out == text or _same(text, laid_out) else text), []


def _same(before: str, after: str) -> bool:
    """Whether two texts hold the same values, faults and comments."""
    return _held(before) == _held(after) and comments(normal(before)) == comments(after)


def _held(text: str) -> tuple[object, list[tuple[str, str]]]:
    root, problems = parse("", text)
    return root.plain() if root else None, [(problem.code, problem.message) for problem in problems]
