"""A server over any rule set and any file of events, to look around in; its database is gone when it ends.

``python -m examples.serving --rules DIR --events FILE``
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import click

from api import Config, create_app, create_server
from api.serving import Server
from cli.folder import read_folder
from cli.import_ import take_in
from cli.lines import lines_of
from cli.options import opened
from cli.running import run_until_told
from engine.service import Service

HOST = "127.0.0.1"


@click.command()
@click.option("--rules", required=True, type=click.Path(path_type=Path), help="The folder of the rule set.")
@click.option("--events", required=True, metavar="FILE", help="CloudEvents, one a line; - is the standard input.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 is any free one.")
def main(rules: Path, events: str, port: int) -> None:
    """Serve the walls, the gallery and the leaderboards of those whose events these are, on this machine only."""
    serve(rules, lines_of(events), port)


def serve(rules: Path, lines: Iterable[str], port: int) -> None:
    """Put rules in service and events into a database of their own, and serve until told to end."""
    with TemporaryDirectory() as folder, opened(f"sqlite:///{folder}/badges.db") as service:
        service.apply(read_folder(rules).files, by="example")
        counts, refused = take_in(service, lines, lambda done: None)
        click.echo(f"{counts['accepted']} events taken, {len(refused)} refused.")
        server = create_server(create_app(service, Config()), HOST, port, threads=4)
        _tell(service, server)
        run_until_told(server)


def _tell(service: Service, server: Server) -> None:
    """Say where there is something to see: everybody's badges, and the wall of who holds most."""
    [(host, port), *_] = server.addresses
    paths = ["/gallery"]
    for board in service.rules.leaderboards:
        best = service.leaderboard(board, limit=1)
        paths += [f"/leaderboards/{board}", *(f"/wall/{quote(entry.user)}" for entry in best)]
    for path in dict.fromkeys(paths):
        click.echo(f"http://{host}:{port}{path}")


if __name__ == "__main__":
    main()
