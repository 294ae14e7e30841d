"""Operational figures of one app, for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from engine.calendar import SECOND
from engine.model import Receipt

from .context import context
from .serving import Server

_RULES = {
    "refused": "newer rules were refused and the last good ones stay",
    "rebuilding": "there are users whom an apply has still to bring to these rules",
}
STORED = ("users", "events", "awards", "failures")


class Telemetry:
    """Counts what comes in and goes out, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._server: Server | None = None
        labels = ("endpoint", "method", "status")
        self._requests = Counter("badges_http_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "badges_http_request_seconds", "Time to answer.", ("endpoint",), registry=self._registry
        )
        self._events = Counter("badges_events_received", "Events posted.", ("status",), registry=self._registry)
        self._awards = Counter("badges_awards_given", "Awards given at once.", ("badge",), registry=self._registry)

    def watch(self, server: Server) -> None:
        """Tell how busy a server is, too."""
        self._server = server

    def answered(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Counts a request and the time that it took."""
        self._requests.labels(endpoint, method, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def received(self, receipts: Iterable[Receipt]) -> None:
        """Counts posted events and what they earned."""
        for receipt in receipts:
            self._events.labels(receipt.status).inc()
            for award in receipt.awarded if receipt.status == "accepted" else ():
                self._awards.labels(award.badge).inc()

    def render(self, figures: Mapping[str, Any]) -> bytes:
        """All figures in the text format of Prometheus, with those of the engine at this moment."""
        moment = CollectorRegistry()
        for name in STORED:
            Gauge(f"badges_stored_{name}", f"How many {name} are stored.", registry=moment).set(figures[name])
        version = Gauge(
            "badges_rules_since_seconds", "When these rules came into service.", ("version",), registry=moment
        )
        version.labels(figures["rules_version"]).set(figures["rules_since"] / SECOND)
        for name, means in _RULES.items():
            Gauge(f"badges_rules_{name}", f"1 while {means}.", registry=moment).set(figures[f"rules_{name}"])
        return generate_latest(self._registry) + generate_latest(moment)


def register(app: Flask) -> None:
    """Times every request."""
    app.before_request(_start)
    app.after_request(_stop)


def _start() -> None:
    g.started = time.perf_counter()


def _stop(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    context().telemetry.answered(request.endpoint or "unknown", request.method, response.status_code, seconds)
    return response
