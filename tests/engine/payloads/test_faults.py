"""Schemas of payloads: what is refused, and where."""

from typing import Any

import pytest

from engine.payloads import faults


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        fields(
            a={"type": ["number", "null"], "description": "x", "examples": [1], "default": 3, "x-note": {"type": 3}}
        ),
        fields(a={"$ref": "#/$defs/a"}) | {"$defs": {"a": {"type": "string"}}},
        fields(child={"$ref": "#"}),
        fields(properties={"type": "string"}, required={"type": "boolean"}),
        fields(a={"enum": [{"type": "nothing"}], "const": {"$ref": "nowhere"}}),
        fields(a=True, b={"type": "string", "format": "date-time", "pattern": "^[a-z]+(-[a-z]+)*$"}),
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [{"required": ["a"]}]},
        {"type": "object", "required": ["a"], "patternProperties": {"^a": {}}, "additionalProperties": False},
    ],
)
def test_a_sound_schema_has_no_fault(schema: dict[str, Any]) -> None:
    assert faults(schema) == []


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (fields(a={"type": "strng"}), ("properties", "a", "type")),
        (fields(a={"type": ["string", "nul"]}), ("properties", "a", "type", 1)),
        (fields(a="string"), ("properties", "a")),
        (fields(a={"minimum": "0"}), ("properties", "a", "minimum")),
        (fields(a={"enum": "x"}), ("properties", "a", "enum")),
        (fields(a={"minLength": -1}), ("properties", "a", "minLength")),
        ({"required": "a"}, ("required",)),
        ({"type": "array"}, ("type",)),
        (fields(a={"items": {"requierd": ["b"]}}), ("properties", "a", "items", "requierd")),
        (fields(a={"$ref": "other.json"}), ("properties", "a", "$ref")),
        (fields(a={"$ref": "#/$defs/b"}), ("properties", "a", "$ref")),
        (fields(a={"$ref": "#/properties/a"}), ("properties", "a", "$ref")),
        (fields(a={"anyOf": [{"$ref": "#/properties/a"}]}), ("properties", "a", "anyOf", 0, "$ref")),
        (fields(a={"$id": "x"}), ("properties", "a", "$id")),
        (fields(a={"$dynamicRef": "#x"}), ("properties", "a", "$dynamicRef")),
        (fields(a={"format": "datetime"}), ("properties", "a", "format")),
        (fields(a={"pattern": "(x+x+)+y"}), ("properties", "a", "pattern")),
        ({"patternProperties": {"(": {}}}, ("patternProperties", "(")),
        ({"required": ["a", "b"], "properties": {"a": {}}, "additionalProperties": False}, ("required", 1)),
    ],
)
def test_a_fault_is_told_once_with_its_path(schema: dict[str, Any], path: tuple[Any, ...]) -> None:
    (fault,) = faults(schema)
    assert fault.path == path


def test_all_faults_are_told_at_once() -> None:
    assert len(faults(fields(a={"type": "strng"}, b={"minimum": "0"}))) == 2
    assert len(faults(fields(a={"format": "datetime"}, b={"pattern": "("}))) == 2


def test_references_that_multiply_are_refused() -> None:
    parts: dict[str, Any] = {f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(40)}
    found = faults({"$ref": "#/$defs/d0", "$defs": {**parts, "d40": {"type": "object"}}})
    assert ("$ref",) in [fault.path for fault in found]
