"""What is read at once is read as it would be bit by bit; all else is left to that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api import Config
from api.serving import _adjustments
from api.serving.parser import Parser, Request, read

ADJUSTMENTS = _adjustments(Config(), "127.0.0.1", 0)
FIRST = (
    "GET",
    "POST",
    "get",
    " ",
    "  ",
    "/",
    "//",
    "/a/b",
    "/a%20b",
    "/?a=b",
    "?",
    "#",
    "*",
    "HTTP/1.1",
    "HTTP/1.0",
    "é",
)
LINES = (
    "Host: localhost",
    "Host: a, b",
    "Host:",
    "host: [::1]:80",
    "Content-Length: 2",
    "Content-Length: 02",
    "Content-Length: +2",
    "Content-Length: 2, 2",
    "Content-Type: application/json",
    "Connection: close",
    "Transfer-Encoding: chunked",
    "Expect: 100-continue",
    "X_Under: score",
    "X-Tab:\ta\t",
    "X-Twice: 1",
    " folded",
    "no colon",
    ": no name",
    "Blank : x",
    "X-Bare: a\rb",
    "X-Feed: a\nb",
    "X-Null: \x00",
    "X-High: \xe9",
    "X-Spaces:   a   ",
)


def told(request: Request) -> tuple[object, ...]:
    """All that is known of a request."""
    parts = (request.method, request.uri, request.path, request.query, request.version, request.headers)
    return (*parts, request.body.read(), request.error)


@given(
    st.one_of(st.just("GET /a?b=c HTTP/1.1"), st.lists(st.sampled_from(FIRST), max_size=5).map("".join)),
    st.lists(st.sampled_from(LINES), max_size=4).map(lambda lines: ["Host: localhost", *lines]),
    st.sampled_from((b"", b"{}", b"{}GET / HTTP/1.1\r\n")),
)
def test_what_is_read_at_once_is_read_bit_by_bit_too(first: str, lines: list[str], body: bytes) -> None:
    data = "\r\n".join((first, *lines, "", "")).encode("latin-1") + body
    found = read(data)
    if found is None or found[0] is None:
        return
    request, end = found
    parser = Parser(ADJUSTMENTS)
    taken = parser.received(data)
    taken += parser.received(data[taken:])
    assert parser.completed and taken == end
    assert told(parser.request()) == told(request)


def test_a_usual_request_is_read_at_once() -> None:
    head = b"POST /v1/events?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nX-Request-ID: 1\r\n\r\n"
    assert read(head + b"{") == (None, len(head) + 2)
    found = read(head + b"{}GET")
    assert found is not None and found[0] is not None
    assert found[0].headers["HTTP_X_REQUEST_ID"] == "1" and found[0].body.read() == b"{}"
    assert found[1] == len(head) + 2
