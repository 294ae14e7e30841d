"""What is compiled for the payload alone comes to the same as the tree of functions, whatever the payload holds."""

import math
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from engine.expressions import Compilation, Context, EvaluationError, Wants
from engine.expressions.native import _least_equal
from engine.numeric import equal

SHORT = [
    "event.score >= 57",
    "event.score > 57.5",
    "event.score < -3",
    "event.score <= 0",
    "event.score == 57",
    "event.score != 0.1",
    "event.score >= 123456789012",
    "event.score / event.total * 100 >= 85",
    "event.score * event.score * event.score >= event.total",
    "event.score + event.total - event.größe",
    "event.score * event.total - event.größe * event.total / event.score",
    "event.score / event.größe / event.total * event.score + 1 > event.total",
    "event.total / (event.score / event.größe * event.total) - 1 < 5",
    "event.score // event.total == 2 or event.score % event.total > 1",
    "event.score == event.total",
    "event.score != event.größe",
    "event.score < event.total and event.score <= event.größe",
    "-event.score > event.total",
    'event.kind == "quiz"',
    'event.name != "Ada"',
    'event.name + "!" == "Ada!"',
    'event.kind in ["quiz", "exam"]',
    'event.name not in ["Ada", "Bob"]',
    "event.score in [1, 2.5, 57]",
    "event.score not in catalog.levels",
    "event.name in catalog.providers",
    "event.passed == true",
    "event.passed and event.score > 3",
    "not event.passed or event.total == 100",
    "event.score if event.passed else event.total",
    "has(event.bonus) and event.bonus > 2",
    "default(event.bonus, 5) >= 5",
    'default(event.note, "none") == "none"',
    'event.place.city == "Paris"',
    'event["odd-name"] >= 7',
    "round(event.score) >= 57 and max(event.score, event.total) > 1",
    "size(event.tags) >= 2",
    'contains(event.name, "da")',
]
LONG = ["user.id == event.name", "time.hour > 3", "event.at > time", 'type == "quiz"', "event.day.year == 2026"]
NUMBERS = [
    *(0, 1, -3, 7, 57, 100, 2**53, 2**53 + 1, 10**400),
    *(0.1, 57.0, 57.00000000001, 57.0000000000001, 56.99999999999999, 57.5, -0.0, 1e308, -1e308, 5e-324),
]
VALUES: list[Any] = [*NUMBERS, *NUMBERS, Decimal("57"), Decimal("1e999"), True, False, None, "57", "", "Ada", "quiz"]
ODD: list[Any] = [[], ["math", "history"], [1], {}, {"city": "Paris"}, {"city": 3}]
FIELDS = ("score", "total", "größe", "odd-name", "bonus", "note", "name", "kind", "passed", "tags", "place")
Compiled = Callable[..., Compilation]


def outcome(run: Callable[[Any], Any], given: Any) -> tuple[str, Any]:
    try:
        found = run(given)
    except EvaluationError as error:
        return ("failed", str(error))
    return (type(found).__name__, found)


@pytest.mark.parametrize("text", SHORT)
def test_it_comes_to_the_same_on_any_payload(text: str, compiled: Compiled, context: Callable[..., Context]) -> None:
    expression = compiled(text).expression
    assert expression is not None
    run, rng, plain = expression.of_payload(), Random(text), context()
    assert run is not None
    for _ in range(400):
        data = {**plain.data, **{name: rng.choice(VALUES) for name in rng.choices(FIELDS, k=rng.randint(0, 8))}}
        data |= {name: rng.choice(ODD) for name in rng.choices(FIELDS, k=rng.randint(0, 1))}
        data = {name: value for name, value in data.items() if rng.random() > 0.05}
        whole = Context(data, "quiz", "app", {"id": "u1"}, plain.moment)
        assert outcome(run, data) == outcome(expression.evaluate, whole), data


@pytest.mark.parametrize("text", LONG)
def test_what_reads_more_than_the_payload_has_no_short_cut(text: str, compiled: Compiled) -> None:
    expression = compiled(text).expression
    assert expression is not None and expression.of_payload() is None


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 57.5, -0.1, 1e-300, 99_999_999_999.0, -12345.678])
def test_the_least_number_that_equals_a_constant_is_the_last_one_that_does(value: float) -> None:
    least = _least_equal(value)
    assert equal(least, value) and not equal(math.nextafter(least, -math.inf), value)


def test_nothing_that_an_author_wrote_is_compiled(compiled: Compiled) -> None:
    expression = compiled('event["odd-name"] > 3 and event.name == "__import__"', Wants.CONDITION).expression
    assert expression is not None
    run: Any = expression.of_payload()
    assert "odd" not in str(run.__code__.co_names) and not {"__import__", "open"} & set(run.__globals__["__builtins__"])
    assert all(type(constant) in (int, type(None)) for constant in run.__code__.co_consts)
