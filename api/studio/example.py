"""A small rule set to play with, about readers of books; the studio shows it beside the one in service."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "example"


@cache
def example() -> Mapping[str, str]:
    """Its texts, by path."""
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.yaml")}
