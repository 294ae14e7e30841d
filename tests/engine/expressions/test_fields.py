"""What may be named, how it is read, and what a schema must say of it."""

import pytest

from engine.expressions import Scope, Wants, compile_expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("event.score", 57),
        ('event["score"]', 57),
        ("event['odd-name']", 7),
        ("event . score", 57),
        ("(event).score", 57),
        ("event.place.city", "Paris"),
        ("event['place']['city']", "Paris"),
        ("event.größe", 1.75),
        ("event.tags", ["math", "history"]),
        ("type", "quiz"),
        ("source", "app"),
        ("user.id", "u1"),
        ("user['id']", "u1"),
    ],
)
def test_a_name_is_read(evaluate, text, value):
    assert evaluate(text) == value


def test_an_attribute_of_the_user_is_read(evaluate, failure):
    assert evaluate("user.age + 1", user={"age": 41}) == 42
    assert failure("user.age + 1") == "user.age is missing"
    assert failure("user['age' ] + 1") == "user['age' ] is missing"


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("event.scroe > 3", "unknown-field", "scroe"),
        ("event['scroe'] > 3", "unknown-field", "'scroe'"),
        ("event.place.town == 'x'", "unknown-field", "town"),
        ("event.plaec.city == 'x'", "unknown-field", "plaec"),
        ("event.score.x > 3", "unknown-field", "x"),
        ("event.odd-name > 3", "unknown-field", "odd"),
        ("event.name.upper == 'X'", "unknown-field", "upper"),
        ("user.plann == 'x'", "unknown-field", "plann"),
        ("user.id.x == 'x'", "unknown-field", "x"),
        ("time.hours > 3", "unknown-field", "hours"),
        ("time.date.year > 3", "unknown-field", "year"),
        ("type.x == 'x'", "unknown-field", "x"),
        ("'a' in catalog.provider", "unknown-catalog", "provider"),
        ("'a' in catalog['provider']", "unknown-catalog", "'provider'"),
        ("'a' in catalog", "unknown-catalog", "catalog"),
        ("'a' in catalog.providers.x", "unknown-field", "x"),
        ("score > 3", "unknown-name", "score"),
        ("evnt.score > 3", "unknown-name", "evnt"),
        ("event.kind == quiz", "unknown-name", "quiz"),
        ("ｅｖｅｎｔ.score > 3", "unknown-name", "ｅｖｅｎｔ"),
        ("event.passed == True", "unknown-name", "True"),
        ("event.passed != False", "unknown-name", "False"),
        ("event > 3", "type-mismatch", "event"),
        ("user == 'u1'", "type-mismatch", "user"),
        ("event.place == 'x'", "type-mismatch", "place"),
        ("event.anything == 'x'", "type-mismatch", "anything"),
        ("event.mixed == 'x'", "type-mismatch", "mixed"),
        ("event.bonus > 3", "optional-field", "bonus"),
        ("event['bonus'] > 3", "optional-field", "'bonus'"),
        ("event.note == 'x'", "optional-field", "note"),
        ("event.extra.level > 3", "optional-field", "extra"),
        ("event.place.zip == 'x'", "optional-field", "zip"),
        ("user.plan == 'x'", "optional-field", "plan"),
    ],
)
def test_a_name_that_cannot_be_read_is_one_fault_at_that_name(faults, text, code, at):
    assert faults(text) == [(code, at)]


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("event.scroe > 3", "did you mean score?"),
        ("event.Score > 3", "did you mean score?"),
        ("event.oddname > 3", "did you mean odd-name?"),
        ("event.odd-name > 3", 'write event["odd-name"]'),
        ("user.pln == 'x'", "did you mean plan?"),
        ("time.weekdy == 'x'", "did you mean weekday?"),
        ("'a' in catalog.provider", "did you mean providers?"),
        ("score > 3", "did you mean event.score?"),
        ("plan == 'x'", "did you mean user.plan?"),
        ("weekday == 'monday'", "did you mean time.weekday?"),
        ("'x' in providers", "did you mean catalog.providers?"),
        ("evnt.score > 3", "did you mean event?"),
        ("EVENT.score > 3", "did you mean event?"),
        ("ｅｖｅｎｔ.score > 3", "did you mean event?"),
        ("event.kind == quiz", 'if it is a text, put it in quotes: "quiz"'),
        ("event.passed == True", "did you mean true?"),
        ("event.tags.length > 1", "write size(event.tags)"),
        ("event.name.lower == 'x'", "write lower(event.name)"),
        ("event.bonus > 3", "write has(event.bonus) and … before it, or default(event.bonus, 0)"),
        ("user.plan == 'x'", 'write has(user.plan) and … before it, or default(user.plan, "")'),
        ("event.extra.level > 3", "write has(event.extra) and … before it, or default(event.extra.level, 0)"),
    ],
)
def test_a_near_name_is_suggested(fault, text, help):
    assert fault(text).help == help


