"""One event as a JSON record."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendar import parse_instant
from engine.cloudevents import event_json, from_json, user_fault
from engine.cloudevents.entries import _doubtful
from engine.model import CALLS_SOURCE, Event, Posted, Refusal

GOOD = {
    "specversion": "1.0",
    "id": "q1",
    "source": "quiz",
    "type": "quiz_completed",
    "subject": "ada",
    "time": "2026-03-01T09:30:00+09:00",
    "data": {"score": 9},
}


def refused(**changes: Any) -> dict[str, str]:
    """The message by field for the good event with some changes."""
    entry = from_json(GOOD | changes)
    assert isinstance(entry, Refusal)
    return {error["field"]: error["message"] for error in entry.errors}


def read(**changes: Any) -> Event:
    entry = from_json({k: v for k, v in (GOOD | changes).items() if v != "absent"})
    assert isinstance(entry, Posted), entry
    return entry.event


def test_an_event_is_read_with_its_instant_and_its_own_offset() -> None:
    assert read() == Event(
        "ada", "quiz", "q1", "quiz_completed", parse_instant("2026-03-01T00:30:00Z")[0], 9 * 3600, {"score": 9}
    )


def test_an_event_without_a_time_says_so() -> None:
    entry = from_json({k: v for k, v in GOOD.items() if k != "time"})
    assert isinstance(entry, Posted)
    assert entry.timeless
    assert entry.event.offset is None


def test_a_null_attribute_is_an_absent_one() -> None:
    entry = from_json(GOOD | {"time": None, "datacontenttype": None})
    assert isinstance(entry, Posted)
    assert entry.timeless
    assert refused(subject=None) == {"subject": "subject is missing"}


def test_absent_data_is_an_empty_object() -> None:
    assert read(data="absent").data == {}


def test_extension_attributes_are_ignored() -> None:
    assert read(traceparent={"not": "a text"}, Time="x", partitionkey="7") == read()


@pytest.mark.parametrize("data", [None, [], "text", 3, True])
def test_data_must_be_an_object(data: object) -> None:
    assert "data must be a JSON object" in refused(data=data)["data"]


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject"])
@pytest.mark.parametrize("value", ["", 7, [], {}, True, "x" * 201, "a\nb", "a\x00b", "a\x7fb", "a\x85b", "\ud800"])
def test_a_bad_attribute_is_named(name: str, value: object) -> None:
    assert list(refused(**{name: value})) == [name]


def test_every_fault_of_an_event_is_named_at_once() -> None:
    entry = from_json({"time": "yesterday", "data": 3})
    assert isinstance(entry, Refusal)
    assert [e["field"] for e in entry.errors] == ["specversion", "id", "source", "type", "subject", "time", "data"]


@pytest.mark.parametrize("subject", ["a/b", ".", "..", "/"])
def test_a_user_cannot_be_a_path(subject: str) -> None:
    assert "subject" in refused(subject=subject)
    assert user_fault(subject) is not None


@pytest.mark.parametrize("subject", ["...", "a b", "名前", "x" * 200, "a@b.c", "👩‍👩‍👧", "a%2Fb", "a,b"])
def test_a_user_can_have_any_other_name(subject: str) -> None:
    assert read(subject=subject).user == subject
    assert user_fault(subject) is None


def test_a_source_may_be_a_path_or_an_address() -> None:
    assert read(source="https://quiz.example/eu?x=1").source == "https://quiz.example/eu?x=1"


@pytest.mark.parametrize("time", ["2026-03-01T09:30:00", "2026-03-01", "", "now", 1767225600, "2026-02-30T00:00:00Z"])
def test_a_time_needs_a_date_a_clock_and_an_offset(time: object) -> None:
    assert list(refused(time=time)) == ["time"]


def test_a_time_is_kept_to_the_microsecond() -> None:
    assert read(time="2026-03-01T00:00:00.1234567Z").time % 1_000_000 == 123456


@pytest.mark.parametrize("kind", ["text/xml", "application/octet-stream", "", 3, "application/json; charset=latin-1"])
def test_data_of_another_kind_is_refused(kind: object) -> None:
    assert list(refused(datacontenttype=kind)) == ["datacontenttype"]


@pytest.mark.parametrize("kind", ["application/json", "application/vnd.quiz+json", "Application/JSON; charset=UTF-8"])
def test_data_of_any_json_kind_is_read(kind: str) -> None:
    assert read(datacontenttype=kind) == read()


def test_binary_data_is_refused() -> None:
    assert "data_base64" in refused(data_base64="e30=")


@pytest.mark.parametrize("data", [{"a": "\ud800"}, {"a\x00": 1}])
def test_data_that_no_store_keeps_is_refused(data: object) -> None:
    assert list(refused(data=data)) == ["data"]


def test_data_nested_too_deeply_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"a": deep}
    assert list(refused(data=deep)) == ["data"]


@pytest.mark.parametrize("type", ["badge.awarded", "badge.granted", "badge.revoked", "badge.other"])
def test_the_types_of_the_engine_itself_are_refused(type: str) -> None:
    assert "cannot be posted" in refused(type=type)["type"]


def test_a_reserved_entry_of_an_export_is_read_without_an_offset_of_its_own() -> None:
    event = read(type="badge.granted", source=CALLS_SOURCE, time="2026-03-01T00:00:00Z")
    assert event.offset is None


@pytest.mark.parametrize("value", [None, 3, "text", [], True])
def test_what_is_no_object_is_no_event(value: object) -> None:
    entry = from_json(value)
    assert isinstance(entry, Refusal)
    assert (entry.source, entry.id) == (None, None)
    assert "must be a JSON object" in entry.errors[0]["message"]


def test_a_refusal_says_which_event_it_means_where_that_can_be_said() -> None:
    assert from_json({"id": "q1", "source": "\ud800"}).id == "q1"  # type: ignore[union-attr]
    assert from_json({"id": "q1", "source": "\ud800"}).source is None  # type: ignore[union-attr]


def test_faults_can_be_sent_back_as_text() -> None:
    for message in refused(subject="\ud800", time="\ud800", specversion="\ud800").values():
        assert message.encode("utf-8")


@pytest.mark.parametrize("time", ["2026-03-01T09:30:00+09:00", "2026-03-01T09:30:00.5-03:30", "2026-03-01T09:30:00Z"])
def test_an_event_written_is_the_event_read(time: str) -> None:
    assert event_json(read(time=time)) == GOOD | {"time": time}


ODD: tuple[dict[str, Any], ...] = (
    {"subject": "a/b"},
    {"subject": "."},
    {"subject": ".a"},
    {"subject": "é"},
    {"id": ""},
    {"id": "x" * 200},
    {"id": "x" * 201},
    {"id": 1},
    {"id": None},
    {"source": "badges:calls"},
    {"type": "badge.granted"},
    {"type": "badge.granted", "source": "badges:calls"},
    {"type": "a\tb"},
    {"time": None},
    {"time": ""},
    {"time": 1},
    {"time": []},
    {"time": "2026-03-01T09:30:00"},
    {"time": "2026-03-01T09:30:00+09:00"},
    {"time": "2026-02-30T09:30:00Z"},
    {"specversion": "0.3"},
    {"datacontenttype": "application/json"},
    {"datacontenttype": None},
    {"datacontenttype": "text/plain"},
    {"data": None},
    {"data": {"a": {"b": "\x00"}}},
    {"data": {"\ud800": 1}},
    {"data": {"a": [1]}},
    {"data_base64": "AA=="},
    {"timeless": True},
    {"traceparent": "00"},
    {},
)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("missing", (None, "subject", "data", "time"))
def test_an_entry_is_read_the_same_at_once_and_attribute_by_attribute(odd: dict[str, Any], missing: str | None) -> None:
    good = {"specversion": "1.0", "id": "1", "source": "app", "type": "quiz", "subject": "ada", "data": {"n": 1}}
    record = {**good, "time": "2026-03-01T09:30:00Z", **odd}
    record.pop(missing or "nothing", None)
    assert from_json(record) == _doubtful(record)
