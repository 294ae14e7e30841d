"""Rule sets as a git revision has them: read from the repository's objects, never checked out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.compiler import is_rule_file

from .folder import BadFolder, RuleFolder, read_folder
from .options import RULES

_LINK = "120000"
"""The mode of a symbolic link. Source: git, git-ls-tree, "OUTPUT FORMAT"."""


def rules_at(name: str, beside: str) -> RuleFolder:
    """The rule set of a folder, or of a git revision (``main``, ``HEAD~1``, ``v1.2``, ``main:services/rules``).

    Without a path it is the same folder as ``beside``, with which it is compared, where that is one of the repository;
    else ``rules``. Raises BadFolder with a sentence if there is none.
    """
    if Path(name).is_dir():
        return read_folder(Path(name))
    revision, colon, path = name.partition(":")
    git = _repository([Path.cwd(), Path(beside)] if colon else [Path(beside), Path.cwd()])
    commit = _commit(git, revision, name)
    places = [path.strip("/")] if colon else _places(git, beside)
    inside = next((place for place in places if _is_folder(git, commit, place)), None)
    if inside is None:
        raise BadFolder(f"{revision} has no folder {places[0] or '/'}: name it, such as {revision}:{RULES}")
    files = dict(_files(git, commit, inside))
    if not files:
        raise BadFolder(f"{revision}:{inside} holds no rule files (*.yaml)")
    return RuleFolder(Path(f"{revision}:{inside}"), files)


class Refused(Exception):
    """Git did not do it; the message is its own."""


class Git:
    """Git in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, *words: str, given: bytes = b"") -> bytes:
        """What it answers. Raises Refused if it does not, BadFolder if there is no git."""
        try:
            done = subprocess.run(["git", "-C", str(self.folder), *words], input=given, capture_output=True)
        except FileNotFoundError as error:
            raise BadFolder("git is not installed, and without it there are no revisions to read") from error
        if done.returncode:
            raise Refused(done.stderr.decode(errors="replace").strip().partition("\n")[0].removeprefix("fatal: "))
        return done.stdout

    def line(self, *words: str) -> str:
        """One line that it answers."""
        return self.ask(*words).decode(errors="surrogateescape").rstrip("\n")


def _repository(folders: Sequence[Path]) -> Git:
    """Git in the first of some folders that is in a repository, else in the working folder, to say so."""
    found = (Git(folder) for folder in folders if folder.is_dir())
    return next((git for git in found if _prefix(git) is not None), Git(Path.cwd()))


def _prefix(git: Git) -> str | None:
    """The folder as its repository sees it; None if there is no repository."""
    try:
        return git.line("rev-parse", "--show-prefix").rstrip("/")
    except Refused:
        return None


def _commit(git: Git, revision: str, name: str) -> str:
    """The object that a revision names. Raises BadFolder, with git's words where there is no repository."""
    try:
        return git.line("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except Refused as error:
        why = "" if _prefix(git) is not None else f" ({error})"
        raise BadFolder(f"{name} is neither a folder nor a git revision{why}") from error


def _places(git: Git, beside: str) -> list[str]:
    """Where the rules can stand in the repository, likelier places first: beside, here, at its top."""
    own = _prefix(git) if git.folder == Path(beside) else None
    working = _prefix(Git(Path.cwd()))
    here = None if working is None else f"{working}/{RULES}".strip("/")
    return list(dict.fromkeys(place for place in (own, here, RULES) if place is not None))


def _is_folder(git: Git, commit: str, place: str) -> bool:
    try:
        return git.line("cat-file", "-t", f"{commit}:{place}") == "tree"
    except Refused:
        return False


def _files(git: Git, commit: str, inside: str) -> Iterator[tuple[str, str]]:
    """The texts of the rule files, by path relative to the folder; hidden ones are left out."""
    listed = [entry for entry in _entries(git, commit, inside) if is_rule_file(entry[2])]
    for mode, _, path in listed:
        if mode == _LINK:
            raise BadFolder(f"{path} is a symbolic link in {inside}, which cannot be followed in a revision")
    texts = _contents(git, [id for _, id, _ in listed])
    yield from ((path, text) for (_, _, path), text in zip(listed, texts, strict=True))


def _entries(git: Git, commit: str, inside: str) -> Iterator[tuple[str, str, str]]:
    """Mode, object and path of every file below a folder."""
    for entry in git.ask("ls-tree", "-r", "-z", "--full-tree", f"{commit}:{inside}").split(b"\0"):
        if entry:
            about, _, path = entry.decode(errors="surrogateescape").partition("\t")
            mode, _, id = about.split(" ")
            yield mode, id, path


def _contents(git: Git, ids: Sequence[str]) -> Iterator[str]:
    """The texts of objects, all asked for at once. Source: git, git-cat-file, "BATCH OUTPUT"."""
    answer = git.ask("cat-file", "--batch", given="".join(f"{id}\n" for id in ids).encode())
    start = 0
    for _ in ids:
        end = answer.index(b"\n", start)
        size = int(answer[start:end].split(b" ")[2])
        yield answer[end + 1 : end + 1 + size].decode(errors="surrogateescape")
        start = end + size + 2
