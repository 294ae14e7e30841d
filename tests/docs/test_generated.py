"""What is generated in the documents is current; ``python -m docs.generate`` writes it."""

from __future__ import annotations

import pytest

from docs.generate import PATHS, same, text_of
from docs.pages import ROOT


@pytest.mark.parametrize("path", PATHS)
def test_generated_parts_are_current(path: str) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert same(written, text_of(path)), f"{path} is not current: run python -m docs.generate"
