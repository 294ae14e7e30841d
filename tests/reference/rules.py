"""A valid rule set as plain definitions: every badge spelt out into its criteria, every default written in."""

import re
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import yaml

from tests.reference.interpreter import Fields, Scope, evaluate
from tests.reference.values import Number, number
from tests.reference.wallclock import DATE, WEEKDAYS, Calendar, begin_of_day, instant, zone_named

NOTHING = re.compile(r"null|Null|NULL|~|")
BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*|(?=\.[0-9]))(\.[0-9]*)?([eE][-+]?[0-9]+)?")
BUILT_IN_ATTRIBUTES = {"name": "string", "timezone": "string", "locale": "string", "listed": "boolean"}
AWARDED: dict[str, Any] = {"type": "object"}


def read_yaml(text: str) -> Any:
    """A YAML document, its scalars read as YAML 1.2 reads them, decimal numbers only."""
    return plain(composed(text))


@lru_cache(1000)
def composed(text: str) -> yaml.Node | None:
    """A YAML document, taken apart: rule sets are evaluated again and again."""
    return yaml.compose(text, Loader=yaml.BaseLoader)


def plain(node: yaml.Node | None) -> Any:
    """A node as mappings, lists and scalars."""
    if isinstance(node, yaml.MappingNode):
        return {plain(key): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    return scalar(node.value, node.style) if isinstance(node, yaml.ScalarNode) else None


def scalar(text: str, style: str | None) -> Any:
    """A scalar: quoted or block ones are text."""
    if style is not None:
        return text
    if NOTHING.fullmatch(text):
        return None
    if BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if DECIMAL.fullmatch(text) else text


@dataclass(frozen=True)
class Criterion:
    """What is measured, and the threshold that it must meet."""

    triggers: tuple[str, ...]
    when: str | None
    measure: str
    of: str | None
    by: str | None
    within: str | None
    per: str | None
    latest: bool
    period: str | None
    grace: int
    min_events: int
    threshold: Number
    compare: str


@dataclass(frozen=True)
class Tier:
    """A step of a badge with its own threshold."""

    id: str
    threshold: Number
    points: Number


@dataclass(frozen=True)
class Badge:
    """A badge with everything spelt out; one without criteria is given by calls."""

    id: str
    category: str | None
    points: Number
    criteria: tuple[Criterion, ...]
    tiers: tuple[Tier, ...]
    prerequisites: Any
    after_prerequisites: bool
    available_from: int | None
    available_until: int | None
    repeatable: bool
    max_awards: int | None
    retired: bool
    metadata: dict[str, str]


class RuleSet:
    """The definitions of a folder of rule files."""

    def __init__(self, files: dict[str, str]) -> None:
        self.documents = {path: read_yaml(text) or {} for path, text in files.items()}
        self.read_settings(self.documents.get("settings.yaml", {}))
        self.payloads = {key: document["payload"] for key, document in self.kind("events").items()}
        self.catalogs = {key: document["items"] for key, document in self.kind("catalogs").items()}
        self.metrics = self.kind("metrics")
        documents = self.kind("badges")
        self.renamed = {old: key for key, document in documents.items() for old in document.get("formerly", [])}
        self.badges = {key: self.badge(key, document) for key, document in documents.items()}

    def kind(self, folder: str) -> dict[str, Any]:
        """The documents of one kind by id, which is the file's stem."""
        paths = {PurePosixPath(path): document for path, document in self.documents.items()}
        return {path.name.removesuffix(".yaml"): found for path, found in paths.items() if path.parts[0] == folder}

    def read_settings(self, settings: dict[str, Any]) -> None:
        """Settings with their defaults."""
        self.zone: tzinfo = zone_named(settings.get("timezone", "UTC"))
        self.local_time_of_event = settings.get("local_time", "user") == "event"
        hours, minutes = str(settings.get("day_start", "00:00")).split(":")
        start = timedelta(hours=int(hours), minutes=int(minutes))
        self.calendar = Calendar(start, WEEKDAYS.index(settings.get("week_start", "monday")))
        built_in = {name: {"type": kind} for name, kind in BUILT_IN_ATTRIBUTES.items()}
        self.attributes: dict[str, Any] = {**built_in, **settings.get("user", {}).get("properties", {})}

    def payload(self, event_type: str) -> dict[str, Any]:
        """The schema that declares the data of an event type."""
        if event_type == "user.updated":
            return {"type": "object", "properties": self.attributes}
        schema: dict[str, Any] = self.payloads.get(event_type, AWARDED)
        return schema

    def badge(self, key: str, document: dict[str, Any]) -> Badge:
        """A badge with its defaults."""
        available = document.get("available", {})
        return Badge(
            id=key,
            category=document.get("category"),
            points=number(document.get("points", 0)),
            criteria=self.criteria(document),
            tiers=tuple(self.tier(tier) for tier in document.get("tiers", [])),
            prerequisites=document.get("prerequisites", []),
            after_prerequisites=document.get("counts", "always") == "after_prerequisites",
            available_from=self.bound(available.get("from"), 0),
            available_until=self.bound(available.get("until"), 1),
            repeatable=document.get("repeatable", False),
            max_awards=document.get("max_awards"),
            retired=document.get("retired", False),
            metadata={name: source(text) for name, text in (document.get("metadata") or {}).items()},
        )

    def tier(self, document: dict[str, Any]) -> Tier:
        """A tier with its defaults."""
        threshold = self.threshold(document["threshold"])
        return Tier(document["id"], threshold, number(document.get("points", 0)))

    def bound(self, text: str | None, days: int) -> int | None:
        """An end of `available`: an instant, or the beginning of a date (of the day after it, where it ends)."""
        if text is None or not DATE.fullmatch(text):
            return instant(text)[0] if text else None
        return begin_of_day(date.fromisoformat(text) + timedelta(days=days), timedelta(0), self.zone)

    def criteria(self, document: dict[str, Any]) -> tuple[Criterion, ...]:
        """The criteria of a badge, none for one that is given by calls."""
        if "grant" in document:
            return ()
        return tuple(self.criterion(part) for part in document.get("criteria", [document]))

    def criterion(self, document: dict[str, Any]) -> Criterion:
        """A criterion, a shared metric being written out in it."""
        metric = self.metrics[document["metric"]] if "metric" in document else document
        trigger = metric["trigger"]
        return Criterion(
            triggers=tuple(trigger) if isinstance(trigger, list) else (trigger,),
            when=source(metric.get("when")),
            measure=metric.get("measure", "count"),
            of=source(metric.get("of")),
            by=source(metric.get("by")),
            within=metric.get("within"),
            per=metric.get("per"),
            latest=metric.get("latest", False),
            period=metric.get("period"),
            grace=metric.get("grace", 0),
            min_events=metric.get("min_events", 1),
            threshold=self.threshold(document.get("threshold", 1)),
            compare=document.get("compare", "at_least"),
        )

    def threshold(self, written: Any) -> Number:
        """A threshold: a number, or an expression over catalogs."""
        if isinstance(written, str):
            return number(evaluate(written, Scope(event=Fields({}, {}), catalogs=self.catalogs)))
        return number(written)


def source(written: Any) -> Any:
    """The text of an expression, also where YAML read it as a number or a boolean."""
    return written if written is None or isinstance(written, str) else str(written).lower()
