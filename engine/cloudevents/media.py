"""Media types of JSON and of CloudEvents, as headers and ``datacontenttype`` spell them."""

from __future__ import annotations

import re
from functools import lru_cache

EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
PLAIN = "application/json"
STRUCTURED = (EVENT, BATCH, PLAIN)

_JSON = re.compile(r"[^/\s;]+/(?:[^/\s;]+\+)?json")
_CHARSETS = ("utf-8", "utf8", "us-ascii")


@lru_cache(maxsize=32)
def media_type(content_type: str) -> str:
    """The media type of a header, in lower case; empty if its charset is one that JSON does not have."""
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = (p.removeprefix("charset=").strip('"') for p in parameters if p.startswith("charset="))
    return media if all(charset in _CHARSETS for charset in charsets) else ""


def is_json(media: str) -> bool:
    """Whether a media type says JSON, by name or by suffix."""
    return _JSON.fullmatch(media) is not None
