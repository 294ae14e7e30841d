"""Texts in which surely nothing is amiss, read straight into events: what files and requests nearly always hold.

Text that is printable and has no escapes holds no character that is refused. Unless a key is there twice, or is none of
those that are read, all its quotes are those of what was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType
from msgspec.json import Decoder

from .. import jsontext
from ..calendar import parse_instant
from ..model import CALLS_SOURCE, Event, Posted
from .entries import RESERVED
from .limits import LONGEST

_BLANKS = " \t\r\n"
_SHORT = 300
"""Characters: shorter lines have no room for a number that is too long, nor for values that are nested too deeply."""
_QUOTES = 20
"""Of the five attributes that every event has; four more with a time, four with a content type, two with data."""


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
        event = _posted(line, 0).event
    except (MsgspecError, ValueError, RecursionError):
        return None
    return event if text.count('"') == _quotes([line], [line.data]) else None


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
        posts = [_posted(line, now) for line in lines]
    except (MsgspecError, ValueError, RecursionError):
        return None
    data = [line.data for line in lines if line.data is not UNSET]
    nested = text.count("{") + text.count("[") - len(lines) - len(data)
    return None if nested >= jsontext.MAX_DEPTH or text.count('"') != _quotes(lines, data) else (posts, single)


def _posted(line: _Line, now: int) -> Posted:
    """One of them. Raises ValueError if it takes a closer look."""
    user, source, type, time = line.subject, line.source, line.type, line.time
    if user[0] == "." or "/" in user or source == CALLS_SOURCE or type.startswith(RESERVED):
        raise ValueError(user)
    data = {} if line.data is UNSET else line.data
    if time is UNSET:
        return Posted(Event(user, source, line.id, type, now, None, data), True)
    instant, offset = parse_instant(time)
    if offset is None:
        raise ValueError(time)
    return Posted(Event(user, source, line.id, type, instant, offset, data))


def _quotes(lines: Sequence[_Line], data: Sequence[Mapping[str, Any]]) -> int:
    """How many quotes there are in a text that holds nothing but these, with these data."""
    times = sum(line.time is not UNSET for line in lines)
    types = sum(line.datacontenttype is not UNSET for line in lines)
    return _QUOTES * len(lines) + 4 * (times + types) + 2 * len(data) + jsontext.dumps(data).count('"')


def _may_be_too_much(text: str) -> bool:
    """Whether values may be nested too deeply, or a number may be too long."""
    if text.count("{") + text.count("[") > jsontext.MAX_DEPTH:
        return True
    return jsontext.has_too_many_digits(text.encode())
