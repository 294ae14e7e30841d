"""What stands behind a condition is read where that condition holds."""

import pytest

from engine.expressions import Wants, compile_expression


@pytest.mark.parametrize(
    "text",
    [
        "has(event.bonus) and event.bonus > 3",
        "has(event.bonus) and event.passed and event.bonus > 3",
        "event.passed and (has(event.bonus) and event.bonus > 3)",
        "(event.passed and has(event.bonus)) and event.bonus > 3",
        "not has(event.bonus) or event.bonus > 3",
        "not (has(event.bonus) and event.bonus > 3)",
        "not (not has(event.bonus)) and event.bonus > 3",
        "not (not has(event.bonus) or event.passed) and event.bonus > 3",
        "event.bonus > 3 if has(event.bonus) else false",
        "true if not has(event.bonus) else event.bonus > 3",
        "event.bonus > 3 if has(event.bonus) and event.passed else false",
        "(has(event.bonus) and has(event.note) or has(event.bonus) and event.passed) and event.bonus > 3",
        "has(event.bonus) and event.bonus > 3 or event.passed",
        "has(event.extra) and event.extra.level > 3",
        "has(event.extra.level) and event.extra.level > 3",
        "has(event['bonus']) and event.bonus > 3",
        "has(event.note) and event.note == 'x'",
        "has(user.plan) and user.plan == 'x'",
        "default(event.bonus, 0) > 3",
        "default(user.plan, 'free') == 'free'",
        "has(event.place.zip) and event.place.zip == 'x'",
    ],
)
def test_a_guarded_field_may_be_read(faults, text):
    assert faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "event.bonus > 3 and has(event.bonus)",
        "has(event.bonus) or event.bonus > 3",
        "not has(event.bonus) and event.bonus > 3",
        "not (has(event.bonus) or event.passed) and event.bonus > 3",
        "(has(event.bonus) or event.passed) and event.bonus > 3",
        "event.passed if has(event.bonus) else event.bonus > 3",
        "has(event.note) and event.bonus > 3",
        "(has(event.bonus) and event.passed) or event.bonus > 3",
        "(event.passed if has(event.bonus) else false) and event.bonus > 3",
        "has(event.extra) and event.bonus > 3",
        "has(user.plan) and event.bonus > 3",
    ],
)
def test_a_field_that_the_condition_does_not_guard_may_not(faults, text):
    assert faults(text) == [("optional-field", "bonus")]


def test_has_of_a_group_says_nothing_of_its_optional_fields(faults):
    assert faults("has(event.place) and event.place.zip == 'x'") == [("optional-field", "zip")]


@pytest.mark.parametrize(
    "text",
    [
        "event.total > 0 and event.score / event.total > 0.5",
        "0 < event.total and event.score / event.total > 0.5",
        "event.total >= 1 and event.score // event.total > 5",
        "event.total != 0 and event.score % event.total > 5",
        "event.total == 0 or event.score / event.total > 0.5",
        "not event.total == 0 and event.score / event.total > 0.5",
        "event.score / event.total > 0.5 if event.total > 0 else false",
        "event.total > 5 and event.score > 3 and event.score / event.total > 0.5",
        "1 < event.total <= 100 and event.score / event.total > 0.5",
        "event.total in [5, 10] and event.score / event.total > 0.5",
        "event.total not in [0] and event.score / event.total > 0.5",
        "event.score > event.total > 0 and event.total / event.score < 1",
        "event['total'] > 0 and event.score / event.total > 0.5",
        "event.score / max(event.total, 1) > 0.5",
        "event.score / (event.total + 1) > 0.5",
        "event.score / (event.total * 2 + 0.5) > 0.5",
        "event.score / (event.total if event.total > 0 else 1) > 0.5",
        "event.score / 100 > 0.5",
        "event.score / -2 < 1",
        "event.score / abs(-3) > 0.5",
        "event.score / time.month > 0.5",
        "event.score / size(catalog.providers) > 0.5",
        "size(event.tags) > 0 and event.score / size(event.tags) > 0.5",
        "event.score - event.total != 0 and 1 / (event.score - event.total) > 0.5",
        "1 / 2 / 4 > 0",
        "event.total > 0 and event.score / (event.total / 2) > 1",
        "event.total > 0 and event.score / (event.total * event.total) > 1",
    ],
)
def test_a_divisor_that_is_kept_from_0_is_none_to_warn_of(warnings, text):
    assert [code for code, _ in warnings(text) if code == "possible-zero-division"] == []


