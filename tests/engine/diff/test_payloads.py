"""What is told of an edited payload schema: which events are taken that were not, and which are refused."""

from typing import Any

import pytest

from engine.diff.payloads import compare_payloads

NUMBER, TEXT = {"type": "number"}, {"type": "string"}


def told(old: Any, new: Any) -> list[str]:
    return [f"{finding.direction}: {finding.sentence}" for finding in compare_payloads(old, new)]


def of(schema: Any, **more: Any) -> dict[str, Any]:
    """An object with one field."""
    return {"type": "object", "properties": {"score": schema}, **more}


@pytest.mark.parametrize(
    ("looser", "tighter", "sentence"),
    [
        (of(NUMBER), of(NUMBER, required=["score"]), "score is required now: an event without it is refused"),
        (of(NUMBER), of({"type": "integer"}), "score: type number → integer"),
        (of({"type": ["string", "null"]}), of(TEXT), "score: type string, null → string"),
        (of({"minimum": 0}), of({"minimum": 5}), "score: minimum 0 → 5"),
        (of({}), of({"maximum": 5}), "score: maximum none → 5"),
        (of({"maxLength": 9}), of({"maxLength": 5}), "score: maxLength 9 → 5"),
        (of({"enum": ["a", "b"]}), of({"enum": ["a"]}), "score: enum a, b → a"),
        (of(TEXT), of({**TEXT, "format": "date"}), "score: format none → date"),
        (of(TEXT), of(TEXT, additionalProperties=False), "payload: additionalProperties none → false"),
        (of({"items": NUMBER}), of({"items": {"type": "integer"}}), "score[]: type number → integer"),
        (of(of(NUMBER)), of(of({"minimum": 1, **NUMBER})), "score.score: minimum none → 1"),
    ],
)
def test_what_refuses_more_is_tighter_and_the_way_back_is_looser(looser: Any, tighter: Any, sentence: str) -> None:
    assert told(looser, tighter) == [f"tighter: {sentence}"]
    assert told(tighter, looser)[0].startswith("looser: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (of(NUMBER), of(TEXT)),
        (of({"enum": ["a", "b"]}), of({"enum": ["b", "c"]})),
        (of({"pattern": "a"}), of({"pattern": "b"})),
        (of(TEXT), {"type": "object", "properties": {"score": TEXT, "more": TEXT}}),
        (of(TEXT), {"type": "object"}),
    ],
)
def test_what_takes_some_and_refuses_others_is_changed(old: Any, new: Any) -> None:
    assert all(line.startswith("changed: ") for line in told(old, new)) and told(old, new)


def test_a_field_of_a_closed_payload_is_looser_when_new_and_tighter_when_gone() -> None:
    few = of(TEXT, additionalProperties=False)
    more = {**few, "properties": {"score": TEXT, "more": TEXT}}
    assert told(few, more) == ["looser: new field more"]
    assert told(more, few) == ["tighter: more is no longer a field"]


def test_a_description_decides_nothing() -> None:
    assert told(of(TEXT), of({**TEXT, "description": "points"})) == ["text only: description of score is another"]


def test_the_order_of_keys_does_not_matter() -> None:
    assert told(of(TEXT, required=["a", "b"]), {"required": ["b", "a"], **of(TEXT)}) == []
