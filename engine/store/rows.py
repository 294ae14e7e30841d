"""Nouns to rows of plain values and back: what every store keeps, so that nothing is shared with the caller.

A row begins with its key, in the order of ``tables``; what is None in a key is the empty text. Bodies are compact JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from .. import jsontext
from ..model import Award, Event, Failure, Number
from ..numeric import shown
from .protocol import AuditRecord, Compacted, Head, KeyRow, StoredEvent, StoredSnapshot, Undo, UserRow, Version

Row = tuple[Any, ...]
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder()
_LARGEST = 2**63 - 1
_FARTHEST = int(sys.float_info.max)


def pack(body: Any) -> str:
    """A head or a cell as text; it holds no decimals."""
    return _ENCODER.encode(body).decode()


def unpack(text: str) -> Any:
    """A head or a cell from its text."""
    return _DECODER.decode(text)


def exactly(text: str) -> Any:
    """A body as it was sent: decimals keep their digits."""
    return jsontext.read(text)


def ranked(value: Number | None) -> Number | None:
    """A number as leaderboards compare it: as it is shown, so that what reads the same ranks the same.

    An integer beyond 64 bits, which no column holds, keeps 12 digits.
    """
    if value is None:
        return None
    number = shown(value)
    if isinstance(number, int) and abs(number) > _LARGEST:
        return float(f"{max(-_FARTHEST, min(_FARTHEST, number)):.11e}")
    return number


def number(value: Any) -> Number:
    """A number as it was given to a database, whether it answers an int, a float or a Decimal."""
    return int(value) if int(value) == value and not isinstance(value, float) else shown(value)


def user_row(row: UserRow) -> Row:
    """A user's row, with the name and the wish to be listed beside the attributes."""
    time, source, id = row.position
    name = row.attributes.get("name")
    return (
        row.user,
        time,
        source,
        id,
        row.offset,
        jsontext.dumps(dict(row.attributes)),
        row.semantics,
        row.badges,
        ranked(row.points),
        row.retractions,
        name if isinstance(name, str) else None,
        int(row.attributes.get("listed") is not False),
        row.compacted,
        row.settled,
        int(row.acted),
    )


def user_of(row: Row) -> UserRow:
    """A user from a row."""
    user, time, source, id, offset, attributes, semantics, badges, points, retractions = row[:10]
    place, rest = (time, source, id), (retractions, row[12], row[13], bool(row[14]))
    return UserRow(user, place, offset, exactly(attributes), semantics, badges, number(points), *rest)


def event_row(stored: StoredEvent) -> Row:
    """An entry of the log."""
    event = stored.event
    return (
        event.user,
        event.source,
        event.id,
        event.type,
        event.time,
        event.offset,
        jsontext.dumps(event.data),
        int(stored.timeless),
        stored.received_at,
        jsontext.dumps(list(stored.receipt)),
        undo_text(stored.undo),
    )


def event_of(row: Row) -> StoredEvent:
    """An entry of the log from a row."""
    user, source, id, type, time, offset, data, timeless, received_at, receipt = row[:10]
    event = Event(user, source, id, type, time, offset, exactly(data))
    return StoredEvent(event, bool(timeless), received_at, tuple(exactly(receipt)))


def events_of(found: Sequence[Row]) -> list[Event]:
    """Entries of the log from rows that end with their data: all data is read at once, and no line is run for each."""
    if not found:
        return []
    *columns, data = zip(*found, strict=True)
    return list(map(Event, *columns, exactly(f"[{','.join(data)}]")))


def undo_text(undo: Undo | None) -> str | None:
    """What an entry replaced."""
    return None if undo is None else pack([undo.heads, undo.cells, undo.offset])


def with_undo(row: Row) -> StoredEvent:
    """An entry of the log with what it replaced, from a row."""
    undo = None
    if row[10] is not None:
        heads, cells, offset = unpack(row[10])
        undo = Undo(heads, [tuple(cell) for cell in cells], offset)
    return replace(event_of(row), undo=undo)


