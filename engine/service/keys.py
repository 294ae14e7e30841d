"""The keys with which services and staff call: secrets that are shown once and stored as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

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
            return self.seen(transaction).find(token)

    def seen(self, transaction: Transaction) -> Seen:
        """The keys that a transaction sees."""
        return Seen(transaction, self._note)

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


class Seen:
    """The keys that one transaction sees: they are read once, and each is looked for once."""

    def __init__(self, transaction: Transaction, note: Callable[[KeyRow], None]) -> None:
        self._transaction = transaction
        self._note = note
        self._found: dict[str, KeyRow | None] = {}

    @cached_property
    def _stored(self) -> Sequence[KeyRow]:
        return self._transaction.keys()

    @property
    def none_made(self) -> bool:
        """Whether no key has ever been made."""
        return not self._stored

    def find(self, token: str) -> KeyRow | None:
        """The key with that secret, whose use is noted."""
        if token not in self._found:
            self._found[token] = self._look_for(_digest(token))
        return self._found[token]

    def _look_for(self, digest: str) -> KeyRow | None:
        opening = (key for key in self._stored if key.hash)
        found = next((key for key in opening if hmac.compare_digest(key.hash, digest)), None)
        if found is not None:
            self._note(found)
        return found


def _named(transaction: Transaction, name: str) -> KeyRow | None:
    """The key of that name that opens something."""
    stored = transaction.keys()
    return next((key for key in stored if key.name == name and key.hash), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
