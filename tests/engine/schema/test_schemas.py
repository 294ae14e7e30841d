"""The JSON Schemas of rule files: sound, described, free of noise, and one with the checker's quick look."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.documents import parse
from engine.measures import REGISTRY
from engine.schema import look_of, schema_of, schemas

KINDS = sorted(schemas())
RULES = Path(__file__).parents[3] / "rules"
FOLDERS = {"settings.yaml": "settings", "actions.yaml": "actions"}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all schemas in it."""
    if isinstance(schema, dict):
        yield schema
        for keyword, value in schema.items():
            inner = (
                value.values()
                if keyword in ("properties", "patternProperties")
                else value
                if isinstance(value, list)
                else [value]
            )
            for part in inner:
                yield from parts(part)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_of_draft_2020_12(kind: str) -> None:
    assert schema_of(kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema_of(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_a_description_for_hovering(kind: str) -> None:
    for part in parts(schema_of(kind)):
        more = part.get("additionalProperties")
        free = {"additionalProperties": more} if isinstance(more, dict) else {}
        for name, value in {**part.get("properties", {}), **part.get("patternProperties", {}), **free}.items():
            assert value.get("description") or "const" in value, name


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_free_of_noise(kind: str) -> None:
    assert not any("oneOf" in part for part in parts(schema_of(kind)))


def test_the_keys_of_every_measure_are_keys_of_badges_criteria_and_metrics() -> None:
    badge = schema_of("badge")["properties"]
    for keys in (badge, badge["criteria"]["items"]["properties"], schema_of("metric")["properties"]):
        assert {key for module in REGISTRY.values() for key in module.PARAMETERS} <= set(keys)


@pytest.mark.parametrize("file", sorted(RULES.rglob("*.yaml")), ids=lambda file: file.relative_to(RULES).as_posix())
def test_the_example_fits_the_schemas(file: Path) -> None:
    root, problems = parse(file.name, file.read_text("utf-8"))
    folder = file.relative_to(RULES).parts[0]
    assert root is not None and not problems
    Draft202012Validator(schema_of(FOLDERS.get(folder) or folder.removesuffix("s"))).validate(root.plain())


ODD = st.sampled_from(
    [None, True, 0, 1, 1.0, -1, 2.5, "", "x", "count", "streak", "event", "day", [], ["x"], ["x", "x"], {}, {"en": "x"}]
)
VALUES = ODD | st.dictionaries(
    st.sampled_from(["any", "of", "at_least", "from", "id", "threshold", "progress_at", "event"]), ODD, max_size=3
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_quick_look_accepts_what_a_thorough_one_does(kind: str, data: st.DataObject) -> None:
    keys = st.sampled_from([*sorted(schema_of(kind)["properties"]), "odd"])
    document = data.draw(st.dictionaries(keys, VALUES | st.lists(VALUES, max_size=2), max_size=6))
    root, _ = parse("x.yaml", json.dumps(document))
    assert root is not None
    assert LOOKS[kind](root) == Draft202012Validator(schema_of(kind)).is_valid(document)


LOOKS = {kind: look_of(schema_of(kind)) for kind in KINDS}
