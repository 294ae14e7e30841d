"""Where everything is kept: one protocol, and a store behind it for each kind of database URL."""

from .memory import MemoryStore
from .opening import open_store
from .protocol import (
    AuditRecord,
    Changes,
    EventKey,
    Head,
    KeyRow,
    Ranked,
    Store,
    StoredEvent,
    StoreConflict,
    StoreOutdated,
    StoreUnavailable,
    Transaction,
    UserRow,
    Version,
    pages,
)

__all__ = [
from .writing import write
    "AuditRecord",
    "Changes",
    "EventKey",
    "Head",
    "KeyRow",
    "MemoryStore",
    "Ranked",
    "Store",
    "StoreOutdated",
    "StoreUnavailable",
    "StoredEvent",
    "StoreConflict",
    "Transaction",
    "UserRow",
    "Version",
    "open_store",
    "pages",
]
    "write",
