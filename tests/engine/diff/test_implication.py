"""Whether one condition holds whenever another one does."""

import re
from random import Random
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import Calendar, Moment
from engine.diff.conditions import Catalogs, condition_of
from engine.diff.implication import fails_with, holds_with
from engine.expressions import Context, EvaluationError, Expression, Scope, Wants, compile_expression
from tests.reference.palette import ANYWHERE, ATTRIBUTES, CONDITIONS, EVENTS, data_of
from tests.reference.palette import CATALOGS as LISTS

NUMBER, TEXT, FLAG = {"type": "number"}, {"type": "string"}, {"type": "boolean"}
PAYLOAD = {
    "type": "object",
    "required": ["score", "total", "passed", "country"],
    "properties": {
        "score": NUMBER,
        "total": NUMBER,
        "passed": FLAG,
        "country": TEXT,
        "coupon": TEXT,
        "due": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": TEXT},
    },
}
CATALOGS = Catalogs({"countries": ("de", "np"), "more": ("de", "np", "us"), "numbers": (1, 2)})
NUMBERS = re.compile(r"(?<![\w.\"-])\d+(?![\w.\"-])")
SCOPE = Scope({"quiz": PAYLOAD}, {}, CATALOGS.items)


def expression(text: str) -> Expression:
    compiled = compile_expression(text, SCOPE, Wants.CONDITION).expression
    assert compiled is not None, text
    return compiled


def follows(one: str, other: str) -> bool:
    return holds_with(condition_of(expression(one), CATALOGS), condition_of(expression(other), CATALOGS))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("event.score >= 85", "event.score >= 80"),
        ("event.score > 80", "event.score >= 80"),
        ("event.score <= 3", "event.score < 4"),
        ("event.score == 5", "event.score >= 5"),
        ("event.score in [5, 7]", "3 < event.score <= 7"),
        ("3 <= event.score <= 5", "event.score < 6"),
        ("10 > event.score", "event.score < 11"),
        ("event.score / event.total * 100 >= 90", "event.score / event.total * 100 >= 85"),
        ("event.score > event.total", "event.total <= event.score"),
        ("event.score > event.total", "event.score != event.total"),
        ("event.score >= 85 and event.passed", "event.passed"),
        ("event.passed and event.score >= 85", "event.score >= 80"),
        ("event.passed", "event.passed or event.score > 3"),
        ("event.passed", "has(event.coupon) or event.passed"),
        ("event.passed or event.score > 4", "event.passed or event.score > 3 or event.total > 1"),
        ("event.score > 3 or event.passed and event.total > 5", "event.score > 3 or event.passed"),
        ("not (event.score < 5 or event.passed)", "event.score >= 4 and not event.passed"),
        ('event.country == "de"', "event.country in catalog.countries"),
        ("event.country in catalog.countries", "event.country in catalog.more"),
        ("event.country not in catalog.more", "event.country not in catalog.countries"),
        ("event.country in catalog.countries", 'event.country != "us"'),
        ('event.country not in ["us", "fr"]', 'event.country != "us"'),
        ("event.score > 7", "event.score not in [1, 2, 7]"),
        ("event.score in catalog.numbers", "event.score < 3"),
        ('time >= timestamp("2026-03-12")', 'time > timestamp("2026-03-11")'),
        ('time < timestamp("2026-03-12T01:00:00+01:00")', 'time <= timestamp("2026-03-12T00:00:00Z")'),
        ('has(event.tags) and "a" in event.tags', "has(event.tags)"),
        ("has(event.due) and event.due > time", "has(event.due) and event.due >= time"),
        ("time.hour >= 20", "time.hour >= 18"),
        ("time.is_weekend and time.hour < 12", "time.is_weekend"),
    ],
)
def test_a_narrower_condition_is_seen_to_be_narrower(narrow: str, wide: str) -> None:
    assert follows(narrow, wide) and not follows(wide, narrow)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("event.passed == true", "event.passed"),
        ("not event.passed", "event.passed != true"),
        ("not (event.score < 5 and event.passed)", "event.score >= 5 or not event.passed"),
        ('event.country == "de" or event.country == "np"', "event.country in catalog.countries"),
        ("event.score > 3 and event.score > 5", "event.score > 5"),
    ],
)
def test_two_spellings_of_one_condition_follow_from_each_other(one: str, other: str) -> None:
    assert follows(one, other) and follows(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("event.score >= 80", "event.score > 80"),
        ("event.score >= 80", "event.total >= 80"),
        ("event.passed", "event.score > 3 or event.passed"),
        ("event.score != 5", "event.score > 5"),
        ("event.score < 5", "event.score != 4"),
        ("event.passed or event.score > 3", "event.passed"),
        ("event.country in catalog.more", "event.country in catalog.countries"),
        ("not (event.score >= 5)", "event.score >= 4"),
        ('time >= timestamp("2026-03-12")', 'time >= timestamp("2026-03-11T00:00:00Z")'),
        ('time == timestamp("2026-03-12")', 'time != timestamp("2026-03-12T00:00:00Z")'),
        ("event.score % 2 == 0", "event.score % 4 == 0"),
        ("event.score >= event.total", "event.score > event.total"),
        ("event.passed if event.score > 1 else false", "event.passed"),
    ],
)
def test_what_does_not_follow_is_not_said_to(one: str, other: str) -> None:
    assert not follows(one, other)


