"""Where everything is kept: one protocol, and a store behind it for each kind of database URL."""

from .feeds import Feed, Feeds, Mark, Notice, Reminder
from .memory import MemoryStore
from .opening import open_store
from .outbox import Backlog, Outbox
from .protocol import (
    AuditRecord,
    Changes,
    Compacted,
    EventKey,
    Head,
    KeyRow,
    Ranked,
    Store,
    StoreConflict,
    StoredEvent,
    StoredSnapshot,
    StoreOutdated,
    StoreUnavailable,
    Transaction,
    Undo,
    UserRow,
    Version,
    pages,
)
from .writing import write

__all__ = [
    "AuditRecord",
    "Backlog",
    "Changes",
    "Compacted",
    "EventKey",
    "Feed",
    "Feeds",
    "Head",
    "KeyRow",
    "Mark",
    "MemoryStore",
    "Notice",
    "Outbox",
    "Ranked",
    "Reminder",
    "Store",
    "StoreConflict",
    "StoreOutdated",
    "StoreUnavailable",
    "StoredEvent",
    "StoredSnapshot",
    "Transaction",
    "Undo",
    "UserRow",
    "Version",
    "open_store",
    "pages",
    "write",
]
