"""``badges remind``: tells users whose streaks end soon, and forgets old notifications."""

from __future__ import annotations

import os

import click

from .options import database_option, opened
from .terminal import counted


@click.command("remind")
@database_option
def command(database: str) -> None:
    """Tell users whose streaks end soon, each once, and remove notifications that are too old.

    `badges serve` does so itself every BADGES_REMIND_SECONDS; where that is 0, run this every few minutes.
    BADGES_NOTIFICATION_KEEP says how old notifications become.
    """
    from api import Config

    config = Config.from_environ(os.environ)
    with opened(database) as service:
        told = service.feeds.remind()
        forgotten = service.feeds.forget(config.notification_keep)
    click.echo(f"{counted(told, 'user')} told, {counted(forgotten, 'old notification')} removed.")
