"""The fold: one event after the other, in the order of the log, into metrics and awards."""

from .counting import COUNTED, FAILED, FALSE, TOO_EARLY, UNAVAILABLE, inside, plain_head, reaches, value_of
from .earning import AWARDS_AT_ONCE, as_json, laps_of, occurrence_of
from .entry import Entry, Key, context_of
from .replay import in_order, replay, retracted
from .start import awards_of, due
from .stepping import inject, step

__all__ = [
    "AWARDS_AT_ONCE",
    "COUNTED",
    "FAILED",
    "FALSE",
    "TOO_EARLY",
    "UNAVAILABLE",
    "Entry",
    "Key",
    "as_json",
    "awards_of",
    "context_of",
    "due",
    "in_order",
    "inject",
    "inside",
    "laps_of",
    "occurrence_of",
    "plain_head",
    "reaches",
    "replay",
    "retracted",
    "step",
    "value_of",
]
