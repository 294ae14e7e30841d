"""What the fault tests are about: a rule set in which every loss and every double count shows, and how to look."""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine.calendar import parse_instant
from engine.model import CALLS_SOURCE, Event, Posted, Viewer
from engine.service import Service

STAFF = Viewer("staff", name="boss")
NOON = parse_instant("2026-03-02T12:00:00Z")[0]
MINUTE = 60_000_000
FILES = {
    "events/hit.yaml": "payload: {type: object, properties: {n: {type: integer}, pad: {type: string}}, required: [n]}",
    "metrics/hits.yaml": "{trigger: hit, measure: count}\n",
    "metrics/numbers.yaml": "{trigger: hit, measure: count_distinct, of: event.n}\n",
    "badges/first.yaml": "{name: First, points: 1, trigger: hit}\n",
    "badges/ten.yaml": "{name: Ten, points: 10, metric: hits, threshold: 10, prerequisites: [first]}\n",
    "badges/laps.yaml": "{name: Laps, trigger: hit, threshold: 5, repeatable: true}\n",
    "badges/lately.yaml": "{name: Lately, trigger: hit, within: 1h, threshold: 7}\n",
    "badges/numbers.yaml": "{name: Numbers, metric: numbers, threshold: 6}\n",
    "badges/collector.yaml": "{name: Collector, trigger: badge.awarded, threshold: 4}\n",
    "badges/gift.yaml": "{name: Gift, grant: staff}\n",
    "leaderboards/hits.yaml": "{name: Hits, rank_by: metric, metric: hits}\n",
    "leaderboards/badges.yaml": "{name: Badges, rank_by: badges}\n",
}
OTHER = FILES | {
    "badges/ten.yaml": "{name: Ten, points: 10, metric: hits, threshold: 8, prerequisites: [first]}\n",
    "badges/sum.yaml": "{name: Sum, trigger: hit, measure: sum, of: event.n, threshold: 20}\n",
}
"""Another version: one badge is easier, one is new, and both have to be made from what is stored."""


def hit(user: str, number: int, minute: float | None = None) -> Posted:
    """An event; without a minute after noon it comes in order of its number."""
    time = NOON + int((number if minute is None else minute) * MINUTE)
    return Posted(Event(user, "app", f"h{number}", "hit", time, 0, {"n": number % 9}))


def retraction(user: str, number: int) -> Posted:
    """Takes a hit out."""
    data = {"source": "app", "id": f"h{number}"}
    return Posted(Event(user, "desk", f"r{number}", "event.retracted", NOON + 1000 * MINUTE, 0, data))


def picture(service: Service, *users: str) -> dict[str, Any]:
    """All that callers can tell of users: logs, awards, standings; calls without their random ids."""
    logs = Counter(
        (entry["subject"], entry["source"], "" if entry["source"] == CALLS_SOURCE else entry["id"])
        for entry in service.export()
    )
    awards = {
        user: sorted((str(award.key), award.awarded_at, award.source) for award in service.awards(user, STAFF))
        for user in users
    }
    boards = [[(e.user, e.rank, e.value) for e in service.leaderboard(name)] for name in ("hits", "badges")]
    return {"logs": logs, "awards": awards, "boards": boards, "counts": {u: service.count(u) for u in users}}
