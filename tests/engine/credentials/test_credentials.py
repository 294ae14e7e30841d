"""Credentials are what Open Badges 3.0 asks for, are proved by the published keys alone, and reveal nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import zlib
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jsonschema import Draft202012Validator, FormatChecker

from engine.calendar import parse_instant
from engine.compiler import load
from engine.credentials import (
    ALGORITHMS,
    BadKeys,
    Identity,
    Issuer,
    KeyRing,
    Unverified,
    belongs_to,
    carried,
    claims_of,
    in_png,
    in_svg,
    medal_png,
    medal_svg,
    new_key,
)
from engine.model import Award

URL = "https://badges.example"
RULES = load(
    {
        "events/quiz.yaml": "payload: {type: object}\n",
        "badges/first.yaml": "name: First\ndescription: Finish a quiz.\nicon: 🚀\ncategory: quiz\ntrigger: quiz\n",
        "badges/level.yaml": "name: Level\ntrigger: quiz\n"
        "tiers: [{id: low, threshold: 1}, {id: high, name: High level, description: Two., threshold: 2}]\n",
    }
)
TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "format": "uri", "pattern": "^https?://"}
PROFILE = {
    "type": "object",
    "required": ["id", "type"],
    "properties": {"id": ADDRESS, "type": {"contains": {"const": "Profile"}}, "name": TEXT, "url": ADDRESS},
}
STRUCTURE = {
    "type": "object",
    "required": ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"],
    "properties": {
        "@context": {
            "prefixItems": [
                {"const": "https://www.w3.org/ns/credentials/v2"},
                {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d\.json$"},
            ],
            "minItems": 2,
        },
        "id": ADDRESS,
        "type": {
            "allOf": [
                {"contains": {"const": "VerifiableCredential"}},
                {"contains": {"enum": ["AchievementCredential", "OpenBadgeCredential"]}},
            ]
        },
        "name": TEXT,
        "issuer": PROFILE,
        "validFrom": {"type": "string", "format": "date-time"},
        "awardedDate": {"type": "string", "format": "date-time"},
        "credentialSubject": {
            "type": "object",
            "required": ["type", "achievement", "identifier"],
            "properties": {
                "type": {"contains": {"const": "AchievementSubject"}},
                "identifier": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["type", "hashed", "identityHash", "identityType"],
                        "properties": {
                            "type": {"const": "IdentityObject"},
                            "hashed": {"type": "boolean"},
                            "identityType": {"enum": ["systemId", "emailAddress"]},
                        },
                    },
                },
                "achievement": {
                    "type": "object",
                    "required": ["id", "type", "criteria", "description", "name"],
                    "properties": {
                        "id": ADDRESS,
                        "type": {"contains": {"const": "Achievement"}},
                        "name": TEXT,
                        "description": TEXT,
                        "criteria": {"type": "object", "required": ["narrative"], "properties": {"narrative": TEXT}},
                        "image": {
                            "type": "object",
                            "required": ["id", "type"],
                            "properties": {"id": ADDRESS, "type": {"const": "Image"}},
                        },
                        "creator": PROFILE,
                        "tag": {"type": "array", "items": TEXT},
                    },
                },
            },
        },
        "credentialStatus": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"id": ADDRESS, "type": {"const": "1EdTechRevocationList"}},
        },
        "credentialSchema": {"type": "array", "items": {"type": "object", "required": ["id", "type"]}},
    },
}
"""What sections B.1 to B.6 of the specification demand of an OpenBadgeCredential."""


@pytest.fixture(scope="module")
def issuers() -> dict[str, Issuer]:
    return {name: Issuer("A school", URL, KeyRing.of(new_key(name))) for name in ALGORITHMS}


@pytest.fixture(scope="module")
def issuer(issuers: dict[str, Issuer]) -> Issuer:
    return issuers["ES256"]


def credential(issuer: Issuer, user: str = "ada", badge: str = "first", tier: str | None = None) -> dict[str, Any]:
    at = parse_instant("2026-03-02T12:00:00Z")[0]
    award = Award(badge, tier, None, at, "s", "1", {"score": 1}, "v", RULES.badges[badge].version)
    return issuer.credential(user, award, RULES.badges[badge], RULES)


@pytest.mark.parametrize(("badge", "tier"), [("first", None), ("level", "low"), ("level", "high")])
@pytest.mark.parametrize("hashed", [True, False])
def test_a_credential_has_the_structure_of_the_standard(issuer: Issuer, badge: str, tier: str, hashed: bool) -> None:
    own = Issuer(issuer.name, issuer.url, issuer.ring, Identity(hashed))
    document = credential(own, "ada@example.org", badge, tier)
    Draft202012Validator(STRUCTURE, format_checker=FormatChecker()).validate(document)
    name = f"{badge}.{tier}" if tier else badge
    assert document["credentialSubject"]["achievement"]["id"] == f"{URL}/achievements/{name}"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_published_key_proves_it_to_anybody(issuers: dict[str, Issuer], algorithm: str) -> None:
    issuer = issuers[algorithm]
    token, published = issuer.signed(credential(issuer)), issuer.ring.published()
    header = jwt.get_unverified_header(token)
    [key] = jwt.PyJWKSet.from_dict(published).keys
    assert (header["alg"], header["kid"]) == (algorithm, f"{URL}/issuer/keys/{key.key_id}")
    claims = jwt.decode(token, key, [algorithm], issuer=f"{URL}/issuer")
    assert {**credential(issuer), "iss": f"{URL}/issuer", "jti": claims["id"], "nbf": 1772452800} == claims
    assert not {"d", "p", "q", "k"} & published["keys"][0].keys()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_another_implementation_reads_and_verifies_it(issuers: dict[str, Issuer], algorithm: str) -> None:
    verifier = pytest.importorskip("openbadgeslib.ob3.verifier", reason="openbadgeslib is in the extra `test`")
    issuer = issuers[algorithm]
    token, key = issuer.signed(credential(issuer, "ada@example.org")), issuer.ring.signing.private.public_key()
    other = verifier.OB3Verifier(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert other.extract_token_from_svg(in_svg(medal_svg("🚀", "First"), token).encode()) == token
    assert other.extract_token_from_png(in_png(medal_png("First"), token)) == token
    read = other.verify(token)
    [whose] = read.identifiers
    assert (read.achievement.name, read.issuer.name) == ("First", "A school")
    assert (whose.identity_type, whose.hashed, bool(whose.salt)) == ("emailAddress", True, True)


def test_it_says_who_holds_it_to_those_who_know_already(issuer: Issuer) -> None:
    document = credential(issuer, "somebody@example.org")
    text = json.dumps(document) + base64.urlsafe_b64decode(document["id"].rpartition("/")[2] + "==").decode("latin-1")
    assert "somebody" not in text
    assert belongs_to(document, "somebody@example.org") and not belongs_to(document, "eve@example.org")
    [said] = document["credentialSubject"]["identifier"]
    digest = hashlib.sha256(("somebody@example.org" + said["salt"]).encode()).hexdigest()
    assert (said["identityHash"], said["identityType"]) == (f"sha256${digest}", "emailAddress")


def test_a_name_leads_the_issuer_alone_to_the_award(issuer: Issuer, issuers: dict[str, Issuer]) -> None:
    document = credential(issuer, "日本 user", "level", "high")
    assert document == credential(issuer, "日本 user", "level", "high")
    assert issuer.whose(document["id"]) == ("日本 user", "level", "high", None)
    assert issuers["RS256"].whose(document["id"]) is None
    name = document["id"].rpartition("/")[2]
    changed = name[:10] + ("A" if name[10] != "A" else "B") + name[11:]
    assert [issuer.whose(each) for each in (changed, "", "é", "AAAA", "A" * 5000)] == [None] * 5


def test_after_a_change_of_keys_old_credentials_hold(issuer: Issuer) -> None:
    older = new_key("ES256")
    before, after = (Issuer("A", URL, KeyRing.of(text)) for text in (older, new_key("EdDSA") + older))
    old, new = before.signed(credential(before)), after.signed(credential(after))
    assert claims_of(after, old)["name"] == claims_of(after, new)["name"] == "First"
    assert after.whose(claims_of(after, old)["jti"]) == ("ada", "first", None, None)
    with pytest.raises(Unverified, match="foreign"):
        claims_of(before, new)


def forged(issuer: Issuer, headers: dict[str, Any], key: Any, algorithm: str, **changes: Any) -> str:
    claims = jwt.decode(issuer.signed(credential(issuer)), options={"verify_signature": False})
    kid = f"{URL}/issuer/keys/{issuer.ring.signing.id}"
    return jwt.encode({**claims, **changes}, key, algorithm, {"kid": kid, **headers})


def test_what_this_issuer_did_not_sign_proves_nothing(issuer: Issuer, issuers: dict[str, Issuer]) -> None:
    own, other = issuer.ring.signing.private, issuers["EdDSA"].ring.signing.private
    token = issuer.signed(credential(issuer))
    head, body, signature = token.split(".")
    cases = {
        forged(issuer, {}, other, "EdDSA"): "forged",
        forged(issuer, {}, None, "none"): "forged",  # type: ignore[arg-type]
        forged(issuer, {}, "s" * 40, "HS256"): "forged",
        forged(issuer, {"kid": "https://evil.example/key"}, own, "ES256"): "foreign",
        forged(issuer, {}, own, "ES256", iss="https://evil.example"): "foreign",
        forged(issuer, {}, own, "ES256", nbf=4_000_000_000): "early",
        f"{head}.{body}.{signature[:-4]}AAAA": "forged",
        f"{head}.{body}": "unreadable",
        "": "unreadable",
        "x" * 70_000: "unreadable",
    }
    for shown, reason in cases.items():
        with pytest.raises(Unverified, match=reason):
            claims_of(issuer, shown)


def test_images_carry_a_credential_and_give_it_back(issuer: Issuer) -> None:
    token = issuer.signed(credential(issuer))
    svg, png = in_svg(medal_svg("🚀", "<First> & \x00"), token), in_png(medal_png("First"), token)
    assert carried(svg.encode()) == carried(png) == carried(f" {token}\n".encode()) == token
    assert "&lt;First&gt; &amp;" in svg and "\0" not in svg


def test_a_png_is_one_to_the_last_byte() -> None:
    image, at, kinds = in_png(medal_png("First"), "a.b.c"), 8, []
    while at < len(image):
        (length,) = struct.unpack_from(">I", image, at)
        kind, data = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", image, at + 8 + length)[0] == zlib.crc32(kind + data)
        kinds.append(kind)
        at += 12 + length
    assert kinds == [b"IHDR", b"iTXt", b"IDAT", b"IEND"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXtopenbadgecredential",
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0iTXt\0\0\0\0" * 3,
        b'<svg><openbadges:credential verify="&#x3c;"/></svg>',
        b"<svg>" + b"<openbadges:credential " * 10_000,
    ],
)
def test_what_carries_nothing_gives_nothing(data: bytes) -> None:
    assert carried(data) is None


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_file_without_keys_is_refused(text: str) -> None:
    with pytest.raises(BadKeys):
        KeyRing.of(text)
