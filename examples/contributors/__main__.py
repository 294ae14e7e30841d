"""The badges of a git repository's contributors, as a page: ``python -m examples.contributors PATH``."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

import click

from examples.serving import serve
from examples.wall import TOP, write

from .log import events
from .repository import NoRepository, Repository

RULES = Path(__file__).parent / "rules"


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--out", default="badges.html", show_default=True, type=click.Path(path_type=Path), help="The page.")
@click.option("--rules", default=RULES, type=click.Path(path_type=Path), help="Other rules than these.")
@click.option("--top", default=TOP, show_default=True, type=click.IntRange(1), help="How many people are shown.")
@click.option("--anonymous", is_flag=True, help="Hashes in the place of addresses, and no names.")
@click.option("--bots", is_flag=True, help="With those whose name ends with [bot].")
@click.option("--open", "shown", is_flag=True, help="Show it in the browser.")
@click.option(
    "--serve", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Serve walls instead; 0: any port."
)
def main(
    path: Path, out: Path, rules: Path, top: int, anonymous: bool, bots: bool, shown: bool, port: int | None
) -> None:
    """Write a page with the badges of everybody who wrote a commit in the git repository at PATH.

    With --serve, put them into a database for the time being, and serve everybody's own wall.
    """
    try:
        repository = Repository(path)
        lines = [json.dumps(event) for event in events(repository, anonymous, bots)]
    except NoRepository as error:
        raise click.ClickException(str(error)) from error
    if port is not None:
        serve(rules, lines, port)
        return
    write(out, rules, lines, repository.name, top)
    if shown:
        webbrowser.open(out.resolve().as_uri())


if __name__ == "__main__":
    main()
