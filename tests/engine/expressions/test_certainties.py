"""Conditions whose result no event can change: a warning of the whole expression, and never a false one."""

import pytest


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "1 == 1",
        "1 < 2",
        "not false",
        "event.score >= 0",
        "event.score > -1",
        "event.total != -5",
        "event.score >= 0 and event.total >= 0",
        "event.score > 3 or event.score <= 3",
        "event.total > 0 or event.total == 0",
        "event.passed or not event.passed",
        "event.kind == 'quiz' or event.kind == 'exam'",
        "event.kind in ['quiz', 'exam', 'other']",
        "event.kind not in ['other']",
        "event.kind != 'other'",
        "has(event.score)",
        "has(user.id)",
        "size(event.tags) >= 0",
        "size(catalog.providers) == 3",
        "time.month <= 12",
        "time.hour < 24",
        "time.weekday != 'Monday'",
        "type == 'quiz'",
        "event.name == event.name",
        "event.score * 2 >= 0",
        "abs(event.größe) >= 0",
        "event.score % 3 < 3",
        "true if event.passed else true",
        "default(event.extra.level, 0) == 0 or default(event.extra.level, 0) != 0",
    ],
)
def test_a_condition_that_always_holds_is_a_warning(warnings, text):
    assert warnings(text) == [("always-true", text)]


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "1 == 2",
        "event.score < 0",
        "event.total == -1",
        "event.total == 2.5",
        "event.kind == 'other'",
        "event.kind in ['other', 'Quiz']",
        "event.kind == 'quiz' and event.kind == 'exam'",
        "event.score > 5 and event.score < 3",
        "event.score > 5 and event.score <= 5",
        "event.total > 2 and event.total < 3",
        "event.score == 5 and event.score == 6",
        "event.passed and not event.passed",
        "event.passed == true and event.passed == false",
        "not has(event.score)",
        "size(event.tags) < 0",
        "size(catalog.empty) > 0",
        "time.hour > 23",
        "time.weekday == 'Monday'",
        "time.month == 13",
        "type == 'login'",
        "event.score != event.score",
        "event.total in [-1, -2]",
        "'mistral' in catalog.providers",
        "event.score - event.score > 0 and false",
    ],
)
def test_a_condition_that_can_never_hold_is_a_warning(warnings, text):
    assert warnings(text) == [("never-true", text)]


@pytest.mark.parametrize(
    "text",
    [
        "event.score > 0",
        "event.score >= 5 and event.score <= 5",
        "event.score > 5 or event.score < 5",
        "event.score > 5 and event.total < 3",
        "event.kind == 'quiz'",
        "event.kind == 'quiz' and event.name == 'exam'",
        "event.name == 'a' and event.name != 'b'",
        "event.name in ['a'] or event.name in ['b']",
        "event.passed",
        "not event.passed",
        "event.passed and event.score > 5",
        "has(event.bonus)",
        "has(event.bonus) and event.bonus >= 0",
        "event.größe > 0 and event.größe > 5",
        "event.score - event.total > 0",
        "event.score * event.größe > 0",
        "event.score / 3 > 1",
        "round(event.score, 1) > 0",
        "floor(event.größe) == event.größe",
        "event.score in event.points",
        "event.name in event.tags",
        "event.name == upper(event.name)",
        "event.total == 3.0000000000001",
        "event.score >= 0 and event.passed",
        "max(event.points) > 3",
        "time > timestamp('2026-01-01')",
        "'a' in event.tags and 'b' in event.tags",
        "1 < event.score < 3",
        "size(event.name) > 3",
        "days_between(event.day, time) > 3",
        "event.at > event.day",
    ],
)
def test_any_other_condition_is_not(warnings, text):
    assert warnings(text) == []


@pytest.mark.parametrize("text", ["floor({}) > 3", "event.score / ({}) > 3", "{} == 3.5", "event.score < -{} - {}"])
def test_what_grows_beyond_all_numbers_is_checked_all_the_same(compiled, text):
    large = " * ".join(["9007199254740992"] * 25)
    assert compiled(text.replace("{}", large)).expression is not None


def test_the_place_of_the_warning_is_the_whole_expression(compiled):
    from engine.expressions import Wants

    (warning,) = compiled("  (event.score >= 0)\n", Wants.CONDITION).warnings
    assert (warning.start, warning.end) == (2, 20)


def test_only_a_condition_is_judged(compiled):
    assert compiled("event.score >= 0").warnings == ()


@pytest.mark.parametrize(
    ("schema", "text", "code"),
    [
        ({"type": "number", "minimum": 0, "maximum": 100}, "event.f > 100", "never-true"),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 100}, "event.f >= 100", "never-true"),
        ({"type": "number", "minimum": 0, "maximum": 100}, "event.f <= 100", "always-true"),
        ({"type": "number", "minimum": 0, "maximum": 100}, "event.f >= 100", None),
        ({"type": "integer", "minimum": 1, "maximum": 1}, "event.f == 1", "always-true"),
        ({"type": "boolean", "enum": [True]}, "event.f", "always-true"),
        ({"const": False}, "event.f", "never-true"),
        ({"enum": [1, 2, 3]}, "event.f == 4", "never-true"),
        ({"enum": [1, 2, 3]}, "event.f in [1, 2]", None),
        ({"enum": [1, 3]}, "event.f == 2", "never-true"),
        ({"type": "string", "enum": ["a"]}, "event.f == 'a'", "always-true"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "'c' in event.f", "never-true"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "'a' in event.f", None),
        ({"type": "array", "items": {"const": "a"}}, "'a' not in event.f", None),
        ({"type": "array", "items": {"minimum": 3, "type": "number"}}, "2 in event.f", "never-true"),
        ({"enum": ["a", "b"]}, "event.f in event.tags", None),
    ],
)
def test_what_the_schema_leaves_possible_decides(warnings, schema, text, code):
    assert [found for found, _ in warnings(text, f=schema)] == ([code] if code else [])
