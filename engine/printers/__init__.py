"""Problems as people and programs read them: text with the source line, JSON, annotations of GitHub, SARIF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..problems import Problem
from .github import as_github
from .plain import as_text, summary
from .records import as_json, as_sarif

Printer = Callable[[Sequence[Problem], Mapping[str, str], str], str]
"""Problems, the texts of the files by path, and the folder of the rule set as its repository sees it."""

PRINTERS: Mapping[str, Printer] = {
    "text": lambda problems, files, folder: as_text(problems, files),
    "json": lambda problems, files, folder: as_json(problems),
    "github": lambda problems, files, folder: as_github(problems, folder),
    "sarif": lambda problems, files, folder: as_sarif(problems, folder),
}

__all__ = ["PRINTERS", "Printer", "as_github", "as_json", "as_sarif", "as_text", "summary"]
