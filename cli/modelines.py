"""The first line of a rule file: where editors find the schema of its kind."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from .schema import schema_file

FOLDER = ".schemas"
"""Where the schemas stand unless a rule file says otherwise: beside the rule set's folder."""
_MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")


def schemas_of(rules: Path, files: Mapping[str, str]) -> str:
    """The folder, or the address, of the schemas that the files of a rule set name."""
    places = (_place(rules, file, text) for file, text in sorted(files.items()))
    return next(filter(None, places), str(rules.resolve().parent / FOLDER))


def modeline(place: str, file: Path, kind: str) -> str:
    """The first line of a file of a kind whose schemas stand at a place."""
    name = schema_file(kind)
    address = f"{place}/{name}" if is_address(place) else relative(Path(place) / name, file.resolve().parent)
    return f"# yaml-language-server: $schema={address}\n"


def is_address(place: str) -> bool:
    """Whether schemas stand on a server, and not in a folder."""
    return "://" in place


def relative(path: Path, folder: Path) -> str:
    """A path as it is seen from a folder."""
    return Path(os.path.relpath(path, folder)).as_posix()


def _place(rules: Path, file: str, text: str) -> str | None:
    found = _MODELINE.match(text)
    if found is None:
        return None
    place = found[1].rpartition("/")[0]
    return place if is_address(place) else str(((rules / file).parent / place).resolve())
