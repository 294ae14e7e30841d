"""Payloads against their schemas: what is refused, and why, in sentences."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.payloads import PayloadCheck
from engine.payloads.quick import quick_look

ORDER = {
    "type": "object",
    "required": ["amount", "kind"],
    "properties": {
        "amount": {"type": "number", "minimum": 0, "multipleOf": 0.01},
        "kind": {"enum": ["shop", "app"]},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "items": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
        "code": {"type": "string", "pattern": "^[A-Z]+$", "maxLength": 3},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, []),
        ({"amount": Decimal("0.30")}, []),
        ({"amount": Decimal("0.305")}, ["data.amount: must be a multiple of 0.01, not 0.305"]),
        ({"amount": True}, ["data.amount: must be a number, not true or false"]),
        ({"amount": "5"}, ["data.amount: must be a number, not a text"]),
        ({"amount": -1}, ["data.amount: must be 0 or more, not -1"]),
        ({"kind": "ap"}, ["data.kind: cannot be ap (did you mean app?)"]),
        ({"at": "2026-03-01T09:30:00Z"}, []),
        ({"at": "2026-03-01T09:30:00"}, ["data.at: is not a date-time: 2026-03-01T09:30:00"]),
        ({"at": "2026-02-30T09:30:00Z"}, ["data.at: is not a date-time: 2026-02-30T09:30:00Z"]),
        ({"day": "2026-02-28"}, []),
        ({"day": "2026-02-30"}, ["data.day: is not a date: 2026-02-30"]),
        ({"items": [{"n": 1.0}, {"n": 2}]}, []),
        ({"items": [{"n": 1}, {"n": 1.5}]}, ["data.items[1].n: must be a whole number, not 1.5"]),
        ({"code": "ABCD"}, ["data.code: must have 3 characters or fewer, not 4"]),
        ({"code": "A\n"}, ["data.code: does not fit the pattern ^[A-Z]+$: A\n"]),
        ({"amonut": 1}, ["data.amonut: is not a field of this event (did you mean amount?)"]),
        ({"items": None}, ["data.items: must be a list, not nothing"]),
    ],
)
def test_a_refusal_names_the_field_and_the_reason(change: dict, reasons: list[str]) -> None:
    check = PayloadCheck(ORDER)
    assert check({"amount": 5, "kind": "app", **change}) == reasons
    assert check.reasons({"amount": 5, "kind": "app", **change}) == reasons


def test_every_missing_field_is_named() -> None:
    assert PayloadCheck(ORDER)({}) == ["data.amount: is missing", "data.kind: is missing"]


@pytest.mark.parametrize("amount", [1e300, 10**40, Decimal("12345678901234567890123456789012345.5"), Decimal("1e-300")])
def test_numbers_of_any_size_are_judged(amount: object) -> None:
    check = PayloadCheck({"properties": {"a": {"type": "integer"}, "b": {"multipleOf": 0.01, "maximum": 1e308}}})
    assert isinstance(check({"a": amount, "b": amount}), list)


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_data_that_is_no_object_is_refused(data: object) -> None:
    assert PayloadCheck({})(data) == ["data: must be keys and values"]


def test_data_nested_deeper_than_a_recursive_schema_can_follow_is_refused() -> None:
    check = PayloadCheck({"type": "object", "properties": {"a": {"$ref": "#"}}})
    data: dict = {}
    for _ in range(5000):
        data = {"a": data}
    assert check(data) == ["data: is nested too deeply"]


def test_a_very_long_text_does_not_fit_a_pattern_that_repeats() -> None:
    check = PayloadCheck({"properties": {"a": {"type": "string", "pattern": "^.*a.*b$"}}})
    assert check({"a": "ab"}) == []
    assert check({"a": "a" * 100_000})


NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(-3, 3).map(lambda x: round(x, 1))
    | st.sampled_from(["", "x", "yy"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["number", "integer"])},
    optional={
        "minimum": st.integers(-2, 2),
        "maximum": st.floats(-2, 2),
        "exclusiveMinimum": st.integers(-2, 2),
        "multipleOf": st.sampled_from([1, 2]),
    },
)
TEXTS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(0, 2),
        "enum": st.just(["x", 3]),
        "const": st.just("x"),
    },
)
OTHERS = st.sampled_from(
    [{}, {"type": "boolean"}, {"type": "null"}, {"type": ["number", "null"]}, {"enum": [1, "x", None]}]
)
SCHEMAS = st.recursive(
    NUMBERS | TEXTS | OTHERS,
    lambda inner: (
        st.fixed_dictionaries(
            {"type": st.just("array")},
            optional={"items": inner, "minItems": st.integers(0, 2), "uniqueItems": st.booleans()},
        )
        | st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=3)},
            optional={"required": st.lists(NAMES, unique=True), "additionalProperties": st.booleans() | inner},
        )
        | st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)})
    ),
    max_leaves=5,
)


@settings(max_examples=500, deadline=None)
@given(SCHEMAS, VALUES)
def test_a_quick_look_a_thorough_one_and_the_library_agree(schema: dict, value: object) -> None:
    accepted = Draft202012Validator(schema).is_valid(value)
    assert (not PayloadCheck({"properties": {"f": schema}}).reasons({"f": value})) == accepted
    look = quick_look(schema)
    assert look is None or accepted or not look(value)


@settings(max_examples=200, deadline=None)
@given(SCHEMAS, VALUES)
def test_a_quick_look_says_yes_to_what_fits(schema: dict, value: object) -> None:
    look = quick_look(schema)
    if look is not None and Draft202012Validator(schema).is_valid(value) and "." not in repr(value):
        assert look(value)
