"""Texts in which surely nothing is amiss, read straight into events: what files and requests nearly always hold.

Text that is printable and has no escapes holds no character that is refused. Unless a key is there twice, or is none of
those that are read, all its quotes are those of what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType
from msgspec.json import Decoder, Encoder

from .. import jsontext
from ..calendar import parse_instant
from ..model import CALLS_SOURCE, Event, Posted
from .entries import RESERVED
from .limits import LONGEST

_BLANKS = " \t\r\n"
_SHORT = 300
"""Characters: shorter lines have no room for a number that is too long, nor for values that are nested too deeply."""

_Name = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class _Line(Struct, gc=False):
    specversion: Literal["1.0"]
    id: _Name
    source: _Name
    type: _Name
    subject: _Name
    time: str | UnsetType = UNSET
    data: dict[str, Any] | UnsetType = UNSET
    datacontenttype: Literal["application/json"] | UnsetType = UNSET


class Head(Struct, gc=False):
    """Whose an event is, of which type, and when it happened."""

    subject: str
    type: str
    time: Annotated[datetime, Meta(tz=True)]


_HEAD_DECODER = Decoder(Head)
_ENCODER = Encoder(decimal_format="number")
_DECODER = Decoder(_Line, float_hook=jsontext.real)
_DECODER_OF_MANY = Decoder(list[_Line], float_hook=jsontext.real)


def head_of(line: bytes) -> Head | None:
    """What a line says first of all of its event, if it is one at all; None for one that takes a closer look.

    If ``from_json`` gives an event for the line it is this user's, and within a microsecond at this time.
    """
    try:
        return _HEAD_DECODER.decode(line)
    except (MsgspecError, ValueError, RecursionError):
        return None


def event_of(text: str) -> Event | None:
    """The event that ``from_json`` gives for a line; None for one that takes a closer look."""
    text = text.strip(_BLANKS)
    if not text.isprintable() or "\\" in text or (len(text) > _SHORT and _may_be_too_much(text)):
        return None
    try:
        line = _DECODER.decode(text)
        if line.time is UNSET or line.data is UNSET:
            return None
        return _event(line, 0) if text.count('"') == _quotes(line) else None
    except (MsgspecError, ValueError, RecursionError):
        return None


def posts_of(body: bytes, now: int) -> tuple[list[Posted], bool] | None:
    """The events of a body as a service may post them, and whether it is one by itself; None if it takes a closer look.

    An event without a time happens ``now``.
    """
    try:
        text = body.decode().strip(_BLANKS)
        if not text.isprintable() or "\\" in text or jsontext.has_too_many_digits(body):
            return None
        single = not text.startswith("[")
        lines = [_DECODER.decode(text)] if single else _DECODER_OF_MANY.decode(text)
        posts = [Posted(_event(line, now), line.time is UNSET) for line in lines]
    except (MsgspecError, ValueError, RecursionError):
        return None
    nested = text.count("{") + text.count("[") - len(lines) - sum(line.data is not UNSET for line in lines)
    return None if nested >= jsontext.MAX_DEPTH or text.count('"') != _quotes(lines) else (posts, single)


def _event(line: _Line, now: int) -> Event:
    """The event of one of them. Raises ValueError if it takes a closer look."""
    user, source, type, time = line.subject, line.source, line.type, line.time
    if user[0] == "." or "/" in user or source == CALLS_SOURCE or type.startswith(RESERVED):
        raise ValueError(user)
    data = {} if line.data is UNSET else line.data
    if time is UNSET:
        return Event(user, source, line.id, type, now, None, data)
    instant, offset = parse_instant(time)
    if offset is None:
        raise ValueError(time)
    return Event(user, source, line.id, type, instant, offset, data)


def _quotes(lines: _Line | Sequence[_Line]) -> int:
    """How many quotes there are in a text that holds nothing but these."""
    return _ENCODER.encode(lines).count(b'"')


def _may_be_too_much(text: str) -> bool:
    """Whether values may be nested too deeply, or a number may be too long."""
    if text.count("{") + text.count("[") > jsontext.MAX_DEPTH:
        return True
    return jsontext.has_too_many_digits(text.encode())
