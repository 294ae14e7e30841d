"""How the authors wrote it: the file of each thing, and the words that a compiled rule set no longer has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..documents import parse
from ..model import RuleSet
from .conditions import Catalogs

_FOLDERS = {
    "badge": "badges",
    "metric": "metrics",
    "catalog": "catalogs",
    "event": "events",
    "leaderboard": "leaderboards",
}
_SINGLE = {"settings": "settings.yaml", "action": "actions.yaml", "notifications": "notifications.yaml"}


class Written:
    """A rule set and its files, which are read again where their words are told."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.catalogs = Catalogs(rules.catalogs)
        self._read: dict[str, Mapping[str, Any]] = {}

    @cached_property
    def _files(self) -> dict[tuple[str, str], str]:
        paths = [path for path in self.rules.files if "/" in path]
        return {(path.partition("/")[0], path.rpartition("/")[2].removesuffix(".yaml")): path for path in paths}

    def file_of(self, subject: str, id: str) -> str | None:
        """The file in which a thing stands; None for what is built in."""
        if subject in _SINGLE:
            return _SINGLE[subject] if _SINGLE[subject] in self.rules.files else None
        return self._files.get((_FOLDERS[subject], id))

    def document(self, subject: str, id: str) -> Mapping[str, Any]:
        """The keys and values of a thing's file."""
        file = self.file_of(subject, id)
        if file is None:
            return {}
        if file not in self._read:
            root, _ = parse(file, self.rules.files[file])
            found = root.plain() if root else None
            self._read[file] = found if isinstance(found, Mapping) else {}
        return self._read[file]

    def criteria(self, badge: str) -> list[Mapping[str, Any]]:
        """What a badge says of each of its criteria."""
        document = self.document("badge", badge)
        listed = document.get("criteria")
        return list(listed) if isinstance(listed, list) else [document]

    def available(self, badge: str, bound: str) -> str | None:
        """``from`` or ``until`` of a badge's ``available``."""
        found = (self.document("badge", badge).get("available") or {}).get(bound)
        return None if found is None else str(found)
