"""The HTTP edge: requests are parsed, given to the service, and its answers serialised."""

from __future__ import annotations

from flask import Flask

from engine.service import Service

from . import (
    actions,
    audit,
    auth,
    badges,
    cors,
    events,
    headers,
    health,
    inputs,
    leaderboards,
    openapi,
    problems,
    rules,
    telemetry,
    users,
)
from .config import BadConfig, Config
from .context import EXTENSION, Context
from .server import server_options
from .tokens import Tokens

__all__ = ["BadConfig", "Config", "create_app", "server_options"]

_ROOMS = (events, users, badges, leaderboards, actions, rules, audit, health, openapi)
_GUARDS = (headers, telemetry, cors, auth, inputs, problems)
"""In this order before every view."""


def create_app(service: Service, config: Config | None = None) -> Flask:
    """The app that serves an engine by HTTP."""
    app = Flask(__name__, static_folder=None)
    config = config or Config()
    app.config["MAX_CONTENT_LENGTH"] = config.limits.body
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = Context(service, config, Tokens(config), telemetry.Telemetry())
    for guard in _GUARDS:
        guard.register(app)
    for room in _ROOMS:
        app.register_blueprint(room.blueprint)
    return app
