"""What a rule change means: two rule sets compared by meaning, not by text."""

from .changes import CHANGED, DIRECTIONS, LOOSER, RENAMED, TEXT_ONLY, TIGHTER, Change, Comparison, Reached

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
]
