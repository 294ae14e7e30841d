"""Tables of other systems: CSV with a row of names, or JSON lines; plain, packed with gzip, or the standard input."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine import jsontext
from engine.model import Refusal
from engine.portable import plain_cell

from .boundary import Unable
from .lines import lines_of

Numbered = tuple[int, dict[str, Any] | Refusal]
"""The number of a line, and the record that ends there, or why it is none."""
_PARTED = (",", ";", "\t")


def records_of(name: str, form: str | None) -> tuple[Sequence[str] | None, Iterator[Numbered]]:
    """The columns of a table, if it says them, and its records. Raises Unable if it has none."""
    if (form or _form_of(name)) == "jsonl":
        return None, _json_records(lines_of(name))
    lines = lines_of(name)
    first = next(lines, "")
    columns = next(csv.reader([first], delimiter=_delimiter(first)), [])
    if not any(columns):
        raise Unable(f"{name} has no first row with the names of its columns")
    return columns, _csv_records(columns, csv.reader(lines, delimiter=_delimiter(first)))


def _form_of(name: str) -> str:
    return "csv" if name.removesuffix(".gz").lower().endswith((".csv", ".tsv")) else "jsonl"


def _delimiter(first: str) -> str:
    return max(_PARTED, key=first.count)


def _csv_records(columns: Sequence[str], rows: Any) -> Iterator[Numbered]:
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield rows.line_num + 1, _refusal(f"the row cannot be read: {error}")
            continue
        if len(cells) > len(columns):
            yield rows.line_num + 1, _refusal(f"the row has {len(cells)} cells, and the first row {len(columns)}")
        elif any(cells):
            yield rows.line_num + 1, dict(zip(columns, map(plain_cell, cells), strict=False))


def _json_records(lines: Iterable[str]) -> Iterator[Numbered]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _json_record(line)


def _json_record(line: str) -> dict[str, Any] | Refusal:
    try:
        record = jsontext.decode(line)
    except jsontext.BadJSON as error:
        return _refusal(f"the line {error}")
    return record if isinstance(record, dict) else _refusal("the line must be a JSON object")


def _refusal(message: str) -> Refusal:
    return Refusal(None, None, ({"field": "", "message": message},))
