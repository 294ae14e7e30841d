"""How the WSGI server is to run the app.

Waitress takes forwarding headers away unless told otherwise; they must stay, because the rule for a server without
keys looks for them (``keyless``).
"""

from __future__ import annotations

from typing import Any

from .config import Config

_ROOM = 64 * 1024 * 1024
"""Bytes that the server takes beyond the app's own limit, so that the app itself refuses, as a problem."""


def server_options(config: Config) -> dict[str, Any]:
    """Keyword arguments for ``waitress.serve`` or ``waitress.create_server``."""
    return {
        "clear_untrusted_proxy_headers": False,
        "max_request_body_size": config.limits.body + _ROOM,
        "ident": None,
    }
