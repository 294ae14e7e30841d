"""Whether a regular expression is one, and ends soon on every text: repeats in repeats can take ages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MANY = 30
"""Repeats up to so many times are no danger."""
MOST_REPEATS = 4
LONGEST = 5_000
"""Longer texts do not fit a pattern that repeats something."""
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT)
_ONE = (ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY)
"""Elements that stand for one character."""
_DIFFERENT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$|\(\?<(?![=!])", re.DOTALL)
"""What is written otherwise here than in ECMA-262; escapes and classes are passed over."""
_SAID = (
    ("unterminated character set", "a [ is never closed"),
    ("unterminated subpattern", "a ( is never closed"),
    ("unbalanced parenthesis", "a ) closes nothing"),
    ("nothing to repeat", "nothing stands before a *, + or ? that it could repeat"),
    ("multiple repeat", "two of *, + and ? stand side by side"),
    ("bad character range", "a range such as a-z runs backwards"),
    ("bad escape", "a backslash stands before what needs none"),
)
"""The reader's words, and an author's."""
_ALPHABET = frozenset(map(chr, range(0x250)))
"""Stands for all characters where those of two elements are compared."""


def fault(pattern: str) -> str | None:
    """Why a pattern is refused; nothing if it is not."""
    try:
        compiled(pattern)
        tree = list(_walk(parser.parse(_translated(pattern))))
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression{_told(error)}"
    if any(op in (ops.GROUPREF, ops.GROUPREF_EXISTS) for op, _ in tree):
        return "refers back to a group, which can take ages"
    long = [argument for op, argument in tree if op in _REPEATS and argument[1] > MANY]
    if any(map(_is_explosive, long)):
        return "repeats what itself repeats or varies, which can take ages"
    return "repeats too many things, which can take ages" if len(long) > MOST_REPEATS else None


def _told(error: Exception) -> str:
    """Why, in the words of who wrote it, where that is known."""
    known = next((words for said, words in _SAID if said in str(error)), None)
    return f": {known}" if known else ""


def matches(pattern: str, text: str) -> bool:
    """Whether a text holds what a pattern describes."""
    if len(text) > LONGEST and any(op in _REPEATS for op, _ in _walk(parser.parse(_translated(pattern)))):
        return False
    return compiled(pattern).search(text) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The expression as JSON Schema means it: digits and letters are ASCII's, ``$`` is the end. Source: ECMA-262."""
    return re.compile(_translated(pattern), re.ASCII)


def _translated(pattern: str) -> str:
    return _DIFFERENT.sub(lambda found: {"$": r"\Z", "(?<": "(?P<"}.get(found[0], found[0]), pattern)


def _is_explosive(repeat: Any) -> bool:
    """Whether a text can be cut into repeats in many ways: the body varies, and nothing in it marks its end."""
    body = list(repeat[2])
    while len(body) == 1 and body[0][0] == ops.SUBPATTERN:
        body = list(body[0][1][3])
    varying = [
        pair for pair in _walk(body) if pair[0] == ops.BRANCH or pair[0] in _REPEATS and pair[1][0] != pair[1][1]
    ]
    if not varying:
        return False
    inside = frozenset().union(*(_characters([pair]) for pair in varying))
    return not any(op in _ONE and not _characters([(op, argument)]) & inside for op, argument in body)


def _characters(tree: Any) -> frozenset[str]:
    """The characters that any element of a tree can stand for."""
    found: frozenset[str] = frozenset()
    for op, argument in _walk(tree):
        if op in _ONE:
            found |= _of_one(op, argument)
    return found


def _of_one(op: Any, argument: Any) -> frozenset[str]:
    if op == ops.LITERAL:
        return frozenset(chr(argument))
    if op == ops.NOT_LITERAL:
        return _ALPHABET - {chr(argument)}
    return _of_class(argument) if op == ops.IN else _ALPHABET


def _of_class(parts: Any) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for op, argument in parts:
        if op == ops.LITERAL:
            found |= {chr(argument)}
        elif op == ops.RANGE:
            found |= {c for c in _ALPHABET if argument[0] <= ord(c) <= argument[1]}
        elif op == ops.CATEGORY:
            found |= {c for c in _ALPHABET if _CATEGORIES[argument](c)}
    return _ALPHABET - found if parts and parts[0][0] == ops.NEGATE else found


_CATEGORIES: dict[Any, Any] = {
    ops.CATEGORY_DIGIT: lambda c: c in "0123456789",
    ops.CATEGORY_NOT_DIGIT: lambda c: c not in "0123456789",
    ops.CATEGORY_SPACE: str.isspace,
    ops.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    ops.CATEGORY_WORD: lambda c: c.isascii() and (c.isalnum() or c == "_"),
    ops.CATEGORY_NOT_WORD: lambda c: not (c.isascii() and (c.isalnum() or c == "_")),
}


def _walk(tree: Any) -> Iterator[tuple[Any, Any]]:
    for op, argument in tree:
        yield op, argument
        for inner in _inner(op, argument):
            yield from _walk(inner)


def _inner(op: Any, argument: Any) -> Iterator[Any]:
    if op in (*_REPEATS, ops.POSSESSIVE_REPEAT):
        yield argument[2]
    elif op == ops.SUBPATTERN:
        yield argument[3]
    elif op == ops.BRANCH:
        yield from argument[1]
    elif op in (ops.ASSERT, ops.ASSERT_NOT):
        yield argument[1]
    elif op == ops.ATOMIC_GROUP:
        yield argument