def test_every_wrong_name_is_reported(faults):
    found = faults("event.scroe > 3 and user.plann == 'x' and event.bonus > 1 and 'a' in catalog.nope")
    assert found == [
        ("unknown-field", "scroe"),
        ("unknown-field", "plann"),
        ("optional-field", "bonus"),
        ("unknown-catalog", "nope"),
    ]


def test_a_field_that_can_be_missing_is_reported_once(faults):
    assert faults("event.bonus > 3 and event.bonus < 9") == [("optional-field", "bonus")]


def test_metadata_may_read_optional_fields_unguarded(faults, evaluate, failure):
    assert faults("event.bonus * 2", Wants.ANY) == []
    assert evaluate("event.bonus * 2", bonus=3) == 6
    assert failure("event.bonus * 2") == "event.bonus is missing"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("score", "57", "event.score is text, where a number is due"),
        ("score", True, "event.score is true or false, where a number is due"),
        ("passed", 1, "event.passed is a number, where true or false is due"),
        ("name", 5, "event.name is a number, where text is due"),
        ("name", ["a"], "event.name is a list, where text is due"),
        ("tags", "math", "event.tags is text, where a list is due"),
        ("tags", {"a": 1}, "event.tags is a group of fields, where a list is due"),
        ("score", None, "event.score is missing"),
        ("at", 5, "event.at is a number, where a timestamp is due"),
    ],
)
def test_a_stored_value_of_another_kind_fails_with_its_name(failure, field, value, why):
    assert failure(f"event.{field}", **{field: value}) == why


def test_a_step_that_is_no_group_of_fields_is_missing(failure):
    assert failure("event.place.city", place="Paris") == "event.place.city is missing"


def test_null_is_a_missing_value(compiled, context, failure):
    data = context()
    data.data["score"] = None
    with pytest.raises(Exception, match="event.score is missing"):
        compiled("event.score + 1").expression.evaluate(data)
    assert failure("event.name if not event.passed else null") == "null is a missing value"


QUIZ = {
    "properties": {"n": {"type": "integer"}, "x": {"type": "string"}, "q": {"type": "number"}},
    "required": ["n", "x", "q"],
}
EXAM = {"properties": {"n": {"type": "number"}, "x": {"type": "number"}}, "required": ["n", "x"]}


def _faults(text, triggers, user=None, catalogs=None):
    compilation = compile_expression(text, Scope(triggers, user or {}, catalogs or {}), Wants.CONDITION)
    return [(fault.code, text[fault.start : fault.end], fault.message) for fault in compilation.faults]


def test_a_field_is_looked_up_in_every_trigger():
    both = {"quiz": QUIZ, "exam": EXAM}
    assert _faults("event.n > 3", both) == []
    assert _faults("event.q > 3", both) == [("optional-field", "q", "event.q can be missing")]
    assert _faults("event['q'] > 3", both) == [("optional-field", "'q'", "event['q'] can be missing")]
    assert _faults("has(event.q) and event.q > 3", both) == []
    assert _faults("event.x == 'a'", both) == [
        ("type-mismatch", "x", "event.x is text in quiz but a number in exam"),
    ]
    assert _faults("event.y > 3", both) == [("unknown-field", "y", "quiz and exam declare no field y")]


