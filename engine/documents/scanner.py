"""The tokens of a YAML text, each with its place: what laying a text out needs, and its nodes do not tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from .breaks import hidden
from .reader import LOADER

OPENS_MAPPING = "opens mapping"
OPENS_LIST = "opens list"
CLOSES = "closes"
KEY = "key"
"""Tokens without a character of their own: a block begins or ends here, or what follows is a key."""
EXPLICIT_KEY = "?"
SCALAR = "scalar"

_KINDS = {
    yaml.BlockMappingStartToken: OPENS_MAPPING,
    yaml.BlockSequenceStartToken: OPENS_LIST,
    yaml.BlockEndToken: CLOSES,
    yaml.KeyToken: KEY,
    yaml.ValueToken: ":",
    yaml.BlockEntryToken: "-",
    yaml.FlowMappingStartToken: "{",
    yaml.FlowMappingEndToken: "}",
    yaml.FlowSequenceStartToken: "[",
    yaml.FlowSequenceEndToken: "]",
    yaml.FlowEntryToken: ",",
    yaml.ScalarToken: SCALAR,
    yaml.AnchorToken: "anchor",
    yaml.AliasToken: "alias",
    yaml.DirectiveToken: "directive",
    yaml.DocumentStartToken: "---",
    yaml.DocumentEndToken: "...",
}


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
    """The tokens of a text that ``parse`` reads, with line breaks of one character, in their order."""
    for found in yaml.scan(hidden(text), LOADER):
        kind = _KINDS.get(type(found))
        if kind is not None:
            yield _token(text, kind, found.start_mark.index, found.end_mark.index, getattr(found, "style", None) or "")


def _token(text: str, kind: str, start: int, end: int, style: str) -> Token:
    column = start - (text.rfind("\n", 0, start) + 1)
    if kind == KEY and end > start:
        kind = EXPLICIT_KEY
    return Token(kind, start, end, column, style)
