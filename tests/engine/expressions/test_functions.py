"""What each function gives."""

from decimal import Decimal

import pytest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("abs(-3)", 3),
        ("abs(2.5)", 2.5),
        ("min(3, 1, 2)", 1),
        ("max(3, 1.5)", 3),
        ("min(event.points)", 1.5),
        ("max(event.points)", 3),
        ("max([1, 5, 2])", 5),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.4)", 2),
        ("round(2.675, 2)", 2.68),
        ("round(1.005, 2)", 1.01),
        ("round(-1.005, 2)", -1.01),
        ("round(1250, -2)", 1300),
        ("round(-1250, -2)", -1300),
        ("round(7, 2)", 7),
        ("round(0.1 + 0.2, 12)", 0.3),
        ("floor(2.9)", 2),
        ("floor(-2.1)", -3),
        ("floor(2.9999999999999)", 3),
        ("floor(0.57 * 100)", 57),
        ("ceil(2.1)", 3),
        ("ceil(1.1 * 10)", 11),
        ("ceil(3.0000000000001)", 3),
        ("round(0.285 * 100)", 29),
        ("round(-0.285 * 100)", -29),
        ("round(1.1 * 1.5, 1)", 1.7),
        ("round(12345678901.2341, 3)", 12345678901.234),
        ("size('héllo')", 5),
        ("size(event.tags)", 2),
        ("size(catalog.providers)", 3),
        ("size([1, 2])", 2),
        ("lower('ÀB')", "àb"),
        ("upper('straße')", "STRASSE"),
        ("startswith(event.name, 'Ada')", True),
        ("endswith(event.name, 'Ada')", False),
        ("contains(event.name, 'Love')", True),
        ("contains('abc', '')", True),
        ("has(event.bonus)", False),
        ("has(event.score)", True),
        ("has(event.place.zip)", False),
        ("has(event.extra.level)", False),
        ("has(user.plan)", False),
        ("has(user.id)", True),
        ("default(event.bonus, 5)", 5),
        ("default(event.score, 5)", 57),
        ("default(event.note, 'none')", "none"),
        ("default(user.plan, 'free')", "free"),
        ("default(event.extra.level, 1 + 1)", 2),
        ("default(event.day.year, 2000)", 2026),
    ],
)
def test_a_function_gives_its_value(evaluate, text, value):
    result = evaluate(text)
    assert result == value
    assert type(result) is type(value)


def test_rounding_takes_the_decimal_as_it_was_written(evaluate):
    assert evaluate("round(event.score, 2)", score=Decimal("2.67500000000000000000")) == 2.68
    assert evaluate("round(event.score, 2)", score=Decimal("2.67499999990000000000")) == 2.67
    assert evaluate("floor(event.score)", score=Decimal("2.99999999999999999999")) == 3


@pytest.mark.parametrize("name", ["floor", "ceil", "round"])
def test_a_whole_result_beyond_two_to_the_53_fails(failure, name):
    assert "beyond" in failure(f"{name}(event.score)", score=1e300)


def test_null_is_absent(evaluate):
    assert evaluate("has(event.extra.level)", extra={"level": 3}) is True
    assert evaluate("has(event.extra.level)", extra={}) is False
    assert evaluate("has(event.extra.level)", extra="text") is False
    assert evaluate("default(event.extra.level, 9)", extra={"level": None}) == 9


def test_has_asks_whether_a_value_is_there_and_not_of_what_kind(evaluate):
    assert evaluate("has(event.bonus)", bonus="a text") is True


def test_default_does_not_hide_a_value_of_another_kind(failure):
    assert failure("default(event.bonus, 1)", bonus="much") == "event.bonus is text, where a number is due"


def test_default_evaluates_the_other_value_only_where_it_is_needed(evaluate):
    assert evaluate("default(event.score, 1 / event.total)", total=0) == 57


def test_the_largest_of_an_empty_list_is_missing(failure):
    assert failure("max(event.points)", points=[]) == "max has nothing to choose from: the list is empty"


def test_the_largest_of_a_list_that_holds_no_numbers_fails(failure):
    assert "compares numbers" in failure("max(event.points)", points=[1, "2"])
    assert "compares numbers" in failure("min(event.points)", points=[True])


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("foo(1)", "unknown-function", "foo"),
        ("len(event.tags) > 1", "unknown-function", "len"),
        ("event(1)", "unknown-function", "event"),
        ("abs() > 1", "type-mismatch", "abs"),
        ("abs(1, 2) > 1", "type-mismatch", "2"),
        ("max(1) > 1", "type-mismatch", "max"),
        ("max(event.tags) > 1", "type-mismatch", "event.tags"),
        ("max(1, event.tags) > 1", "type-mismatch", "event.tags"),
        ("round(1, event.score) > 1", "type-mismatch", "event.score"),
        ("round(1, 13) > 1", "type-mismatch", "13"),
        ("round(1, 1.5) > 1", "type-mismatch", "1.5"),
        ("round(1, true) > 1", "type-mismatch", "true"),
        ("size(event.score) > 1", "type-mismatch", "event.score"),
        ("lower(event.score) == 'a'", "type-mismatch", "event.score"),
        ("contains(event.tags, 'a')", "type-mismatch", "event.tags"),
        ("startswith(event.name, 1)", "type-mismatch", "1"),
        ("days_between(event.day, '2026-03-01') > 1", "type-mismatch", "'2026-03-01'"),
        ("has(1)", "type-mismatch", "1"),
        ("has(event)", "type-mismatch", "event"),
        ("has(event.score, 1)", "type-mismatch", "1"),
        ("has(event.scroe)", "unknown-field", "scroe"),
        ("default(event.bonus) > 1", "type-mismatch", "default"),
        ("default(event.bonus, 'x') > 1", "type-mismatch", "'x'"),
        ("default(event.bonus, null) > 1", "type-mismatch", "null"),
        ("default(1, 2) > 1", "type-mismatch", "1"),
        ("timestamp('yesterday') < time", "type-mismatch", "'yesterday'"),
        ("timestamp('2026-03-01T10:00:00') < time", "type-mismatch", "'2026-03-01T10:00:00'"),
        ("timestamp('2026-02-30') < time", "type-mismatch", "'2026-02-30'"),
        ("timestamp(5) < time", "type-mismatch", "5"),
        ("abs(null) > 1", "type-mismatch", "null"),
    ],
)
def test_a_call_that_cannot_be_made_is_one_fault(faults, text, code, at):
    assert faults(text) == [(code, at)]


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("len(event.tags) > 1", "write size(…)"),
        ("starts_with(event.name, 'a')", "write startswith(…)"),
        ("rond(event.score) > 1", "did you mean round?"),
        ("ROUND(event.score) > 1", "did you mean round?"),
        ("contains(event.tags, 'a')", "write 'a' in event.tags"),
        ("abs(event.tags) > 1", "write size(event.tags)"),
        ("hours_between(time, '2026-03-01') > 1", "write timestamp('2026-03-01')"),
    ],
)
def test_the_way_out_of_a_wrong_call_is_named(fault, text, help):
    assert fault(text).help == help
