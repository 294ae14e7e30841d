"""One attempt: a message signed, and posted to the very address that was checked.

Nothing that an endpoint does holds an attempt longer than its time: names are resolved by the system, all else goes by
one deadline. Redirects are not followed, proxies of the environment are not asked, of the answer the head is read.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ..service.webhooks import Answer
from ..webhooks import Delivery, Endpoint, Policy, headers_of, host_of
from .answers import BadAnswer, answer_of, read_head

SECONDS = 15.0
"""How long an attempt may take. Source: Standard Webhooks 1.0.0, request timeouts."""
MOST_ADDRESSES = 3
"""Of a name that are tried."""
MEDIA = "application/cloudevents+json; charset=utf-8"
AGENT = "badges-engine-webhooks"
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order in which to try them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Sender:
    """Posts messages to endpoints, as far as the policy allows."""

    def __init__(
        self,
        policy: Policy,
        seconds: float = SECONDS,
        resolve: Resolve = resolve,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = tls()
        self.seconds = seconds

    def send(self, endpoint: Endpoint, delivery: Delivery, now: int) -> Answer:
        """What came of an attempt; it raises nothing."""
        began = time.monotonic()
        answer = self._try(endpoint, delivery, now, began + self.seconds)
        return replace(answer, seconds=time.monotonic() - began)

    def _try(self, endpoint: Endpoint, delivery: Delivery, now: int, deadline: float) -> Answer:
        host, port, secure = host_of(endpoint.url)
        if not secure and not self._policy.http:
            return Answer(error="its URL is not https, which the operator does not allow")
        try:
            with self._connected(host, port, secure, deadline) as connection:
                connection.settimeout(_left(deadline))
                connection.sendall(_request(endpoint, delivery, now))
                return answer_of(read_head(connection, lambda: _left(deadline)), now)
        except BadAnswer as error:
            return Answer(error=str(error))
        except TimeoutError:
            return Answer(error=f"no answer within {self.seconds:g} seconds")
        except (OSError, UnicodeError) as error:
            return Answer(error=_sentence(error))

    def _connected(self, host: str, port: int, secure: bool, deadline: float) -> socket.socket:
        """A connection to an address that was checked, and to no other."""
        addresses = self._resolve(host, port)
        allowed = [address for address in addresses if self._policy.allows(address)]
        if not allowed:
            raise BadAnswer("its name leads to an address that is not public, and that the operator does not allow")
        connection = _first(allowed[:MOST_ADDRESSES], port, deadline)
        if not secure:
            return connection
        try:
            connection.settimeout(_left(deadline))
            return self._tls.wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise


def _first(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first address that takes one; the last one's error if none does."""
    for number, address in enumerate(addresses, 1):
        share = _left(deadline) / (len(addresses) - number + 1)
        try:
            return socket.create_connection((address, port), share)
        except OSError:
            if number == len(addresses):
                raise
    raise BadAnswer("its name leads to no address")


def _request(endpoint: Endpoint, delivery: Delivery, now: int) -> bytes:
    """The request, whole. Source: RFC 9112, section 3; CloudEvents 1.0, HTTP binding, section 3.2."""
    parts, body = urlsplit(endpoint.url), delivery.body.encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers: dict[str, Any] = {
        "Host": parts.netloc,
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Content-Type": MEDIA,
        "Content-Length": len(body),
        "Connection": "close",
        **headers_of(delivery.message, delivery.body, endpoint.secrets(now), now),
    }
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises TimeoutError if there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _sentence(error: Exception) -> str:
    """What went wrong with a connection; no URL is in it."""
    if isinstance(error, socket.gaierror):
        return f"its name is not found: {error.strerror}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS with it: {error.reason or 'the connection was closed'}"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses connections"
    if isinstance(error, OSError):
        return f"the connection failed: {error.strerror or type(error).__name__}"
    return "its name is no name of a host"
