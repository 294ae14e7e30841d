"""The tokens of a YAML text, each with its place: what laying a text out needs, and its nodes do not tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .breaks import hidden

OPENS_MAPPING = "opens mapping"
OPENS_LIST = "opens list"
CLOSES = "closes"
KEY = "key"
"""Tokens without a character of their own: a block begins or ends here, or what follows is a key."""
EXPLICIT_KEY = "?"
SCALAR = "scalar"


_KINDS = {
    "BlockMappingStartToken": OPENS_MAPPING,
    "BlockSequenceStartToken": OPENS_LIST,
    "BlockEndToken": CLOSES,
    "KeyToken": KEY,
    "ValueToken": ":",
    "BlockEntryToken": "-",
    "FlowMappingStartToken": "{",
    "FlowMappingEndToken": "}",
    "FlowSequenceStartToken": "[",
    "FlowSequenceEndToken": "]",
    "FlowEntryToken": ",",
    "ScalarToken": SCALAR,
    "AnchorToken": "anchor",
    "AliasToken": "alias",
    "DirectiveToken": "directive",
    "DocumentStartToken": "---",
    "DocumentEndToken": "...",
}
"""By the names of pyyaml's tokens."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text between white space and comments: offsets, and the column in which it begins, from 0."""

    kind: str
    start: int
    end: int
    column: int
    style: str = ""
    """Of a scalar: a quote, | or >; empty if it is plain."""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text that ``parse`` reads, with line breaks of one character, in their order.

    pyyaml is imported when a text is laid out: a check has no need of it.
    """
    import yaml

    from .events import LOADER

    for found in yaml.scan(hidden(text), LOADER):
        kind = _KINDS.get(type(found).__name__)
        if kind is not None:
            yield _token(text, kind, found.start_mark.index, found.end_mark.index, getattr(found, "style", None) or "")


def _token(text: str, kind: str, start: int, end: int, style: str) -> Token:
    column = start - (text.rfind("\n", 0, start) + 1)
    if kind == KEY and end > start:
        kind = EXPLICIT_KEY
    return Token(kind, start, end, column, style)
