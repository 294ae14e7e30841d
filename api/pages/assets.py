"""Scripts and styles, read once; their addresses change with them, so that browsers keep them for good."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
ROUTE = "/static/"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
"""What is served, by suffix; anything else in the folder is not."""
_DIGITS = 12
_VERSION = re.compile(rf"[0-9a-f]{{{_DIGITS}}}/")


@dataclass(frozen=True)
class Asset:
    """One file."""

    body: bytes
    type: str

    @cached_property
    def tag(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:_DIGITS]

    @cached_property
    def smaller(self) -> bytes:
        """The same for browsers that take it compressed."""
        return gzip.compress(self.body, 9, mtime=0)


class Assets:
    """The files of a folder, by path."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        self._files = files
        whole = "".join(f"{name} {files[name].tag}\n" for name in sorted(files))
        self.version = hashlib.sha256(whole.encode()).hexdigest()[:_DIGITS]

    def url(self, name: str) -> str:
        """An address that may be kept for good. The version leads: modules import each other by relative paths."""
        assert name in self._files, name
        return f"{ROUTE}{self.version}/{name}"

    def find(self, path: str) -> tuple[Asset | None, bool]:
        """The file of an address, and whether that address is of these very files."""
        name = _VERSION.sub("", path, count=1)
        return self._files.get(name), path.startswith(f"{self.version}/")


@lru_cache(maxsize=1)
def assets() -> Assets:
    """All that is in the folder."""
    found = (path for path in sorted(FOLDER.rglob("*")) if path.suffix in TYPES)
    return Assets({path.relative_to(FOLDER).as_posix(): Asset(path.read_bytes(), TYPES[path.suffix]) for path in found})