def snapshot_row(snapshot: StoredSnapshot) -> Row:
    """A snapshot; types of events have no blanks."""
    body = jsontext.dumps(snapshot.body)
    return (snapshot.user, snapshot.until, snapshot.entries, " ".join(snapshot.types), body)


def snapshot_of(row: Row) -> StoredSnapshot:
    """A snapshot from a row."""
    user, until, entries, types, body = row
    return StoredSnapshot(user, until, entries, tuple(types.split()), exactly(body))


def compacted_row(entry: Compacted) -> Row:
    """What is left of an entry; most were answered with no award."""
    return (*entry.key, entry.digest, jsontext.dumps(list(entry.receipt)) if entry.receipt else "")


def compacted_of(row: Row) -> Compacted:
    """What is left of an entry, from a row."""
    user, source, id, digest, receipt = row
    return Compacted((user, source, id), digest, tuple(exactly(receipt)) if receipt else ())


def head_row(user: str, key: str, head: Head) -> Row:
    """A head, with its value where a leaderboard ranks it."""
    return (user, key, pack(head.body), ranked(head.value), head.expires_at)


def award_key(key: tuple[str, str | None, str | None]) -> tuple[str, str, str]:
    """What tells an award from the user's others."""
    badge, tier, occurrence = key
    return (badge, tier or "", occurrence or "")


def award_row(user: str, award: Award) -> Row:
    """An award."""
    return (
        user,
        *award_key(award.key),
        award.awarded_at,
        award.source,
        award.id,
        jsontext.dumps(award.metadata),
        award.rules_version,
        award.badge_version,
        int(award.by_call),
        int(award.kept),
    )


def award_of(row: Row) -> Award:
    """An award from a row."""
    _, badge, tier, occurrence, awarded_at, source, id, metadata, rules, version, by_call, kept = row
    return Award(
        badge,
        tier or None,
        occurrence or None,
        awarded_at,
        source,
        id,
        exactly(metadata),
        rules,
        version,
        bool(by_call),
        bool(kept),
    )


def failure_row(user: str, failure: Failure) -> Row:
    """A failure; of one badge on one event the first is kept."""
    return (user, failure.badge, failure.source, failure.id, failure.message)


def failure_of(row: Row) -> Failure:
    """A failure from a row."""
    return Failure(*row[1:5])


def version_row(version: Version) -> Row:
    """A rule set that has been in service."""
    files = jsontext.dumps(dict(version.files))
    return (version.number, version.version, files, version.applied_at, version.by)


def version_of(row: Row) -> Version:
    """A rule set from a row."""
    number, version, files, applied_at, by = row
    return Version(version, unpack(files), applied_at, by, number)


def audit_row(record: AuditRecord) -> Row:
    """A record, without its number."""
    detail = jsontext.dumps(dict(record.detail))
    return (record.at, record.actor, record.action, record.user, record.badge, detail)


def audit_of(row: Row) -> AuditRecord:
    """A record from its number and the rest of its row."""
    number, at, actor, action, user, badge, detail = row
    return AuditRecord(at, actor, action, user, badge, exactly(detail), number)


def key_row(key: KeyRow) -> Row:
    """An API key."""
    return (key.name, key.hash, " ".join(key.scopes), key.created_at, key.last_used_at)


def key_of(row: Row) -> KeyRow:
    """An API key from a row."""
    name, hash, scopes, created_at, last_used_at = row
    return KeyRow(name, hash, tuple(scopes.split()), created_at, last_used_at)


def failing_of(count: int, row: Row) -> dict[str, Any]:
    """A rule that failed: how often, and how at last."""
    user, badge, source, id, message, time = row
    event = {"user": user, "source": source, "id": id, "time": time}
    return {"badge": badge, "count": count, "message": message, "event": event}
