"""The reference comes to what every worked case says."""

from pathlib import Path

import pytest

from tests.reference.cases import all_cases, read_case, run_case
from tests.reference.reference import evaluate


@pytest.mark.parametrize("path", all_cases(), ids=lambda path: path.stem)
def test_the_reference_agrees_with_the_case(path: Path) -> None:
    assert run_case(read_case(path), evaluate) == []
