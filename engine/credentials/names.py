"""Names of credentials: they say to the issuer whose award it is, and nothing to anybody else.

A name is sealed with a key derived from the issuer's, always to the same text: nothing has to be stored of what was
issued, and an erased user leaves nothing behind. Source: RFC 5297 (AES-SIV).
"""

from __future__ import annotations

import base64
import binascii
import json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from .keys import Key, KeyRing, derived

_LABEL = b"names of credentials, first form"
_LONGEST = 4000
Parts = tuple[str, str, str | None, str | None]
"""User, badge, tier, occurrence."""


def sealed(key: Key, parts: Parts) -> str:
    """The name of a credential, safe in an address."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(AESSIV(derived(key, _LABEL)).encrypt(text, None)).rstrip(b"=").decode()


def opened(ring: KeyRing, name: str) -> Parts | None:
    """What a name says; None for one that was not made here."""
    if len(name) > _LONGEST:
        return None
    try:
        data = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
    except (binascii.Error, ValueError):
        return None
    for key in ring.keys:
        try:
            user, badge, tier, occurrence = json.loads(AESSIV(derived(key, _LABEL)).decrypt(data, None))
        except (InvalidTag, ValueError):
            continue
        return user, badge, tier, occurrence
    return None
