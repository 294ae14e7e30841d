"""The HTTP edge: requests are parsed, given to the service, and its answers serialised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from engine.dispatch import Dispatcher, Sender
from engine.service import Service

from . import (
    actions,
    audit,
    auth,
    badges,
    cors,
    credentials,
    events,
    headers,
    health,
    inputs,
    leaderboards,
    limits,
    logs,
    notifications,
    openapi,
    pages,
    problems,
    rules,
    studio,
    telemetry,
    turns,
    users,
    webhooks,
)
from .config import BadConfig, Config
from .context import EXTENSION, Context
from .issuing import issuer_of
from .logs import configure as configure_logs
from .posting import Posting
from .rates import Buckets
from .serving import Server
from .sessions import Sessions
from .streams import Streams
from .tokens import Tokens
from .verdicts import judged

__all__ = [
    "BadConfig",
    "Config",
    "configure_logs",
    "create_app",
    "create_dispatcher",
    "create_server",
    "issuer_of",
    "judged",
]

_ROOMS = (
    events,
    users,
    credentials,
    notifications,
    badges,
    leaderboards,
    actions,
    rules,
    audit,
    studio,
    webhooks,
    health,
    openapi,
    pages,
)
_GUARDS = (headers, telemetry, logs, cors, turns, auth, limits, inputs, problems, pages)
"""In this order before every view."""


class App(Flask):
    """An app whose views all wait for their answers: nobody has to ask each one whether it does."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(service: Service, config: Config | None = None) -> Flask:
    """The app that serves an engine by HTTP."""
    app = App(__name__, static_folder=None)
    config = config or Config()
    app.config["MAX_CONTENT_LENGTH"] = config.limits.body
    app.url_map.merge_slashes = False
    requests, posted = (Buckets(rate) if rate else None for rate in (config.rate, config.event_rate))
    counters = telemetry.Telemetry(service, config.quiet_days)
    sessions = Sessions(service, config)
    streams = Streams(service, config)
    counters.watch_streams(streams)
    app.extensions[EXTENSION] = Context(
        service, config, Tokens(config), counters, sessions, streams, requests, posted, issuer_of(config)
    )
    for guard in _GUARDS:
        guard.register(app)
    for room in _ROOMS:
        app.register_blueprint(room.blueprint)
    return app


def create_server(app: Flask, host: str, port: int, threads: int) -> Server:
    """A server for an app, which listens already. Raises OSError or ValueError if it cannot listen there."""
    held: Context = app.extensions[EXTENSION]
    server = Server(app, held.config, host, port, threads, Posting(held))
    held.telemetry.watch(server)
    return server


def create_dispatcher(app: Flask) -> Dispatcher:
    """What sends the webhooks of an app's engine, as the app is configured; it is told at once what is new here."""
    held: Context = app.extensions[EXTENSION]
    config, outgoing = held.config, held.service.webhooks.outgoing
    sender = Sender(config.webhook_policy, config.webhook_seconds)
    dispatcher = Dispatcher(outgoing, sender, config.webhook_parallel, config.webhook_keep, held.telemetry.sent)
    held.service.listen(lambda news: dispatcher.poke())
    return dispatcher
