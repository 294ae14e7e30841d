"""Awards as documents of Open Badges 3.0, signed.

Source: 1EdTech Open Badges 3.0, sections B (data model) and 8.2 (JSON Web Token proof format); RFC 7519.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jwt

from ..calendar import format_instant, parse_instant
from ..model import Award, Badge, RuleSet
from ..presentation import step_texts, text_in
from .keys import KeyRing, derived
from .names import Parts, opened, sealed

CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_SALT = b"salts of identities, first form"
_SECOND = 1_000_000
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """How a credential names its holder: by a salted hash, or by the user's id as it is."""

    hashed: bool = True


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: name, public address and keys."""

    name: str
    url: str
    """Where this server is reached, without a slash at its end."""
    ring: KeyRing
    identity: Identity = Identity()

    def profile(self) -> Document:
        """The issuer, as documents name it."""
        return {"id": f"{self.url}/issuer", "type": ["Profile"], "name": self.name, "url": self.url}

    def achievement(self, badge: Badge, tier: str | None, rules: RuleSet) -> Document:
        """What a badge, or a tier of it, is given for."""
        own, step = rules.settings.locale, next((each for each in badge.tiers if each.id == tier), None)
        name, _, _ = step_texts(badge, tier, rules, ())
        texts = step.description if step and step.description else badge.description
        id = f"{self.url}/achievements/{achievement_name(badge.id, tier)}"
        told = text_in(texts, (), own) or name
        return {
            "id": id,
            "type": ["Achievement"],
            "achievementType": "Badge",
            "name": name,
            "description": told,
            "criteria": {"narrative": told},
            "image": {"id": f"{id}/image.svg", "type": "Image", "caption": name},
            "creator": self.profile(),
            **({"tag": [badge.category]} if badge.category else {}),
        }

    def credential(self, user: str, award: Award, badge: Badge, rules: RuleSet) -> Document:
        """An award as an OpenBadgeCredential."""
        name = sealed(self.ring.signing, (user, award.badge, award.tier, award.occurrence))
        achievement, given = self.achievement(badge, award.tier, rules), format_instant(award.awarded_at)
        id = f"{self.url}/credentials/{name}"
        return {
            "@context": list(CONTEXT),
            "id": id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": achievement["name"],
            "issuer": self.profile(),
            "validFrom": given,
            "awardedDate": given,
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [self._identifier(user, name)],
                "achievement": achievement,
            },
            "credentialStatus": {"id": f"{id}/status", "type": "1EdTechRevocationList"},
            "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        }

    def signed(self, credential: Mapping[str, Any]) -> str:
        """A credential as a JSON Web Token."""
        key = self.ring.signing
        begins = parse_instant(credential["validFrom"])[0] // _SECOND
        registered = {"iss": credential["issuer"]["id"], "jti": credential["id"], "nbf": begins}
        headers = {"typ": "JWT", "kid": f"{self.url}/issuer/keys/{key.id}"}
        return jwt.encode({**credential, **registered}, key.private, key.algorithm, headers)

    def whose(self, credential: str) -> Parts | None:
        """User, badge, tier and occurrence of a credential, by its id or the name in it; None if it is another's."""
        return opened(self.ring, credential.removeprefix(f"{self.url}/credentials/").removesuffix("/status"))

    def revocations(self, name: str, is_held: bool) -> Document:
        """The list of revoked credentials for one of them."""
        id = f"{self.url}/credentials/{name}"
        gone = [] if is_held else [{"id": id, "revoked": True}]
        return {"id": f"{id}/status", "issuer": f"{self.url}/issuer", "revokedCredential": gone}

    def _identifier(self, user: str, name: str) -> Document:
        kind = "emailAddress" if "@" in user else "systemId"
        shown: Document = {"type": "IdentityObject", "hashed": self.identity.hashed, "identityType": kind}
        if not self.identity.hashed:
            return {**shown, "identityHash": user}
        secret = derived(self.ring.signing, _SALT)
        salt = hashlib.sha256(secret + name.encode()).hexdigest()[:32]
        return {**shown, "identityHash": hashed(user, salt), "salt": salt}


def hashed(user: str, salt: str) -> str:
    """A user's id as a hash. Source: Open Badges 3.0, IdentityHash."""
    return "sha256$" + hashlib.sha256((user + salt).encode()).hexdigest()


def achievement_name(badge: str, tier: str | None) -> str:
    """A badge or tier, as addresses name it."""
    return quote(f"{badge}.{tier}" if tier else badge, safe="")
