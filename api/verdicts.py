"""What there is to say of a credential that somebody shows: whose signature it bears, and whether the award is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.credentials import Issuer, Unverified, belongs_to, carried, claims_of
from engine.service import Service

VALID, REVOKED = "valid", "revoked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``valid``; ``revoked``: signed here, and not held any more; else why it proves nothing here."""

    status: str
    claims: Mapping[str, Any] | None = None
    belongs: bool | None = None
    """Whether it was issued to the user that was asked about; None if nobody was."""

    @property
    def is_valid(self) -> bool:
        return self.status == VALID and self.belongs is not False

    def as_json(self) -> dict[str, Any]:
        """As an answer shows it."""
        return {
            "valid": self.is_valid,
            "status": self.status,
            "belongs_to_holder": self.belongs,
            "credential": self.claims,
        }


def judged(issuer: Issuer, service: Service, shown: bytes, holder: str | None = None) -> Verdict:
    """The verdict on a token, or on an image that carries one."""
    token = carried(shown)
    if token is None:
        return Verdict("unreadable")
    try:
        claims = claims_of(issuer, token)
    except Unverified as error:
        return Verdict(str(error))
    belongs = belongs_to(claims, holder) if holder else None
    return Verdict(VALID if is_held(issuer, service, claims["jti"]) else REVOKED, claims, belongs)


def known(issuer: Issuer, service: Service, credential: str) -> Verdict:
    """The verdict on a credential of this issuer's by its address alone: what it says if it is held."""
    parts = issuer.whose(credential)
    if parts is None:
        return Verdict("foreign")
    award = service.held(*parts)
    if award is None:
        return Verdict(REVOKED)
    rules = service.rules
    return Verdict(VALID, issuer.credential(parts[0], award, rules.badges[award.badge], rules))


def is_held(issuer: Issuer, service: Service, credential: str) -> bool:
    """Whether the award behind a credential is held now."""
    parts = issuer.whose(credential)
    return parts is not None and service.held(*parts) is not None
