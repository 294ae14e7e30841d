"""What a git repository says of its commits and tags, by the authors' own clocks; git itself is asked."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import IO

_COMMIT = ("%H", "%aN", "%aE", "%ad", "%P", "%(trailers:key=Co-authored-by,valueonly,separator=%x1f)")
_TAG = ("refname:strip=2", "taggername", "taggeremail", "taggerdate:raw", "authorname", "authoremail", "authordate:raw")
_CONTACT = re.compile(r"(?P<name>[^<>\n]*)<(?P<email>[^<>\s]+)>")
_CHUNK = 1 << 16


class NoRepository(Exception):
    """A folder that git knows nothing of, or in which nothing was committed; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as the repository's .mailmap spells it."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, with everybody who wrote it."""

    hash: str
    author: Person
    time: datetime
    merge: bool
    co_authors: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: who made it, or who wrote the commit that it names."""

    name: str
    tagger: Person
    time: datetime


class Repository:
    """The repository that a folder is in. Raises NoRepository."""

    def __init__(self, path: Path) -> None:
        self._path = path
        folder = Path(self._asked("rev-parse", "--path-format=absolute", "--git-common-dir").rstrip("\n"))
        self.name = folder.parent.name if folder.name == ".git" else folder.name.removesuffix(".git")
        self._asked("rev-parse", "--verify", "--quiet", "HEAD^{commit}")

    def commits(self) -> Iterator[Commit]:
        """The commits that led to HEAD, oldest first; those without a time that can be are left out."""
        words = ("log", "-z", "--reverse", "--no-show-signature", "--date=raw", f"--format={'%x00'.join(_COMMIT)}")
        with self._mailmap() as proper, self._running(*words, "HEAD") as output:
            fields = _parts(output)
            for hash, name, email, date, parents, trailers in zip(*[fields] * len(_COMMIT), strict=False):
                author, time = Person(name, email), instant(date)
                found = (proper(each["name"], each["email"]) for each in _CONTACT.finditer(trailers))
                if time:
                    others = tuple(dict.fromkeys(person for person in found if person.email != email))
                    yield Commit(hash, author, time, " " in parents, others)

    def tags(self) -> Iterator[Tag]:
        """The tags, by name; one without a tagger is its commit's author's."""
        fields = "%00".join(f"%({name})" for name in _TAG)
        with self._mailmap() as proper:
            for line in self._asked("for-each-ref", f"--format={fields}", "refs/tags").split("\n")[:-1]:
                name, *made, author, address, written = line.split("\0")
                tagger, tagged_by, tagged = made
                time = instant(tagged or written)
                who = _CONTACT.fullmatch(f"{tagger or author} {tagged_by or address}")
                if time and who:
                    yield Tag(name, proper(who["name"], who["email"]), time)

    def _asked(self, *words: str) -> str:
        try:
            done = subprocess.run(self._command(*words), capture_output=True, check=True)
        except FileNotFoundError as error:
            raise NoRepository("git is not installed") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
            raise NoRepository(f"{self._path}: {said or 'nothing has been committed'}") from error
        return done.stdout.decode("utf-8", "replace")

    @contextmanager
    def _running(self, *words: str) -> Iterator[IO[bytes]]:
        """What a git command prints, while it does; it ends with the block."""
        with subprocess.Popen(self._command(*words), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                yield process.stdout
            finally:
                process.kill()

    @contextmanager
    def _mailmap(self) -> Iterator[Callable[[str, str], Person]]:
        """Asks git for the proper name and address of people whom it does not map by itself."""
        words = self._command("check-mailmap", "--stdin")
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            asked, answers = process.stdin, process.stdout
            assert asked is not None and answers is not None
            yield cache(lambda name, email: _proper(asked, answers, name, email))

    def _command(self, *words: str) -> list[str]:
        return ["git", "-C", str(self._path), "-c", "log.showSignature=false", "--no-pager", *words]


def instant(date: str) -> datetime | None:
    """A raw date of git's, such as ``1772442000 +0100``; None if there is no such instant.

    Commits may carry any number in either place: an offset that cannot be is UTC.
    """
    match = re.fullmatch(r"(-?\d{1,12}) ([+-])(\d\d)(\d\d)", date)
    if match is None:
        return None
    minutes = int(f"{match[2]}1") * (int(match[3]) * 60 + int(match[4]))
    zone = timezone(timedelta(minutes=minutes)) if abs(minutes) < 24 * 60 else UTC
    try:
        return datetime.fromtimestamp(int(match[1]), zone)
    except (OverflowError, ValueError, OSError):
        return None


def _proper(asked: IO[bytes], answers: IO[bytes], name: str, email: str) -> Person:
    asked.write(f"{name.strip()} <{email}>\n".encode("utf-8", "replace"))
    asked.flush()
    match = _CONTACT.fullmatch(answers.readline().decode("utf-8", "replace").rstrip("\n"))
    return Person(match["name"].strip(), match["email"]) if match else Person(name.strip(), email)


def _parts(output: IO[bytes]) -> Iterator[str]:
    """What stands between zero bytes."""
    rest = b""
    while chunk := output.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from (part.decode("utf-8", "replace") for part in whole)