@pytest.mark.parametrize(
    ("text", "divisor"),
    [
        ("event.score / event.total > 0.5", "event.total"),
        ("event.score // event.total > 0.5", "event.total"),
        ("event.score % event.total > 0.5", "event.total"),
        ("event.score / (event.total - 1) > 0.5", "event.total - 1"),
        ("event.score / -event.total > 0.5", "-event.total"),
        ("event.score / size(event.tags) > 0.5", "size(event.tags)"),
        ("event.score / default(event.bonus, 1) > 0.5", "default(event.bonus, 1)"),
        ("event.score / (event.total % 3) > 0.5", "event.total % 3"),
        ("event.score / floor(event.score) > 0.5", "floor(event.score)"),
        ("event.score / time.hour > 0.5", "time.hour"),
        ("event.score / 0 > 0.5", "0"),
        ("event.total >= 0 and event.score / event.total > 0.5", "event.total"),
        ("event.total > 0 or event.score / event.total > 0.5", "event.total"),
        ("event.score / event.total > 0.5 and event.total > 0", "event.total"),
        ("event.total > 0 and event.total / event.score > 0.5", "event.score"),
        ("(event.total > 0 or event.passed) and event.score / event.total > 0.5", "event.total"),
    ],
)
def test_a_divisor_that_can_be_0_is_a_warning_at_the_divisor(warnings, text, divisor):
    assert [found for found in warnings(text) if found[0] == "possible-zero-division"] == [
        ("possible-zero-division", divisor)
    ]


@pytest.mark.parametrize(
    ("schema", "warned"),
    [
        ({"type": "integer", "minimum": 1}, False),
        ({"type": "number", "exclusiveMinimum": 0}, False),
        ({"type": "number", "maximum": -0.5}, False),
        ({"enum": [1, 2, 4]}, False),
        ({"const": 3}, False),
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 10}, False),
        ({"type": "integer", "minimum": 0, "not": {"const": 0}}, False),
        ({"allOf": [{"type": "integer"}, {"minimum": 1}]}, False),
        ({"type": "number", "minimum": 0}, True),
        ({"type": "number", "exclusiveMinimum": -1}, True),
        ({"type": "integer", "exclusiveMinimum": -1}, True),
        ({"enum": [0, 1]}, True),
        ({"type": "number"}, True),
    ],
)
def test_the_schema_can_keep_a_divisor_from_0(warnings, schema, warned):
    found = warnings("1 / event.by", Wants.NUMBER, by=schema)
    assert found == ([("possible-zero-division", "event.by")] if warned else [])


def test_a_divisor_is_warned_of_once(warnings):
    text = "event.score / event.total > 1 and event.score / event.total < 2"
    assert warnings(text) == [("possible-zero-division", "event.total")]


def test_a_condition_known_to_hold_guards_another_expression(compiled, scope):
    when = compiled("has(event.bonus) and event.total > 0", Wants.CONDITION).expression
    bare = compile_expression("event.bonus / event.total", scope, Wants.NUMBER)
    guarded = compile_expression("event.bonus / event.total", scope, Wants.NUMBER, given=when)
    assert [found.code for found in (*bare.faults, *bare.warnings)] == ["optional-field", "possible-zero-division"]
    assert guarded.expression is not None and guarded.warnings == ()
