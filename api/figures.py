"""What Prometheus is told of the moment: the server, the rules in service, and what is stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from engine.calendar import SECOND
from engine.service import RulesFigures, StoredFigures
from engine.service.webhooks.showing import FAILING, health
from engine.store import Backlog
from engine.webhooks import DEAD, PENDING, Endpoint
from engine.wording import KINDS

from .serving import Server
from .streams import Streams

T = TypeVar("T")
FRESH = 60.0
"""Seconds for which a costly answer is good enough."""
SHARE = 50
"""It is good enough for so many times as long as it took, so that asking takes at most so small a part of all time."""


class Remembered(Generic[T]):
    """A value that is costly to know, asked for by one caller at a time and then good for a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, fresh: float = FRESH) -> None:
        self._clock = clock
        self._fresh = fresh
        self._lock = threading.Lock()
        self._value: T | None = None
        self._until = 0.0
        self.seconds = 0.0
        """How long it took to know."""

    def get(self, ask: Callable[[], T]) -> T:
        """The value, asked for anew if it is too old."""
        with self._lock:
            began = self._clock()
            if self._value is None or began >= self._until:
                self._value = ask()
                self.seconds = self._clock() - began
                self._until = began + max(self._fresh, SHARE * self.seconds)
            return self._value


class Moment:
    """The figures of one moment, as a collector."""

    def __init__(
        self,
        server: Server | None,
        streams: Streams | None,
        rules: RulesFigures,
        stored: StoredFigures,
        asked_seconds: float,
    ) -> None:
        self._server = server
        self._streams = streams
        self._rules = rules
        self._stored = stored
        self._asked_seconds = asked_seconds

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        if self._server:
            yield from _of_server(self._server)
        if self._streams:
            yield from _of_streams(self._streams)
        yield from _of_rules(self._rules)
        yield from _of_store(self._stored)
        yield GaugeMetricFamily(
            "badges_database_asked_seconds", "How long it took to read the figures of the store.", self._asked_seconds
        )


class Receivers:
    """How endpoints of webhooks are, as a collector."""

    def __init__(self, webhooks: Sequence[tuple[Endpoint, Backlog]], now: int) -> None:
        self._webhooks = webhooks
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        for state in (PENDING, DEAD):
            counts = {endpoint.id: backlog.counts.get(state, 0) for endpoint, backlog in self._webhooks}
            yield _labelled(f"badges_webhook_{state}", f"Webhooks that are {state}.", "webhook", counts)
        ages = {endpoint.id: (self._now - backlog.oldest) // SECOND for endpoint, backlog in self._webhooks
                if backlog.oldest is not None}  # fmt: skip
        yield _labelled("badges_webhook_oldest_seconds", "Age of the oldest pending one.", "webhook", ages)
        failing = {endpoint.id: int(health(endpoint) == FAILING) for endpoint, _ in self._webhooks}
        yield _labelled("badges_webhook_failing", "1 for every endpoint that fails.", "webhook", failing)


_SERVER = {
    "connections": "Connections that are open.",
    "waiting": "Requests that wait for a worker, or to be stored.",
    "waiting_limit": "How many may wait; one more is refused.",
    "workers": "Workers that answer requests.",
    "workers_busy": "Workers that answer one now.",
}


def _of_server(server: Server) -> Iterator[Metric]:
    figures = server.figures()
    for name, means in _SERVER.items():
        yield GaugeMetricFamily(f"badges_server_{name}", means, figures[name])
    refused = CounterMetricFamily(
        "badges_server_refused",
        "Requests refused before they were read or looked at: full, late, timeout, unreadable.",
        labels=["reason"],
    )
    for reason in ("full", "late", "timeout", "unreadable"):
        refused.add_metric([reason], server.refusals().get(reason, 0))
    yield refused


def _of_streams(streams: Streams) -> Iterator[Metric]:
    yield GaugeMetricFamily("badges_streams", "Streams of notifications that are open.", streams.open)
    told = CounterMetricFamily("badges_notifications", "Notifications written by this process.", labels=["kind"])
    for kind in KINDS:
        told.add_metric([kind], streams.told[kind])
    yield told


def _of_rules(rules: RulesFigures) -> Iterator[Metric]:
    since = GaugeMetricFamily("badges_rules_since_seconds", "When these rules came into service.", labels=["version"])
    since.add_metric([rules.version], rules.since / SECOND)
    yield since
    loaded = "When this process took up the rules in service."
    yield GaugeMetricFamily("badges_rules_loaded_seconds", loaded, rules.loaded_at / SECOND)
    refused = "1 while newer rules were refused and the last good ones stay."
    yield GaugeMetricFamily("badges_rules_refused", refused, rules.refused)
    rebuilding = "1 while there are users whom an apply has still to bring to these rules."
    yield GaugeMetricFamily("badges_rules_rebuilding", rebuilding, rules.rebuilding)


def _of_store(stored: StoredFigures) -> Iterator[Metric]:
    for name, count in stored.counts.items():
        yield GaugeMetricFamily(f"badges_stored_{name}", f"How many {name} are stored.", count)
    yield GaugeMetricFamily("badges_database_bytes", "Bytes that the database takes.", stored.size)
    for kind, label in (("events", "type"), ("awards", "badge"), ("failures", "badge")):
        help_ = f"{kind.capitalize()} of the days that count as lately."
        yield _labelled(f"badges_lately_{kind}", help_, label, stored.lately[kind])
    alarm = GaugeMetricFamily("badges_rule_alarm", "1 for every dead rule.", labels=["kind", "name"])
    for each in stored.alarms:
        alarm.add_metric([each.kind, each.name], 1)
    yield alarm


def _labelled(name: str, means: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, means, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
