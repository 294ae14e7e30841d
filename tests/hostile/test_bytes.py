"""What is no request, or pretends to be two: a problem, and the connection ends."""

from __future__ import annotations

import pytest

from .conftest import Target

HOST = b"Host: localhost\r\n"
END = b"\r\n"
GET = b"GET /healthz HTTP/1.1\r\n"
POST = b"POST /v1/events HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

UNREADABLE = {
    "no first line": b"\x00\x01\x02\r\n\r\n",
    "one word": b"GET\r\n\r\n",
    "no version": b"GET /\r\n" + HOST + END,
    "an old version": b"GET / HTTP/0.9\r\n" + HOST + END,
    "a later version": b"GET / HTTP/2.0\r\n" + HOST + END,
    "no version that there is": b"GET / HTTP/9.9\r\n" + HOST + END,
    "a version in small letters": b"GET / http/1.1\r\n" + HOST + END,
    "a method in small letters": b"get / HTTP/1.1\r\n" + HOST + END,
    "two blanks": b"GET  / HTTP/1.1\r\n" + HOST + END,
    "a blank in the path": b"GET /a b HTTP/1.1\r\n" + HOST + END,
    "a broken address": b"GET http://[::1 HTTP/1.1\r\n" + HOST + END,
    "no host": GET + END,
    "two hosts": GET + HOST + HOST + END,
    "a host with a path": GET + b"Host: localhost/x\r\n\r\n",
    "a host with a user": GET + b"Host: a@localhost\r\n\r\n",
    "a header without a colon": GET + HOST + b"nothing\r\n\r\n",
    "a header without a name": GET + HOST + b": x\r\n\r\n",
    "a blank before the colon": GET + HOST + b"Content-Length : 0\r\n\r\n",
    "a name with a blank": GET + HOST + b"a b: c\r\n\r\n",
    "a line feed alone": GET + HOST + b"a: b\nc: d\r\n\r\n",
    "a carriage return alone": GET + HOST + b"a: b\rc: d\r\n\r\n",
    "a null in a header": GET + HOST + b"a: b\x00c\r\n\r\n",
    "a fold before the first header": GET + b" folded: x\r\n" + HOST + END,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a signed length": POST + b"Content-Length: +2\r\n\r\n{}",
    "a broken length": POST + b"Content-Length: 1e1\r\n\r\n",
    "a hexadecimal length": POST + b"Content-Length: 0x10\r\n\r\n",
    "an empty length": POST + b"Content-Length:\r\n\r\n",
    "a length of other digits": POST + "Content-Length: ٣\r\n\r\n".encode(),
    "a length of many digits": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "one length twice": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": POST + b"Content-Length: 2, 2\r\n\r\n{}",
    "a length and chunks": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "chunks of an old client": POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": POST + b"Transfer-Encoding: gzip\r\n\r\n",
    "a coding after chunks": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n",
    "a coding before chunks": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding with a strange blank": POST + b"Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n",
    "a coding nearly chunked": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a chunk of negative size": CHUNKED + b"-1\r\n",
    "a chunk with a prefix": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk of no size": CHUNKED + b"size\r\n",
    "a chunk with a strange extension": CHUNKED + b"2;\x00=\x01\r\n{}\r\n0\r\n\r\n",
    "a chunk that is longer than it says": CHUNKED + b"2\r\n{}{}{}\r\n0\r\n\r\n",
    "an endless line of a chunk": CHUNKED + b"1" * 20_000,
    "an endless extension": CHUNKED + b"1;" + b"a" * 20_000,
    "an endless trailer": CHUNKED + b"0\r\n" + b"a: b\r\n" * 5000,
}
TOO_LARGE = {
    "a path of 70 kB": (431, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + END),
    "a header of 70 kB": (431, GET + HOST + b"a: " + b"b" * 70_000 + b"\r\n\r\n"),
    "10,000 headers": (431, GET + HOST + b"".join(b"a%d: b\r\n" % n for n in range(10_000)) + END),
    "headers that do not end": (431, GET + HOST + b"a: " + b"b" * 200_000),
    "a length beyond all": (413, POST + b"Content-Length: 99999999999999999999\r\n\r\n"),
    "a length of a gigabyte": (413, POST + b"Content-Length: 1073741824\r\n\r\n{"),
    "a chunk beyond all": (413, CHUNKED + b"FFFFFFFFFFFFFFFFFFFF\r\n{"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_request_is_a_problem(target: Target, name: str) -> None:
    answer = target.throw(UNREADABLE[name])
    assert (answer.status, answer.problem["type"]) == (400, "/problems/bad-request"), name
    assert answer.headers["connection"] == "close" and answer.headers["x-request-id"]


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_to_read_is_a_problem(target: Target, name: str) -> None:
    status, sent = TOO_LARGE[name]
    answer = target.throw(sent)
    assert answer.status == status and answer.problem["status"] == status
    assert target.clients[-1].ends()


def test_the_answer_arrives_though_the_client_goes_on_sending(target: Target) -> None:
    answer = target.throw(GET + HOST + b"a: " + b"b" * 1_500_000)
    assert answer.status == 431


def test_a_problem_does_not_repeat_what_was_sent(target: Target) -> None:
    answer = target.throw(GET + HOST + b"Authorization: Bearer bk_secret\nx\r\n\r\n")
    assert answer.status == 400 and b"secret" not in answer.body


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (b"GET http://elsewhere.example/healthz HTTP/1.1\r\n", 200),
        (b"GET //healthz HTTP/1.1\r\n", 200),
        (b"GET /healthz?%00%ff&&&=;=% HTTP/1.1\r\n", 200),
        (b"HEAD /healthz HTTP/1.1\r\n", 200),
        (b"GET /%68ealthz HTTP/1.1\r\n", 200),
        (b"GET /healthz/ HTTP/1.1\r\n", 404),
        (b"GET /healthz%00 HTTP/1.1\r\n", 404),
        (b"GET /../../etc/passwd HTTP/1.1\r\n", 404),
        (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n", 404),
        (b"GET /\xff\xfe HTTP/1.1\r\n", 400),
        (b"GET /%ff HTTP/1.1\r\n", 400),
        (b"GET /%zz HTTP/1.1\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\n", 404),
        (b"CONNECT localhost:80 HTTP/1.1\r\n", 404),
        (b"TRACE /healthz HTTP/1.1\r\n", 405),
        (b"BREW /healthz HTTP/1.1\r\n", 405),
        (b"A" * 5000 + b" /healthz HTTP/1.1\r\n", 405),
    ],
)
def test_odd_first_lines_have_plain_answers(target: Target, first: bytes, status: int) -> None:
    answer = target.throw(first + HOST + END)
    assert answer.status == status
    if status >= 400:
        assert answer.problem


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"X-HTTP-Method-Override: DELETE\r\n", 200),
        (b"X_Forwarded_For: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.1\r\n", 200),
        (b"X-Request-ID: " + b"x" * 10_000 + b"\r\n", 200),
        (b"Expect: something\r\n", 200),
        (b"Accept-Language: " + b"x;q=0.1," * 5000 + b"\r\n", 200),
        (b"Accept: \xff\xfe\r\nCookie: \x80=\x81\r\n", 200),
        (b"Origin: null\r\nReferer: javascript:x\r\n", 200),
        (b"Authorization: Bearer " + b"x" * 50_000 + b"\r\n", 401),
        (b"Authorization: Bearer bk_" + b"x" * 50_000 + b"\r\n", 401),
        (b"Authorization: Bearer \xff\xfe\xfd\r\n", 401),
        (b"Authorization: Bearer a.b.c\r\nAuthorization: Bearer d.e.f\r\n", 401),
        (b"Authorization: Bearer " + b"." * 10_000 + b"\r\n", 401),
        (b"Authorization: Basic YTpi\r\n", 401),
        (b"Authorization:\r\n", 401),
        (b"Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEiLCJleHAiOjQwMDAwMDAwMDB9.\r\n", 401),
    ],
)
def test_odd_headers_have_plain_answers(target: Target, headers: bytes, status: int) -> None:
    answer = target.throw(GET + HOST + headers + END)
    assert answer.status == status
    assert len(answer.headers["x-request-id"]) <= 100
    if status >= 400:
        assert answer.problem["type"] == "/problems/bad-credentials"


def test_a_second_request_hidden_in_a_body_is_never_answered(target: Target) -> None:
    hidden = b"GET /v1/audit HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = target.head("POST", "/v1/events", {"Content-Length": str(len(hidden))})
    answer = target.throw(head, hidden)
    assert (answer.status, answer.problem["type"]) == (400, "/problems/bad-json")
    assert not target.clients[-1].is_answered(0.3)