def test_a_threshold_reads_catalogs_alone():
    assert _faults("size(catalog.c) > 1", {}, catalogs={"c": (1, 2)}) == []
    for name in ("event.x", "user.id", "time.hour", "type", "source"):
        (found,) = _faults(f"{name} == 1", {}, {"id": {"type": "string"}}, {"c": (1,)})
        assert found[:2] == ("unknown-name", name.split(".")[0])


def _type(schema, defs=None, text="event.f"):
    payload = {"properties": {"f": schema}, "required": ["f"], "$defs": defs or {}}
    compilation = compile_expression(text, Scope({"quiz": payload}, {}, {}), Wants.KEY)
    return compilation.expression.type if compilation.expression else [fault.code for fault in compilation.faults]


@pytest.mark.parametrize(
    ("schema", "type"),
    [
        ({"type": "integer"}, "number"),
        ({"type": ["number"]}, "number"),
        ({"type": ["integer", "number"]}, "number"),
        ({"enum": ["a", "b"]}, "text"),
        ({"const": 5}, "number"),
        ({"enum": [True]}, "boolean"),
        ({"$ref": "#/$defs/name"}, "text"),
        ({"allOf": [{"$ref": "#/$defs/name"}, {"minLength": 2}]}, "text"),
        ({"anyOf": [{"type": "integer"}, {"type": "number", "minimum": 3}]}, "number"),
        ({"type": "string", "anyOf": [{"minLength": 2}, {"pattern": "a"}]}, "text"),
        ({"$ref": "#/properties/f/$defs/inner", "$defs": {"inner": {"type": "boolean"}}}, "boolean"),
        ({}, ["type-mismatch"]),
        (True, ["type-mismatch"]),
        ({"type": ["string", "number"]}, ["type-mismatch"]),
        ({"type": "null"}, ["type-mismatch"]),
        ({"enum": ["a", 1]}, ["type-mismatch"]),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, ["type-mismatch"]),
        ({"anyOf": [{"type": "string"}, {}]}, ["type-mismatch"]),
        ({"$ref": "#/$defs/nothing"}, ["type-mismatch"]),
        ({"$ref": "#/$defs/circle"}, ["type-mismatch"]),
        ({"$ref": "https://example.com/schema"}, ["type-mismatch"]),
        ({"type": ["string", "null"]}, ["optional-field"]),
        ({"enum": ["a", None]}, ["optional-field"]),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, ["optional-field"]),
    ],
)
def test_a_schema_declares_one_type_or_none(schema, type):
    defs = {"name": {"type": "string"}, "circle": {"anyOf": [{"$ref": "#/$defs/circle"}]}}
    assert _type(schema, defs) == type


@pytest.mark.parametrize(
    "payload",
    [
        None,
        True,
        {"properties": []},
        {"properties": {"f": 3}},
        {"properties": {"f": {"type": 3}}},
        {"properties": {"f": {"type": [3, {}]}}},
        {"properties": {"f": {"enum": 3, "minimum": "a", "maximum": 10**400}}},
        {"properties": {"f": {"$ref": 3, "allOf": 3, "anyOf": {}}}},
        {"properties": {"f": {"type": "array", "items": {"$ref": "#/properties/f"}}}},
        {"$ref": "#", "allOf": [{"$ref": "#"}], "required": 3},
    ],
)
def test_a_schema_that_is_none_breaks_nothing(payload):
    for text in ("event.f > 3", "has(event.f)", "3 in event.f", "event.f.g == 'a'"):
        compile_expression(text, Scope({"quiz": payload}, {"f": payload}, {}), Wants.CONDITION)


def test_what_an_expression_reads_is_known(compiled):
    expression = compiled(
        "has(event.extra.level) and event.score > 1 and user.id != 'x' and 'a' in catalog.providers and time.hour > 1"
    ).expression
    assert expression.reads == {("event", "extra", "level"), ("event", "score"), ("user", "id"), ("time", "hour")}
    assert expression.catalogs == {"providers"}
    assert expression.type == "boolean"
