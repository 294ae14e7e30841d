"""JSON text to values and back, strictly: no NaN, no Infinity, no duplicate keys; decimals keep what was written.

A number is an int where it is whole, else a float, or a Decimal where no float holds what was written.
Source: RFC 8259.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec

from .numeric import LARGEST_INTEGER

MAX_DEPTH = 100
MAX_DIGITS = 300


_TOO_LONG = b"0" * (MAX_DIGITS + 1)
_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")


class BadJSON(ValueError):
    """Text that is not strict JSON; the message is a sentence for its author."""


def loads(text: str | bytes) -> Any:
    """The value of a JSON text that can be kept. Raises BadJSON."""
    value = decode(text)
    check(value)
    return value


def decode(text: str | bytes) -> Any:
    """The value of a JSON text, not yet checked: a batch checks each of its entries alone. Raises BadJSON."""
    try:
        return _plainly(text.encode() if isinstance(text, str) else text)
    except (_NotPlain, msgspec.MsgspecError, RecursionError, ValueError, OverflowError):
        return _strictly(text)


class _NotPlain(Exception):
    """A text that is to be read slowly."""


def _plainly(text: bytes) -> Any:
    """The value of a text without escapes in which no key is there twice: only then all its quotes are written again.

    Reading and writing it costs half of reading it slowly.
    """
    if b"\\" in text or has_too_many_digits(text):
        raise _NotPlain
    value = _READER.decode(text)
    if _ENCODER.encode(value).count(b'"') != text.count(b'"'):
        raise _NotPlain
    return value


def has_too_many_digits(text: bytes) -> bool:
    """Whether there may be a number in a text that is too long to be kept."""
    return len(text) > MAX_DIGITS and _TOO_LONG in text.translate(_DIGITS_ALIKE)


def _strictly(text: str | bytes) -> Any:
    """The value, or the sentence that says what is wrong."""
    try:
        if isinstance(text, str):
            text = text.encode()
        return _DECODER.decode(text.decode())
    except RecursionError as error:
        raise BadJSON("is nested too deeply") from error
    except UnicodeError as error:
        raise BadJSON("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadJSON(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error


def check(value: Any, deepest: int = MAX_DEPTH) -> None:
    """Refuses what no store keeps: deep nesting, half characters, U+0000. Raises BadJSON."""
    if not (deepest and type(value) is dict and _is_flat(value)):
        _check(value, deepest)


def dumps(value: Any) -> str:
    """Compact JSON text; a Decimal is written digit by digit. Raises ValueError for text that is no Unicode."""
    return _ENCODER.encode(value).decode()


def indented(value: Any, depth: int = 0) -> str:
    """JSON text of plain values for people: two spaces for each level, of which ``depth`` are around it already."""
    text = str(msgspec.json.format(_LINES.encode(value), indent=2))
    return text.replace("\n", "\n" + "  " * depth) if depth else text


def read(text: str) -> Any:
    """The value of a text that ``dumps`` wrote: as ``decode``, without its refusals."""
    return _READER.decode(text)


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same JSON value: 1 is 1.0, true is not 1, the order of keys does not matter."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b if isinstance(a, str) or isinstance(b, str) else bool(a == b)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise BadJSON(f"has the key {twice!r} twice")
    return value


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise BadJSON("holds a number with too many digits")
    return int(text)


def real(text: str) -> int | float | Decimal:
    """A number with a point or an exponent, as it is kept. Raises BadJSON."""
    number = float(text)
    if number in (float("inf"), float("-inf")) or len(text) > MAX_DIGITS:
        raise BadJSON(f"holds a number that is too large: {text[:40]}")
    if number.is_integer() and abs(number) <= LARGEST_INTEGER and Decimal(text) == int(number):
        return int(number)
    written = Decimal(text) if len(text) > 15 else None
    return number if written is None or written == Decimal(repr(number)) else written


def _constant(text: str) -> Any:
    raise BadJSON(f"holds {text}, which JSON does not have")


def _is_flat(value: dict[str, Any]) -> bool:
    """Whether an object surely has nothing in it that could be refused, as nearly all data of events."""
    for key, item in value.items():
        if type(item) is dict or type(item) is list or not key.isascii() or "\0" in key:
            return False
        if type(item) is str and (not item.isascii() or "\0" in item):
            return False
    return True


def _check(value: Any, levels: int) -> None:
    if levels < 0:
        raise BadJSON("is nested too deeply")
    if isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item, levels - 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, levels - 1)
    elif isinstance(value, str):
        _check_text(value)


def _check_text(text: str) -> None:
    if not text.isascii() and any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise BadJSON("holds half a surrogate pair, which is no character")
    if "\x00" in text:
        raise BadJSON("holds the character U+0000")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=real, parse_constant=_constant, strict=True
)
_LINES = json.JSONEncoder(ensure_ascii=False)
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_READER = msgspec.json.Decoder(float_hook=real)
