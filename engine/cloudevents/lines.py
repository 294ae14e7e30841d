"""A line of a log in which surely nothing is amiss, read straight into its event: what files nearly always hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType
from msgspec.json import Decoder

from .. import jsontext
from ..calendar import parse_instant
from ..model import CALLS_SOURCE, Event
from .entries import RESERVED
from .limits import LONGEST

_BLANKS = " \t\r\n"
_SHORT = 300
"""Characters: shorter lines have no room for a number that is too long, nor for values that are nested too deeply."""
_QUOTES = 26
"""Of the seven names and six texts that every such line has; four more with a content type."""


_Name = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class _Line(Struct, gc=False):
    specversion: Literal["1.0"]
    id: _Name
    source: _Name
    type: _Name
    subject: _Name
    time: str
    data: dict[str, Any]
    datacontenttype: Literal["application/json"] | UnsetType = UNSET


_DECODER = Decoder(_Line, float_hook=jsontext.real)


def event_of(text: str) -> Event | None:
    """The event that ``from_json`` gives for a line; None for one that takes a closer look.

    Text that is printable and has no escapes holds no character that is refused. Unless a key is there twice, or is
    none of those that are read, all quotes of the line are those of what was read.
    """
    text = text.strip(_BLANKS)
    if not text.isprintable() or "\\" in text or (len(text) > _SHORT and _may_be_too_much(text)):
        return None
    try:
        line = _DECODER.decode(text)
        instant, offset = parse_instant(line.time)
    except (MsgspecError, ValueError, RecursionError):
        return None
    user, source, type, data = line.subject, line.source, line.type, line.data
    quotes = _QUOTES if line.datacontenttype is UNSET else _QUOTES + 4
    if text.count('"') != (quotes + jsontext.dumps(data).count('"') if data else quotes):
        return None
    if offset is None or user[0] == "." or "/" in user or source == CALLS_SOURCE or type.startswith(RESERVED):
        return None
    return Event(user, source, line.id, type, instant, offset, data)


def _may_be_too_much(text: str) -> bool:
    """Whether values may be nested too deeply, or a number may be too long."""
    if text.count("{") + text.count("[") > jsontext.MAX_DEPTH:
        return True
    return jsontext.has_too_many_digits(text.encode())
