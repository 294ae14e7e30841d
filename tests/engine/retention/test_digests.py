"""What is left of an entry tells the same again from other content."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import jsontext
from engine.model import Event, Posted
from engine.retention import differing, digest

EVENT = Event("ada", "app", "1", "quiz", 5, 0, {"score": 9})


def again(text: str, first: str) -> list[str]:
    """In what an event with this data differs from a first one, as they came over the wire."""
    known = digest(replace(EVENT, data=jsontext.loads(first)))
    return differing(known, Posted(replace(EVENT, data=jsontext.loads(text))))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('{"a": 1, "b": [true, null]}', '{"b": [true, null], "a": 1.0}'),
        ('{"a": 100000000000000000000}', '{"a": 1e20}'),
        ('{"a": 0.1}', '{"a": 0.1000000000000000000}'),
        ('{"a": 0.1000000000000000000001}', '{"a": 0.10000000000000000000010}'),
        ('{"a": "\\u00e9"}', '{"a": "é"}'),
        ('{"a": -0.0}', '{"a": 0}'),
    ],
)
def test_other_spellings_of_the_same_json_are_the_same(first: str, second: str) -> None:
    assert again(second, first) == again(first, second) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('{"a": 1}', '{"a": true}'),
        ('{"a": "1"}', '{"a": 1}'),
        ('{"a": null}', "{}"),
        ('{"a": [1, 2]}', '{"a": [2, 1]}'),
        ('{"a": 0.1}', '{"a": 0.1000000000000000000001}'),
        ('{"a": {"b": 1}}', '{"a": {"b": 2}}'),
        ('{"a": ["x", "y"]}', '{"a": ["x,y"]}'),
    ],
)
def test_other_json_is_another_content(first: str, second: str) -> None:
    assert again(second, first) == again(first, second) == ["data"]


def test_what_differs_is_named_part_by_part() -> None:
    known = digest(EVENT)
    assert differing(known, Posted(replace(EVENT, type="login", data={}, time=6))) == ["type", "data", "time"]
    assert differing(known, Posted(replace(EVENT, time=6))) == ["time"]
    assert differing(known, Posted(replace(EVENT, time=6), timeless=True)) == []
    assert differing(known, Posted(replace(EVENT, offset=3600))) == []


def test_equal_contents_of_two_entries_do_not_show() -> None:
    assert digest(EVENT) != digest(replace(EVENT, id="2")) != digest(replace(EVENT, user="bob"))


numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-10, 10, places=20)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=4,
)


@given(values, values)
def test_digests_are_equal_just_when_the_values_are(one: Any, other: Any) -> None:
    known = digest(replace(EVENT, data={"value": one}))
    assert differing(known, Posted(replace(EVENT, data={"value": one}))) == []
    told = differing(known, Posted(replace(EVENT, data={"value": other}))) == []
    assert told == jsontext.same(one, other)
