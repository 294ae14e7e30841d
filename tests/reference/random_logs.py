"""Random logs: clustered times, equal instants, late lines, changing zones, calls, retractions, repetitions, faults."""

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from random import Random
from typing import Any

from tests.reference import yamltext
from tests.reference.palette import FIELDS, data_of
from tests.reference.random_rules import ZONES
from tests.reference.wallclock import instant, offset_zone

Entry = dict[str, Any]
STARTS = [
    datetime(2026, 3, 26, 20, tzinfo=UTC),
    datetime(2026, 3, 8, 22, 30, tzinfo=UTC),
    datetime(2025, 12, 29, tzinfo=UTC),
]
STEPS = [
    *[timedelta(0), timedelta(microseconds=1), timedelta(minutes=20), timedelta(minutes=90), timedelta(hours=3)],
    *[timedelta(hours=9), timedelta(hours=23), timedelta(days=1), timedelta(days=1), timedelta(hours=25)],
    *[timedelta(days=2), timedelta(days=3), timedelta(days=7), timedelta(days=20)],
]
WEIGHTS = [4, 1, 3, 1, 3, 3, 2, 6, 6, 2, 2, 1, 1, 0.3]
OFFSETS = ["Z", "Z", "+01:00", "-05:00", "+05:45", "+14:00"]
SOURCES = ["app", "app", "web", "Zoo", "é"]
IDS = ["a", "B", "é", "10", "9", "😀", "\uffff"]


def random_log(rng: Random, files: dict[str, str]) -> list[Entry]:
    """A log for a rule set, in an order of arrival."""
    log = [entry for user in ("u1", "u2", "x3")[: rng.randint(1, 3)] for entry in UserLog(rng, files, user).entries()]
    if rng.random() < 0.5:
        late = rng.sample(log, len(log) // 5)
        log = [entry for entry in log if entry not in late] + late
    return log


def random_moment(rng: Random, log: list[Entry]) -> int:
    """An instant at which to look: an event's own, just before it, or some time after."""
    times = [instant(entry["time"])[0] for entry in log if entry["time"][-1] == "Z" or entry["time"][-6] in "+-"]
    return rng.choice(times) + rng.choice([0, 0, -1, 3_600_000_000, 90_000_000_000, 7 * 86_400_000_000])


class UserLog:
    """One user's log in the making."""

    def __init__(self, rng: Random, files: dict[str, str], user: str) -> None:
        self.rng, self.user = rng, user
        self.types = [PurePosixPath(path).stem for path in files if path.startswith("events/")]
        badges = {path: yamltext.read(text) for path, text in files.items() if path.startswith("badges/")}
        self.badges = {PurePosixPath(path).stem: badge for path, badge in badges.items()}
        self.now = rng.choice(STARTS)
        self.log: list[Entry] = []

    def entries(self) -> list[Entry]:
        """The user's lines, in the order of their times but for a few."""
        rare = [self.updated, self.granted, self.revoked, self.retracted, self.repeated, self.conflicting, self.faulty]
        if self.rng.random() < 0.6:
            self.updated()
        focus = self.rng.choice(self.types)
        for _ in range(self.rng.randint(15, 45)):
            self.now += self.rng.choices(STEPS, WEIGHTS)[0]
            self.event(focus if self.rng.random() < 0.5 else self.rng.choice(self.types))
            if self.rng.random() < 0.2:
                self.rng.choices(rare, [4, 3, 1.5, 2, 1, 1, 1])[0]()
        return self.log

    def add(self, source: str, event_type: str, data: Entry, time: datetime | None = None) -> None:
        """One more line."""
        key = f"{self.rng.choice(IDS)}{len(self.log)}" if self.rng.random() < 0.9 else f"-{len(self.log)}"
        line = {"user": self.user, "source": source, "id": key, "type": event_type, "time": self.text(time or self.now)}
        self.log.append({**line, "data": data})

    def text(self, time: datetime) -> str:
        """A time with some offset."""
        offset = self.rng.choice(OFFSETS)
        return time.astimezone(offset_zone(offset)).replace(tzinfo=None).isoformat() + offset

    def event(self, event_type: str) -> None:
        """An event of a declared type."""
        self.add(self.rng.choice(SOURCES), event_type, data_of(self.rng, event_type))

    def updated(self) -> None:
        """A change of zone or attributes."""
        known: Entry = {
            "timezone": self.rng.choice([*ZONES, None]), "plan": self.rng.choice(["gold", "free", None]),
            "level": self.rng.choice([1, 2, 3]), "joined": self.rng.choice(["2026-03-01", "2026-03-27"]), "name": "Kim",
        }  # fmt: skip
        names = self.rng.sample(sorted(known), self.rng.randint(1, 3))
        self.add("profile", "user.updated", {name: known[name] for name in names})

    def some_badge(self) -> str:
        """A badge, now and then by its old name."""
        key = self.rng.choice(sorted(self.badges))
        return str(self.rng.choice([key, *self.badges[key].get("formerly", [])]))

    def granted(self) -> None:
        """A call's grant; some carry metadata, as imports write them."""
        given = [key for key in sorted(self.badges) if "grant" in self.badges[key]]
        key = self.rng.choice(given) if given and self.rng.random() < 0.5 else self.some_badge()
        tiers = self.badges.get(key, {}).get("tiers", [])
        tier = self.rng.choice([None, *(tier["id"] for tier in tiers)])
        metadata = {"metadata": {"from": "elsewhere"}} if len(key) % 2 else {}
        self.add("badges:calls", "badge.granted", {"badge": key, "tier": tier, **metadata})

    def revoked(self) -> None:
        """A call's revocation."""
        self.add("badges:calls", "badge.revoked", {"badge": self.some_badge()})

    def posted(self) -> Entry:
        """A line of some event."""
        lines = [line for line in self.log if line["type"] in FIELDS or line["type"] == "user.updated"]
        return self.rng.choice(lines)

    def retracted(self) -> None:
        """A retraction, of an event that was or of one that is to come."""
        line = self.posted()
        self.add("web", "event.retracted", {"source": line["source"], "id": line["id"]})
        if self.rng.random() < 0.3:
            self.log[-1]["time"] = self.text(self.now - timedelta(days=3))

    def repeated(self) -> None:
        """The same line again."""
        self.log.append(dict(self.posted()))

    def conflicting(self) -> None:
        """A known key with another time."""
        self.log.append({**self.posted(), "time": self.text(self.now + timedelta(minutes=7))})

    def faulty(self) -> None:
        """A line that is rejected."""
        source, late = self.rng.choice(SOURCES), self.now
        faults: list[tuple[str, Entry]] = [
            ("quiz", {"score": -1, "total": 10}), ("sale", {"amount": "4", "country": "de"}), ("no_such_type", {}),
            ("badge.awarded", {"badge": "a0", "points": 0}), ("user.updated", {"timezone": "Mars/Olympus"}),
            ("user.updated", {"shoe_size": 44}),
            ("task", {"started": "2026-03-01T10:00:00", "due": "2026-03-01", "effort": 1}),
            ("task", {"started": "2026-03-01T10:00:00Z", "due": "2026-02-30", "effort": 1}),
        ]  # fmt: skip
        self.add(source, *self.rng.choice(faults), late)
