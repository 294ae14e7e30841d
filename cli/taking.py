"""Awards of another system into the database, by a mapping; what became of each record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from engine.model import Posted, Receipt, Refusal, RuleSet
from engine.portable import Left, Mapped, absent_columns, entry_of, read_mapping
from engine.service import Service

from .boundary import Unable
from .folder import Rejected, RuleFolder
from .lines import size_of
from .options import operator
from .tables import records_of
from .terminal import progress

BATCH = 500
OUTCOMES = ("imported", "held already", "known", "left out", "refused")
Entry = tuple[int, Posted | Left | Refusal]


def take_awards(
    service: Service, mapping: Path, file: str, form: str | None, rehearsed: bool
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """How many records came to what, and the lines that were refused. Raises Rejected or Unable."""
    rules = service.rules
    mapped = _mapped(mapping, rules)
    columns, records = records_of(file, form)
    if columns is not None and (absent := list(absent_columns(mapped, columns))):
        raise Unable("; ".join(absent))
    entries = ((n, r if isinstance(r, Refusal) else entry_of(mapped, rules, r, service.now())) for n, r in records)
    counts, refused = Counter[str](), list[dict[str, Any]]()
    with progress("Importing", size_of(file)) as report:
        for batch in _batches(entries):
            for line, outcome, reason in _taken(service, mapped, batch, rehearsed):
                counts[outcome] += 1
                refused += [{"line": line, "reason": reason}] if reason else []
            report(batch[-1][0])
    return {outcome: counts[outcome] for outcome in OUTCOMES}, refused


def _mapped(path: Path, rules: RuleSet) -> Mapped:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    found = read_mapping(path.name, text, rules)
    if isinstance(found, Mapped):
        return found
    raise Rejected(RuleFolder(path.parent, {path.name: text}), found)


def _batches(entries: Iterator[Entry]) -> Iterator[Sequence[Entry]]:
    while batch := list(islice(entries, BATCH)):
        yield batch


def _taken(
    service: Service, mapped: Mapped, batch: Sequence[Entry], rehearsed: bool
) -> Iterator[tuple[int, str, str | None]]:
    """Of each record the line, what became of it, and why it was refused."""
    posts = [(line, entry) for line, entry in batch if not isinstance(entry, Left)]
    receipts = service.take([entry for _, entry in posts], operator(), mapped.origin, rehearsed)
    yield from ((line, "left out", None) for line, entry in batch if isinstance(entry, Left))
    for (line, _), receipt in zip(posts, receipts, strict=True):
        yield line, *_outcome(receipt)


def _outcome(receipt: Receipt) -> tuple[str, str | None]:
    if receipt.status == "accepted":
        return ("imported" if receipt.awarded else "held already"), None
    if receipt.status == "duplicate":
        return "known", None
    if receipt.status == "conflict":
        return "refused", "this award was imported before, with other metadata"
    return "refused", "; ".join(map(_sentence, receipt.errors))


def _sentence(error: Any) -> str:
    told = f"{error['field']} {error['message']}" if error["field"] else str(error["message"])
    return f"{told} ({error['help']})" if error.get("help") else told
