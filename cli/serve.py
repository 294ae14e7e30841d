"""``badges serve``: puts the rules in service and answers HTTP."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.problems import RulesRejected
from engine.service import Refused, Service

from .apply import put_in_service, told
from .boundary import FOUND, Unable, refusal, say, say_rejected
from .folder import Rejected, read_folder
from .options import RULES, database_option, opened
from .reminding import reminding
from .running import Stoppable, allow_files, run_until_told
from .watching import watched

if TYPE_CHECKING:
    from flask import Flask

    from api import Config
    from api.serving import Server

LOOPBACK_NOTICE = (
    "No key has been made: every call from this machine is staff's. `badges key create NAME --scope staff` ends that."
)

SPARE_FILES = 200
"""Files beside those of connections, which may have one each for what they send: databases, rules, logs."""


@click.command("serve")
@click.option("--rules", type=click.Path(path_type=Path), help=f"The folder of the rule set; {RULES} if it is there.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 is any free one.")
@click.option("--watch", is_flag=True, help="Put edited rules in service as they are saved.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@database_option
@click.pass_context
def command(
    ctx: click.Context, rules: Path | None, host: str, port: int, watch: bool, threads: int, database: str
) -> None:
    """Put a rule set in service, and serve.

    Rules with an error are not put in service: those of last time stay, if there are any. What `badges apply` puts in
    service later is picked up.
    """
    folder = rules or (Path(RULES) if Path(RULES).is_dir() else None)
    if watch and folder is None:
        raise Unable("there is no folder of rules to watch: name it with --rules")
    config = _configured(ctx)
    with opened(database) as service:
        _check_open(service, host)
        if not (_put_first(service, folder) if folder else _in_service(service)):
            ctx.exit(FOUND)
        app = _app(service, config)
        server = _listen(app, host, port, threads)
        reminders = reminding(service, config.remind_seconds, config.notification_keep)
        with watched(service, folder if watch else None), reminders, sending(app, config) as beside:
            run_until_told(server, *beside)


def _configured(ctx: click.Context) -> Config:
    """The settings of the environment; from now on this process logs as they say, and may open files enough."""
    from api import Config, configure_logs

    config = Config.from_environ(os.environ)
    ctx.call_on_close(configure_logs(config, sys.stderr.fileno(), sys.stderr.isatty()).close)
    allow_files(2 * config.connections + SPARE_FILES)
    return config


def _put_first(service: Service, folder: Path) -> bool:
    """Apply the rules of the folder; whether any are in service then."""
    try:
        click.echo(told(put_in_service(service, read_folder(folder))))
        return True
    except Rejected as error:
        say_rejected(error)
    except Refused as error:
        say(refusal(error))
    if not service.history():
        return False
    say("these rules are not put in service; the last good ones stay.")
    return True


def _in_service(service: Service) -> bool:
    try:
        click.echo(f"Version {service.rules.version} is in service.")
    except RulesRejected as error:
        raise Unable(f"the rules in service are refused by this version of badges: {error}") from error
    return True


def _check_open(service: Service, host: str) -> None:
    """Without a key, everybody who reaches the server would be staff: it stays on this machine."""
    if service.keys_exist():
        return
    if not is_loopback(host):
        raise Unable(f"no key has been made, so {host} is not opened: `badges key create NAME --scope staff` first")
    click.echo(LOOPBACK_NOTICE)


def is_loopback(host: str) -> bool:
    """Whether every address of a host is of this machine only."""
    from api.keyless import is_loopback as is_local

    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return bool(found) and all(is_local(str(address[0])) for *_, address in found)


def _app(service: Service, config: Config) -> Flask:
    from api import create_app

    return create_app(service, config)


@contextmanager
def sending(app: Flask, config: Config) -> Iterator[Sequence[Stoppable]]:
    """Webhooks are sent while the block runs, unless the settings leave that to others; what has to be stopped."""
    from api import create_dispatcher

    if not config.webhooks:
        yield ()
        return
    dispatcher = create_dispatcher(app)
    thread = threading.Thread(target=dispatcher.run, name="webhooks", daemon=True)
    thread.start()
    try:
        yield (dispatcher,)
    finally:
        dispatcher.stop()
        thread.join()


def _listen(app: Flask, host: str, port: int, threads: int) -> Server:
    """A server that listens."""
    from api import create_server

    server = create_server(app, host, port, threads)
    for name, bound in server.addresses:
        click.echo(f"Listening on http://{f'[{name}]' if ':' in name else name}:{bound}")
    return server
