"""Users' own tokens, and the sets of keys that sign them."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from api.config import Config
from api.keysets import KeySet
from api.tokens import BadToken, Tokens

SECRET = "a secret that is long enough for every algorithm of the family HS"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def claims(**changes: Any) -> dict[str, Any]:
    good = {"sub": "ada", "exp": time.time() + 300}
    return {name: value for name, value in (good | changes).items() if value != "absent"}


def signed(secret: Any = SECRET, algorithm: str = "HS256", kid: str | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), secret, algorithm, headers={"kid": kid} if kid else None)


def raw_token(payload: Mapping[str, Any], secret: str = SECRET, kid: str = "") -> str:
    """A token with any claims, signed with any text as HS256 signs."""
    signing = ".".join(base64_url(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": kid}, payload))
    return f"{signing}.{base64_url(hmac.digest(secret.encode(), signing.encode(), 'sha256'))}"


def base64_url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def public(key: Any, algorithm: str, kid: str, **more: Any) -> dict[str, Any]:
    published = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return {**published, "kid": kid, **more}


class Place:
    """A published set that can be changed, and says how often it was read."""

    def __init__(self, *keys: Mapping[str, Any]) -> None:
        self.keys = list(keys)
        self.reads = 0
        self.now = 1000.0
        self.down = False

    def read(self, place: str) -> bytes:
        self.reads += 1
        if self.down:
            raise OSError("nobody answers")
        return json.dumps({"keys": self.keys}).encode()

    def tokens(self, config: Config | None = None) -> Tokens:
        return Tokens(config or Config(), KeySet("https://keys.example", self.read, lambda: self.now))


def by_secret(**more: Any) -> Tokens:
    return Tokens(Config(jwt_secret=SECRET, **more))


def test_a_token_signed_with_the_secret_is_its_subjects() -> None:
    assert by_secret().user(signed()) == "ada"


@pytest.mark.parametrize("exp", ["absent", None, "soon", float("inf"), "Infinity", [], True])
def test_a_token_needs_an_end(exp: object) -> None:
    token = raw_token(claims(exp=exp))
    with pytest.raises(BadToken):
        by_secret().user(token)


@pytest.mark.parametrize("sub", ["absent", None, 7, "", "a/b", ".", "a\nb", ["ada"], "x" * 201])
def test_a_token_needs_a_subject_that_can_name_a_user(sub: object) -> None:
    token = raw_token(claims(sub=sub))
    with pytest.raises(BadToken):
        by_secret().user(token)


def test_a_token_may_have_ended_half_a_minute_ago_by_our_clock() -> None:
    assert by_secret().user(signed(exp=time.time() - 20)) == "ada"
    with pytest.raises(BadToken):
        by_secret().user(signed(exp=time.time() - 40))


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "bk", "é.é.é", "." * 5, signed("another secret of the same length, 1")]
)
def test_what_is_not_signed_with_the_secret_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        by_secret().user(token)


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_with_the_same_secret_is_refused(algorithm: str) -> None:
    with pytest.raises(BadToken):
        by_secret().user(signed(algorithm=algorithm))


def test_an_unsigned_token_is_refused() -> None:
    with pytest.raises(BadToken):
        by_secret().user(jwt.encode(claims(), "", "none"))


def test_without_any_configuration_no_token_is_good() -> None:
    with pytest.raises(BadToken):
        Tokens(Config()).user(signed())


def test_audience_and_issuer_are_checked_if_they_are_configured() -> None:
    strict = by_secret(jwt_audience="badges", jwt_issuer="us")
    assert strict.user(signed(aud=["other", "badges"], iss="us")) == "ada"
    for wrong in ({}, {"aud": "badges"}, {"iss": "us"}, {"aud": "x", "iss": "us"}, {"aud": "badges", "iss": "x"}):
        with pytest.raises(BadToken):
            strict.user(signed(**wrong))
    assert by_secret().user(signed(aud="anything", iss="anyone")) == "ada"


@pytest.mark.parametrize(("key", "algorithm"), [(RSA_KEY, "RS256"), (EC_KEY, "ES256")])
def test_a_token_signed_with_a_published_key_is_its_subjects(key: Any, algorithm: str) -> None:
    tokens = Place(public(RSA_KEY, "RS256", "r"), public(EC_KEY, "ES256", "e")).tokens()
    kid = {"RS256": "r", "ES256": "e"}[algorithm]
    assert tokens.user(signed(key, algorithm, kid)) == "ada"
    assert tokens.user(signed(key, algorithm)) == "ada"


def test_a_set_of_keys_can_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [public(EC_KEY, "ES256", "e")]}))
    assert Tokens(Config(jwks=str(path))).user(signed(EC_KEY, "ES256", "e")) == "ada"


def test_a_public_key_does_not_pass_for_a_secret() -> None:
    published = public(RSA_KEY, "RS256", "r")
    tokens = Place(published, {"kty": "oct", "kid": "o", "k": "c2VjcmV0"}).tokens(Config(jwt_secret=None))
    for secret in (json.dumps(published), "secret"):
        with pytest.raises(BadToken):
            tokens.user(raw_token(claims(), secret, kid="o"))


def test_the_secret_and_the_set_each_verify_their_own_algorithms() -> None:
    tokens = Place(public(RSA_KEY, "RS256", "r")).tokens(Config(jwt_secret=SECRET))
    assert tokens.user(signed()) == "ada"
    assert tokens.user(signed(RSA_KEY, "RS256", "r")) == "ada"
    with pytest.raises(BadToken):
        tokens.user(signed(RSA_KEY, "RS512", "r"))


@pytest.mark.parametrize("more", [{"use": "enc"}, {"alg": "RS512"}])
def test_a_key_for_something_else_does_not_verify(more: dict[str, str]) -> None:
    with pytest.raises(BadToken):
        Place(public(RSA_KEY, "RS256", "r", **more)).tokens().user(signed(RSA_KEY, "RS256", "r"))


def test_a_key_that_was_added_is_found_at_once() -> None:
    place = Place(public(RSA_KEY, "RS256", "r"))
    tokens = place.tokens()
    tokens.user(signed(RSA_KEY, "RS256", "r"))
    place.keys.append(public(EC_KEY, "ES256", "e"))
    assert tokens.user(signed(EC_KEY, "ES256", "e")) == "ada"


def test_unknown_keys_have_the_set_read_again_at_most_once_a_minute() -> None:
    place = Place(public(RSA_KEY, "RS256", "r"))
    tokens = place.tokens()
    for seconds, reads in ((0, 2), (1, 2), (59, 2), (60, 3), (119, 3), (120, 4)):
        place.now = 1000.0 + seconds
        for _ in range(3):
            with pytest.raises(BadToken):
                tokens.user(signed(EC_KEY, "ES256", "unknown"))
        assert place.reads == reads, seconds


def test_a_key_taken_out_of_the_set_ends() -> None:
    place = Place(public(RSA_KEY, "RS256", "r"), public(EC_KEY, "ES256", "e"))
    tokens = place.tokens()
    tokens.user(signed(EC_KEY, "ES256", "e"))
    place.keys.pop()
    place.now += 601
    with pytest.raises(BadToken):
        tokens.user(signed(EC_KEY, "ES256", "e"))


def test_the_last_keys_stay_while_the_set_cannot_be_read() -> None:
    place = Place(public(RSA_KEY, "RS256", "r"))
    tokens = place.tokens()
    tokens.user(signed(RSA_KEY, "RS256", "r"))
    place.down = True
    place.now += 601
    assert tokens.user(signed(RSA_KEY, "RS256", "r")) == "ada"


def test_a_key_on_another_curve_does_not_verify() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    tokens = Place(public(key, "ES384", "e") | {"alg": "ES256"}).tokens()
    with pytest.raises(BadToken):
        tokens.user(signed(key, "ES384", "e"))


class Page(BaseHTTPRequestHandler):
    """A page with a set of keys, and nothing at other paths."""

    def do_GET(self) -> None:
        body = json.dumps({"keys": [public(EC_KEY, "ES256", "e")]}).encode()
        self.send_response(200 if self.path == "/keys" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quietly."""


def test_a_set_of_keys_can_be_a_page() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        assert Tokens(Config(jwks=f"{place}/keys")).user(signed(EC_KEY, "ES256", "e")) == "ada"
        with pytest.raises(BadToken):
            Tokens(Config(jwks=f"{place}/gone")).user(signed(EC_KEY, "ES256", "e"))
        server.shutdown()


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"keys": 3}', b'{"keys": [3, {"kty": "RSA"}]}', b"\xff"])
def test_a_broken_set_verifies_nothing(text: bytes) -> None:
    tokens = Tokens(Config(), KeySet("file", lambda place: text))
    with pytest.raises(BadToken):
        tokens.user(signed(RSA_KEY, "RS256", "r"))


def test_an_expiry_that_is_a_text_proves_nothing() -> None:
    with pytest.raises(BadToken, match="exp"):
        by_secret().user(raw_token({"sub": "ada", "exp": "4000000000"}))


def test_the_clock_of_an_issuer_may_be_ahead() -> None:
    assert by_secret().user(signed(iat=time.time() + 3600)) == "ada"
