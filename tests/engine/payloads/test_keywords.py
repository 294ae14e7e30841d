"""The words of JSON Schema, and schemas that are plainly sound."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY

from engine.payloads import KEYWORDS
from engine.payloads.keywords import is_plain

META: Any = Draft202012Validator.META_SCHEMA
ODD = st.sampled_from(
    [True, 0, -1, 2.5, "", "x", "object", "date", "^a", "(", [], ["string"], ["a", "a"], [1], {}, {"a": True}]
)
WORDS = st.sampled_from(sorted(KEYWORDS - {"$vocabulary", "$recursiveRef", "$recursiveAnchor"}))
SCHEMAS = st.recursive(ODD, lambda inner: st.dictionaries(WORDS, inner, max_size=3), max_leaves=6)


def test_the_words_are_those_of_the_draft() -> None:
    parts = [REGISTRY.contents("https://json-schema.org/draft/2020-12/" + part["$ref"]) for part in META["allOf"]]
    assert {word for part in [*parts, META] for word in part["properties"]} == KEYWORDS


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(WORDS, SCHEMAS, max_size=4))
def test_what_is_plain_is_a_schema(schema: dict[str, Any]) -> None:
    assert not is_plain(schema) or Draft202012Validator(META).is_valid(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 0}}},
        {"properties": {"at": {"type": ["string", "null"], "format": "date-time", "description": "When."}}},
        {"type": "object", "properties": {"tags": {"type": "array", "items": {"enum": ["x"]}, "uniqueItems": True}}},
    ],
)
def test_what_nearly_everybody_writes_is_plain(schema: dict[str, Any]) -> None:
    assert is_plain(schema)
