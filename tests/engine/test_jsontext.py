"""Reading quickly what is plain answers just what reading strictly answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import jsontext

TEXTS = (
    b'{"a": 1, "a": 2}',
    b'{"a": 1, "a": 2, "b": "\\u0022:"}',
    b'[{"a": {"b": 1, "b": "c"}}]',
    b"123456789012345678901234567890",
    b"18446744073709551616",
    b"9" * 301,
    b"1e400",
    b"-0",
    b"[1.50, 1e2, 0.1, 12345678901234567890.5, 0.12345678901234567890]",
    b'"\xed\xa0\x80"',
    b'"\xff"',
    b"\xef\xbb\xbf{}",
    b"[1,]",
    b"NaN",
    b'"\\ud800"',
    b'"\x01"',
    b"",
    b"[" * 3000 + b"]" * 3000,
    b' {"a" : [true, null, "\xc3\xa9"]} ',
)


def read(way: Any, text: bytes) -> Any:
    """The value, with its types, or what is wrong with it."""
    try:
        return repr(way(text))
    except jsontext.BadJSON as error:
        return error.args


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_the_same_quickly_and_strictly(text: bytes) -> None:
    assert read(jsontext.decode, text) == read(jsontext._strictly, text)


_PIECES = st.sampled_from(['"a"', '"b"', ":", ",", "{", "}", "[", "]", "1", "1.5", "-0.0", " ", "null", '"\\"', '"é"'])


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_so_is_anything_like_json(text: str) -> None:
    assert read(jsontext.decode, text.encode()) == read(jsontext._strictly, text.encode())


@given(
    st.dictionaries(
        st.text(max_size=3), st.recursive(st.text(max_size=3) | st.floats() | st.none(), st.lists, max_leaves=8)
    )
)
def test_what_is_flat_is_fit_to_be_kept(value: dict[str, Any]) -> None:
    if jsontext._is_flat(value):
        jsontext._check(value, 1)


def test_a_text_that_was_no_utf8_is_told_as_that() -> None:
    with pytest.raises(jsontext.BadJSON, match="is not UTF-8"):
        jsontext.loads(b'{"a": "\xff"}'.decode("utf-8", "surrogateescape"))
