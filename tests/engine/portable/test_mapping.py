"""A mapping says what another system's records mean; what it gets wrong is told at its place."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendar import format_instant, parse_instant
from engine.compiler import load
from engine.model import Posted, Refusal
from engine.portable import FIELDS, Left, Mapped, entry_of, guarded, plain_cell, read_mapping

RULES = load(
    {
        "events/quiz.yaml": "payload: {type: object}\n",
        "badges/first.yaml": "name: First\ntrigger: quiz\nformerly: [old_first]\n",
        "badges/level.yaml": "name: Level\ntrigger: quiz\ntiers: [{id: low, threshold: 1}, {id: high, threshold: 2}]\n",
    }
)
NOW = parse_instant("2026-03-02T12:00:00Z")[0]
LEAST = "from: lms\nuser: u\nbadge: b\nawarded_at: at\n"


def mapped(more: str = "") -> Mapped:
    found = read_mapping("m.yaml", LEAST + more, RULES)
    assert isinstance(found, Mapped), found
    return found


def taken(more: str = "", **record: Any) -> Any:
    return entry_of(mapped(more), RULES, {"u": "ada", "b": "first", "at": "2026-01-01T10:00:00Z", **record}, NOW)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (LEAST + "badgse: {A: first}", [("unknown-key", 5, 1)]),
        ("from: lms\nuser: u\nbadge: 5\n", [("wrong-type", 3, 8), ("missing-key", 1, 1)]),
        (LEAST + "badges: {A: frist, B: level.top}", [("unknown-badge", 5, 13), ("unknown-tier", 5, 23)]),
        (LEAST + "timezone: Berlin\ntime_format: iso", [("bad-value", 6, 14)]),
        (LEAST + "timezone: Berlin", [("bad-value", 5, 11)]),
        (LEAST + "user: again", [("duplicate-key", 5, 1)]),
        (LEAST + "tiers: [", [("yaml-syntax", 5, 9)]),
        ("- a list", [("wrong-type", 1, 1)]),
    ],
)
def test_every_fault_is_told_at_its_place(text: str, problems: list[tuple[str, int, int]]) -> None:
    found = read_mapping("m.yaml", text, RULES)
    assert not isinstance(found, Mapped)
    assert [(p.code, p.span.line, p.span.column) for p in found] == problems


@pytest.mark.parametrize(
    ("more", "time", "instant"),
    [
        ("", "2026-01-01T10:00:00+02:00", "2026-01-01T08:00:00Z"),
        ("timezone: Asia/Tokyo", "2026-01-01T10:00:00", "2026-01-01T01:00:00Z"),
        ("timezone: Asia/Tokyo", "2026-01-01", "2025-12-31T15:00:00Z"),
        ("time_format: unix", "1767261600.5", "2026-01-01T10:00:00.5Z"),
        ("time_format: unix", 1767261600, "2026-01-01T10:00:00Z"),
        ("time_format: '%d/%m/%y %H:%M'\ntimezone: Europe/Berlin", "01/02/26 10:30", "2026-02-01T09:30:00Z"),
        ("time_format: '%Y %z'", "2026 +0100", "2025-12-31T23:00:00Z"),
    ],
)
def test_times_are_read_as_the_mapping_says(more: str, time: str, instant: str) -> None:
    assert format_instant(taken(more, at=time).event.time) == instant


@pytest.mark.parametrize(
    ("more", "record", "column"),
    [
        ("", {"at": "yesterday"}, "at"),
        ("", {"at": "2026-03-02T12:00:01Z"}, "at"),
        ("time_format: unix", {"at": "nan"}, "at"),
        ("time_format: unix", {"at": "-5"}, "at"),
        ("time_format: unix", {"at": "1e300"}, "at"),
        ("", {"at": None}, "at"),
        ("", {"u": ".."}, "u"),
        ("", {"u": "a" * 201}, "u"),
        ("", {"u": ["ada"]}, "u"),
        ("", {"b": "frist"}, "b"),
        ("tier: t", {"b": "level", "t": "top"}, "t"),
        ("metadata: {note: n}", {"n": "\ud800"}, "n"),
    ],
)
def test_what_cannot_be_is_refused_with_its_column(more: str, record: dict[str, Any], column: str) -> None:
    refusal = taken(more, **record)
    assert isinstance(refusal, Refusal)
    assert [fault["field"] for fault in refusal.errors] == [column]


def test_a_record_is_a_grant_of_the_other_system_with_metadata() -> None:
    entry = taken(
        "tier: t\ntiers: {Gold: high}\nmetadata: {note: n, more: m}", b="level", t=" Gold ", n="well done", m=""
    )
    assert isinstance(entry, Posted)
    data = {"badge": "level", "by": "lms", "tier": "high", "metadata": {"note": "well done"}}
    assert (entry.event.type, entry.event.source, entry.event.data) == ("badge.granted", "badges:calls", data)


def test_the_same_award_has_the_same_id_and_another_time_another_one() -> None:
    ids = [
        taken(at=at).event.id for at in ("2026-01-01T10:00:00Z", "2026-01-01T11:00:00+01:00", "2026-01-01T10:00:01Z")
    ]
    assert ids[0] == ids[1] != ids[2]


def test_names_of_badges_mean_what_the_mapping_says() -> None:
    more = "badges: {Welcome: old_first, Top: level.high, Beta: null}"
    assert taken(more, b="Welcome").event.data["badge"] == "first"
    assert taken(more, b="Top").event.data["tier"] == "high"
    assert taken(more, b="Beta") == Left("Beta")
    assert isinstance(taken(more, b="first"), Refusal)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'", "'=1", "''x"])
def test_no_cell_is_a_formula_and_every_text_comes_back(text: str) -> None:
    assert guarded(text)[0] == "'" and plain_cell(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "ada", "1=1", "日本", "{}"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text == plain_cell(text)


def test_every_column_is_named_once() -> None:
    assert len(set(FIELDS)) == len(FIELDS)
