"""A receipt holds the progress of exactly the badges that the event moved."""

import pytest

from engine import jsontext
from engine.calendar import parse_instant
from engine.cloudevents import from_json
from engine.model import Posted, Progress, Viewer
from engine.service import Service
from tests.conftest import NewStore
from tests.reference.cases import cloudevent
from tests.reference.strategies import random_history

STAFF = Viewer("staff", name="test")
ZONES_AND_CALLS = ("user.updated", "badge.granted", "badge.revoked")
"""Entries after which a reader's clock may show other days, or that no service posts."""
NOW = parse_instant("2026-04-20T12:00:00Z")[0]


def still(progress: Progress) -> Progress:
    parts = tuple(part._replace(expires_at=None, longest=None) for part in progress.criteria)
    return progress._replace(expires_at=None, longest=None, criteria=parts)


def seen(service: Service, user: str) -> dict[str, Progress]:
    return {progress.badge: progress for progress in service.progress(user, STAFF)}


@pytest.mark.parametrize("seed", range(30))
def test_a_receipt_tells_what_moved_and_nothing_else(seed: int, new_store: NewStore) -> None:
    files, log = random_history(seed)
    service = Service(new_store(), lambda: NOW)
    service.apply(files, "test")
    log = [entry for entry in log if "raw" not in entry]
    for entry in sorted(log, key=lambda e: parse_instant(e["time"])[0]) if seed % 2 else log:
        post = from_json(jsontext.loads(cloudevent(entry)))
        if not isinstance(post, Posted) or post.event.time > NOW:
            continue
        before = seen(service, post.event.user)
        [receipt] = service.ingest([post], STAFF, reserved=True)
        after = seen(service, post.event.user)
        moved = [after[badge] for badge in sorted(after) if still(after[badge]) != still(before[badge])]
        if post.event.type not in ZONES_AND_CALLS and "local_time: event" not in files.get("settings.yaml", ""):
            assert list(receipt.progress) == moved
