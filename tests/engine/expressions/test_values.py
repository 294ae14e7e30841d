"""Literals, arithmetic and the limits of results."""

from decimal import Decimal

import pytest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("2.0", 2),
        ("-3", -3),
        ("9007199254740992", 2**53),
        ('"it\'s"', "it's"),
        (r'"a\"b\\c\n\u00e9\x41"', 'a"b\\c\né' + "A"),
        ("'two\nlines'", "two lines"),
        ("'two\r\nlines'", "two lines"),
        ("true", True),
        ("false", False),
        ("[1, 2.5, -3]", (1, 2.5, -3)),
        ("['a',]", ("a",)),
        ("[]", ()),
    ],
)
def test_a_literal_is_its_value(evaluate, text, value):
    result = evaluate(text)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("10 - (4 - 3)", 9),
        ("2 * 7 // 4 % 3", 0),
        ("-2 * -3", 6),
        ("- -2", 2),
        ("7 / 2", 3.5),
        ("6 / 2", 3.0),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("7 % 3", 1),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("7.5 // 2", 3),
        ("7.5 % 2", 1.5),
        ("0.3 // 0.1", 3),
        ("0.3 % 0.1", 0),
        ("1.1 * 3 % 1.1", 0),
        ("event.score / event.total * 100", 57),
        ("'a' + 'b' + \"c\"", "abc"),
        ("1\n+\n2", 3),
        ("\t1 +\f2 ", 3),
    ],
)
def test_arithmetic_is_what_it_is_on_paper(evaluate, text, value):
    assert evaluate(text) == pytest.approx(value) if not isinstance(value, str) else evaluate(text) == value


def test_two_integers_stay_an_integer(evaluate):
    assert [type(evaluate(text)) for text in ("1 + 2", "3 - 4", "5 * 6", "7 // 2", "7 % 2")] == [int] * 5
    assert type(evaluate("6 / 2")) is float


def test_a_direct_read_leaves_a_decimal_as_it_was_written(evaluate):
    amount = Decimal("0.12345678901234567890")
    assert evaluate("event.score", score=amount) is amount
    assert evaluate("default(event.bonus, 0)", bonus=amount) is amount
    assert evaluate("event.score if event.passed else 0", score=amount) is amount


def test_arithmetic_takes_a_decimal_as_a_float(evaluate):
    amount = Decimal("1.2500000000000000000001")
    assert evaluate("event.score * 2", score=amount) == 2.5
    assert evaluate("event.score / event.score", score=amount) == 1
    assert evaluate("-event.score", score=amount) == -1.25
    assert type(evaluate("abs(event.score)", score=amount)) is float


@pytest.mark.parametrize(
    "text", ["event.score + 1", "event.score * 2", "0 - event.score - 1", "event.score * event.score"]
)
def test_integers_end_at_two_to_the_53(failure, text):
    assert failure(text, score=2**53).endswith("is beyond 9007199254740992")


@pytest.mark.parametrize("text", ["-event.total", "abs(event.total)", "event.total // 1", "round(event.total, -1)"])
def test_an_integer_that_was_read_counts_as_a_result_once_something_is_done_with_it(evaluate, failure, text):
    assert evaluate("event.total", total=10**20) == 10**20
    assert failure(text, total=10**20).endswith("is beyond 9007199254740992")


def test_the_largest_integer_itself_is_a_result(evaluate):
    assert evaluate("event.score + 1", score=2**53 - 1) == 2**53


@pytest.mark.parametrize(
    "text", ["event.score * 1e300", "event.score + event.score", "event.score / 1e-300", "event.score // 1e-300"]
)
def test_a_result_beyond_all_floats_fails(failure, text):
    assert "too large" in failure(text, score=1e308)


@pytest.mark.parametrize("text", ["event.total * 1.5", "event.total / 3", "event.total - 0.5", "event.total // 0.5"])
def test_an_integer_beyond_all_floats_fails_where_a_float_is_due(failure, text):
    assert "the result of" in failure(text, total=10**399)


def test_an_integer_beyond_all_floats_can_still_be_compared(evaluate):
    assert evaluate("event.total > 0.5", total=10**399)
    assert not evaluate("event.total == 0.5", total=10**399)
    assert evaluate("event.total in [1.5] or event.total != 1", total=10**399)


@pytest.mark.parametrize(
    "text", ["event.score / event.total", "event.score // event.total", "event.score % event.total"]
)
@pytest.mark.parametrize("zero", [0, 0.0, Decimal("0E-30")])
def test_a_division_by_0_fails_with_what_was_divided(failure, text, zero):
    assert failure(text, total=zero) == f"{text} has no result: it divides by 0"


def test_a_text_of_more_than_10000_characters_is_no_result(failure, evaluate):
    assert "longer than 10000 characters" in failure("event.name + event.name", name="x" * 5_001)
    assert len(evaluate("event.name + event.name", name="x" * 5_000)) == 10_000
    assert "longer" in failure("upper(event.name)", name="ΐ" * 4_000)
    assert "longer" in failure("lower(event.name)", name="İ" * 6_000)
    assert "longer" in failure("upper(event.name)", name="x" * 5_000_000)


def test_only_the_operands_that_decide_are_evaluated(evaluate, failure):
    assert evaluate("event.score == 57 or 1 / event.total > 0", total=0) is True
    assert evaluate("event.score == 58 and 1 / event.total > 0", total=0) is False
    assert evaluate("false and 1 / event.total > 0 and true", total=0) is False
    assert evaluate("true or 1 / event.total > 0 or true", total=0) is True
    assert evaluate("1 if event.passed else 1 / event.total", total=0) == 1
    assert evaluate("2 < 1 < 1 / event.total", total=0) is False
    assert "divides by 0" in failure("true and 1 / event.total > 0 and true", total=0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true or false and false", True),
        ("not true or true", True),
        ("not (true or true)", False),
        ("not 1 == 2", True),
        ("1 if true else 2 if true else 3", 1),
        ("(1 if true else 2) + 1", 2),
        ("1 + 1 if false else 5", 5),
        ("true if true else false or true", True),
        ("1 < 2 and 2 < 3 or false", True),
    ],
)
def test_operators_bind_as_in_python(evaluate, text, value):
    assert evaluate(text) == value == eval(text.replace("true", "True").replace("false", "False"))
