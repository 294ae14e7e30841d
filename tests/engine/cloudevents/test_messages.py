"""HTTP messages to events, and their agreement with the CloudEvents SDK."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import MINUTE, format_instant, parse_instant
from engine.cloudevents import BadRequest, Batch, Limits, parse
from engine.model import CALLS_SOURCE, Event, Posted, Refusal

LIMITS = Limits()
NOW = parse_instant("2026-03-01T12:00:00Z")[0]
GOOD = {
    "specversion": "1.0",
    "id": "q1",
    "source": "quiz",
    "type": "quiz_completed",
    "subject": "ada",
    "time": "2026-03-01T09:30:00Z",
    "data": {"score": 9},
}
HEADERS = {f"ce-{k}": v for k, v in GOOD.items() if k != "data"} | {"Content-Type": "application/json"}


def send(value: Any, content_type: str = "application/json", limits: Limits = LIMITS) -> Batch:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return parse({"Content-Type": content_type}, body, limits, NOW)


def sent(value: Any, content_type: str = "application/json") -> Event:
    return event_of(send(value, content_type))


def event_of(batch: Batch) -> Event:
    [entry] = batch.entries
    assert isinstance(entry, Posted), entry
    return entry.event


def faults(batch: Batch) -> list[str]:
    [entry] = batch.entries
    assert isinstance(entry, Refusal)
    return [error["field"] for error in entry.errors]


def refusal(headers: dict[str, str], body: bytes, limits: Limits = LIMITS) -> tuple[int, str]:
    with pytest.raises(BadRequest) as caught:
        parse(headers, body, limits, NOW)
    return caught.value.status, caught.value.type


@pytest.mark.parametrize(
    "content_type",
    [
        "application/cloudevents+json",
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
    ],
)
def test_a_structured_event_is_one_event(content_type: str) -> None:
    batch = send(GOOD, content_type)
    assert batch.single
    assert event_of(batch).id == "q1"


@pytest.mark.parametrize("content_type", ["application/cloudevents-batch+json", "application/json"])
def test_a_list_of_events_is_a_batch_also_of_one_or_none(content_type: str) -> None:
    assert [len(send([GOOD] * n, content_type).entries) for n in (0, 1, 3)] == [0, 1, 3]
    assert not send([GOOD], content_type).single


def test_headers_and_data_are_the_same_event() -> None:
    batch = parse(HEADERS, b'{"score": 9}', LIMITS, NOW)
    assert batch.single
    assert event_of(batch) == sent(GOOD)


def test_headers_alone_are_an_event_without_data() -> None:
    headers = {k: v for k, v in HEADERS.items() if k != "Content-Type"}
    assert event_of(parse(headers, b"", LIMITS, NOW)).data == {}


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("J%C3%BCrgen%20%E2%82%AC", "Jürgen €"),
        ("%61%64a", "ada"),
        ('"ada \\"the\\" first"', 'ada "the" first'),
        ("a%20%zz", "a %zz"),
        ("Jürgen".encode().decode("latin-1"), "Jürgen"),
        ("a+b", "a+b"),
    ],
)
def test_header_values_are_unquoted_and_percent_decoded(header: str, subject: str) -> None:
    assert event_of(parse(HEADERS | {"ce-subject": header}, b"", LIMITS, NOW)).user == subject


@pytest.mark.parametrize("value", ["%C0%A0", "%FF", "%ED%A0%80"])
def test_a_header_that_is_not_utf_8_is_a_bad_request(value: str) -> None:
    assert refusal(HEADERS | {"ce-subject": value}, b"") == (400, "bad-header")


def test_a_header_decoded_into_a_control_character_is_refused() -> None:
    assert faults(parse(HEADERS | {"ce-subject": "a%00"}, b"", LIMITS, NOW)) == ["subject"]


def test_structured_content_wins_over_headers() -> None:
    headers = HEADERS | {"ce-id": "other", "Content-Type": "application/cloudevents+json"}
    assert event_of(parse(headers, json.dumps(GOOD).encode(), LIMITS, NOW)).id == "q1"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/xml", "application/cloudevents+xml", "application/json;charset=utf-16"],
)
def test_another_content_type_is_unsupported(content_type: str) -> None:
    assert refusal({"Content-Type": content_type}, json.dumps(GOOD).encode())[0] == 415


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml"])
def test_data_of_another_content_type_is_unsupported(content_type: str) -> None:
    assert refusal(HEADERS | {"Content-Type": content_type}, b"{}")[0] == 415


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b'{"a": 1, "a": 1}', b"[1] 2", b"\xff", b"[" * 5000])
def test_bad_json_is_a_bad_request(body: bytes) -> None:
    assert refusal({"Content-Type": "application/json"}, body) == (400, "bad-json")


def test_bad_json_in_the_data_of_headers_is_a_bad_request() -> None:
    assert refusal(HEADERS, b"{") == (400, "bad-json")


def test_a_body_or_a_batch_over_the_limits_is_too_large() -> None:
    assert refusal({"Content-Type": "application/json"}, b"[" + b" " * 50 + b"]", Limits(body=51))[0] == 413
    assert send(b"[" + b" " * 50 + b"]", limits=Limits(body=52)).entries == []
    assert refusal({"Content-Type": "application/json"}, b"[1, 2, 3]", Limits(events=2))[0] == 413


def test_one_bad_event_of_a_batch_does_not_stop_the_others() -> None:
    bad = [3, GOOD | {"subject": "a\x00"}, GOOD | {"data": {"a": "\ud800"}}, {"specversion": {"a": [[]]}}]
    entries = send([GOOD, *bad, GOOD]).entries
    assert [type(e) for e in entries] == [Posted, *[Refusal] * 4, Posted]


def test_an_event_without_a_time_happens_now() -> None:
    batch = send({k: v for k, v in GOOD.items() if k != "time"})
    assert event_of(batch).time == NOW
    assert isinstance(batch.entries[0], Posted)
    assert batch.entries[0].timeless


def test_a_time_may_be_five_minutes_ahead_and_no_more() -> None:
    assert sent(GOOD | {"time": format_instant(NOW + 5 * MINUTE)}).time == NOW + 5 * MINUTE
    assert faults(send(GOOD | {"time": format_instant(NOW + 5 * MINUTE + 1)})) == ["time"]


def test_reserved_types_and_the_source_of_calls_cannot_be_posted() -> None:
    assert faults(send(GOOD | {"type": "badge.granted", "source": CALLS_SOURCE})) == ["type"]
    assert faults(send(GOOD | {"type": "badge.awarded"})) == ["type"]
    assert faults(send(GOOD | {"source": CALLS_SOURCE})) == ["source"]


_names = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/"), min_size=1, max_size=40
).filter(lambda text: text not in (".", "..") and text == text.strip())
_zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_times = st.datetimes(datetime(1990, 1, 1), datetime(2026, 1, 1), timezones=_zones)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cc", "Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=8,
)


@given(_names, _names, _names, _names, _times, st.dictionaries(_names, _json, max_size=4), st.booleans())
def test_events_are_read_as_the_sdk_reads_them(
    id: str, source: str, subject: str, type: str, time: datetime, data: dict[str, Any], binary: bool
) -> None:
    attributes = {"id": id, "source": source, "subject": subject, "type": f"t{type}", "time": time}
    event = CloudEvent(attributes | {"specversion": "1.0", "datacontenttype": "application/json"}, data)
    message = to_binary_event(event) if binary else to_structured_event(event)
    ours = event_of(parse(message.headers, message.body, LIMITS, NOW))
    theirs = from_http_event(HTTPMessage(message.headers, message.body))
    assert (ours.id, ours.source, ours.user, ours.type) == (
        theirs.get_id(),
        theirs.get_source(),
        theirs.get_subject(),
        theirs.get_type(),
    )
    assert ours.data == theirs.get_data()
    moment = theirs.get_time()
    assert moment is not None
    assert ours.time == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert moment.utcoffset() == timedelta(seconds=ours.offset or 0)
