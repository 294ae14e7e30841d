"""Which lines of a log are events, and which are rejected: one line after the other, in the order of arrival."""

import json
import re
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.reference.rules import RuleSet
from tests.reference.values import is_number, number, same_json
from tests.reference.wallclock import DATE, instant, is_zone

RESERVED = ("badge.granted", "badge.revoked")
REFERENCE: dict[str, Any] = {
    "type": "object",
    "required": ["source", "id"],
    "properties": {"source": {"type": "string"}, "id": {"type": "string"}},
}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
FORMATS = FormatChecker()


@dataclass(frozen=True)
class Entry:
    """An event, or a call's entry, that was accepted."""

    user: str
    source: str
    id: str
    type: str
    time: int
    offset: tzinfo
    data: dict[str, Any]

    @property
    def order(self) -> tuple[int, str, str]:
        """The place of the entry in its user's log."""
        return self.time, self.source, self.id


class Rejected(Exception):
    """A line that is no event of this rule set."""


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(text: object) -> bool:
    """A date-time has an offset."""
    return not isinstance(text, str) or bool(instant(text))


@FORMATS.checks("date", raises=ValueError)
def is_date(text: object) -> bool:
    """A full date."""
    return not isinstance(text, str) or bool(DATE.fullmatch(text) and date.fromisoformat(text))


def accept(rules: RuleSet, log: list[dict[str, Any]]) -> tuple[list[Entry], list[int]]:
    """The entries that stand, and the numbers of the lines that are rejected (conflicts too); the first one stands."""
    known: dict[tuple[str, str, str], Entry] = {}
    rejected = []
    for line, written in enumerate(log, start=1):
        try:
            entry = read_entry(rules, written)
        except Rejected:
            rejected.append(line)
            continue
        first = known.setdefault((entry.user, entry.source, entry.id), entry)
        if not same_content(first, entry):
            rejected.append(line)
    return list(known.values()), rejected


def same_content(a: Entry, b: Entry) -> bool:
    """Say whether a line under a known key is a repetition of it."""
    return a.type == b.type and a.time == b.time and same_json(a.data, b.data)


def read_entry(rules: RuleSet, written: dict[str, Any]) -> Entry:
    """The entry of a line, or Rejected."""
    fields = read_raw(written["raw"]) if "raw" in written else written
    for name in ("user", "source", "id"):
        check_identifier(name, fields.get(name))
    data = fields.get("data") if fields.get("data") is not None else {}
    if not isinstance(fields.get("type"), str) or not isinstance(fields.get("time"), str) or not isinstance(data, dict):
        raise Rejected("type, time or data")
    check_data(rules, fields["type"], data)
    try:
        time, offset = instant(fields["time"])
    except (ValueError, OverflowError):
        raise Rejected("time") from None
    return Entry(fields["user"], fields["source"], fields["id"], fields["type"], time, offset, data)


def read_raw(text: str) -> dict[str, Any]:
    """A CloudEvent in a line of JSON."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=not_json, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        raise Rejected("bad JSON") from None
    if not isinstance(found, dict) or found.get("specversion") != "1.0":
        raise Rejected("no CloudEvent")
    return {**found, "user": found.get("subject")}


def not_json(name: str) -> None:
    """NaN and Infinity are bad JSON."""
    raise ValueError(name)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Duplicate keys are bad JSON."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def check_identifier(name: str, text: Any) -> None:
    """Reject what is no user, source or id."""
    if not isinstance(text, str) or not 1 <= len(text) <= 200:
        raise Rejected(name)
    if name == "user" and ("/" in text or text in (".", "..") or CONTROL.search(text)):
        raise Rejected(name)


def check_data(rules: RuleSet, event_type: str, data: dict[str, Any]) -> None:
    """Reject data that its type's schema does not allow, and types that are unknown or cannot be posted."""
    if event_type in RESERVED:
        return
    if event_type == "event.retracted":
        validate(REFERENCE, data)
    elif event_type == "user.updated":
        check_attributes(rules, data)
    elif event_type in rules.payloads:
        validate(rules.payloads[event_type], data)
    else:
        raise Rejected("type")


def check_attributes(rules: RuleSet, data: dict[str, Any]) -> None:
    """Reject attributes that are not declared, and zones that are not known; null removes any."""
    for name, value in data.items():
        if name not in rules.attributes:
            raise Rejected(name)
        if value is not None:
            validate(rules.attributes[name], value)
        if name == "timezone" and value is not None and not is_zone(value):
            raise Rejected(name)


def validate(schema: dict[str, Any], data: Any) -> None:
    """Reject data that a JSON Schema does not allow, formats asserted."""
    validator = Draft202012Validator(for_validation(schema), format_checker=FORMATS)
    if not validator.is_valid(for_validation(data)):
        raise Rejected("data")


def for_validation(data: Any) -> Any:
    """JSON values as the validator knows them: whole numbers as integers, the others as floats."""
    if isinstance(data, dict):
        return {key: for_validation(value) for key, value in data.items()}
    if isinstance(data, list):
        return [for_validation(item) for item in data]
    if is_number(data):
        exact = number(data)
        return exact if isinstance(exact, int) else float(exact)
    return data
