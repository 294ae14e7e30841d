"""A repository's log as CloudEvents, one a line: ``python -m examples.contributors.log PATH > events.jsonl``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click

from engine.cloudevents import user_fault

from .repository import Commit, NoRepository, Person, Repository, Tag

SHOWN = 12
"""Characters of a commit's hash that name its event."""
Event = dict[str, Any]


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--anonymous", is_flag=True, help="Hashes in the place of addresses, and no names.")
@click.option("--bots", is_flag=True, help="With those whose name ends with [bot].")
def main(path: Path, anonymous: bool, bots: bool) -> None:
    """Write the commits and tags of the git repository at PATH as events, each at its author's own local time."""
    try:
        for event in events(Repository(path), anonymous, bots):
            click.echo(json.dumps(event, ensure_ascii=False))
    except NoRepository as error:
        raise click.ClickException(str(error)) from error


def events(repository: Repository, anonymous: bool = False, bots: bool = False) -> Iterator[Event]:
    """Everything that happened in a repository: who wrote commits, who helped with them, who made tags.

    Users are known by their addresses, in lower case; a hash stands for an address that cannot name a user.
    """
    introduced: set[str] = set()
    happened: Iterator[Commit | Tag] = chain(repository.commits(), repository.tags())
    for what in happened:
        for person, event in _told(what, repository.name):
            if bots or not person.name.endswith("[bot]"):
                user = user_of(person, anonymous)
                if user not in introduced and not anonymous:
                    yield {**_introduction(person, event), "subject": user}
                introduced.add(user)
                yield {**event, "subject": user}


def user_of(person: Person, anonymous: bool = False) -> str:
    """The id of a person, which is the same in every repository."""
    address = person.email.lower()
    if anonymous or user_fault(address):
        return "u" + hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:12]
    return address


def _told(what: Commit | Tag, repository: str) -> Iterator[tuple[Person, Event]]:
    """The events of a commit or a tag, and to whom each happened."""
    if isinstance(what, Tag):
        name = "tag:" + hashlib.sha256(what.name.encode("utf-8", "replace")).hexdigest()[:SHOWN]
        yield what.tagger, _event("tag", repository, name, what.time, {"name": what.name})
        return
    data = {"merge": what.merge, "co_authors": len(what.co_authors)}
    yield what.author, _event("commit", repository, what.hash[:SHOWN], what.time, data)
    for person in what.co_authors:
        yield person, _event("co_authored", repository, what.hash[:SHOWN] + ":co-author", what.time, {})


def _introduction(person: Person, event: Event) -> Event:
    """What makes a person's name known, from that person's first event on."""
    return {**event, "type": "user.updated", "id": event["id"] + ":name", "data": {"name": person.name}}


def _event(type: str, repository: str, id: str, time: datetime, data: Event) -> Event:
    source = f"git:{repository}"[:200]
    return {
        "specversion": "1.0", "type": type, "source": source, "id": id, "time": time.isoformat(), "data": data,
    }  # fmt: skip


if __name__ == "__main__":
    main()
