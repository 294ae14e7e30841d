"""What a rule change means: two rule sets compared by meaning, not by text."""

from .changes import CHANGED, DIRECTIONS, LOOSER, RENAMED, TEXT_ONLY, TIGHTER, Change, Comparison, Reached
from .compare import compare, diff
from .printing import as_json, as_markdown, as_text, summary

__all__ = [
    "CHANGED",
    "DIRECTIONS",
    "LOOSER",
    "RENAMED",
    "TEXT_ONLY",
    "TIGHTER",
    "Change",
    "Comparison",
    "Reached",
    "as_json",
    "as_markdown",
    "as_text",
    "compare",
    "diff",
    "summary",
]
