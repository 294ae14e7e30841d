"""One event type with a field of every kind, one event, and short ways to ask about an expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import Calendar, Moment, parse_instant
from engine.expressions import Compilation, Context, EvaluationError, Fault, Scope, Wants, compile_expression

PAYLOAD = {
    "type": "object",
    "required": [
        "score",
        "total",
        "passed",
        "name",
        "kind",
        "tags",
        "points",
        "at",
        "day",
        "place",
        "odd-name",
        "größe",
    ],
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "total": {"type": "integer", "minimum": 0},
        "passed": {"type": "boolean"},
        "name": {"type": "string"},
        "kind": {"enum": ["quiz", "exam"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "points": {"type": "array", "items": {"type": "number"}},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "days": {"type": "array", "items": {"type": "string", "format": "date"}},
        "place": {
            "type": "object",
            "required": ["city"],
            "properties": {"city": {"type": "string"}, "zip": {"type": "string"}},
        },
        "odd-name": {"type": "integer"},
        "größe": {"type": "number"},
        "bonus": {"type": "number"},
        "note": {"type": ["string", "null"]},
        "extra": {"type": "object", "required": ["level"], "properties": {"level": {"type": "integer"}}},
        "anything": {},
        "mixed": {"type": ["string", "number"]},
    },
}
USER = {"plan": {"type": "string"}, "age": {"type": "integer"}, "name": {"type": "string"}}
CATALOGS = {"providers": ("openai", "anthropic", "google"), "levels": (1, 2.5, 10), "empty": ()}
DATA = {
    "score": 57,
    "total": 100,
    "passed": True,
    "name": "Ada Lovelace",
    "kind": "quiz",
    "tags": ["math", "history"],
    "points": [3, 1.5, 2],
    "at": "2026-03-01T10:00:00Z",
    "day": "2026-03-01",
    "place": {"city": "Paris"},
    "odd-name": 7,
    "größe": 1.75,
}

Evaluate = Callable[..., Any]
Faults = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def scope() -> Scope:
    return Scope({"quiz": PAYLOAD}, USER, CATALOGS)


@pytest.fixture
def context() -> Callable[..., Context]:
    """The event, with fields changed by keyword; a field of None is taken out."""

    def make(
        zone: str = "Europe/Berlin", day_start: int = 0, user: dict[str, Any] | None = None, **fields: Any
    ) -> Context:
        data = {name: value for name, value in {**DATA, **fields}.items() if value is not None}
        moment = Moment(parse_instant("2026-02-28T23:30:00Z")[0], Calendar(ZoneInfo(zone), day_start))
        return Context(data, "quiz", "app", {"id": "u1", **(user or {})}, moment)

    return make


@pytest.fixture
def compiled(scope: Scope) -> Callable[..., Compilation]:
    def make(text: str, wants: Wants = Wants.ANY, **schema: Any) -> Compilation:
        properties = {**PAYLOAD["properties"], **schema}  # type: ignore[dict-item]
        required = [*PAYLOAD["required"], *schema]
        changed = Scope({"quiz": {**PAYLOAD, "properties": properties, "required": required}}, USER, CATALOGS)
        return compile_expression(text, changed if schema else scope, wants)

    return make


@pytest.fixture
def evaluate(compiled: Callable[..., Compilation], context: Callable[..., Context]) -> Evaluate:
    """The value of an expression on the event."""

    def run(text: str, wants: Wants = Wants.ANY, **changes: Any) -> Any:
        compilation = compiled(text, wants)
        assert compilation.expression is not None, compilation.faults
        return compilation.expression.evaluate(context(**changes))

    return run


@pytest.fixture
def failure(evaluate: Evaluate) -> Callable[..., str]:
    """The sentence with which an expression fails on the event."""

    def run(text: str, **changes: Any) -> str:
        with pytest.raises(EvaluationError) as raised:
            evaluate(text, **changes)
        return str(raised.value)

    return run


@pytest.fixture
def faults(compiled: Callable[..., Compilation]) -> Faults:
    """Every fault of an expression: its code, and the text it points at."""

    def find(text: str, wants: Wants = Wants.CONDITION, **schema: Any) -> list[tuple[str, str]]:
        compilation = compiled(text, wants, **schema)
        assert (compilation.expression is None) == bool(compilation.faults)
        return [(fault.code, text[fault.start : fault.end]) for fault in compilation.faults]

    return find


@pytest.fixture
def fault(compiled: Callable[..., Compilation]) -> Callable[..., Fault]:
    """The only fault of an expression."""

    def find(text: str, wants: Wants = Wants.CONDITION) -> Fault:
        (only,) = compiled(text, wants).faults
        return only

    return find


@pytest.fixture
def warnings(compiled: Callable[..., Compilation]) -> Faults:
    """Every warning about an expression that has no fault."""

    def find(text: str, wants: Wants = Wants.CONDITION, **schema: Any) -> list[tuple[str, str]]:
        compilation = compiled(text, wants, **schema)
        assert compilation.expression is not None, compilation.faults
        return [(warning.code, text[warning.start : warning.end]) for warning in compilation.warnings]

    return find
