"""``badges credential``: awards as Open Badges 3.0, signed with a key that it makes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from engine.credentials import ALGORITHMS, KeyRing, in_png, in_svg, medal_png, medal_svg, new_key
from engine.presentation import step_texts

from .boundary import FOUND, Unable
from .options import database_option, opened, operator

if TYPE_CHECKING:
    from engine.credentials import Issuer

_FORMS = ("jwt", "json", "svg", "png")


@click.group("credential")
def command() -> None:
    """Make the issuer's key, issue awards as Open Badges 3.0, verify what was issued."""


@command.command("key")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--algorithm", type=click.Choice(ALGORITHMS), default=ALGORITHMS[0], show_default=True)
@click.option("--rotate", is_flag=True, help="Put the new key before those in FILE: it signs, they still verify.")
def key(file: Path, algorithm: str, rotate: bool) -> None:
    """Make a private key in FILE, which only this user of the machine may read."""
    if file.exists() != rotate:
        raise Unable(f"{file} is there already: --rotate puts a new key in it" if not rotate else f"there is no {file}")
    older = file.read_text(encoding="utf-8") if rotate else ""
    if rotate:
        KeyRing.of(older)
    ring = KeyRing.of(made := new_key(algorithm) + older)
    _write_privately(file, made)
    click.echo(f"{file}: {algorithm}, {ring.signing.id}. Set BADGES_ISSUER_KEY to it, and BADGES_ISSUER_URL.")


@command.command("issue")
@click.argument("user")
@click.argument("badge")
@click.option("--occurrence", help="Of a repeating badge: which of its awards; else the newest.")
@click.option("--format", "form", type=click.Choice(_FORMS), default="jwt", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="A file, instead of the standard output.")
@database_option
def issue(user: str, badge: str, occurrence: str | None, form: str, out: Path | None, database: str) -> None:
    """Print an award of USER's as a signed credential, or as an image that carries it.

    BADGE is a badge, or a tier of it such as `quiz_master.gold`.
    """
    found = _issuer()
    with opened(database) as service:
        award, rules = service.shareable(user, badge, occurrence, operator()), service.rules
    kind = rules.badges[award.badge]
    document = found.credential(user, award, kind, rules)
    name, icon, _ = step_texts(kind, award.tier, rules, ())
    _put(_made(form, document, found.signed(document), icon, name), out, form)


def _made(form: str, document: Mapping[str, Any], token: str, icon: str, name: str) -> bytes:
    if form == "png":
        return in_png(medal_png(name), token)
    if form == "svg":
        return in_svg(medal_svg(icon, name), token).encode()
    return token.encode() if form == "jwt" else json.dumps(document, ensure_ascii=False, indent=2).encode()


@command.command("verify")
@click.argument("file", type=click.File("rb"))
@click.option("--holder", metavar="USER", help="Whose it should be.")
@database_option
@click.pass_context
def verify(ctx: click.Context, file: BinaryIO, holder: str | None, database: str) -> None:
    """Say whether the credential in FILE (a token, or an image) was signed by this issuer, and is held.

    Exits with 1 if it is not valid. - is the standard input.
    """
    from api import judged

    with opened(database) as service:
        verdict = judged(_issuer(), service, file.read(), holder)
    click.echo(json.dumps(verdict.as_json(), ensure_ascii=False, indent=2))
    if not verdict.is_valid:
        ctx.exit(FOUND)


def _issuer() -> Issuer:
    from api import Config, issuer_of

    found = issuer_of(Config.from_environ(os.environ))
    if found is None:
        raise Unable("no issuer is set: `badges credential key FILE`, then BADGES_ISSUER_KEY and BADGES_ISSUER_URL")
    return found


def _put(data: bytes, out: Path | None, form: str) -> None:
    if out:
        out.write_bytes(data)
    else:
        click.echo(data, nl=form != "png")


def _write_privately(file: Path, text: str) -> None:
    """Write a file that nobody else may read, at once or not at all."""
    beside = file.with_name(file.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
