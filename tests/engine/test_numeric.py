from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numeric import at_least, equal, exact, floor, less, rounded, shown, whole

NUMBERS = st.one_of(st.integers(-(10**400), 10**400), st.floats(allow_nan=False, allow_infinity=False))


def test_57_of_100_is_57_percent() -> None:
    assert equal(57 / 100 * 100, 57)
    assert at_least(0.57 * 100, 57)
    assert not less(0.57 * 100, 57)


def test_integers_compare_exactly() -> None:
    assert not equal(10**15, 10**15 + 1)
    assert less(10**15, 10**15 + 1)


def test_other_numbers_are_equal_to_twelve_digits() -> None:
    assert equal(1.0000000000001, 1)
    assert not equal(1.00000000001, 1)
    assert not equal(0.1 + 0.2 - 0.3, 0)


@given(NUMBERS, NUMBERS)
def test_exactly_one_of_below_equal_and_above_holds(a: float, b: float) -> None:
    assert less(a, b) + equal(a, b) + less(b, a) == 1
    assert at_least(a, b) == (not less(a, b))


@pytest.mark.parametrize(
    ("value", "answer"),
    [(80.0, 80), (1 / 3, 0.333333333333), (0.1 + 0.2, 0.3), (10**20, 10**20), (1e20, 10**20), (2.5, 2.5), (-0.0, 0)],
)
def test_answers_show_twelve_digits_and_no_fraction_when_whole(value: float, answer: float) -> None:
    assert (shown(value), type(shown(value))) == (answer, type(answer))


def test_a_value_that_equals_an_integer_is_taken_as_it() -> None:
    assert (floor(2.9999999999999996), whole(56.99999999999999), floor(-0.5)) == (3, 57, -1)


def test_decimals_are_exact_and_rounded_once() -> None:
    assert rounded(sum((exact(0.1) for _ in range(10)), Decimal(0))) == 1
    assert rounded(exact(Decimal("9007199254740993.5")) - exact(9007199254740993)) == 0.5
