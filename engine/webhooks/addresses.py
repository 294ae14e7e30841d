"""Where a webhook may go: public addresses by https, and beyond that only what the operator allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST_URL = 2000
_UNICAST = ip_network("2000::/3")
"""All of IPv6 that has been given out. Source: IANA, IPv6 address space."""
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 addresses as IPv6 networks see them. Source: RFC 6052."""
_SPECIAL = (
    ip_network("192.0.0.0/24"),
    ip_network("192.88.99.0/24"),
    ip_network("168.63.129.16/32"),  # answered by the machine that hosts this one, in Azure
)
"""Not the internet's, though not all versions of Python say so. Source: IANA, special-purpose address registries."""


class BadUrl(ValueError):
    """A URL that no endpoint may have; the message is a clause such as *must begin with https*."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator allows beside public addresses and https."""

    networks: tuple[Network, ...] = ()
    """Networks whose addresses may be called though they are not public."""
    http: bool = False
    """Whether endpoints may do without https."""

    def allows(self, address: str) -> bool:
        """Whether a resolved address may be called."""
        found = ip_address(address.partition("%")[0])
        return all(is_public(each) or _within(each, self.networks) for each in _meant(found))


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet's: not private, loopback, link-local, shared, reserved or multicast."""
    if isinstance(address, IPv6Address) and not _within(address, (_UNICAST, _TRANSLATED)):
        return False
    return address.is_global and not address.is_multicast and not _within(address, _SPECIAL)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _meant(address: Address) -> Iterator[Address]:
    """The address, or for one that stands for others, those: an IPv4 address has many spellings in IPv6."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def checked_url(text: str, policy: Policy) -> str:
    """The URL, if an endpoint may have it as far as can be told without resolving its name. Raises BadUrl."""
    if len(text) > LONGEST_URL:
        raise BadUrl(f"must have at most {LONGEST_URL} characters")
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise BadUrl("must be in ASCII, without blanks: percent-encode what is not, and write names as xn--…")
    parts = _parts(text)
    if parts.scheme != "https" and not (parts.scheme == "http" and policy.http):
        raise BadUrl("must begin with https://" + (" or http://" if policy.http else ""))
    if parts.username is not None or parts.password is not None:
        raise BadUrl("must not hold a name or a password: the signature says who calls")
    if parts.fragment or text.endswith("#"):
        raise BadUrl("must not hold a fragment (#…)")
    _check_host(parts.hostname or "", policy)
    return text


def host_of(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether TLS is spoken there."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    return parts.hostname or "", parts.port or (443 if secure else 80), secure


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        if parts.port == 0:
            raise BadUrl("must not name the port 0")
    except ValueError as error:
        raise (
            error if isinstance(error, BadUrl) else BadUrl("must be a URL such as https://example.com/hook")
        ) from error
    return parts


def _check_host(host: str, policy: Policy) -> None:
    if not host:
        raise BadUrl("must be a URL such as https://example.com/hook")
    try:
        allowed = policy.allows(host)
    except ValueError:
        return
    if not allowed:
        raise BadUrl("must not name an address that is not public, unless the operator allows its network")
