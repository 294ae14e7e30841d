"""An empty JSON route of Flask under several servers: ``python -m benchmarks.servers NAME`` prints its port."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask

THREADS = 8
HOST = "127.0.0.1"


def empty_app() -> Flask:
    """An app whose one route reads nothing and answers an empty JSON object."""
    app = Flask(__name__)

    @app.post("/v1/events")
    def post() -> dict[str, Any]:
        return {}

    return app


def own(app: Flask) -> None:
    """The server of this program."""
    from api import Config
    from api.serving import Server

    server = Server(app, Config(), HOST, 0, THREADS)
    _tell(server.addresses[0][1])
    server.run()


def waitress(app: Flask) -> None:
    from waitress.server import create_server

    server = create_server(app, host=HOST, port=0, threads=THREADS)
    _tell(int(server.effective_port))
    server.run()


def gunicorn(app: Flask) -> None:
    from gunicorn.app.base import BaseApplication

    port = _free_port()

    class Application(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"{HOST}:{port}")
            self.cfg.set("threads", THREADS)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("keepalive", 60)

        def load(self) -> Flask:
            return app

    _tell(port)
    Application().run()


def granian(app: Flask) -> None:
    """In the place of this process: its workers are processes of its own."""
    port = _free_port()
    _tell(port)
    words = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--blocking-threads", str(THREADS)]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *words, "--factory", "benchmarks.servers:empty_app"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _tell(port: int) -> None:
    print(port, flush=True)


MODULES = {"own": "waitress", "waitress": "waitress", "gunicorn": "gunicorn", "granian": "granian"}
"""What must be installed for each."""
SERVERS: dict[str, Callable[[Flask], None]] = {
    "own": own,
    "waitress": waitress,
    "gunicorn": gunicorn,
    "granian": granian,
}

if __name__ == "__main__":
    SERVERS[sys.argv[1]](empty_app())
