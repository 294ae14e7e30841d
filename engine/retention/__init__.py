"""Retention: the beginning of a log becomes a snapshot, and of its entries only what tells them again is left."""

from .compacting import agrees, compact, holds_history_of
from .digests import differing, digest
from .records import BadSnapshot, Remains, as_json, entry_of, read_entry, snapshot_of

__all__ = [
    "BadSnapshot",
    "Remains",
    "agrees",
    "as_json",
    "compact",
    "differing",
    "digest",
    "entry_of",
    "holds_history_of",
    "read_entry",
    "snapshot_of",
]
