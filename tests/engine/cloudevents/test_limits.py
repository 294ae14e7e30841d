"""What a server refuses that takes less than the engine could."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.calendar import DAY, HOUR, MINUTE, SECOND, format_instant, parse_instant
from engine.cloudevents import Limits, parse
from engine.cloudevents.limits import span
from engine.model import Posted, Refusal

NOW = parse_instant("2026-03-01T12:00:00Z")[0]


def sent(limits: Limits, **changes: Any) -> Posted | Refusal:
    good = {"specversion": "1.0", "id": "q1", "source": "quiz", "type": "quiz", "subject": "ada", "data": {}}
    return parse({"Content-Type": "application/json"}, json.dumps(good | changes).encode(), limits, NOW).entries[0]


def reason(entry: Posted | Refusal) -> tuple[str, str]:
    assert isinstance(entry, Refusal)
    (fault,) = entry.errors
    return fault["field"], fault["message"]


def test_by_default_no_event_is_too_old() -> None:
    assert isinstance(sent(Limits(), time="1990-01-01T00:00:00Z"), Posted)


def test_an_event_beyond_the_age_is_refused() -> None:
    limits = Limits(age=30 * DAY)
    assert isinstance(sent(limits, time=format_instant(NOW - 30 * DAY)), Posted)
    late = reason(sent(limits, time=format_instant(NOW - 30 * DAY - 1)))
    assert late == ("time", "2026-01-30T11:59:59.999999Z is more than 30 days ago: older events are not taken here")


def test_an_event_without_a_time_is_never_too_old() -> None:
    assert isinstance(sent(Limits(age=SECOND)), Posted)


def test_how_far_ahead_a_time_may_lie_can_be_said() -> None:
    limits = Limits(ahead=HOUR)
    assert isinstance(sent(limits, time=format_instant(NOW + HOUR)), Posted)
    field, message = reason(sent(limits, time=format_instant(NOW + HOUR + 1)))
    assert field == "time" and "more than 1 hour ahead" in message


@pytest.mark.parametrize("name", ["id", "source", "type", "subject"])
def test_names_can_be_held_shorter(name: str) -> None:
    limits = Limits(name=10)
    assert isinstance(sent(limits, **{name: "x" * 10}), Posted)
    assert reason(sent(limits, **{name: "x" * 11})) == (name, f"{name} must have at most 10 characters, not 11")


def test_payloads_can_be_held_flatter() -> None:
    limits = Limits(depth=2)
    assert isinstance(sent(limits, data={"a": [{}]}), Posted)
    assert reason(sent(limits, data={"a": [{"b": []}]})) == ("data", "data is nested too deeply")


@pytest.mark.parametrize(
    ("length", "words"),
    [(5 * MINUTE, "5 minutes"), (DAY, "1 day"), (36 * HOUR, "36 hours"), (SECOND, "1 second")],
)
def test_a_length_of_time_is_told_in_its_largest_whole_unit(length: int, words: str) -> None:
    assert span(length) == words
