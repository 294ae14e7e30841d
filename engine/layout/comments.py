"""The comments of a YAML text: all that stands between its tokens, and is not blank."""

from __future__ import annotations

from ..documents import tokens
from .scalars import split_header


def comments(text: str) -> list[str]:
    """Every comment from its ``#`` on, in their order."""
    found, at = [], 0
    for token in tokens(text):
        found += _between(text[at : token.start])
        if token.style in ("|", ">"):
            found += _between(split_header(text[token.start : token.end])[1])
        at = max(at, token.end)
    return found + _between(text[at:])


def _between(gap: str) -> list[str]:
    return [line.strip() for line in gap.split("\n") if line.strip()]
