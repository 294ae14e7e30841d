"""Scalars as YAML 1.2 reads them, decimal numbers only. Source: YAML 1.2.2, section 10.3.2."""

from __future__ import annotations

import re

from ..numeric import LARGEST_INTEGER
from .nodes import BOOLEAN, NULL, NUMBER, TEXT

Scalar = str | int | float | bool | None

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_REFUSED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)
_SEPARATED = re.compile(
    r"[-+]?([0-9][0-9_]*|[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}([ \u00a0\u202f][0-9]{3})+)(\.[0-9_]*)?", re.ASCII
)
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_PERCENT = re.compile(r"[-+]?[0-9][0-9_,. ]*%")
_CLOCK = re.compile(r"[-+]?[0-9]{1,3}(:[0-9]{1,2})+(\.[0-9]*)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?", re.ASCII)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})
_EXACT = len(str(LARGEST_INTEGER))
"""Whole numbers with fewer digits are not too large."""
_STARTS = frozenset("-+.0123456789")
KINDS = {bool: BOOLEAN, int: NUMBER, float: NUMBER, str: TEXT, type(None): NULL}
UNLIKE_TEXT = _STARTS | frozenset("~nNtTfF") | {""}
"""What an unquoted scalar begins with that may be something other than a text."""


class Refused(ValueError):
    """A number that rules do not have; the message is a sentence for its author, ``help`` a way out."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises Refused for numbers that rules do not have."""
    if not text or text[0] in "~nN":
        return None if text in _NULLS else text
    if text[0] in "tTfF":
        return _BOOLEANS.get(text, text)
    return _number(text) if text[0] in _STARTS else text


def _number(text: str) -> Scalar:
    if text.isdigit() and text.isascii() and len(text) < _EXACT and (text[0] != "0" or text == "0"):
        return int(text)
    if _INTEGER.fullmatch(text):
        return _whole(text)
    if _FLOAT.fullmatch(text):
        return _fraction(text)
    if _REFUSED.fullmatch(text):
        raise Refused(f"{text} is not a number that rules can hold", _decimal_of(text))
    return text


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        raise Refused(f"{_cut(text)} is too large for a number", "put it in quotes if it is an id, not a number")
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Refused(f"{_cut(text)} is too large for a number", "write a number below 1e308")
    return number


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _decimal_of(text: str) -> str:
    if text[:2] in ("0o", "0x"):
        return f"write {int(text, 0)}, or put it in quotes if it is a text"
    return "write a decimal number, or put it in quotes if it is a text"


def number_meant(text: str) -> tuple[bool, str | None]:
    """Whether a text looks like a number or a switch, and the number to write instead where it can be known."""
    stripped = text.strip()
    if _SEPARATED.fullmatch(stripped):
        return True, _plainly(stripped)
    if _COMMA.fullmatch(stripped):
        return True, _plainly(stripped.replace(",", "."))
    if _PERCENT.fullmatch(stripped):
        return True, None
    if _FLOAT.fullmatch(stripped):
        return True, stripped
    looks = bool(_CLOCK.fullmatch(stripped) or _DATE.fullmatch(stripped) or stripped.lower() in _WORDS)
    return looks, None


def _plainly(text: str) -> str:
    digits = re.sub(r"[_,\s]", "", text)
    sign = digits[:1] if digits[:1] in "-+" else ""
    whole, point, fraction = digits[len(sign) :].partition(".")
    return sign.replace("+", "") + (whole.lstrip("0") or "0") + (point + fraction if fraction else "")
