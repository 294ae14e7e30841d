"""Random rule sets that are valid and worth running: small thresholds, shared metrics, chains of prerequisites."""

from random import Random
from typing import Any

from tests.reference import yamltext
from tests.reference.palette import (
    ANYWHERE,
    ATTRIBUTES,
    CATALOGS,
    COLLECTED,
    CONDITIONS,
    EVENTS,
    METADATA,
    NUMBERS,
    VALUES,
)

Document = dict[str, Any]
WINDOWS = ["90m", "6h", "1d", "2d", "7d", "7d", "2w", "3w"]
PERIODS = ["day", "week", "month", "year"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns"]


def random_rule_set(rng: Random) -> dict[str, str]:
    """The files of a valid rule set, by path."""
    return Rules(rng).files()


class Rules:
    """A rule set in the making."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.types = rng.sample(sorted(EVENTS), rng.randint(2, 4))
        self.metrics: dict[str, Document] = {}
        self.badges: dict[str, Document] = {}
        self.sealed: set[str] = set()
        self.categories = ["red", "blue", "green"]

    def files(self) -> dict[str, str]:
        """All files; badges come in an order in which prerequisites precede."""
        for number in range(self.rng.randint(0, 2)):
            self.metrics[f"m{number}"] = self.metric()
        for _ in range(self.rng.randint(5, 12)):
            self.add_badge()
        documents = {"settings.yaml": self.settings()}
        documents |= {f"events/{key}.yaml": EVENTS[key] for key in self.types}
        documents |= {f"catalogs/{key}.yaml": {"items": items} for key, items in CATALOGS.items()}
        documents |= {f"metrics/{key}.yaml": metric for key, metric in self.metrics.items()}
        documents |= {f"badges/{self.folder()}{key}.yaml": badge for key, badge in self.badges.items()}
        return {path: yamltext.write(document) for path, document in documents.items()}

    def chance(self, probability: float) -> bool:
        """Say yes with a probability."""
        return self.rng.random() < probability

    def folder(self) -> str:
        """A sub-folder, for people."""
        return self.rng.choice(["", "", "some/", "other/deep/"])

    def settings(self) -> Document:
        """Settings, some of them left to their defaults."""
        settings: Document = {"user": ATTRIBUTES}
        choices = {
            "timezone": ZONES,
            "week_start": ["monday", "sunday"],
            "day_start": ["00:00", "04:00", "02:30"],
            "local_time": ["user", "user", "event"],
        }
        return settings | {key: self.rng.choice(values) for key, values in choices.items() if self.chance(0.5)}

    # -- what is measured

    def metric(self) -> Document:
        """Any definition of a metric."""
        kind = self.rng.choice(list(MEASURES))
        return MEASURES[kind](self, self.rng.choice(self.types))

    def triggered(self, event_type: str, often: float = 0.4) -> Document:
        """A trigger, perhaps with a condition."""
        if self.chance(0.15) and len(self.types) > 1:
            return {"trigger": self.rng.sample(self.types, 2)} | self.condition(ANYWHERE, often / 2)
        pool = CONDITIONS[event_type] * 2 + ANYWHERE
        return {"trigger": event_type} | self.condition(pool, often)

    def condition(self, pool: list[str], probability: float) -> Document:
        """Perhaps a condition."""
        return {"when": self.rng.choice(pool)} if self.chance(probability) else {}

    def of(self, trigger: Any, pool: dict[str, list[str]]) -> str:
        """An expression that every trigger can give."""
        single = trigger if isinstance(trigger, str) else None
        return self.rng.choice(pool[single]) if single else self.rng.choice(pool["login"][:2])

    def span(self, *others: str) -> Document:
        """Nothing, a window, a calendar period, or another key that excludes them."""
        kind = self.rng.choice(["", "within", "per", *others])
        values = {"within": WINDOWS, "per": PERIODS}
        return {kind: self.rng.choice(values[kind])} if kind in values else {kind: None} if kind else {}

    def count(self, event_type: str) -> Document:
        """count."""
        found = self.triggered(event_type)
        span = self.span("by")
        if "by" in span:
            span["by"] = self.of(found["trigger"], VALUES)
        return {**found, "measure": "count", **span}

    def distinct(self, event_type: str) -> Document:
        """count_distinct."""
        found = self.triggered(event_type)
        if self.chance(0.3) and "when" in found:
            span: Document = {"latest": True}
        else:
            span = self.span()
        return {**found, "measure": "count_distinct", "of": self.of(found["trigger"], VALUES), **span}

    def sum(self, event_type: str) -> Document:
        """sum."""
        found = self.triggered(event_type, 0.3)
        span = self.span("by")
        if "by" in span:
            span["by"] = self.of(found["trigger"], VALUES)
        return {**found, "measure": "sum", "of": self.of(found["trigger"], NUMBERS), **span}

    def extreme(self, event_type: str) -> Document:
        """max, min or average."""
        found = self.triggered(event_type, 0.3)
        measure = self.rng.choice(["max", "min", "average", "average"])
        least = {"min_events": self.rng.randint(2, 3)} if measure == "average" and self.chance(0.6) else {}
        return {**found, "measure": measure, "of": self.of(found["trigger"], NUMBERS), **self.span(), **least}

    def latest(self, event_type: str) -> Document:
        """latest."""
        found = self.triggered(event_type, 0.3)
        return {**found, "measure": "latest", "of": self.of(found["trigger"], NUMBERS)}

    def streak(self, event_type: str) -> Document:
        """streak by the calendar."""
        found = self.triggered(event_type, 0.25)
        keys = {"grace": self.rng.randint(1, 2), "min_events": 2}
        chosen = {key: value for key, value in keys.items() if self.chance(0.3)}
        period = self.rng.choice(["day", "day", "day", "week", "month"])
        return {**found, "measure": "streak", "period": period, **chosen}

    def event_streak(self, event_type: str) -> Document:
        """streak over events."""
        found = self.triggered(event_type, 1.0)
        found.setdefault("when", self.rng.choice(ANYWHERE))
        return {**found, "measure": "streak", "period": "event"}

    # -- thresholds

    def threshold(self, metric: Document) -> Any:
        """A threshold that a short log may reach."""
        measure = metric.get("measure", "count")
        if measure in ("count", "streak"):
            return self.rng.choice([1, 2, 2, 2, 3, 3, 4]) if self.chance(0.9) else "size(catalog.providers)"
        if measure == "count_distinct":
            return self.rng.choice([1, 2, 2, 3, "size(catalog.providers)", "size(catalog.countries) + 1"])
        if "/ event.total" in metric["of"]:
            return self.rng.choice([50, 57, 60, 80])
        return self.rng.choice([1, 2.5, 5, 10, 0.3, 20]) if measure == "sum" else self.rng.choice([1, 2.5, 4, 5, 6])

    def with_threshold(self, metric: Document) -> Document:
        """A definition with its threshold, some of them `at_most` where that may stand alone."""
        chosen = {"threshold": self.threshold(metric)}
        if metric.get("measure") in ("max", "min", "average", "latest") and self.chance(0.4):
            chosen["compare"] = "at_most"
        return {**metric, **chosen}

    # -- badges

    def add_badge(self) -> None:
        """One more badge."""
        key = f"{self.rng.choice('abmz')}{len(self.badges)}"
        kind = self.rng.choice(list(BADGES))
        badge: Document = {"name": key, **BADGES[kind](self, key)}
        if "grant" not in badge:
            badge |= self.conditions_of_award()
            badge |= self.metadata(badge)
        badge |= {name: value for name, value in self.texts(badge).items() if self.chance(0.35)}
        if self.chance(0.05) and "grant" not in badge:
            badge["retired"] = True
        if badge.get("retired") or "available" in badge:
            self.sealed.add(key)
        self.badges[key] = badge
        if isinstance(badge.get("prerequisites"), dict):
            self.categories = [name for name in self.categories if name != badge["prerequisites"].get("category")]

    def texts(self, badge: Document) -> Document:
        """What does not decide, and what only `badge.awarded` and categories see."""
        points = {} if "tiers" in badge else {"points": self.rng.choice([5, 10, 0])}
        former = {"formerly": [f"old_{badge['name']}"]}
        category = {"category": self.rng.choice(self.categories)} if self.categories else {}
        return category | points | former if self.chance(0.6) else points

    def plain(self, key: str) -> Document:
        """A badge with its own definition."""
        return self.with_threshold(self.metric())

    def shared(self, key: str) -> Document:
        """A badge over a shared metric."""
        if not self.metrics:
            return self.plain(key)
        name = self.rng.choice(sorted(self.metrics))
        found = self.with_threshold(self.metrics[name])
        return {"metric": name} | {part: found[part] for part in ("threshold", "compare") if part in found}

    def several(self, key: str) -> Document:
        """A badge with several criteria, perhaps one of them `at_most`."""
        criteria = [self.plain(key), self.shared(key)] if self.chance(0.7) else [self.plain(key)]
        if self.chance(0.6) and all("compare" not in part for part in criteria):
            capped = self.rng.choice([self.count, self.distinct, self.sum, self.streak])(self.rng.choice(self.types))
            criteria.append({**capped, "threshold": self.rng.choice([0, 1, 2, 3]), "compare": "at_most"})
        return {"criteria": criteria}

    def tiered(self, key: str) -> Document:
        """A badge with tiers, rising, or falling with `at_most`."""
        kinds = [self.count, self.sum, self.streak, self.extreme, self.latest, self.distinct]
        metric = self.with_threshold(self.rng.choice(kinds)(self.rng.choice(self.types)))
        falling = metric.get("compare") == "at_most"
        low = self.rng.choice([1, 2])
        thresholds = [low, low + 1, low + self.rng.choice([2, 5])]
        points = [{"points": self.rng.choice([1, 5])} if self.chance(0.7) else {} for _ in thresholds]
        ordered = sorted(thresholds, reverse=falling)
        names = ["bronze", "silver", "gold"]
        tiers = [{"id": n, "threshold": t, **p} for n, t, p in zip(names, ordered, points, strict=True)]
        return {name: value for name, value in metric.items() if name != "threshold"} | {"tiers": tiers}

    def repeated(self, key: str) -> Document:
        """A badge that repeats."""
        kind = self.rng.choice([self.count, self.sum, self.distinct, self.streak, self.streak])
        metric = kind(self.rng.choice(self.types))
        barred = {"within", "by", "latest"}
        metric = {name: value for name, value in metric.items() if name not in barred}
        most = {"max_awards": self.rng.randint(1, 3)} if self.chance(0.4) else {}
        lap = [1, 2, 2, 3] if metric["measure"] != "sum" else [2.5, 5] if "per" in metric else [10, 25, 300]
        return {**metric, "threshold": self.rng.choice(lap), "repeatable": True, **most}

    def easy(self, key: str) -> Document:
        """A badge that a condition alone decides."""
        event_type = self.rng.choice(self.types)
        return {
            "trigger": event_type,
            **self.condition(CONDITIONS[event_type], 1),
            "threshold": self.rng.choice([1, 2]),
        }

    def periodic(self, key: str) -> Document:
        """A badge that is awarded once a period."""
        found = self.triggered(self.rng.choice(self.types), 0.3)
        most = {"max_awards": self.rng.randint(1, 3)} if self.chance(0.4) else {}
        return {**found, "per": self.rng.choice(PERIODS), "threshold": 2, "repeatable": True, **most}

    def collector(self, key: str) -> Document:
        """A badge that counts badges."""
        condition = {"when": self.rng.choice(COLLECTED).format(self=key)} if self.chance(0.5) else {}
        points = {"measure": "sum", "of": "event.points"}
        distinct = {"measure": "count_distinct", "of": "event.badge"}
        spans = [{}, {"within": "2d"}, {"per": "week"}]
        measure: Document = self.rng.choice([points, distinct, *spans])
        threshold = self.rng.choice([5, 10, 15]) if measure.get("measure") == "sum" else self.rng.choice([1, 2, 3, 4])
        metadata = {"metadata": {"last": "event.badge", "tier": "event.tier"}} if self.chance(0.5) else {}
        return {"trigger": "badge.awarded", **condition, **measure, "threshold": threshold, **metadata}

    def profile(self, key: str) -> Document:
        """A badge over `user.updated`."""
        conditions = ["has(event.plan)", "default(event.level, 0) >= 1", "has(user.plan) and time.hour > 6"]
        condition = self.rng.choice(conditions)
        return {"trigger": "user.updated", "when": condition, "threshold": self.rng.choice([1, 1, 2])}

    def given(self, key: str) -> Document:
        """A badge without criteria."""
        return {"grant": self.rng.choice(["staff", "client"])}

    def conditions_of_award(self) -> Document:
        """Prerequisites and `available`, each perhaps."""
        found: Document = {}
        if self.chance(0.4) and (prerequisites := self.prerequisites()):
            found["prerequisites"] = prerequisites
            if self.chance(0.4):
                found["counts"] = "after_prerequisites"
        if self.chance(0.15):
            found["available"] = self.available()
        return found

    def prerequisites(self) -> Any:
        """Prerequisites in any of their forms, over badges that can be earned."""
        items = [self.item(key) for key in self.badges if key not in self.sealed]
        self.rng.shuffle(items)
        kind = self.rng.choice(["all", "all", "any", "at_least", "category"])
        categories = sorted({b["category"] for k, b in self.badges.items() if self.opens(k)})
        if kind == "category" and categories:
            return {"category": self.rng.choice(categories)}
        if not items or kind == "category":
            return None
        if kind == "at_least" and len(items) >= 3:
            return {"at_least": 2, "of": items[:3]}
        return {"any": items[:2]} if kind == "any" else items[: self.rng.choice([1, 1, 2])]

    def opens(self, key: str) -> bool:
        """Say whether a badge keeps its category from being empty."""
        return "category" in self.badges[key] and "grant" not in self.badges[key] and key not in self.sealed

    def item(self, key: str) -> str:
        """A badge or one of its tiers."""
        tiers = self.badges[key].get("tiers")
        return f"{key}.{self.rng.choice(tiers)['id']}" if tiers and self.chance(0.5) else key

    def available(self) -> Document:
        """Bounds of both kinds."""
        begins = ["2026-03-10", "2026-03-28", "2026-03-15T12:00:00+01:00"]
        ends = ["2026-03-29", "2026-04-20", "2026-04-01T00:00:00Z"]
        found = {"from": self.rng.choice(begins)} if self.chance(0.7) else {}
        return {**found, "until": self.rng.choice(ends)} if not found or self.chance(0.5) else found

    def metadata(self, badge: Document) -> Document:
        """Perhaps metadata, over fields of the badge's trigger."""
        known = METADATA.get(badge.get("trigger", ""), {}) if isinstance(badge.get("trigger"), str) else {}
        common = {"on": "time.date", "who": "user.id"}
        return {"metadata": known or common} if "metadata" not in badge and self.chance(0.35) else {}


MEASURES = {
    "count": Rules.count, "distinct": Rules.distinct, "sum": Rules.sum, "extreme": Rules.extreme,
    "latest": Rules.latest, "streak": Rules.streak, "event_streak": Rules.event_streak,
}  # fmt: skip
BADGES = {
    "plain": Rules.plain, "more": Rules.plain, "shared": Rules.shared, "several": Rules.several, "tiered": Rules.tiered,
    "repeated": Rules.repeated, "collector": Rules.collector, "profile": Rules.profile, "given": Rules.given,
    "easy": Rules.easy, "periodic": Rules.periodic,
}  # fmt: skip
