"""HTTP messages to events: structured, binary and batch.

Source: CloudEvents 1.0, HTTP binding, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from .. import jsontext
from ..model import Posted, Refusal
from .entries import ATTRIBUTES, admitted, are_admitted, from_json
from .limits import Limits
from .lines import posts_of
from .media import PLAIN, STRUCTURED, is_json, media_type

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_HEADERS = {name: f"ce-{name}" for name in ATTRIBUTES if name != "datacontenttype"}
_BINARY = frozenset(_HEADERS.values())


class Batch(NamedTuple):
    """What a request holds: its entries in the order sent, and whether it was one event by itself."""

    entries: Sequence[Posted | Refusal]
    single: bool


class BadRequest(Exception):
    """A message that cannot be read at all: an HTTP status, a stable slug and a sentence."""

    def __init__(self, status: int, type: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.type = type
        self.detail = detail


def parse(headers: Mapping[str, str], body: bytes, limits: Limits, now: int) -> Batch:
    """The events of an HTTP message, each one readable or refused by itself.

    ``now`` is the server's clock in microseconds: the time of an event without one. Raises BadRequest (400, 413, 415).
    """
    if len(body) > limits.body:
        raise BadRequest(413, "too-large", f"The body is larger than {limits.body} bytes.")
    headers = {name.lower(): value for name, value in headers.items()}
    media = media_type(headers.get("content-type", ""))
    if _is_binary(headers, media):
        return Batch([admitted(_binary(headers, body, media), now, limits)], single=True)
    if media not in STRUCTURED:
        raise _wrong_type(f"Send events as {', '.join(STRUCTURED)}, in UTF-8.")
    plain = posts_of(body, now)
    if plain is None:
        return _structured(decoded(body), limits, now)
    posts, single = plain
    _check_count(len(posts), limits)
    return Batch(posts if are_admitted(posts, now, limits) else [admitted(post, now, limits) for post in posts], single)


def decoded(body: bytes) -> Any:
    """The value of a JSON body. Raises BadRequest (400)."""
    try:
        return jsontext.decode(body)
    except jsontext.BadJSON as error:
        raise BadRequest(400, "bad-json", f"The body {error}.") from error


def is_json_body(content_type: str) -> bool:
    """Whether a header says that a body is JSON."""
    return is_json(media_type(content_type))


def _structured(value: Any, limits: Limits, now: int) -> Batch:
    entries = value if isinstance(value, list) else [value]
    _check_count(len(entries), limits)
    return Batch([admitted(from_json(entry), now, limits) for entry in entries], single=not isinstance(value, list))


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.events:
        raise BadRequest(413, "too-large", f"A batch holds at most {limits.events} events, not {count}.")


def _is_binary(headers: Mapping[str, str], media: str) -> bool:
    return not media.startswith("application/cloudevents") and not _BINARY.isdisjoint(headers)


def _binary(headers: Mapping[str, str], body: bytes, media: str) -> Posted | Refusal:
    if (body or media) and not is_json(media):
        raise _wrong_type(f"The data of an event must be {PLAIN}, in UTF-8.")
    value: dict[str, Any] = {a: _attribute(h, headers[h]) for a, h in _HEADERS.items() if h in headers}
    return from_json(value | {"data": decoded(body)} if body else value)


def _attribute(header: str, value: str) -> str:
    """A header's value, unquoted, then percent-decoded. Source: HTTP binding, section 3.1.3.2."""
    quoted = _QUOTED.fullmatch(value.strip())
    text = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else value.strip()
    try:
        return unquote_to_bytes(_raw(text)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(400, "bad-header", f"The header {header} is not UTF-8, percent-encoded.") from error


def _raw(text: str) -> bytes:
    """The bytes of a header: a WSGI server hands over each byte as one Latin-1 character."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _wrong_type(detail: str) -> BadRequest:
    return BadRequest(415, "unsupported-media-type", detail)
