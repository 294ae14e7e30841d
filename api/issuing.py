"""The issuer that the environment describes: who signs credentials, under which address, with which keys."""

from __future__ import annotations

from pathlib import Path

from engine.credentials import BadKeys, Identity, Issuer, KeyRing

from .config import BadConfig, Config
from .context import context
from .problems import HttpProblem


def issuer_of(config: Config) -> Issuer | None:
    """The issuer of a configuration; None if it names none. Raises BadConfig."""
    if not config.issuer_key and not config.issuer_url:
        return None
    if not config.issuer_key or not config.issuer_url:
        raise BadConfig("BADGES_ISSUER_KEY and BADGES_ISSUER_URL go together: set both, or none")
    return Issuer(config.issuer_name, config.issuer_url, _ring(config.issuer_key), Identity(config.issuer_hashes))


def issuer() -> Issuer:
    """Who issues here. Raises HttpProblem (404) where nobody does."""
    found = context().issuer
    if found is None:
        raise HttpProblem(404, "no-issuer", "This server issues no credentials: it has no issuer's key.")
    return found


def _ring(file: str) -> KeyRing:
    try:
        return KeyRing.of(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"BADGES_ISSUER_KEY names {file}, which cannot be read") from error
    except BadKeys as error:
        raise BadConfig(f"BADGES_ISSUER_KEY names {file}, which {error}") from error
