"""The keys with which services and staff call: secrets that are shown once and stored as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from ..calendar import MINUTE
from ..store import StoreUnavailable, write
from ..store.protocol import KeyRow, Store, Transaction
from .errors import Refused

KEY_PREFIX = "bk_"
SCOPES = ("events", "read", "staff")
NOTED_EVERY = MINUTE
"""How often the use of a key is written down; what is shown of it is so much behind at most."""


class Keys:
    """The keys of a store. Using one is noted beside the request, which never waits for that."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._used: dict[str, int] = {}
        """By hash: when this process noted the use of a key last."""

    def exist(self) -> bool:
        """Whether any key has ever been made; a revoked one counts, so that revoking the last opens nothing."""
        with self._store.reading() as transaction:
            return bool(transaction.keys())

    def all(self) -> list[KeyRow]:
        """The keys that open something, without their secrets."""
        with self._store.reading() as transaction:
            stored = transaction.keys()
        return [self._with_use(key) for key in stored if key.hash]

    def find(self, token: str) -> KeyRow | None:
        """The key with that secret, whose use is noted."""
        with self._store.reading() as transaction:
            return self.finder(transaction)(token)

    def finder(self, transaction: Transaction) -> Callable[[str], KeyRow | None]:
        """What finds keys as ``find`` does, among those that a transaction sees: each is looked for once."""

        @cache
        def stored() -> list[KeyRow]:
            return [key for key in transaction.keys() if key.hash]  # noqa: SIM118 - it is no mapping

        @cache
        def find(token: str) -> KeyRow | None:
            digest = _digest(token)
            found = next((key for key in stored() if hmac.compare_digest(key.hash, digest)), None)
            if found is not None:
                self._note(found)
            return found

        return find

    def create(self, name: str, scopes: Sequence[str]) -> str:
        """Make a key and return its secret, which is stored only as a hash. Raises Refused (409, 422)."""
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            raise Refused(422, "unknown-scope", f"Scopes are {', '.join(SCOPES)}.")
        token = KEY_PREFIX + secrets.token_urlsafe(32)
        with self._store.writing(alone=True) as transaction:
            if _named(transaction, name):
                raise Refused(409, "key-exists", f"There is a key {name} already.")
            transaction.put_key(KeyRow(name, _digest(token), tuple(scopes), self._clock()))
        return token

    def revoke(self, name: str) -> bool:
        """Make a key open nothing any more; whether it did."""
        with self._store.writing(alone=True) as transaction:
            key = _named(transaction, name)
            if key is not None:
                transaction.put_key(replace(key, hash="", scopes=()))
            return key is not None

    def _with_use(self, key: KeyRow) -> KeyRow:
        used = max(key.last_used_at or 0, self._used.get(key.hash, 0))
        return replace(key, last_used_at=used) if used else key

    def _note(self, key: KeyRow) -> None:
        """Write down that a key was used, at most once in NOTED_EVERY."""
        now = self._clock()
        with self._lock:
            known = self._used.get(key.hash, 0)
            if 0 <= now - known < NOTED_EVERY:
                return
            self._used[key.hash] = now
        threading.Thread(target=self._write, args=(key, now), name="key-use").start()

    def _write(self, key: KeyRow, now: int) -> None:
        """A use that cannot be written down is noted in a while again."""
        try:
            write(self._store, lambda transaction: transaction.use_key(key.name, key.hash, now))
        except StoreUnavailable:
            with self._lock:
                self._used.pop(key.hash, None)


def _named(transaction: Transaction, name: str) -> KeyRow | None:
    """The key of that name that opens something."""
    stored = transaction.keys()
    return next((key for key in stored if key.name == name and key.hash), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
