"""``badges --version``."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import engine.numeric

from .conftest import Run


def test_the_version_says_how_it_was_built(badges: Run) -> None:
    built = "pure Python" if Path(engine.numeric.__file__).suffix == ".py" else "compiled"
    assert badges("--version").output == f"badges {version('badges-engine')}, {built}\n"
