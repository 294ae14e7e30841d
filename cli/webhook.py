"""``badges webhook``: endpoints that are told what happens, and what is on its way to them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from engine.calendar import HOUR, format_instant, parse_instant
from engine.webhooks import KINDS, STATES

from .boundary import FOUND
from .options import database_option, format_option, opened, operator
from .running import run_until_told
from .terminal import counted, table

if TYPE_CHECKING:
    from api import Config

types_option = click.option(
    "--type", "types", multiple=True, type=click.Choice(list(KINDS)), help="Of messages that it wants; else all."
)
badges_option = click.option("--badge", "badges", multiple=True, metavar="ID", help="That it wants; else all.")
description_option = click.option("--description", metavar="TEXT", help="For people.")
secret_option = click.option("--secret", metavar="WHSEC", help="Its own, instead of one that is made: whsec_….")


@click.group("webhook")
def command() -> None:
    """Endpoints that are told of awards and more, as it happens."""


@command.command("add")
@click.argument("url")
@types_option
@badges_option
@description_option
@secret_option
@database_option
def add(
    url: str,
    types: Sequence[str],
    badges: Sequence[str],
    description: str | None,
    secret: str | None,
    database: str,
) -> None:
    """Have URL told what happens from now on, and print its secret: alone on a line, this once.

    BADGES_WEBHOOK_NETWORKS and BADGES_WEBHOOK_HTTP say where it may be beside public https.
    """
    from engine.service.webhooks import Wish

    wish = Wish(url, types or None, badges or None, description)
    with opened(database) as service:
        made = service.webhooks.create(wish, _config().webhook_policy, _by(), secret)
    click.echo(f"The webhook {made.id} is made. Its receiver needs this secret, which is shown this once:", err=True)
    click.echo(made.secret)


@command.command("list")
@format_option("text", "json")
@database_option
def list_webhooks(form: str, database: str) -> None:
    """List the webhooks, how they are, and what waits for them."""
    from engine.service.webhooks import endpoint_json

    with opened(database) as service:
        found = [endpoint_json(each, backlog, service.now()) for each, backlog in service.webhooks.all()]
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    rows = [_row(each) for each in found]
    table(("id", "health", "pending", "dead", "delivered at", "types", "badges", "url"), rows)


def _row(shown: dict[str, Any]) -> tuple[str, ...]:
    wanted = (",".join(shown["types"]) or "all", ",".join(shown["badges"]) or "all")
    figures = (str(shown["pending"]), str(shown["dead"]), shown["delivered_at"] or "never")
    return (shown["id"], shown["health"], *figures, *wanted, shown["url"])


@command.command("change")
@click.argument("webhook")
@click.option("--url", help="Another place.")
@types_option
@badges_option
@description_option
@click.option("--on/--off", "enabled", default=None, help="Send to it, or do not.")
@click.option("--all-types", is_flag=True, help="Messages of all types again.")
@click.option("--all-badges", is_flag=True, help="All badges again.")
@database_option
def change(
    webhook: str,
    url: str | None,
    types: Sequence[str],
    badges: Sequence[str],
    description: str | None,
    enabled: bool | None,
    all_types: bool,
    all_badges: bool,
    database: str,
) -> None:
    """Change a webhook; one that is switched on again is sent what waits for it."""
    from engine.service.webhooks import Wish

    wanted = (() if all_types else types or None, () if all_badges else badges or None)
    with opened(database) as service:
        wish = Wish(url, *wanted, description, enabled)
        service.webhooks.change(webhook, wish, _config().webhook_policy, _by())
    click.echo(f"The webhook {webhook} is changed.")


@command.command("remove")
@click.argument("webhook")
@database_option
def remove(webhook: str, database: str) -> None:
    """Remove a webhook, and all that is on its way to it."""
    with opened(database) as service:
        service.webhooks.remove(webhook, _by())
    click.echo(f"The webhook {webhook} is removed.")


@command.command("rotate")
@click.argument("webhook")
@click.option("--hours", default=24, show_default=True, type=click.IntRange(0, 720), help="How long both sign.")
@secret_option
@database_option
def rotate(webhook: str, hours: int, secret: str | None, database: str) -> None:
    """Give a webhook a new secret, and print it, this once; the former one signs too for a while."""
    with opened(database) as service:
        made = service.webhooks.rotate(webhook, _by(), hours * HOUR, secret)
    click.echo(f"Both secrets sign until {format_instant(made.old_until or 0)}; then this one alone:", err=True)
    click.echo(made.secret)


@command.command("test")
@click.argument("webhook")
@database_option
@click.pass_context
def test(ctx: click.Context, webhook: str, database: str) -> None:
    """Send a test message at once, and say what came of it. Exits with 1 if it was not taken."""
    from engine.dispatch import Sender, try_endpoint

    config = _config()
    with opened(database) as service:
        sender = Sender(config.webhook_policy, config.webhook_seconds)
        came = try_endpoint(service.webhooks, sender, webhook, _by())
    if came.good:
        click.echo(f"The webhook {webhook} took it, with {came.status}, in {came.seconds:.2f} seconds.")
        return
    click.echo(f"The webhook {webhook} did not take it: {came.error}.", err=True)
    ctx.exit(FOUND)


@command.command("deliveries")
@click.argument("webhook")
@click.option("--state", type=click.Choice(STATES), help="Only these: dead is what was given up.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@format_option("text", "json")
@database_option
def deliveries(webhook: str, state: str | None, limit: int, form: str, database: str) -> None:
    """List what is on its way to a webhook, or was, newest first."""
    from engine.service.webhooks import delivery_json

    with opened(database) as service:
        found = [delivery_json(each, whole=True) for each in service.webhooks.deliveries(webhook, state, limit)]
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    rows = [tuple(str(each[name] or "") for name in _COLUMNS) for each in found]
    table(tuple(name.replace("_", " ") for name in _COLUMNS), rows)


_COLUMNS = ("number", "at", "type", "user", "badge", "state", "tries", "next_at", "error")


@command.command("replay")
@click.argument("webhook")
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--since", metavar="INSTANT", help="All that was given up since, such as 2026-03-01T00:00:00Z.")
@click.option("--delivered", is_flag=True, help="With --since: also what was taken already.")
@database_option
def replay(webhook: str, number: int | None, since: str | None, delivered: bool, database: str) -> None:
    """Send a message again by its NUMBER, or all since an instant."""
    if (number is None) == (since is None):
        raise click.UsageError("name a NUMBER, or an instant with --since")
    with opened(database) as service:
        if number is not None:
            service.webhooks.replay(webhook, number, _by())
            count = 1
        else:
            count = service.webhooks.replay_since(webhook, _by(), _instant(since or ""), None, delivered)
    click.echo(f"{counted(count, 'message')} will be sent again.")


@command.command("run")
@database_option
@click.pass_context
def run(ctx: click.Context, database: str) -> None:
    """Send what is on its way, until told to end; servers do that too, unless BADGES_WEBHOOKS is off."""
    from api import configure_logs, create_app, create_dispatcher

    config = _config()
    ctx.call_on_close(configure_logs(config, sys.stderr.fileno(), sys.stderr.isatty()).close)
    with opened(database) as service:
        dispatcher = create_dispatcher(create_app(service, config))
        click.echo("Webhooks are sent.")
        run_until_told(dispatcher)


def _instant(text: str) -> int:
    try:
        return parse_instant(text)[0]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from error


def _config() -> Config:
    from api import Config

    return Config.from_environ(os.environ)


def _by() -> str:
    return operator().name or ""
