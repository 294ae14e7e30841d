"""Reading the folder of a rule set: the only place where rule files come from a disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.compiler import Compiled, compile_rules, is_rule_file
from engine.model import RuleSet
from engine.problems import ERROR, Problem


class BadFolder(Exception):
    """A folder that is no rule set's; the message is a sentence."""


class Rejected(Exception):
    """A rule set with errors, and the folder that it stands in."""

    def __init__(self, folder: RuleFolder, problems: Sequence[Problem]) -> None:
        super().__init__(f"{folder.path} has errors")
        self.folder = folder
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RuleFolder:
    """The texts of a rule set's files, by path relative to its folder."""

    path: Path
    files: Mapping[str, str]

    @property
    def in_repository(self) -> str:
        """The folder as seen from the working folder; empty if it is not inside of that."""
        try:
            seen = self.path.resolve().relative_to(Path.cwd()).as_posix()
        except ValueError:
            return ""
        return "" if seen == "." else seen

    def compiled(self) -> Compiled:
        """The rule set, or every problem found."""
        return compile_rules(self.files)


def read_folder(path: Path) -> RuleFolder:
    """The rule files of a folder. Raises BadFolder if it is none, or has none."""
    if not path.is_dir():
        raise BadFolder(f"{path} is not a folder: name the folder of the rule set")
    files = read_rules(path)
    if not files:
        raise BadFolder(f"{path} holds no rule files (*.yaml)")
    return RuleFolder(path, files)


def read_rules(path: Path) -> dict[str, str]:
    """The texts of all rule files below a folder, hidden ones left out.

    What is not UTF-8 is kept as half characters, which the compiler reports with their place.
    """
    files = sorted(_found(path), key=lambda found: found[0].split("/"))
    return {name: file.read_text(encoding="utf-8", errors="surrogateescape") for name, file in files}


def rule_files(path: Path) -> Iterator[Path]:
    """The rule files below a folder; a folder that is reached twice through links is entered once."""
    return (file for _, file in _found(path))


def _found(path: Path) -> Iterator[tuple[str, Path]]:
    """The rule files, and how each is called as seen from the folder, with ``/``."""
    entered: set[str] = set()
    for folder, subfolders, names in os.walk(path, followlinks=True, onerror=_raise):
        real = os.path.realpath(folder)
        subfolders[:] = [] if real in entered else [name for name in subfolders if not name.startswith(".")]
        if real not in entered:
            below = Path(folder).relative_to(path).as_posix()
            found = ((name if below == "." else f"{below}/{name}", Path(folder, name)) for name in names)
            yield from ((name, file) for name, file in found if is_rule_file(name) and file.is_file())
        entered.add(real)


def loaded(path: Path) -> RuleSet:
    """The rule set in a folder. Raises Rejected if it has an error, BadFolder if it is none."""
    folder = read_folder(path)
    compiled = folder.compiled()
    if compiled.rules is None:
        raise Rejected(folder, [problem for problem in compiled.problems if problem.severity == ERROR])
    return compiled.rules


def _raise(error: OSError) -> None:
    raise error
