"""What is generated in the documents is current; ``python -m docs.generate`` writes it."""

from __future__ import annotations

import pytest

from docs.generate import texts
from docs.pages import ROOT


@pytest.mark.parametrize(("path", "text"), [pytest.param(path, text, id=path) for path, text in texts()])
def test_generated_parts_are_current(path: str, text: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == text
