"""A line that is read straight into its event gives what the thorough look gives, and nothing that is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import jsontext
from engine.cloudevents import Limits, event_of, from_json
from engine.cloudevents.entries import admitted
from engine.cloudevents.lines import posts_of
from engine.model import Event, Posted

PLAIN: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e1",
    "source": "app",
    "type": "quiz",
    "subject": "ada",
    "time": "2026-03-01T09:30:00.5+09:00",
    "data": {"score": 7, "share": 0.1, "on": ["a", {"b": None}]},
}
texts = st.sampled_from(
    ["a", "", "x" * 200, "x" * 201, ".", "..", "a/b", "badge.granted", "badges:calls", "é", "\n", "\0"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from([*PLAIN, "datacontenttype", "timeless", "data_base64", "traceparent", "é"])


def thorough(line: str) -> Event | None:
    """The event of a line by the way that names every fault."""
    try:
        entry = from_json(jsontext._strictly(line))
    except jsontext.BadJSON:
        return None
    return entry.event if isinstance(entry, Posted) and not entry.timeless else None


@given(
    st.lists(st.tuples(names, values | texts | st.just("application/json")), max_size=3),
    st.sets(st.sampled_from(sorted(PLAIN)), max_size=1),
    st.booleans(),
    st.sampled_from(["{}", "{}\n", " {} ", "{},", "[{}]", "\ufeff{}", "{}\u00a0"]),
)
def test_what_is_read_straight_is_what_a_thorough_look_gives(
    changes: list[tuple[str, Any]], missing: set[str], plainly: bool, around: str
) -> None:
    pairs = [*((name, value) for name, value in PLAIN.items() if name not in missing), *changes]
    members = [f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=not plainly)}" for name, value in pairs]
    line = around.replace("{}", "{" + ",".join(members) + "}")
    found = event_of(line)
    assert found is None or found == thorough(line)


@pytest.mark.parametrize("name", [None, "datacontenttype", "data"])
def test_what_lines_nearly_always_hold_is_read_straight(name: str | None) -> None:
    more = {"datacontenttype": "application/json", "data": {}}
    line = json.dumps({**PLAIN, **({name: more[name]} if name else {})}, ensure_ascii=False) + "\n"
    assert event_of(line) == thorough(line) is not None


@pytest.mark.parametrize(
    "data",
    [
        '{"n":1,"n":2}',
        '{"o":{"n":"x","n":"x"}}',
        '{"n":' + "1" * 301 + "}",
        '{"n":1e999}',
        '{"n":NaN}',
        '{"n":' + "[" * 101 + "]" * 101 + "}",
        '{"n":"\\ud800"}',
        '{"n":"\\u0000"}',
        '{"n":"\ud800"}',
        '{"n":01}',
        "[]",
        "null",
    ],
)
def test_what_is_refused_is_not_read_straight(data: str) -> None:
    line = json.dumps({**PLAIN, "data": 0}).replace('"data": 0', f'"data": {data}')
    assert thorough(line) is None
    assert event_of(line) is None


NOW = 1_772_000_000_000_000
WIDE = Limits(ahead=1 << 60)
CHANGES = (
    {},
    {"time": None},
    {"data": {"a": "b", "c": [1, {"d": 1.5}]}},
    {"data": {"é": "ü"}},
    {"data": {"a\u0007": 1}},
    {"datacontenttype": "application/json"},
    {"traceparent": "00-1"},
    {"subject": "a/b"},
    {"subject": ".."},
    {"type": "badge.granted"},
    {"source": "badges:calls"},
    {"id": "x" * 201},
    {"id": 7},
    {"time": "2026-01-01T00:00:00"},
    {"time": "nothing"},
    {"timeless": True},
    {"data_base64": "AA=="},
    {"data": []},
)


@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.sampled_from(("", "time", "data", "subject"))), max_size=4))
def test_a_batch_that_is_read_straight_is_what_a_thorough_look_gives(changes: list[tuple[dict[str, Any], str]]) -> None:
    records = [{name: value for name, value in {**PLAIN, **change}.items() if name != out} for change, out in changes]
    for body in (records, records[0] if records else []):
        found = posts_of(json.dumps(body, ensure_ascii=False).encode(), NOW)
        entries = body if isinstance(body, list) else [body]
        whole = [admitted(from_json(entry), NOW, WIDE) for entry in entries]
        assert found is None or found == (whole, isinstance(body, dict))
        if all(change in CHANGES[2:4] and out in ("", "time", "data") for change, out in changes):
            assert found is not None


def test_what_is_nested_in_one_of_many_events_is_not_read_straight() -> None:
    deep: Any = {}
    for _ in range(150):
        deep = {"a": deep}
    bare = {name: value for name, value in PLAIN.items() if name != "data"}
    assert posts_of(json.dumps([*[bare] * 300, {**PLAIN, "data": deep}]).encode(), NOW) is None


@pytest.mark.parametrize(
    "body", [b"", b"1", b"[1]", b"{}x", b"\xff", b'[{"id":"1","id":"1"}]', b"[[]]", b"\n", b'{"data":"\\u0000"}']
)
def test_what_is_no_event_is_not_read_straight(body: bytes) -> None:
    assert posts_of(body, NOW) is None
