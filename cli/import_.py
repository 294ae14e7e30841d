"""``badges import``: events from a file of JSON lines, or another system's awards, into the database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from engine import jsontext
from engine.cloudevents import from_json
from engine.model import Posted, Receipt, Refusal
from engine.service import Service

from .boundary import FOUND
from .lines import lines_of, size_of
from .options import database_option, format_option, now, opened, operator
from .taking import take_awards
from .terminal import Report, progress

BATCH = 500
"""Events of one transaction."""
STATUSES = ("accepted", "duplicate", "conflict", "rejected")
Numbered = tuple[int, Posted | Refusal]


@click.command("import")
@click.argument("file")
@click.option("--announce", is_flag=True, help="Tell users of what this gives, as if it happened now.")
@click.option("--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="FILE holds awards.")
@click.option("--as", "table", type=click.Choice(["csv", "jsonl"]), help="What FILE of --mapping is, if not as named.")
@click.option("--dry-run", is_flag=True, help="With --mapping: say what would come of it, and change nothing.")
@format_option("text", "json")
@database_option
@click.pass_context
def command(
    ctx: click.Context,
    file: str,
    announce: bool,
    mapping: Path | None,
    table: str | None,
    dry_run: bool,
    form: str,
    database: str,
) -> None:
    """Take in events from FILE: CloudEvents, one a line (.gz too); - is the standard input.

    Reads what `badges export` wrote, calls included; may be run again, since an event counts once. Users are told of
    nothing, since all this is past. Exits with 1 if a line is rejected or contradicts an event that is known.

    With --mapping, FILE is a table of another system's awards, CSV or JSON lines: they become grants at their own
    times. It may be run again, too: what is known stays as it is.
    """
    if mapping:
        _import_awards(ctx, mapping, file, table, dry_run, form, database)
        return
    if dry_run or table:
        raise click.UsageError("--dry-run and --as go with --mapping")
    with opened(database) as service, progress("Importing", size_of(file)) as report:
        counts, refused = take_in(service, lines_of(file), report, announce)
    if form == "json":
        click.echo(json.dumps({**counts, "refused": refused}, ensure_ascii=False, indent=2))
    else:
        for line in refused:
            click.echo(f"line {line['line']} {line['status']}: {line['reason']}")
        click.echo(", ".join(f"{counts[status]} {status}" for status in STATUSES) + ".")
    if refused:
        ctx.exit(FOUND)


def _import_awards(
    ctx: click.Context, mapping: Path, file: str, table: str | None, dry_run: bool, form: str, database: str
) -> None:
    """Take in awards, and say what became of them."""
    with opened(database) as service:
        counts, refused = take_awards(service, mapping, file, table, dry_run)
    if form == "json":
        answer = {name.replace(" ", "_"): number for name, number in counts.items()}
        click.echo(json.dumps({**answer, "dry_run": dry_run, "lines": refused}, ensure_ascii=False, indent=2))
    else:
        for line in refused:
            click.echo(f"line {line['line']} refused: {line['reason']}")
        would = "Dry run, nothing changed: " if dry_run else ""
        click.echo(would + ", ".join(f"{number} {name}" for name, number in counts.items()) + ".")
    if refused:
        ctx.exit(FOUND)


def take_in(
    service: Service, lines: Iterable[str], report: Report, announce: bool = False
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Give lines to the service, batch by batch: how many came to what, and the lines that were refused."""
    counts: Counter[str] = Counter()
    refused: list[dict[str, Any]] = []
    for batch in _batches(_entries(lines)):
        receipts = service.ingest([entry for _, entry in batch], operator(), True, silent=not announce)
        counts.update(receipt.status for receipt in receipts)
        refused += [_refused(n, r) for (n, _), r in zip(batch, receipts, strict=True) if r.status in STATUSES[2:]]
        report(batch[-1][0])
    return {status: counts[status] for status in STATUSES}, refused


def _entries(lines: Iterable[str]) -> Iterator[Numbered]:
    return ((number, _entry(line)) for number, line in enumerate(lines, start=1) if line.strip())


def _entry(line: str) -> Posted | Refusal:
    try:
        entry = from_json(jsontext.decode(line))
    except jsontext.BadJSON as error:
        return Refusal(None, None, ({"field": "", "message": f"the line {error}"},), 400)
    if isinstance(entry, Posted) and entry.timeless:
        return replace(entry, event=replace(entry.event, time=now()))
    return entry


def _batches(entries: Iterator[Numbered]) -> Iterator[Sequence[Numbered]]:
    while batch := list(islice(entries, BATCH)):
        yield batch


def _refused(line: int, receipt: Receipt) -> dict[str, Any]:
    reason = "; ".join(_sentence(error) for error in receipt.errors)
    return {"line": line, "status": receipt.status, "source": receipt.source, "id": receipt.id, "reason": reason}


def _sentence(error: Any) -> str:
    told = f"{error['field']}: {error['message']}" if error["field"] else str(error["message"])
    return f"{told} ({error['help']})" if error.get("help") else told
