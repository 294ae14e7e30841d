"""Which file is what: kinds by folder, ids by stem; every file read and held against the schema of its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..documents import LIST, MAPPING, NULL, Node, parse
from ..problems import Problem, Span, did_you_mean
from .shapes import check_shape
from .work import Document, Work

FOLDERS = {
    "events": "event",
    "catalogs": "catalog",
    "metrics": "metric",
    "badges": "badge",
    "leaderboards": "leaderboard",
    "scenarios": "scenario",
}
SINGLES = {"settings.yaml": "settings", "actions.yaml": "actions", "notifications.yaml": "notifications"}
RESERVED = ("user.updated", "event.retracted")
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_EVENT_ID = re.compile(r"[a-z][a-z0-9_.]*", re.ASCII)
_TOP = Span(1, 1, 1)
_SUFFIX = ".yaml"
_ENDING = re.compile(r"\.(yaml|yml|json)$", re.IGNORECASE)
_NAMED = frozenset({"event", "catalog", "metric", "badge", "leaderboard"})
"""Kinds whose ids other files name."""


@dataclass(slots=True)
class Checked:
    """A document that is checked by itself, and the problems found so far."""

    file: str
    root: Node
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: str, message: str, node: Node, help: str | None = None) -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(code, message, self.file, node.span, help))


def check_document(kind: str, file: str, text: str) -> Checked:
    """A file of a kind that is no part of a rule set, held against its schema."""
    work = Work({file: text})
    found, problems = parse(file, text)
    unreadable = any(problem.code == "yaml-syntax" for problem in problems)
    root = None if unreadable else _mapping(work, file, found)
    if root is not None:
        check_shape(work, Document(file, kind, file, root), root)
    return Checked(file, root or Node.empty(), [*problems, *work.problems])


def is_rule_file(file: str) -> bool:
    """Whether a file is part of the rule set, or meant to be, and not something else that lies in its folder."""
    if file.startswith(".") or "/." in file:
        return False
    is_yaml = file.lower().endswith((".yaml", ".yml"))
    return is_yaml or file.endswith(".json") and file.partition("/")[0] in FOLDERS


def read_files(work: Work) -> None:
    """Read every file of the rule set into its document."""
    for file in sorted(work.files, key=lambda file: (not file.endswith(_SUFFIX), file)):
        kind = _kind_of(work, file)
        if kind is not None and file.endswith(_SUFFIX):
            _read(work, file, kind)
        elif kind is not None:
            _read_misnamed(work, file, kind)


def _stem(file: str) -> str:
    return file[: -len(_SUFFIX)] if file.endswith(_SUFFIX) else _ENDING.sub("", file)


def _kind_of(work: Work, file: str) -> str | None:
    folder = file.partition("/")[0] if "/" in file else ""
    kind = FOLDERS.get(folder) if folder else SINGLES.get(_stem(file) + _SUFFIX)
    if kind is None:
        work.problems.append(_nowhere(file, folder))
    return kind


def _read_misnamed(work: Work, file: str, kind: str) -> None:
    """Read a file as if it were called what it should be: its id counts as known."""
    help = f"rename it to {_stem(file)}{_SUFFIX}"
    work.problems.append(Problem("bad-id", f"rule files end in {_SUFFIX}", file, _TOP, help))
    if file.endswith(".json"):
        work.documents[kind].setdefault(_id_of(file, kind), Document(file, kind, _id_of(file, kind), None, sound=False))
    else:
        _read(work, file, kind, sound=False)


def _nowhere(file: str, folder: str) -> Problem:
    known = FOLDERS if folder else SINGLES
    help = did_you_mean(folder or file, known) or "move it into one of " + ", ".join(f"{name}/" for name in FOLDERS)
    return Problem("bad-id", "a rule file here has no meaning", file, _TOP, help)


def _read(work: Work, file: str, kind: str, sound: bool = True) -> None:
    root, problems = parse(file, work.files[file])
    work.problems.extend(problems)
    unreadable = any(problem.code == "yaml-syntax" for problem in problems)
    if not unreadable:
        root = _mapping(work, file, root)
    document = Document(file, kind, _id_of(file, kind), None if unreadable else root, sound)
    _enter(work, document)
    if root is not None and root.kind == MAPPING:
        check_shape(work, document, root)


def _mapping(work: Work, file: str, root: Node | None) -> Node | None:
    """The document of a file; an empty file is an empty mapping."""
    if root is None or root.kind == NULL:
        return Node.empty()
    if root.kind != MAPPING:
        what = "a list" if root.kind == LIST else f"a {root.kind}"
        message = f"a rule file holds keys and values, but this is {what}"
        work.problems.append(Problem("wrong-type", message, file, root.span))
        return None
    return root


def _id_of(file: str, kind: str) -> str:
    if kind == "scenario":
        return _stem(file).removeprefix("scenarios/")
    return _stem(file).rpartition("/")[2]


def _enter(work: Work, document: Document) -> None:
    known = work.documents[document.kind]
    first = known.get(document.id)
    if first is not None:
        work.again[document.kind].append(document)
        if not document.sound:
            return
        message = f"the {document.kind} {document.id} stands in {first.file} already"
        work.report("duplicate-id", message, document, _TOP, "rename one of the files")
        return
    known[document.id] = document
    if document.sound and document.kind in _NAMED:
        _check_id(work, document)


def _check_id(work: Work, document: Document) -> None:
    pattern = _EVENT_ID if document.kind == "event" else _ID
    document.sound = pattern.fullmatch(document.id) is not None
    if not document.sound:
        dots = ", dots" if document.kind == "event" else ""
        message = f"the file's name makes the id {document.id}, but an id has small letters, digits{dots} and _ only"
        suggestion = re.sub(r"[^a-z0-9_]+", "_", document.id.lower()).strip("_0123456789")
        work.report("bad-id", message, document, _TOP, f"rename the file to {suggestion}.yaml" if suggestion else None)
    elif document.kind == "event" and (document.id in RESERVED or document.id.startswith("badge.")):
        work.report("bad-id", f"{document.id} is built in, or reserved", document, _TOP, "take another name")
