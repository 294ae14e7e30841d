"""``badges export``: every log as JSON lines; or every award, for other systems and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from engine.jsontext import dumps

from .options import database_option, opened


@click.command("export")
@click.option("--awards", is_flag=True, help="What users hold, instead of what happened.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@database_option
def command(awards: bool, form: str, database: str) -> None:
    """Write every entry of every log as CloudEvents, one a line, as `badges import` reads them.

    With --awards, write every award that is held, a line or a row each: JSON lines, or CSV in which no cell is a
    formula.
    """
    if form == "csv" and not awards:
        raise click.UsageError("logs are exported as lines of JSON; --format csv goes with --awards")
    with opened(database) as service:
        records = service.export_awards() if awards else service.export()
        for line in _FORMS[form](records):
            click.echo(line)


def _as_lines(records: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return map(dumps, records)


def _as_csv(records: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    from engine.portable import FIELDS

    yield ",".join(FIELDS)
    for record in records:
        yield _row(record.values())


def _row(values: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(map(_cell, values))
    return text.getvalue()


def _cell(value: Any) -> str:
    from engine.portable import guarded

    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else dumps(value)


_FORMS: Mapping[str, Callable[[Iterable[Mapping[str, Any]]], Iterable[str]]] = {"jsonl": _as_lines, "csv": _as_csv}
