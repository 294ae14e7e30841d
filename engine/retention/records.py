"""Snapshots as plain values: what a store keeps, and what an export carries to another database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..model import Snapshot
from ..reconcile import award_of, record_of

COMPACTED = "badge.compacted"
"""The reserved type of the entry by which an export says what was compacted."""


class BadSnapshot(ValueError):
    """Values that are no snapshot; the message is a sentence."""


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
    try:
        return _snapshot(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSnapshot("is no snapshot as an export writes it") from error


def _snapshot(value: Mapping[str, Any]) -> Snapshot:
    metrics = json.loads(value["metrics"])
    time, source, id = value["position"]
    return Snapshot(
        until=value["until"],
        position=(time, source, id),
        offset=value["offset"],
        attributes=dict(value["attributes"]),
        heads=dict(metrics["heads"]),
        cells={(fingerprint, key): cell for fingerprint, key, cell in metrics["cells"]},
        awards=tuple(map(award_of, value["awards"])),
        retracted=frozenset((source, id) for source, id in value["retracted"]),
        waiting=dict(value["waiting"]),
        entries=value["entries"],
        types=frozenset(value["types"]),
    )
