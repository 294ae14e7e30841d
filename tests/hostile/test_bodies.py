"""Bodies and names made to break a server: a problem that says why, and the server goes on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from engine.calendar import MINUTE, format_instant

from .conftest import Target

MEGABYTE = 1024 * 1024


def nested(depth: int, opening: bytes, closing: bytes) -> bytes:
    return opening * depth + closing * depth


NOT_JSON = {
    "nothing": b"",
    "blanks": b" " * MEGABYTE,
    "half an object": b'{"specversion": "1.0"',
    "NaN": b'{"data": NaN}',
    "Infinity": b"[Infinity]",
    "-Infinity": b'{"a": -Infinity}',
    "a key twice": b'{"id": "1", "id": "2"}',
    "a key twice, deep inside": b'[{"data": {"a": [{"b": 1, "b": 2}]}}]',
    "a key twice, written otherwise": b'{"id": 1, "\\u0069d": 2}',
    "a number too large": b'{"a": 1e999}',
    "a number too small": b'{"a": -1e999}',
    "a number of many digits": b"[" + b"9" * 5000 + b"]",
    "a number of millions of digits": b"[" + b"9" * (4 * MEGABYTE) + b"]",
    "a fraction of millions of digits": b"[0." + b"9" * (4 * MEGABYTE) + b"]",
    "a leading zero": b"[01]",
    "a plus": b"[+1]",
    "a hexadecimal number": b"[0x1]",
    "a comma too many": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a comment": b'{"a": 1} // c',
    "two values": b"{} {}",
    "a raw line break in a text": b'{"a": "b\nc"}',
    "a raw null in a text": b'{"a": "b\x00c"}',
    "no UTF-8": b'{"a": "\xff"}',
    "UTF-8 of a surrogate": b'{"a": "\xed\xa0\x80"}',
    "UTF-8 longer than it must be": b'{"a": "\xc0\xaf"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "lists in lists": nested(100_000, b"[", b"]"),
    "lists that do not end": b"[" * (4 * MEGABYTE),
    "objects in objects": nested(100_000, b'{"a":', b"}"),
    "objects that do not end": b'{"a":' * 800_000,
    "a bomb of quotes": b'"' * (4 * MEGABYTE),
    "a bomb of backslashes": b'"' + b"\\" * (4 * MEGABYTE + 1),
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "YAML": b"a: &a [1]\nb: *a\n",
    "a form": b"a=b&c=d",
}


@pytest.mark.parametrize("path", ["/v1/events", "/v1/actions"])
@pytest.mark.parametrize("name", NOT_JSON)
def test_what_is_no_strict_json_is_a_problem(target: Target, name: str, path: str) -> None:
    answer = target.post(NOT_JSON[name], path)
    assert (answer.status, answer.problem["type"]) == (400, "/problems/bad-json"), name
    assert len(answer.body) < 1000


def test_a_body_over_the_limit_is_read_and_refused(target: Target) -> None:
    for size in (5 * MEGABYTE + 1, 20 * MEGABYTE):
        answer = target.post(b" " * size)
        assert (answer.status, answer.problem["type"]) == (413, "/problems/too-large")


def test_a_body_over_the_limit_in_chunks_is_read_and_refused(target: Target) -> None:
    head = target.head("POST", "/v1/events", {"Transfer-Encoding": "chunked"})
    chunk = b"%x\r\n%s\r\n" % (MEGABYTE, b" " * MEGABYTE)
    assert target.throw(head, *[chunk] * 6, b"0\r\n\r\n").status == 413
    assert target.throw(head, b"2\r\n[]\r\n0\r\n\r\n").status == 200


def test_a_batch_over_the_limit_is_refused(target: Target) -> None:
    assert target.post(b"[" + b",".join([b"{}"] * 1001) + b"]").status == 413
    assert target.post(b"[" + b",".join([b"0"] * 2_000_000) + b"]").status == 413


def test_a_compressed_body_is_not_unpacked(target: Target) -> None:
    bomb = gzip.compress(b" " * (50 * MEGABYTE))
    assert target.post(bomb, Content_Encoding="gzip").status == 415
    assert target.post(bomb).status == 400


@pytest.mark.parametrize(
    "content_type", ["", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "\xff"]
)
def test_a_body_of_another_type_is_refused(target: Target, content_type: str) -> None:
    assert target.post(b"{}", Content_Type=content_type).status == 415


ODD_NAMES = ["", "x" * 201, "a\nb", "a\x00b", "\x7f", "\x85", 7, 1.5, None, True, [], {}, ["a"], {"a": "b"}]
ODD_USERS = [*ODD_NAMES, ".", "..", "/", "a/b", "../../etc"]
FAULTS: list[tuple[str, dict[str, Any]]] = [
    *(("id", {"id": value}) for value in ODD_NAMES),
    *(("source", {"source": value}) for value in ODD_NAMES),
    *(("subject", {"subject": value}) for value in ODD_USERS),
    *(("type", {"type": value}) for value in (*ODD_NAMES, "no_such_type", "badge.granted", "badge.awarded", "lоgin")),
    *(("specversion", {"specversion": value}) for value in ("0.3", "1.00", 1, 1.0, None, [])),
    *(("time", {"time": value}) for value in (0, 1e300, [], "", "now", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00")),
    *(("time", {"time": value}) for value in ("9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "2026-01-01T24:00:00Z")),
    *(("time", {"time": value}) for value in ("2026-01-01T00:00:00+99:99", "٢٠٢٦-01-01T00:00:00Z", "2026-W01-1")),
    *(("time", {"time": value}) for value in ("0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00Z" + "0" * 10_000)),
    *(("data", {"data": value}) for value in ([], "x", 7, None, True, {"a": "\ud800"}, {"\x00": 1}, {"a": "b\x00"})),
    ("data", {"data": json.loads(nested(102, b'{"a":', b"}").replace(b":}", b":0}"))}),
    ("data_base64", {"data_base64": "e30="}),
    ("datacontenttype", {"datacontenttype": "text/plain"}),
    ("datacontenttype", {"datacontenttype": ["application/json"]}),
]


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_an_odd_event_is_refused_and_the_field_is_named(target: Target, number: int) -> None:
    field, changes = FAULTS[number]
    answer = target.post(json.dumps(target.event(**changes)).encode())
    assert answer.status == 422, changes
    assert field in {error["field"].partition(".")[0] for error in answer.problem["errors"]}
    assert len(answer.body) < 3000


def test_in_a_batch_odd_events_stop_no_other(target: Target) -> None:
    events = [target.event(**changes) for _, changes in FAULTS] + [target.event(), None, 7, "x", [], target.event()]
    answer = target.post(json.dumps(events).encode())
    statuses = [result["status"] for result in json.loads(answer.body)["results"]]
    assert statuses == ["rejected"] * len(FAULTS) + ["accepted", *["rejected"] * 4, "accepted"]


GOOD: list[Callable[[], dict[str, Any]]] = [
    lambda: {"subject": "x" * 200},
    lambda: {"subject": "💥" * 200},
    lambda: {"subject": "'; DROP TABLE users; --"},
    lambda: {"subject": "%2e%2e"},
    lambda: {"subject": "\u202eevil\u200b"},
    lambda: {"subject": "__proto__", "data": {"__proto__": {"a": 1}, "__class__": 1, "constructor": {}}},
    lambda: {"data": {"a" * 10_000: "b" * MEGABYTE}},
    lambda: {"data": {str(number): number for number in range(50_000)}},
    lambda: {"data": {"a": [1e-400, 5e-324, 1.7976931348623157e308, 10**299, -(2**63), 2**64]}},
    lambda: {"data": {"text": "\u0001\u001f\u007f\u0085\u2028\ufeff\uffff\U0010ffff"}},
    lambda: {"data": json.loads(nested(100, b'{"a":', b"}").replace(b":}", b":0}"))},
    lambda: {"time": "1970-01-01T00:00:00.123456789123456789Z"},
    lambda: {"time": "2016-12-31T15:59:59.999999-08:00"},
    lambda: {"extension": "ignored", "traceparent": "00-0-0-0"},
]


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_what_is_odd_but_allowed_is_taken_and_given_back(target: Target, number: int) -> None:
    event = target.event(**GOOD[number]())
    answer = target.post(json.dumps(event).encode())
    assert answer.status == 200 and b'"accepted"' in answer.body
    exported = target.get(f"/v1/users/{quote(event['subject'], safe='')}/export")
    stored = next(each for each in json.loads(exported.body)["events"] if each["id"] == event["id"])
    assert stored["data"] == event.get("data", {}) and stored["subject"] == event["subject"]


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("%00", 422),
        ("a%0Ab", 422),
        ("a%2Fb", 404),
        (".", 422),
        ("..", 422),
        ("%2e%2e", 422),
        ("x" * 201, 422),
        ("x" * 60_000, 422),
        ("%ff", 400),
        ("%ed%a0%80", 400),
        ("%F0%9F%92%A5", 200),
        ("%27%20OR%201=1", 200),
        ("*", 200),
        ("{{7*7}}", 200),
    ],
)
def test_odd_users_in_paths_have_plain_answers(target: Target, user: str, status: int) -> None:
    answer = target.get(f"/v1/users/{user}/badges")
    assert answer.status == status
    if status >= 400:
        assert answer.problem["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=1e9",
        "limit=99999999999999999999",
        "limit=",
        "limit=%D9%A3",
        "limit=1%00",
        "around=",
        "around=a/b",
        "around=" + "x" * 201,
        "users=" + ",".join(["a"] * 20_000) + ",%00",
        "users=" + ",".join(f"u{number}" for number in range(2000)),
    ],
)
def test_odd_parameters_are_refused(target: Target, query: str) -> None:
    answer = target.get(f"/v1/leaderboards/badge_count?{query}")
    assert answer.status == 422 and answer.problem["errors"]


@pytest.mark.parametrize("badge", ["%00", "x" * 10_000, "first_quiz.", ".first_quiz", "first_quiz.gold.gold", "..%2f"])
def test_odd_badges_are_not_found(target: Target, badge: str) -> None:
    for path in (f"/v1/badges/{badge}", f"/v1/users/eve/badges/{badge}/explanation"):
        assert target.get(path).status == 404
    head = target.head("PUT", f"/v1/users/eve/badges/{badge}", {"Content-Length": "0"})
    assert target.throw(head).status == 404


def test_a_future_event_is_refused_and_one_of_long_ago_is_not(target: Target) -> None:
    ahead = format_instant(target.service.now() + 6 * MINUTE)
    assert target.post(json.dumps(target.event(time=ahead)).encode()).status == 422
    assert target.post(json.dumps(target.event(time="1990-01-01T00:00:00Z")).encode()).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"ce_id": "\x80"},
        {"ce_id": "%ff"},
        {"ce_id": "a, b"},
        {"ce_subject": "%2F"},
        {"ce_subject": "%00"},
        {"ce_time": "%32026"},
        {"ce_type": "x" * 50_000},
    ],
)
def test_odd_attributes_in_headers_are_refused_or_taken_as_they_are(target: Target, headers: dict[str, str]) -> None:
    good = {"ce_specversion": "1.0", "ce_id": "1", "ce_source": "h", "ce_type": "login", "ce_subject": "eve"}
    answer = target.post(b"{}", **(good | headers))
    assert answer.status in ((200,) if headers == {"ce_id": "a, b"} else (400, 422))


def test_a_rule_set_made_to_break_the_checker_is_refused(target: Target) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    texts = [bomb, "a" * MEGABYTE, "[" * 100_000, "name: X\ntrigger: login\nwhen: " + "(" * 50_000, "!!python/x {}"]
    for text in (*texts, "name: X\ntrigger: login\nwhen: 9**9**9**9 > 1", "when: '" + "not " * 30_000 + "true'"):
        answer = target.post(json.dumps({"files": {"badges/x.yaml": text}}).encode(), "/v1/rules/plan")
        assert (answer.status, answer.problem["type"]) == (422, "/problems/invalid-rules")
    assert target.post(b'{"files": {"badges/x.yaml": "\\u0000"}}', "/v1/rules/plan").status == 422
    for path in ("../x.yaml", "/etc/passwd", "badges/../../x.yaml", "badges/\x00.yaml", "", "x" * 10_000):
        answer = target.post(json.dumps({"files": {path: "name: X"}}).encode(), "/v1/rules/plan")
        assert answer.status in (200, 422)
