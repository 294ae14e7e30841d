"""The rule for a server without keys: a call from this very machine, by nobody else's page, is staff's.

Each check closes a way in from outside: a reverse proxy (forwarding headers), a page of another site (``Origin``), and
a page whose name was bent to this address (``Host``).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache

from flask import Request

from engine.model import Viewer

from .context import Caller

LOOPBACK = Caller(Viewer("staff", name="loopback"), frozenset({"staff"}))
_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE | re.ASCII)
_FORWARDING = frozenset(
    {
        "forwarded",
        "via",
        "x-real-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-originating-ip",
        "x-original-host",
        "x-original-forwarded-for",
        "true-client-ip",
        "cf-connecting-ip",
        "fastly-client-ip",
    }
)


def is_local(request: Request) -> bool:
    """Whether a request comes from this machine, without a proxy or a foreign page in between."""
    headers = request.headers
    names = [name for name, _ in headers]
    return is_own(request.remote_addr or "", request.scheme, headers.get("Host", ""), headers.get("Origin"), names)


def is_own(address: str, scheme: str, host: str, origin: str | None, names: Iterable[str]) -> bool:
    """The same of a request whose headers have these names."""
    return (
        is_loopback(address)
        and _HOST.fullmatch(host) is not None
        and (origin is None or origin.lower() == f"{scheme}://{host}".lower())
        and not any(map(_is_forwarding, names))
    )


@lru_cache(maxsize=64)
def is_loopback(address: str) -> bool:
    """Whether an address is of this machine only."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return parsed.is_loopback or (mapped is not None and mapped.is_loopback)


def _is_forwarding(header: str) -> bool:
    name = header.lower().replace("_", "-")
    return name in _FORWARDING or name.startswith("x-forwarded-")
