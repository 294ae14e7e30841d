"""The issuer's keys: the first one signs, all of them verify, so that old credentials outlive a change of keys.

Source: RFC 7517 (JSON Web Key), RFC 7638 (thumbprints).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey
_RSA_BITS = 2048
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_THUMBPRINT = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}
_MAKE: Mapping[str, Callable[[], PrivateKey]] = {
    "RS256": lambda: generate_rsa(public_exponent=65537, key_size=_RSA_BITS),
    "ES256": lambda: generate_private_key(SECP256R1()),
    "EdDSA": Ed25519PrivateKey.generate,
}
ALGORITHMS = tuple(_MAKE)


class BadKeys(ValueError):
    """A text that holds no keys that can sign; the message is a clause."""


@dataclass(frozen=True, slots=True)
class Key:
    """One of the issuer's keys."""

    private: PrivateKey
    algorithm: str
    public: Mapping[str, Any]
    """As a JSON Web Key, with its id."""

    @property
    def id(self) -> str:
        return str(self.public["kid"])


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The issuer's keys, the one that signs first."""

    keys: tuple[Key, ...]

    @classmethod
    def of(cls, text: str) -> KeyRing:
        """The private keys of a text in PEM. Raises BadKeys."""
        found = tuple(_key(part) for part in _PEM.findall(text))
        if not found:
            raise BadKeys("holds no private key in PEM")
        return cls(found)

    @property
    def signing(self) -> Key:
        return self.keys[0]

    def named(self, id: str) -> Key | None:
        """The key of that id."""
        return next((key for key in self.keys if key.id == id), None)

    def published(self) -> dict[str, Any]:
        """The public keys, as a JSON Web Key Set."""
        return {"keys": [dict(key.public) for key in self.keys]}


def new_key(algorithm: str) -> str:
    """A new private key in PEM."""
    return _pem(_MAKE[algorithm]()).decode()


def derived(key: Key, label: bytes) -> bytes:
    """64 bytes that only the owner of a private key can know, of their own for each label."""
    return hashlib.sha512(label + b"\0" + _pem(key.private)).digest()


def _key(pem: str) -> Key:
    try:
        private = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKeys("holds a private key that cannot be read: it must be PEM without a password") from error
    if isinstance(private, RSAPrivateKey) and private.key_size >= _RSA_BITS:
        return _named(private, "RS256", RSAAlgorithm.to_jwk(private.public_key(), as_dict=True))
    if isinstance(private, EllipticCurvePrivateKey) and isinstance(private.curve, SECP256R1):
        return _named(private, "ES256", ECAlgorithm.to_jwk(private.public_key(), as_dict=True))
    if isinstance(private, Ed25519PrivateKey):
        return _named(private, "EdDSA", OKPAlgorithm.to_jwk(private.public_key(), as_dict=True))
    raise BadKeys(f"holds a key that is none of RSA from {_RSA_BITS} bits, P-256 and Ed25519")


def _named(private: PrivateKey, algorithm: str, jwk: Mapping[str, Any]) -> Key:
    needed = {name: jwk[name] for name in _THUMBPRINT[jwk["kty"]]}
    digest = hashlib.sha256(json.dumps(needed, sort_keys=True, separators=(",", ":")).encode()).digest()
    id = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return Key(private, algorithm, {**needed, "kid": id, "alg": algorithm, "use": "sig"})


def _pem(private: PrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
