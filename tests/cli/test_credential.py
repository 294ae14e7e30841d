"""The issuer's key is made, awards are issued and verified, all at the command line."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def issuing(folder: Path, badges: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database in which Ada holds two badges, and an issuer."""
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "quiz", "subject": "ada",
             "time": "2026-01-05T10:00:00Z", "data": {"score": 90}}  # fmt: skip
    (folder / "events.jsonl").write_text(json.dumps(event), encoding="utf-8")
    assert badges("apply", "rules").exit_code == badges("import", "events.jsonl").exit_code == 0
    assert badges("credential", "key", "issuer.pem", "--algorithm", "ES256").exit_code == 0
    monkeypatch.setenv("BADGES_ISSUER_KEY", "issuer.pem")
    monkeypatch.setenv("BADGES_ISSUER_URL", "https://badges.example")
    return folder


@pytest.mark.parametrize("form", ["jwt", "svg", "png"])
def test_what_is_issued_verifies_until_it_is_revoked(issuing: Path, badges: Run, form: str) -> None:
    assert badges("credential", "issue", "ada", "first", "--format", form, "--out", "c").exit_code == 0
    valid = badges("credential", "verify", "c", "--holder", "ada")
    assert (valid.exit_code, json.loads(valid.output)["belongs_to_holder"]) == (0, True)
    badges("erase", "ada", "--yes")
    revoked = badges("credential", "verify", "c")
    assert (revoked.exit_code, json.loads(revoked.output)["status"]) == (1, "revoked")


def test_the_document_and_the_token_go_to_the_standard_output(issuing: Path, badges: Run) -> None:
    document = json.loads(badges("credential", "issue", "ada", "good", "--format", "json").output)
    token = badges("credential", "issue", "ada", "good").output
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"] and token.count(".") == 2
    assert json.loads(badges("credential", "verify", "-", input=token).output)["valid"]


def test_a_new_key_signs_and_the_old_one_still_verifies(issuing: Path, badges: Run) -> None:
    old = badges("credential", "issue", "ada", "first").output
    assert badges("credential", "key", "issuer.pem", "--rotate").exit_code == 0
    new = badges("credential", "issue", "ada", "first").output
    assert [json.loads(badges("credential", "verify", "-", input=each).output)["valid"] for each in (old, new)] == [
        True
    ] * 2
    assert stat.S_IMODE((issuing / "issuer.pem").stat().st_mode) == 0o600


def test_a_key_is_never_written_over(issuing: Path, badges: Run) -> None:
    before = (issuing / "issuer.pem").read_bytes()
    refused = badges("credential", "key", "issuer.pem")
    assert (refused.exit_code, "--rotate" in refused.stderr) == (2, True)
    assert badges("credential", "key", "other.pem", "--rotate").exit_code == 2
    assert (issuing / "issuer.pem").read_bytes() == before and not (issuing / "other.pem").exists()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BADGES_ISSUER_KEY", "", "go together"),
        ("BADGES_ISSUER_KEY", "rules", "cannot be read"),
        ("BADGES_ISSUER_KEY", "events.jsonl", "holds no private key"),
        ("BADGES_ISSUER_URL", "badges.example", "must be an address"),
    ],
)
def test_an_issuer_that_cannot_be_is_told_in_a_sentence(
    issuing: Path, badges: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    refused = badges("credential", "issue", "ada", "first")
    assert refused.exit_code == 2 and told in refused.stderr, refused.stderr


def test_nothing_is_issued_without_an_issuer_or_an_award(
    badges: Run, issuing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "does not hold gift" in badges("credential", "issue", "ada", "gift").stderr
    assert "there is no badge" in badges("credential", "issue", "ada", "nothing").stderr.lower()
    for name in ("BADGES_ISSUER_KEY", "BADGES_ISSUER_URL"):
        monkeypatch.delenv(name)
    assert "no issuer is set" in badges("credential", "issue", "ada", "first").stderr
