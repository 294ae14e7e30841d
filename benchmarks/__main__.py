"""``python -m benchmarks [ROOM ...]``: measure all rooms, or some of them, and write RESULTS.md anew."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from . import report

ROOMS = (
    "conditions",
    "unrelated",
    "ingest",
    "postgres",
    "history",
    "http",
    "folding",
    "loading",
    "scaling",
    "writers",
    "memory",
    "commits",
)
"""In the order of RESULTS.md; each is a module with a function ``measure``."""


@click.command()
@click.argument("rooms", nargs=-1, type=click.Choice(ROOMS))
@click.option(
    "--long", "is_long", is_flag=True, help="With what takes minutes: a rebuild and a simulation of a million events."
)
@click.option("--checkout", type=click.Path(path_type=Path), metavar="DIR", help="Whose commits `commits` takes.")
def main(rooms: tuple[str, ...], is_long: bool, checkout: Path | None) -> None:
    """Measure, print, and write down: the figures of the other rooms stay as they were."""
    for name in rooms or ROOMS:
        room = import_module(f".{name}", __package__)
        lines = room.measure(*{"memory": (is_long,), "commits": (checkout,)}.get(name, ()))
        for line in lines:
            click.echo(line.as_row())
        report.record(name, lines)


if __name__ == "__main__":
    main()
