"""A published set of public keys, read from a file or a URL when it is needed. Source: RFC 7517."""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

import jwt

PATIENCE = 60.0
"""Seconds between two readings that unknown ids of keys ask for."""
FRESH = 600.0
"""Seconds after which a set is read again, so that a key taken out of it ends."""
TIMEOUT = 5.0
LARGEST = 1024 * 1024
ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
"""The algorithms that a set may verify, and the type of key of each."""

_LOG = logging.getLogger(__name__)


class KeySet:
    """The public keys at a place; the last ones that could be read stay in use."""

    def __init__(
        self, place: str, read: Callable[[str], bytes] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._place = place
        self._read = read or read_place
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: tuple[dict[str, Any], ...] | None = None
        self._read_at = 0.0
        self._retried_at = -PATIENCE

    def find(self, kid: str | None, algorithm: str) -> list[jwt.PyJWK]:
        """The keys that may have signed: those of that id, or all if the token names none.

        An unknown id has the set read again, at most once a minute.
        """
        self._keep_fresh()
        found = self._matching(kid, algorithm)
        if not found and self._may_retry():
            self._load()
            found = self._matching(kid, algorithm)
        return found

    def _keep_fresh(self) -> None:
        if self._keys is None:
            with self._lock:
                if self._keys is None:
                    self._load()
        elif self._clock() - self._read_at > FRESH:
            self._load()

    def _may_retry(self) -> bool:
        with self._lock:
            now = self._clock()
            if now - self._retried_at < PATIENCE:
                return False
            self._retried_at = now
            return True

    def _load(self) -> None:
        self._read_at = self._clock()
        try:
            self._keys = _keys(self._read(self._place))
        except (OSError, ValueError, RecursionError, HTTPException) as error:
            self._keys = self._keys or ()
            _LOG.warning("the key set at %s cannot be read: %s", self._place, error)

    def _matching(self, kid: str | None, algorithm: str) -> list[jwt.PyJWK]:
        keys = (key for key in self._keys or () if kid is None or key.get("kid") == kid)
        return [usable for key in keys if (usable := usable_key(key, algorithm))]


def usable_key(key: dict[str, Any], algorithm: str) -> jwt.PyJWK | None:
    """The key, if it may verify signatures of that algorithm."""
    wanted = key.get("kty") == ALGORITHMS[algorithm] and key.get("alg", algorithm) == algorithm
    if not wanted or key.get("use", "sig") != "sig":
        return None
    try:
        return jwt.PyJWK(key, algorithm)
    except jwt.PyJWTError as error:
        _LOG.warning("the key %s cannot be used: %s", key.get("kid"), error)
        return None


def read_place(place: str) -> bytes:
    """The bytes of a file, or of a page. Raises OSError."""
    if not place.startswith(("http://", "https://")):
        return Path(place.removeprefix("file://")).read_bytes()
    with urllib.request.urlopen(place, timeout=TIMEOUT) as response:
        return bytes(response.read(LARGEST))


def _keys(text: bytes) -> tuple[dict[str, Any], ...]:
    document = json.loads(text)
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("it holds no list of keys")
    return tuple(key for key in keys if isinstance(key, dict))