def test_a_condition_with_very_many_ways_to_hold_is_not_looked_through() -> None:
    either = " and ".join(f"(event.score > {n} or event.total > {n})" for n in range(9))
    assert not follows(either, "event.score > 0 or event.total > 0")


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        ("event.score >= 85", "event.score >= 80", True),
        ("event.passed and event.score > 3", "event.passed", True),
        ("event.score > 3 and event.passed", "event.passed", False),
        ("has(event.coupon) and event.passed", "event.passed", False),
        ("event.passed", "event.passed or event.score > 3", True),
        ("event.passed", "has(event.coupon) or event.passed", False),
        ("time.is_weekend and has(event.coupon)", "has(event.coupon)", True),
    ],
)
def test_a_part_that_can_fail_is_not_a_miss(narrow: str, wide: str, expected: bool) -> None:
    one, other = (condition_of(expression(text), CATALOGS) for text in (narrow, wide))
    assert holds_with(one, other) and fails_with(one, other) is expected


def outcome(condition: Expression, context: Context) -> bool | None:
    """What a condition comes out as; None where it fails."""
    try:
        return bool(condition.evaluate(context))
    except EvaluationError:
        return None


def random_conditions(rng: Random, type: str, scope: Scope) -> list[Expression]:
    """Conditions on events of a type that are put together from the same few parts, with other limits."""
    pool = [rng.choice(CONDITIONS[type] * 2 + ANYWHERE) for _ in range(3)]
    pool += [
        re.sub(r"(?<![\w.\"-])\d+(?![\w.\"-])", lambda m: str(int(m[0]) + rng.choice([-1, 1])), one) for one in pool
    ]
    texts = [f" {rng.choice(['and', 'or'])} ".join(rng.sample(pool, rng.randint(1, 3))) for _ in range(12)]
    texts = [f"not ({text})" if rng.random() < 0.2 else text for text in texts]
    compiled = [compile_expression(text, scope, Wants.CONDITION).expression for text in texts]
    return [one for one in compiled if one is not None]


def random_context(rng: Random, type: str) -> Context:
    """Some event of a type, now and then with a field less than its schema demands."""
    data = {name: value for name, value in data_of(rng, type).items() if rng.random() < 0.95}
    moment = Moment(rng.randint(1_772_000_000, 1_776_000_000) * 1_000_000, Calendar(ZoneInfo("Asia/Kathmandu")))
    return Context(data, type, rng.choice(["app", "web"]), {"id": "u1", "plan": "gold", "level": 2}, moment)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_of_two_conditions_is_so_on_random_events(seed: int) -> None:
    rng = Random(seed)
    type = rng.choice(sorted(EVENTS))
    catalogs = Catalogs({name: tuple(items) for name, items in LISTS.items()})
    scope = Scope({type: EVENTS[type]["payload"]}, ATTRIBUTES["properties"], catalogs.items)
    conditions = random_conditions(rng, type, scope)
    contexts = [random_context(rng, type) for _ in range(60)]
    for one in conditions:
        for other in conditions:
            narrow, wide = condition_of(one, catalogs), condition_of(other, catalogs)
            if holds_with(narrow, wide):
                outcomes = [(outcome(one, context), outcome(other, context)) for context in contexts]
                assert all(second for first, second in outcomes if first), (one.text, other.text)
                if fails_with(narrow, wide):
                    assert all(first is False for first, second in outcomes if second is False), (one.text, other.text)
