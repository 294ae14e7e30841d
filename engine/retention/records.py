"""Snapshots as plain values: what a store keeps, and the entry by which an export carries them to another database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .. import jsontext
from ..calendar import format_instant
from ..model import BADGE_COMPACTED, CALLS_SOURCE, Event, RuleSet, Snapshot
from ..reconcile import award_of, reconcile, record_of

S = TypeVar("S")
T = TypeVar("T")
ID = "snapshot"


class BadSnapshot(ValueError):
    """Values that are no snapshot; the message is a sentence without its subject."""


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left of an entry that is in a snapshot: enough to know it again, and to answer as at first."""

    source: str
    id: str
    digest: str
    receipt: Sequence[Mapping[str, Any]] = ()


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot as JSON values. Metrics stand as a text: their numbers come back to the digit."""
    cells = [[fingerprint, key, value] for (fingerprint, key), value in snapshot.cells.items()]
    return {
        "until": snapshot.until,
        "position": list(snapshot.position),
        "offset": snapshot.offset,
        "attributes": dict(snapshot.attributes),
        "metrics": json.dumps({"heads": dict(snapshot.heads), "cells": cells}, ensure_ascii=False),
        "awards": [{**record_of(a), "by_call": a.by_call, "kept": a.kept} for a in snapshot.awards],
        "retracted": sorted(map(list, snapshot.retracted)),
        "waiting": dict(snapshot.waiting),
        "entries": snapshot.entries,
        "types": sorted(snapshot.types),
    }


def snapshot_of(value: Mapping[str, Any]) -> Snapshot:
    """The snapshot that ``as_json`` wrote. Raises BadSnapshot."""
    return _read(_snapshot, value)


def entry_of(user: str, snapshot: Snapshot, remains: Iterable[Remains]) -> Event:
    """What an export says of a user's snapshot: until when, how much, and all of it in a text for an import."""
    left = [[each.source, each.id, each.digest, list(each.receipt)] for each in remains]
    data = {
        "until": format_instant(snapshot.until),
        "entries": snapshot.entries,
        "types": sorted(snapshot.types),
        "snapshot": jsontext.dumps({"state": as_json(snapshot), "entries": left}),
    }
    return Event(user, CALLS_SOURCE, ID, BADGE_COMPACTED, snapshot.until, None, data)


def read_entry(rules: RuleSet, event: Event) -> tuple[Snapshot, list[Remains]]:
    """The snapshot that ``entry_of`` told, and what is left of its entries.

    Raises BadSnapshot, also if the fold cannot go on from it: a file may say anything.
    """
    snapshot, left = _read(_content, event.data)
    if event.time != snapshot.until or snapshot.position[0] >= snapshot.until:
        raise BadSnapshot("is of another time than its entry")
    _read(lambda start: reconcile(rules, event.user, [], [], start=start), snapshot)
    return snapshot, left


def _read(reader: Callable[[S], T], value: S) -> T:
    try:
        return reader(value)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BadSnapshot("is no snapshot as an export writes it") from error


def _content(data: Mapping[str, Any]) -> tuple[Snapshot, list[Remains]]:
    content = jsontext.decode(data["snapshot"])
    return _snapshot(content["state"]), [Remains(*each) for each in content["entries"]]


def _snapshot(value: Mapping[str, Any]) -> Snapshot:
    metrics = json.loads(value["metrics"])
    time, source, id = value["position"]
    return Snapshot(
        until=int(value["until"]),
        position=(int(time), str(source), str(id)),
        offset=value["offset"],
        attributes=dict(value["attributes"]),
        heads=dict(metrics["heads"]),
        cells={(fingerprint, key): cell for fingerprint, key, cell in metrics["cells"]},
        awards=tuple(map(award_of, value["awards"])),
        retracted=frozenset((source, id) for source, id in value["retracted"]),
        waiting=dict(value["waiting"]),
        entries=int(value["entries"]),
        types=frozenset(value["types"]),
    )
