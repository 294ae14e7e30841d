"""Retention: the beginning of a log becomes a snapshot, and of its entries only what tells them again is left."""

from .compacting import agrees, compact, holds_history_of
from .digests import differing, digest
from .records import COMPACTED, BadSnapshot, as_json, snapshot_of

__all__ = [
    "COMPACTED",
    "BadSnapshot",
    "agrees",
    "as_json",
    "compact",
    "differing",
    "digest",
    "holds_history_of",
    "snapshot_of",
]
