"""Operational figures of one app, for Prometheus."""

from __future__ import annotations

import logging
import time
from collections import Counter as Tally
from collections.abc import Sequence

from flask import Flask, Response, g
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from engine.model import Receipt, RuleSet
from engine.service import RulesFigures, Service, StoredFigures
from engine.service.figures import SECRET
from engine.store import Backlog
from engine.webhooks import Endpoint

from .context import asked, context
from .figures import Moment, Receivers, Remembered
from .serving import Server
from .streams import Streams

OTHER = "other"
"""Stands for event types that the rules do not have, and for methods that no route has."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_LOG = logging.getLogger(__name__)


class Telemetry:
    """Counts what comes in and goes out, in a registry of its own. Labels are never what a caller may choose."""

    def __init__(self, service: Service, quiet_days: int) -> None:
        self._service = service
        self._quiet_days = quiet_days
        self._server: Server | None = None
        self._streams: Streams | None = None
        self._stored = Remembered[StoredFigures]()
        self._webhooks = Remembered[Sequence[tuple[Endpoint, Backlog]]]()
        self._alarmed: frozenset[str] = frozenset()
        self._registry = registry = CollectorRegistry()
        labels = ("endpoint", "method", "status")
        self._requests = Counter("badges_http_requests", "Requests answered.", labels, registry=registry)
        self._seconds = Histogram("badges_http_request_seconds", "Time to answer.", ("endpoint",), registry=registry)
        self._events = Counter("badges_events_received", "Events posted.", ("type", "status"), registry=registry)
        self._awards = Counter("badges_awards_given", "Awards given at once.", ("badge",), registry=registry)
        self._sent = Counter("badges_webhook_attempts", "Webhooks sent.", ("outcome",), registry=registry)
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        """What counts an answer, looked up by its labels once."""
        ProcessCollector(registry=registry)
        service.watch(self.received)

    def watch(self, server: Server) -> None:
        """Tell how busy a server is, too."""
        self._server = server

    def watch_streams(self, streams: Streams) -> None:
        """Tell what users are told, too."""
        self._streams = streams

    def answered(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Counts a request and the time that it took."""
        known = self._known.get((endpoint, method, status))
        if known is None:
            counter = self._requests.labels(endpoint, method if method in METHODS else OTHER, str(status))
            known = counter, self._seconds.labels(endpoint)
            if method in METHODS:
                self._known[endpoint, method, status] = known
        known[0].inc()
        known[1].observe(seconds)

    def received(self, rules: RuleSet, told: Sequence[tuple[str | None, Receipt]]) -> None:
        """Counts events and what they earned; secret badges are not told apart."""
        for (type, status), count in Tally((type, receipt.status) for type, receipt in told).items():
            self._events.labels(type or OTHER, status).inc(count)
        given = Tally(award.badge for _, receipt in told if receipt.status == "accepted" for award in receipt.awarded)
        for name, count in given.items():
            badge = rules.badges.get(name)
            self._awards.labels(SECRET if badge and badge.secret else name).inc(count)

    def sent(self, outcome: str) -> None:
        """Counts an attempt to deliver a webhook: ``delivered``, ``retried`` or ``dead``."""
        self._sent.labels(outcome).inc()

    def render(self) -> bytes:
        """All figures in the text format of Prometheus, with those of the engine at this moment or a little before."""
        rules: RulesFigures = self._service.telemetry()
        stored = self._stored.get(self._ask)
        moment = CollectorRegistry()
        moment.register(Moment(self._server, self._streams, rules, stored, self._stored.seconds))
        webhooks = self._webhooks.get(self._service.webhooks.all)
        moment.register(Receivers(webhooks, self._service.now()))
        return generate_latest(self._registry) + generate_latest(moment)

    def _ask(self) -> StoredFigures:
        stored = self._service.stored(self._quiet_days)
        alarms = frozenset(alarm.sentence for alarm in stored.alarms)
        for sentence in sorted(alarms - self._alarmed):
            _LOG.warning("dead rule: %s", sentence)
        self._alarmed = alarms
        return stored


def register(app: Flask) -> None:
    """Times every request."""
    app.before_request(_start)
    app.after_request(_stop)


def _start() -> None:
    g.started = time.perf_counter()


def _stop(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    this = asked()
    context().telemetry.answered(this.endpoint or "unknown", this.method, response.status_code, seconds)
    return response
