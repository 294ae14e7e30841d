"""A YAML text to nodes, or to what is wrong in it: line by line where that is enough, else by libyaml's events."""

from __future__ import annotations

import re

from ..problems import Problem, Span
from . import lines
from .breaks import normal
from .nodes import Node

MAX_CHARACTERS = 2_000_000
_SURROGATES = "\ud800-\udfff"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff"
_SURROGATE, _CONTROL, _EITHER = (re.compile(f"[{each}]") for each in (_SURROGATES, _CONTROLS, _SURROGATES + _CONTROLS))


def parse(file: str, text: str) -> tuple[Node | None, list[Problem]]:
    """The document of a file and what is wrong in it; no document where the text is no YAML, or is empty.

    pyyaml is imported when a text needs it: most rule sets do not.
    """
    text = normal(text)
    found = _unreadable(file, text)
    if found:
        return None, [found]
    root = lines.read(text)
    if root is not None:
        return root, []
    from .events import read

    return read(file, text)


def _unreadable(file: str, text: str) -> Problem | None:
    """What keeps a text from being read at all: its size, its encoding, characters that no text has."""
    if len(text) > MAX_CHARACTERS:
        return Problem("yaml-syntax", f"the file has more than {MAX_CHARACTERS:,} characters", file, Span(1, 1, 2))
    if _EITHER.search(text) is None:
        return None
    surrogate = _SURROGATE.search(text)
    if surrogate:
        return _at(file, text, surrogate.start(), "the file is not UTF-8 from here on", "save it as UTF-8")
    control = _CONTROL.search(text)
    if control:
        return _at(
            file, text, control.start(), f"a control character (U+{ord(control[0]):04X}) stands here", "remove it"
        )
    return None


def _at(file: str, text: str, offset: int, message: str, help: str) -> Problem:
    line = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1)
    return Problem("yaml-syntax", message, file, Span(line + 1, column + 1, column + 2), help)
