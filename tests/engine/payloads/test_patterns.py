"""Regular expressions: those that take ages on some text are refused."""

import pytest

from engine.payloads.patterns import fault, matches


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z]+$",
        r"^([a-z0-9]+-)*[a-z0-9]+$",
        r"(a|b)*c",
        r"^(\d{4}-\d\d)+$",
        r"^[^@]+@[^@]+\.[^@]+$",
        r"(ab?){2,5}",
        "^x$",
    ],
)
def test_what_ends_soon_is_allowed(pattern: str) -> None:
    assert fault(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(a|aa)+$",
        r"(.*,)*x",
        r"(\w+\s?)*$",
        r"(x+x+)+y",
        r"(a?){50}a{50}",
        r"(a)\1",
        r"(",
        r"a**",
        r".*.*.*.*.*x",
    ],
)
def test_what_takes_ages_or_is_none_is_refused(pattern: str) -> None:
    assert fault(pattern)


def test_a_pattern_is_looked_for_anywhere_in_a_text() -> None:
    assert matches("b", "abc") and not matches("^b", "abc")
