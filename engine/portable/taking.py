"""A record of another system's table as an entry of a user's log: a grant at its own time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .. import jsontext
from ..calendar import parse_instant, zone_named
from ..cloudevents import user_fault
from ..model import BADGE_GRANTED, CALLS_SOURCE, Event, Posted, Refusal, RuleSet
from ..problems import Problem, did_you_mean
from .mapping import Item, Mapped, find_item

Record = Mapping[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Left:
    """A record that the mapping leaves out."""

    badge: str


class _Refused(Exception):
    """A record that cannot be taken: the column, the sentence, and a way out."""

    def __init__(self, column: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.fault = {"field": column, "message": message} | ({"help": help} if help else {})


def absent_columns(mapped: Mapped, columns: Collection[str]) -> Iterator[str]:
    """A sentence for each column that the mapping names and a table does not have."""
    for name in dict.fromkeys([*mapped.columns, *filter(None, [mapped.tier]), *mapped.metadata.values()]):
        if name not in columns:
            near = did_you_mean(name, columns) or "its columns are " + ", ".join(columns)
            yield f"the table has no column {name}: {near}"


def entry_of(mapped: Mapped, rules: RuleSet, record: Record, now: int) -> Posted | Left | Refusal:
    """The grant that a record says, known by its user, badge and time; or why it is refused."""
    try:
        theirs = _text(record, mapped.badge)
        if mapped.badges and mapped.badges.get(theirs, theirs) is None:
            return Left(theirs)
        user = _user(_text(record, mapped.user), mapped.user)
        badge, tier = _item(mapped, rules, record, theirs)
        return Posted(_grant(mapped, record, user, badge, tier, _instant(mapped, record, now)))
    except _Refused as refusal:
        return Refusal(None, None, (refusal.fault,))


def _grant(mapped: Mapped, record: Record, user: str, badge: str, tier: str | None, time: int) -> Event:
    key = jsontext.dumps([mapped.origin, user, badge, tier, time])
    id = "import:" + hashlib.sha256(key.encode()).hexdigest()[:40]
    data: dict[str, Any] = {"badge": badge, "by": mapped.origin}
    metadata = _metadata(mapped, record)
    data |= {name: value for name, value in (("tier", tier), ("metadata", metadata)) if value}
    return Event(user, CALLS_SOURCE, id, BADGE_GRANTED, time, None, data)


def _text(record: Record, column: str) -> str:
    value = record.get(column)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise _Refused(column, "is empty" if value in (None, "") or isinstance(value, str) else "is no text")
    return value.strip()


def _user(user: str, column: str) -> str:
    if reason := user_fault(user):
        raise _Refused(column, f"cannot name a user: {reason}")
    return user


def _item(mapped: Mapped, rules: RuleSet, record: Record, theirs: str) -> Item:
    """The badge and the tier; a column for tiers says more than a badge that names none."""
    found = mapped.badges.get(theirs) if mapped.badges else find_item(rules, theirs)
    if found is None:
        near = did_you_mean(theirs, mapped.badges or ())
        raise _Refused(mapped.badge, f"{theirs} is not among the badges of the mapping", near)
    if isinstance(found, Problem):
        raise _Refused(mapped.badge, found.message, found.help)
    badge, tier = found
    said = record.get(mapped.tier) if mapped.tier and tier is None else None
    return _with_tier(mapped, rules, badge, str(said).strip()) if said not in (None, "") else (badge, tier)


def _with_tier(mapped: Mapped, rules: RuleSet, badge: str, said: str) -> Item:
    found = find_item(rules, f"{badge}.{mapped.tiers.get(said, said)}")
    if isinstance(found, Problem):
        raise _Refused(mapped.tier or "", found.message, found.help)
    return found


def _instant(mapped: Mapped, record: Record, now: int) -> int:
    text = _text(record, mapped.awarded_at)
    try:
        instant = _read_time(text, mapped.time_format, mapped.timezone)
    except (ValueError, OverflowError) as error:
        raise _Refused(mapped.awarded_at, f"{text} is not a time as time_format says ({mapped.time_format})") from error
    if instant < 0:
        raise _Refused(mapped.awarded_at, f"{text} is before 1970")
    if instant > now:
        raise _Refused(mapped.awarded_at, f"{text} has not come yet")
    return instant


def _read_time(text: str, form: str, zone: str) -> int:
    if form == "unix":
        return round(float(text) * 1_000_000)
    if form != "rfc3339":
        return _microseconds(datetime.strptime(text, form), zone)
    if len(text) > len("2026-03-01"):
        instant, offset = parse_instant(text)
        if offset is not None:
            return instant
    return _microseconds(datetime.fromisoformat(text), zone)


def _microseconds(time: datetime, zone: str) -> int:
    aware = time if time.tzinfo else time.replace(tzinfo=zone_named(zone))
    return (aware - _EPOCH) // _MICROSECOND


def _metadata(mapped: Mapped, record: Record) -> dict[str, Any]:
    """What the record says; nothing of what it leaves empty."""
    found = {name: record.get(column) for name, column in mapped.metadata.items()}
    told = {name: value for name, value in found.items() if value not in (None, "")}
    for name, value in told.items():
        try:
            jsontext.check(value)
        except jsontext.BadJSON as error:
            raise _Refused(mapped.metadata[name], f"it {error}") from error
    return told
