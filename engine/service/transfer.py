"""Awards from other systems, and for them."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Posted, Receipt, Refusal
from ..store.protocol import AuditRecord
from .intake import ingest
from .session import Session


class Undone(Exception):
    """A rehearsal: what would have been answered, had its transaction been kept."""

    def __init__(self, receipts: Sequence[Receipt]) -> None:
        super().__init__("a rehearsal is not kept")
        self.receipts = list(receipts)


def take(session: Session, posts: Sequence[Posted | Refusal], origin: str, rehearsed: bool) -> list[Receipt]:
    """Put grants of another system into the logs, with one audit record; raises Undone for a rehearsal."""
    receipts = ingest(session, posts, reserved=True)
    if rehearsed:
        raise Undone(receipts)
    new = sum(receipt.status == "accepted" for receipt in receipts)
    if new:
        actor = session.viewer.name or session.viewer.kind
        session.transaction.record(AuditRecord(session.now, actor, "import", detail={"from": origin, "awards": new}))
    return receipts
